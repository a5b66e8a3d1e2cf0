"""The pages, asked for as a browser does, with the region, the actor and the frame the host sets."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from PIL import Image

from smartcity_complaints import listing, store
from smartcity_complaints.draft import Draft
from smartcity_complaints.filing import Filed, file_report, new_key
from smartcity_complaints.numbers import new_number
from smartcity_complaints.photos import prepare
from smartcity_complaints.records import Photo, Report
from smartcity_complaints.settings import Titles
from smartcity_complaints.workflow import Action, State
from smartcity_share import Actor, Installation

ROOT = "/71.08/complaints"
Do = Callable[..., Report]
File = Callable[..., Filed]
Official = Callable[..., Actor]


Browse = Callable[..., Any]


class _Page(HTMLParser):
    """Reads a page: what is open, ids, labels, links, controls."""

    void = frozenset({"meta", "link", "img", "input", "br", "hr"})

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.controls: list[dict[str, str | None]] = []
        self.links: list[str] = []
        self.headings: list[str] = []
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag not in self.void:
            self.open.append(tag)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "label" and found.get("for"):
            self.labels.add(str(found["for"]))
        if tag in {"input", "select", "textarea"} and found.get("type") != "hidden":
            self.controls.append(found)
        if tag == "img" and "alt" not in found:
            self.faults.append("an image without alternative text")
        if tag in {"h1", "h2", "h3"}:
            self.headings.append(tag)
        if any(name.startswith("on") or name == "style" for name in found):
            self.faults.append(f"<{tag}> has a script or style in it")
        self.links += [str(found[name]) for name in ("href", "src", "action") if found.get(name)]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")


def _hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found is not None
    return found[1]


def _form(html: str, **changes: str) -> dict[str, str]:
    return {
        "key": _hidden(html, "key"),
        "kind": "waste",
        "text": "Sampah menumpuk sejak tiga hari.",
        "place": "Pasar",
        "consent": "1",
    } | changes


def _photo(installation: Installation, number: str) -> Photo:
    with store.reading(installation) as connection:
        report = store.find(connection, number)
        assert report is not None
        return store.photos(connection, [report.id])[report.id][0]


# -- every page ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_is_whole_labelled_and_asks_nothing_of_other_sites(
    installation: Installation, browse: Browse, official: Official, draft: Callable[..., Draft], do: Do,
    jpeg: Callable[..., bytes], language: str,
) -> None:  # fmt: skip
    filed = file_report(installation, draft(name="Contoh"), key=new_key(), pictures=[prepare(jpeg(), 8)])
    do(filed.number, Action.VERIFY, publish=True)
    returned = file_report(installation, draft(), key=new_key())
    do(returned.number, Action.RETURN, text="Di mana?")
    answered = file_report(installation, draft(), key=new_key())
    do(answered.number, Action.VERIFY)
    do(answered.number, Action.REPLY, text="Sudah.")
    paths = [
        "/", "/lapor", "/lacak", "/laporan", "/laporan?cari=tidak+ada", f"/lacak/{filed.number}",
        f"/lacak/{returned.number}?kunci={returned.token}", f"/lacak/{answered.number}?kunci={answered.token}",
        f"/lapor/diterima/{filed.number}?kunci={filed.token}", "/petugas", "/petugas?status=rejected",
        f"/petugas/laporan/{filed.number}", "/peta", "/peta?terbuka=1&jenis=waste", "/angka", "/angka?tahun=semua",
        "/petugas?urut=terbaru&cari=smpah", "/no-such-page", f"/lacak/{new_number()}",
    ]  # fmt: skip
    browser = browse(official(), language=language)
    for path in paths:
        answer = browser.get(path)
        page = _Page(answer.text)

        assert page.faults == [], path
        assert len(page.ids) == len(set(page.ids)), path
        assert page.headings[:1] == ["h1"], path
        assert page.headings.count("h1") == 1, path
        unlabelled = [c for c in page.controls if c.get("type") not in {"checkbox", "radio"} and c.get("id") not in page.labels]
        assert unlabelled == [], path
        assert [link for link in page.links if "//" in link.replace("mailto:", "")] == [], path
        assert f'lang="{language}"' in answer.text, path
        assert "%(" not in answer.text, path


def test_a_page_that_is_not_there_is_not_found(browse: Browse) -> None:
    assert browse().get("/no-such-page").status_code == 404


# -- citizens --------------------------------------------------------------------------------------------------------------


def test_a_citizen_files_a_report_and_follows_it(
    installation: Installation, browse: Browse, jpeg: Callable[..., bytes]
) -> None:
    browser = browse()
    sent = browser.post("/lapor", _form(browser.get("/lapor").text), files={"photo": ("a.jpg", jpeg(), "image/jpeg")})
    assert sent.status_code == 303
    confirmed = browser.client.get(sent.headers["location"])
    link = re.search(r'href="([^"]*/lacak/[^"]*kunci=[^"]*)"', confirmed.text)
    assert link is not None
    followed = browser.client.get(link[1])

    assert confirmed.status_code == 200
    assert confirmed.headers["cache-control"] == "private, no-store"
    assert followed.status_code == 200
    assert "Sampah menumpuk sejak tiga hari." in followed.text
    assert "/kecil?kunci=" in followed.text
    assert "menunggu diperiksa petugas" in followed.text


def test_sending_the_form_again_leads_to_the_same_report(installation: Installation, browse: Browse) -> None:
    browser = browse()
    form = _form(browser.get("/lapor").text)
    first, again = browser.post("/lapor", form), browser.post("/lapor", form)

    assert first.headers["location"] == again.headers["location"]


def test_a_refused_form_keeps_what_was_typed_and_names_each_fault(browse: Browse) -> None:
    browser = browse()
    form = _form(browser.get("/lapor").text, kind="", text="pendek", name="Contoh & Kawan", phone="abc")
    del form["consent"]
    refused = browser.post("/lapor", form)

    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    for field in ("kind", "text", "phone", "consent"):
        assert f'href="#f-{field}"' in refused.text
        assert f'id="f-{field}-error"' in refused.text
    assert 'value="Contoh &amp; Kawan"' in refused.text
    assert "pendek</textarea>" in refused.text
    assert _hidden(refused.text, "key") == form["key"]


def test_a_photo_that_is_none_is_refused_and_the_reporter_told_to_choose_again(browse: Browse) -> None:
    browser = browse()
    form = _form(browser.get("/lapor").text)
    refused = browser.post("/lapor", form, files={"photo": ("a.jpg", b"MZ\x90", "image/jpeg")})

    assert refused.status_code == 422
    assert "bukan foto yang dapat dibaca" in refused.text
    assert "Pilih kembali fotonya" in refused.text


def test_more_photos_than_allowed_are_refused(browse: Browse, jpeg: Callable[..., bytes]) -> None:
    browser = browse()
    photos = [("photo", (f"{n}.jpg", jpeg(), "image/jpeg")) for n in range(4)]
    refused = browser.post("/lapor", _form(browser.get("/lapor").text), files=photos)

    assert refused.status_code == 422
    assert "Pilih paling banyak 3 foto" in refused.text


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", "{{ 7 * 7 }}", "%(limit)s %s", "'; DROP TABLE report; --"])
def test_what_is_typed_is_shown_as_typed_everywhere(
    installation: Installation, browse: Browse, official: Official, draft: Callable[..., Draft], do: Do, typed: str
) -> None:
    filed = file_report(installation, draft(text=typed + " " * 3 + "panjang", place=typed, name=typed), key=new_key())
    do(filed.number, Action.VERIFY, publish=True, text=typed)
    escaped = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;")
    browser = browse(official())
    for path in (f"/lacak/{filed.number}", "/laporan", "/petugas", f"/petugas/laporan/{filed.number}"):
        html = browser.get(path).text

        assert escaped in html, path
        assert "<script>alert" not in html, path
    found = browser.get("/laporan", params={"cari": typed})
    assert found.status_code == 200
    assert f'value="{escaped}"' in found.text


def test_a_number_alone_shows_the_steps_and_not_the_words(browse: Browse, file: File, do: Do) -> None:
    filed = file(name="Contoh Rahasia")
    do(filed.number, Action.RETURN, text="Pertanyaan kepada pelapor.")
    stranger = browse().get(f"/lacak/{filed.number.lower()}?kunci=tebakan").text
    own = browse().get(f"/lacak/{filed.number}?kunci={filed.token}").text

    assert "Dikembalikan kepada pelapor" in stranger
    assert "Sampah menumpuk" not in stranger
    assert "Pertanyaan kepada pelapor." not in stranger
    assert "<textarea" not in stranger
    assert "Pertanyaan kepada pelapor." in own
    assert "<textarea" in own


def test_the_reporter_completes_a_returned_report(installation: Installation, browse: Browse, file: File, do: Do) -> None:
    filed = file()
    do(filed.number, Action.RETURN, text="Di mana?")
    form = {"kunci": filed.token, "action": "complete", "text": ""}
    empty = browse().post(f"/lacak/{filed.number}", form)
    done = browse().post(f"/lacak/{filed.number}", form | {"text": "Pasar sentral."})
    twice = browse().post(f"/lacak/{filed.number}", form | {"text": "Pasar sentral."})

    assert empty.status_code == 422
    assert "Isi penjelasan" in empty.text
    assert done.status_code == 303
    assert twice.status_code == 422
    assert "status laporan sudah berubah" in twice.text


@pytest.mark.parametrize("action", ["verify", "close", "submit", "../", ""])
def test_the_follow_page_takes_only_the_reporters_steps(browse: Browse, file: File, action: str) -> None:
    filed = file()

    assert browse().post(f"/lacak/{filed.number}", {"kunci": filed.token, "action": action}).status_code == 404


def test_a_number_is_found_however_it_is_typed(browse: Browse, file: File) -> None:
    number = file().number
    found = browse().client.get(f"{ROOT}/lacak", params={"nomor": number.lower().replace("-", " ")}, follow_redirects=False)

    assert (found.status_code, found.headers["location"]) == (303, f"{ROOT}/lacak/{number}")
    assert browse().get("/lacak?nomor=bukan-nomor").status_code == 422
    assert browse().get(f"/lacak?nomor={new_number()}").status_code == 404


def test_a_closed_list_shows_nothing_to_everyone(
    install: Callable[..., Installation], browse: Browse, draft: Callable[..., Draft], official: Official
) -> None:
    from smartcity_complaints.handling import Order, act

    closed = install(public_list=False)
    filed = file_report(closed, draft(), key=new_key())
    act(closed, official(), filed.number, Order(Action.VERIFY, publish=True))
    browser = browse(of=closed)

    assert browser.get("/laporan").status_code == 404
    assert "Sampah menumpuk" not in browser.get("/").text
    assert "Sampah menumpuk" not in browser.get(f"/lacak/{filed.number}").text


# -- photos ----------------------------------------------------------------------------------------------------------------


def test_a_photo_is_private_until_it_is_released(
    installation: Installation,
    browse: Browse,
    official: Official,
    draft: Callable[..., Draft],
    do: Do,
    jpeg: Callable[..., bytes],
) -> None:
    filed = file_report(installation, draft(), key=new_key(), pictures=[prepare(jpeg(), 8)])
    path = f"/foto/{_photo(installation, filed.number).id}"

    assert browse().get(path).status_code == 404
    assert browse().get(f"{path}?kunci=salah").status_code == 404
    assert browse(official("office-officer", "dinas-lh")).get(path).status_code == 404
    for allowed in (browse().get(f"{path}?kunci={filed.token}"), browse(official("verifier")).get(f"{path}/kecil")):
        assert allowed.headers["cache-control"] == "private, no-store"
        assert Image.open(io.BytesIO(allowed.content)).format == "JPEG"

    do(filed.number, Action.VERIFY, publish=True)
    public = browse().get(path)
    assert public.status_code == 200
    assert public.headers["content-type"] == "image/jpeg"
    assert public.headers["x-content-type-options"] == "nosniff"
    assert public.headers["cache-control"] == "public, max-age=3600"
    assert browse().get("/foto/..%2f..%2fdata.sqlite").status_code == 404


# -- officials -------------------------------------------------------------------------------------------------------------


def _step(browser: Any, number: str, action: str, **values: str) -> object:
    path = f"/petugas/laporan/{number}"
    version = _hidden(browser.get(path).text, "version")
    return browser.post(path, {"action": action, "version": version, **values})


def test_officials_take_a_report_from_new_to_closed(
    installation: Installation, browse: Browse, official: Official, file: File
) -> None:
    filed = file()
    verifier, office = browse(official("verifier")), browse(official("office-officer", "dinas-lh"))
    coordinator = browse(official("coordinator"))

    assert _step(verifier, filed.number, "verify", publish="1").status_code == 303
    assert _step(verifier, filed.number, "forward", office="dinas-lh", text="Mohon segera.").status_code == 303
    assert _step(office, filed.number, "start").status_code == 303
    assert _step(office, filed.number, "reply", text="Sudah diangkut.").status_code == 303
    assert _step(coordinator, filed.number, "close").status_code == 303
    seen = browse().get(f"/lacak/{filed.number}").text

    assert "Sudah diangkut." in seen
    assert "Mohon segera." not in seen
    assert "Contoh office-officer" not in seen
    with store.reading(installation) as connection:
        report = store.find(connection, filed.number)
    assert report is not None
    assert report.state is State.CLOSED


def test_the_office_that_handles_the_kind_is_proposed(browse: Browse, official: Official, file: File, do: Do) -> None:
    filed = file(kind="road")
    do(filed.number, Action.VERIFY)

    assert '<option value="dinas-pupr" selected>' in browse(official()).get(f"/petugas/laporan/{filed.number}").text


def test_a_refused_step_keeps_the_words(browse: Browse, official: Official, file: File, do: Do) -> None:
    filed = file()
    do(filed.number, Action.VERIFY)
    refused = _step(browse(official()), filed.number, "forward", office="", text="Kata yang panjang.")

    assert refused.status_code == 422
    assert "Pilih perangkat daerah" in refused.text
    assert "Kata yang panjang." in refused.text


def test_an_old_page_is_a_conflict(browse: Browse, official: Official, file: File, do: Do) -> None:
    browser = browse(official())
    filed = file()
    version = _hidden(browser.get(f"/petugas/laporan/{filed.number}").text, "version")
    do(filed.number, Action.VERIFY)
    late = browser.post(f"/petugas/laporan/{filed.number}", {"action": "note", "version": version, "text": "Catatan."})

    assert late.status_code == 409
    assert "baru saja diubah petugas lain" in late.text


def test_an_office_finds_only_its_own_reports(browse: Browse, official: Official, file: File, do: Do) -> None:
    own, other = file().number, file(kind="road").number
    for number, office in ((own, "dinas-lh"), (other, "dinas-pupr")):
        do(number, Action.VERIFY)
        do(number, Action.FORWARD, office=office)
    browser = browse(official("office-officer", "dinas-lh"))
    for path in ("/petugas", "/petugas?unit=dinas-pupr", f"/petugas?cari={other}"):
        html = browser.get(path).text

        assert f"/petugas/laporan/{other}" not in html, path
    assert f"/petugas/laporan/{own}" in browser.get("/petugas").text
    assert browser.get(f"/petugas/laporan/{other}").status_code == 404
    assert browser.post(f"/petugas/laporan/{other}", {"action": "note", "version": "3", "text": "x"}).status_code == 404


def test_an_official_without_an_office_who_needs_one_sees_nothing(browse: Browse, official: Official, file: File) -> None:
    file()

    assert browse(official("office-officer")).get("/petugas").status_code == 404


def test_an_office_that_hands_back_returns_to_its_list(browse: Browse, official: Official, file: File, do: Do) -> None:
    number = file().number
    do(number, Action.VERIFY)
    do(number, Action.FORWARD, office="dinas-lh")
    done = _step(browse(official("office-officer", "dinas-lh")), number, "hand_back", text="Bukan kami.")

    assert (done.status_code, done.headers["location"]) == (303, f"{ROOT}/petugas")


def test_the_reporter_is_shown_on_demand_and_it_is_recorded(
    browse: Browse, official: Official, file: File, audit: object
) -> None:
    number = file(name="Contoh Pelapor").number
    browser = browse(official("verifier"))
    before = browser.get(f"/petugas/laporan/{number}").text
    shown = browser.post(f"/petugas/laporan/{number}/pelapor").text

    assert "Contoh Pelapor" not in before
    assert "Contoh Pelapor" in shown
    assert [entry[1] for entry in audit.entries] == ["report.contact-seen"]  # type: ignore[attr-defined]
    assert browse(official("leader")).post(f"/petugas/laporan/{number}/pelapor").status_code == 404


def test_the_work_list_is_narrowed_and_paged(browse: Browse, official: Official, file: File, clock: object) -> None:
    for _ in range(26):
        file()
        clock.move(minutes=1)  # type: ignore[attr-defined]
    road = file(kind="road").number
    browser = browse(official())
    first = browser.get("/petugas?status=new").text
    following = re.search(r'href="([^"]*)"[^>]*rel="next"', first)
    assert following is not None
    second = browser.client.get(following[1].replace("&amp;", "&")).text

    assert first.count('role="rowheader"') == 25
    assert second.count('role="rowheader"') == 2
    assert browser.get("/petugas?jenis=road").text.count('role="rowheader"') == 1
    assert road in browser.get("/petugas?jenis=road").text
    assert "Tidak ada laporan yang cocok" in browser.get("/petugas?terlambat=1").text
    clock.move(days=10)  # type: ignore[attr-defined]
    assert browser.get("/petugas?terlambat=1").text.count('role="rowheader"') == 25


@pytest.mark.parametrize("query", ["status=no-such", "sesudah=x", "jenis=%00", "unit=%27--", "cari=" + "x" * 5000])
def test_odd_questions_are_answered_calmly(browse: Browse, official: Official, file: File, query: str) -> None:
    file()

    assert browse(official()).get(f"/petugas?{query}").status_code == 200
    assert browse().get(f"/laporan?{query}").status_code == 200


# -- the region's own ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("region", "clock_text"), [("13.10", "08.00 WIB"), ("73.71", "09.00 WITA")])
def test_times_are_those_of_the_region(
    install: Callable[..., Installation], browse: Browse, draft: Callable[..., Draft], region: str, clock_text: str
) -> None:
    installation = install(region)
    filed = file_report(installation, draft(), key=new_key())

    assert clock_text in browse(of=installation).get(f"/lacak/{filed.number}").text


def test_the_name_of_the_service_is_the_regions(install: Callable[..., Installation], browse: Browse) -> None:
    html = browse(of=install(service_name=Titles(id="Suara Contoh"))).get("/").text

    assert "<h1>Suara Contoh</h1>" in html


# -- before sending --------------------------------------------------------------------------------------------------------


def _released(do: Do, number: str) -> str:
    return do(number, Action.VERIFY, publish=True).number


def test_what_looks_alike_is_shown_before_a_report_is_sent(
    installation: Installation, browse: Browse, file: File, do: Do, jpeg: Callable[..., bytes]
) -> None:
    other = _released(do, file(place="Pasar").number)
    browser = browse()
    form = _form(browser.get("/lapor").text)
    asked = browser.post("/lapor", form, files={"photo": ("a.jpg", jpeg(), "image/jpeg")})
    page = _Page(asked.text)

    assert asked.status_code == 200
    assert asked.headers["cache-control"] == "private, no-store"
    assert page.faults == []
    assert other in asked.text
    assert "jenis yang sama" in asked.text
    assert "1 foto disimpan" in asked.text
    assert _hidden(asked.text, "key") == form["key"]
    assert _hidden(asked.text, "text") == form["text"]
    with store.reading(installation) as connection:
        assert len(listing.page(connection, listing.Wanted()).reports) == 1


def test_sent_all_the_same_it_keeps_its_words_and_photos(
    installation: Installation, browse: Browse, file: File, do: Do, jpeg: Callable[..., bytes]
) -> None:
    _released(do, file(place="Pasar").number)
    browser = browse()
    form = _form(browser.get("/lapor").text)
    browser.post("/lapor", form, files={"photo": ("a.jpg", jpeg(), "image/jpeg")})
    sent = browser.post("/lapor", form | {"langkah": "kirim"})
    number = sent.headers["location"].split("/")[-1].partition("?")[0]

    assert sent.status_code == 303
    assert _photo(installation, number).width == 640
    assert list(installation.files.names("held/")) == []


def test_following_the_other_one_sends_nothing_and_counts_a_voice(
    installation: Installation, browse: Browse, file: File, do: Do, jpeg: Callable[..., bytes]
) -> None:
    other = _released(do, file(place="Pasar").number)
    browser = browse()
    form = _form(browser.get("/lapor").text)
    browser.post("/lapor", form, files={"photo": ("a.jpg", jpeg(), "image/jpeg")})
    followed = browser.post("/lapor", form | {"ikuti": other})

    assert followed.headers["location"].endswith(f"/lacak/{other}")
    assert "1 warga lain menyatakan hal yang sama" in browser.get(f"/lacak/{other}").text
    assert list(installation.files.names("held/")) == []


def test_only_a_public_report_can_be_followed_so(browse: Browse, file: File, do: Do) -> None:
    hidden = do(file(confidential=True).number, Action.VERIFY, publish=True).number
    browser = browse()
    form = _form(browser.get("/lapor").text)

    assert browser.post("/lapor", form | {"ikuti": hidden}).status_code == 404
    assert browser.post("/lapor", form | {"ikuti": "tidak ada"}).status_code == 404


def test_changing_the_report_gives_back_the_form_with_its_photos(
    browse: Browse, file: File, do: Do, jpeg: Callable[..., bytes]
) -> None:
    _released(do, file(place="Pasar").number)
    browser = browse()
    form = _form(browser.get("/lapor").text)
    browser.post("/lapor", form, files={"photo": ("a.jpg", jpeg(), "image/jpeg")})
    again = browser.post("/lapor", form | {"langkah": "ubah"})

    assert again.status_code == 200
    assert "1 foto disimpan untuk formulir ini" in again.text
    assert f"{form['text']}</textarea>" in again.text
    without = browser.post("/lapor", form | {"langkah": "ubah", "tanpa_foto": "1"})
    assert "disimpan untuk formulir ini" not in without.text


def test_a_refused_form_keeps_its_photos_once_there_is_consent(
    installation: Installation, browse: Browse, jpeg: Callable[..., bytes]
) -> None:
    browser = browse()
    form = _form(browser.get("/lapor").text, text="pendek")
    photo = {"photo": ("a.jpg", jpeg(), "image/jpeg")}
    without = {name: value for name, value in form.items() if name != "consent"}
    refused = browser.post("/lapor", without, files=photo)
    assert "Pilih kembali fotonya" in refused.text
    assert list(installation.files.names("held/")) == []
    kept = browser.post("/lapor", form, files=photo)
    assert "1 foto disimpan untuk formulir ini" in kept.text
    sent = browser.post("/lapor", form | {"text": "Sampah menumpuk sejak tiga hari."}, files=photo)
    number = sent.headers["location"].split("/")[-1].partition("?")[0]

    with store.reading(installation) as connection:
        report = store.find(connection, number)
        assert report is not None
        assert len(store.photos(connection, [report.id])[report.id]) == 2


def test_held_and_new_photos_together_keep_to_the_limit(browse: Browse, jpeg: Callable[..., bytes]) -> None:
    browser = browse()
    form = _form(browser.get("/lapor").text, text="pendek")
    photos = [("photo", (f"{n}.jpg", jpeg(), "image/jpeg")) for n in range(2)]
    browser.post("/lapor", form, files=photos)

    assert "Pilih paling banyak 3 foto" in browser.post("/lapor", form, files=photos).text


# -- the end of a report ---------------------------------------------------------------------------------------------------


def test_a_reporter_rates_and_officials_read_it(
    installation: Installation, browse: Browse, official: Official, file: File, do: Do
) -> None:
    filed = file()
    do(filed.number, Action.VERIFY, publish=True)
    do(filed.number, Action.REPLY, text="Sudah.")
    form = {"kunci": filed.token, "action": "rate", "text": "Cepat sekali."}
    refused = browse().post(f"/lacak/{filed.number}", form)
    rated = browse().post(f"/lacak/{filed.number}", form | {"rating": "5"})
    own = browse().get(f"/lacak/{filed.number}?kunci={filed.token}").text

    assert refused.status_code == 422
    assert 'href="#f-rating"' in refused.text
    assert "Cepat sekali.</textarea>" in refused.text
    assert rated.status_code == 303
    assert "5 dari 5" in own
    assert 'value="5" checked' in own
    assert "Cepat sekali." not in browse().get(f"/lacak/{filed.number}").text
    assert "Cepat sekali." in browse(official()).get(f"/petugas/laporan/{filed.number}").text


def test_the_reporter_of_a_joined_report_sees_the_way_of_the_other_one(
    installation: Installation, browse: Browse, official: Official, file: File, do: Do
) -> None:
    head, duplicate = file(), file(text="Sampah menumpuk sejak empat hari.")
    _released(do, head.number)
    browser = browse(official())
    page = browser.get(f"/petugas/laporan/{duplicate.number}").text
    assert f"Gabungkan dengan {head.number}" in page
    form = {"action": "merge", "version": _hidden(page, "version"), "head": head.number}
    assert browser.post(f"/petugas/laporan/{duplicate.number}", form).status_code == 303
    do(head.number, Action.REPLY, text="Sudah diangkut semua.")
    own = browse().get(f"/lacak/{duplicate.number}?kunci={duplicate.token}").text
    stranger = browse().get(f"/lacak/{duplicate.number}").text

    assert "Sudah diangkut semua." in own
    assert f"/lacak/{head.number}" in own
    assert "Sudah diangkut semua." not in stranger
    assert head.number in browser.get(f"/petugas/laporan/{duplicate.number}").text
    assert duplicate.number in browser.get(f"/petugas/laporan/{head.number}").text
    assert duplicate.number not in browse().get(f"/lacak/{head.number}").text


def test_joined_with_a_confidential_report_the_reporter_sees_the_states_and_no_word(browse: Browse, file: File, do: Do) -> None:
    head, duplicate = file(confidential=True, text="Rahasia tentang tetangga saya."), file()
    do(head.number, Action.VERIFY)
    do(duplicate.number, Action.MERGE, head=head.number)
    do(head.number, Action.REPLY, text="Tetangga sudah ditegur.")
    own = browse().get(f"/lacak/{duplicate.number}?kunci={duplicate.token}").text

    assert "Dijawab" in own
    for secret in (head.number, "Rahasia tentang", "Tetangga sudah ditegur."):
        assert secret not in own


def test_a_wrong_number_to_join_with_is_refused_in_place(browse: Browse, official: Official, file: File) -> None:
    number = file().number
    refused = browse(official()).post(f"/petugas/laporan/{number}", {"action": "merge", "version": "1", "head": "salah"})

    assert refused.status_code == 422
    assert 'value="salah"' in refused.text
    assert "Tulis nomor laporan yang lebih dahulu." in refused.text


def test_an_office_adds_photos_to_its_reply_and_everyone_sees_them(
    installation: Installation, browse: Browse, official: Official, file: File, do: Do, jpeg: Callable[..., bytes]
) -> None:
    number = file().number
    do(number, Action.VERIFY, publish=True)
    do(number, Action.FORWARD, office="dinas-lh")
    officer = browse(official("office-officer", office="dinas-lh"))
    form = {"action": "reply", "version": "3", "text": "Sudah diangkut."}
    photo = {"photo": ("sesudah.jpg", jpeg(), "image/jpeg")}
    bad = officer.post(f"/petugas/laporan/{number}", form, files={"photo": ("x.jpg", b"MZ", "image/jpeg")})
    good = officer.post(f"/petugas/laporan/{number}", form, files=photo)
    page = browse().get(f"/lacak/{number}").text
    link = re.search(r'href="/71\.08/complaints(/foto/[0-9a-f]+)"', page)

    assert bad.status_code == 422
    assert "bukan foto yang dapat dibaca" in bad.text
    assert good.status_code == 303
    assert "Foto 1 dari perangkat daerah" in page
    assert link is not None
    assert browse().get(link[1]).status_code == 200
    with store.reading(installation) as connection:
        report = store.find(connection, number)
        assert report is not None
        (kept,) = store.photos(connection, [report.id])[report.id]
        assert (kept.author, kept.event_sequence) == ("official", store.history(connection, report.id)[-1].sequence)


def test_photos_belong_to_progress_and_reply_only(
    installation: Installation, browse: Browse, official: Official, file: File, jpeg: Callable[..., bytes]
) -> None:
    number = file().number
    form = {"action": "verify", "version": "1"}
    refused = browse(official()).post(f"/petugas/laporan/{number}", form, files={"photo": ("a.jpg", jpeg(), "image/jpeg")})

    assert refused.status_code == 422
    assert list(installation.files.names()) == []


# -- figures ---------------------------------------------------------------------------------------------------------------


def test_the_figures_show_offices_to_officials_and_each_office_its_own(
    browse: Browse, official: Official, file: File, do: Do, clock: object
) -> None:
    for office in ("dinas-lh", "dinas-pupr"):
        number = file().number
        do(number, Action.VERIFY, publish=True)
        do(number, Action.FORWARD, office=office)
        clock.move(days=2)  # type: ignore[attr-defined]
        do(number, Action.REPLY, text="Sudah.")
    everyone = browse().get("/angka").text
    leader = browse(official("leader")).get("/angka").text
    officer = browse(official("office-officer", office="dinas-lh")).get("/angka").text

    assert "Menurut perangkat daerah" not in everyone
    assert "Mar 2026" in everyone
    for page, own, other in ((leader, True, True), (officer, True, False)):
        rows = page.partition('id="by-office"')[2].partition('id="by-kind"')[0]
        assert ("Dinas Lingkungan Hidup" in rows) is own
        assert ("Dinas Pekerjaan Umum" in rows) is other
    assert _Page(leader).faults == []


@pytest.mark.parametrize("asked", ["2026", "2025", "semua", "x", "99999999999", "-1"])
def test_whatever_year_is_asked_the_figures_answer(browse: Browse, file: File, asked: str) -> None:
    file()

    assert browse().get(f"/angka?tahun={asked}").status_code == 200


def test_officials_see_the_figures_where_the_public_list_is_off(
    install: Callable[..., Installation], browse: Browse, official: Official
) -> None:
    assert browse(official("leader"), of=install(public_list=False)).get("/angka").status_code == 200
