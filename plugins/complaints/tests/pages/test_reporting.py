"""A citizen files a report; what is refused is kept, named and asked for again."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from plugins.complaints.tests.pages.reading import filled, hidden, released
from smartcity_complaints import store
from smartcity_complaints.filing import Filed
from smartcity_complaints.records import Report
from smartcity_share import Installation

Do = Callable[..., Report]
File = Callable[..., Filed]
Browse = Callable[..., Any]


def test_a_citizen_files_a_report_and_follows_it(
    installation: Installation, browse: Browse, jpeg: Callable[..., bytes]
) -> None:
    browser = browse()
    sent = browser.post("/lapor", filled(browser.get("/lapor").text), files={"photo": ("a.jpg", jpeg(), "image/jpeg")})
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
    form = filled(browser.get("/lapor").text)
    first, again = browser.post("/lapor", form), browser.post("/lapor", form)

    assert first.headers["location"] == again.headers["location"]


def test_a_refused_form_keeps_what_was_typed_and_names_each_fault(browse: Browse) -> None:
    browser = browse()
    form = filled(browser.get("/lapor").text, kind="", text="pendek", name="Contoh & Kawan", phone="abc")
    del form["consent"]
    refused = browser.post("/lapor", form)

    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    for field in ("kind", "text", "phone", "consent"):
        assert f'href="#f-{field}"' in refused.text
        assert f'id="f-{field}-error"' in refused.text
    assert 'value="Contoh &amp; Kawan"' in refused.text
    assert "pendek</textarea>" in refused.text
    assert hidden(refused.text, "key") == form["key"]


def test_a_photo_that_is_none_is_refused_and_the_reporter_told_to_choose_again(browse: Browse) -> None:
    browser = browse()
    form = filled(browser.get("/lapor").text)
    refused = browser.post("/lapor", form, files={"photo": ("a.jpg", b"MZ\x90", "image/jpeg")})

    assert refused.status_code == 422
    assert "bukan foto yang dapat dibaca" in refused.text
    assert "Pilih kembali fotonya" in refused.text


def test_more_photos_than_allowed_are_refused(browse: Browse, jpeg: Callable[..., bytes]) -> None:
    browser = browse()
    photos = [("photo", (f"{n}.jpg", jpeg(), "image/jpeg")) for n in range(4)]
    refused = browser.post("/lapor", filled(browser.get("/lapor").text), files=photos)

    assert refused.status_code == 422
    assert "Pilih paling banyak 3 foto" in refused.text


def test_changing_the_report_gives_back_the_form_with_its_photos(
    browse: Browse, file: File, do: Do, jpeg: Callable[..., bytes]
) -> None:
    released(do, file(place="Pasar").number)
    browser = browse()
    form = filled(browser.get("/lapor").text)
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
    form = filled(browser.get("/lapor").text, text="pendek")
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
    form = filled(browser.get("/lapor").text, text="pendek")
    photos = [("photo", (f"{n}.jpg", jpeg(), "image/jpeg")) for n in range(2)]
    browser.post("/lapor", form, files=photos)

    assert "Pilih paling banyak 3 foto" in browser.post("/lapor", form, files=photos).text
