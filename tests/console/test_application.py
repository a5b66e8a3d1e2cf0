"""The page of one app: its facts, its health, and its settings with who set them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.testclient import TestClient

from smartcity_share.install.runtime import open_installation
from tests.apps.factory import AppFactory, merged
from tests.console.conftest import NORTH, PARKS, PARKS_MANIFEST, Town
from tests.toolkit.markup import Submission, faults_of, parse, submission

PAGE = f"/{NORTH}/_/konsol/aplikasi/parks"


def send(client: TestClient, **typed: str) -> Any:
    """Open the form, type, and send it as a browser does."""
    form = Submission(
        entry
        for entry in submission(_main(client.get(PAGE).text), **{"-basis": "Perbup 7/2026", **typed})
        if "=" not in entry[0]
    )
    data: dict[str, list[str]] = {}
    for name, value in form:
        data.setdefault(name, []).append(value)
    return client.post(PAGE, data=data)


def _main(html: str) -> str:
    return html[html.index("<main") : html.index("</main>")]


def _settings(town: Town) -> Any:
    return open_installation(town.instance, NORTH, "parks").settings


def test_the_page_tells_what_the_manifest_says(town: Town) -> None:
    text = parse(town.signed_in("admin").get(PAGE).text).text
    for fact in ("Taman Kita", "1.0.0", "Kota Makassar", "Tim Aplikasi", "Apache-2.0", "Jagawana", "park.tend", "Pengunjung",
                 "Pribadi umum", "disimpan selama 2 tahun", "Terbuka untuk umum", "perangkat daerah, zona waktu"):  # fmt: skip
        assert fact in text, fact


def test_figures_are_told_with_their_unit_and_breakdown(town: Town) -> None:
    text = parse(town.signed_in("admin").get(PAGE).text).text
    assert "Pohon 1.234" in text
    assert "Pohon (DLH) 12" in text
    assert "Menunggu \N{EN DASH}" in text


def test_saving_stores_the_values_with_who_when_and_on_what_basis(town: Town) -> None:
    client = town.signed_in("admin")
    answer = send(client, name="Taman Bolmut", days="7", **{"benches.0.place": "Pantai", "benches.0.seats": "4"})
    assert answer.status_code == 200
    assert "sudah disimpan" in answer.text
    settings = _settings(town)
    assert (settings.name, settings.days, settings.benches[0].place, settings.benches[0].seats) == (
        "Taman Bolmut",
        7,
        "Pantai",
        4,
    )
    rows = [row.text for row in parse(answer.text).all("tr")]
    assert any("Nama layanan" in row and "Taman Bolmut" in row and "Siti" in row and "Perbup 7/2026" in row for row in rows)
    stored = {value.key: value for value in town.instance.ledger.settings(NORTH, "parks")}
    assert (stored["name"].basis, stored["name"].set_by) == ("Perbup 7/2026", "Siti")


def test_a_fault_is_shown_beside_its_control_and_nothing_is_stored(town: Town) -> None:
    client = town.signed_in("admin")
    answer = send(client, name="Taman Baru", days="12", **{"benches.0.seats": "two"})
    assert answer.status_code == 422
    assert faults_of(answer.text) == []
    shown = {
        element.attributes.get("id"): element.text
        for element in parse(answer.text).walk()
        if "error" in element.attributes.get("class", "")
    }
    assert shown["f-days-error"] == "Kesalahan: Isi 9 atau kurang."
    assert shown["f-benches.0.place-error"] == "Kesalahan: Isian ini wajib diisi."
    assert shown["f-benches.0.seats-error"] == "Kesalahan: Isi dengan bilangan bulat."
    values = {element.attributes.get("name"): element.attributes.get("value") for element in parse(answer.text).all("input")}
    assert (values["name"], values["days"], values["benches.0.seats"]) == ("Taman Baru", "12", "two")
    assert _settings(town).name == "Taman"


def test_a_change_without_a_basis_is_refused(town: Town) -> None:
    answer = send(town.signed_in("admin"), name="Taman Baru", **{"-basis": "  "})
    assert answer.status_code == 422
    assert "Sebutkan dasar perubahan ini." in answer.text
    assert _settings(town).name == "Taman"


def test_a_secret_is_set_kept_and_never_shown(town: Town) -> None:
    client = town.signed_in("admin")
    assert "sangat-rahasia" not in send(client, token="sangat-rahasia").text
    assert _settings(town).token.get_secret_value() == "sangat-rahasia"
    page = client.get(PAGE).text
    assert "sangat-rahasia" not in page
    assert "Nilainya sudah diisi" in page
    send(client, name="Lagi")
    assert _settings(town).token.get_secret_value() == "sangat-rahasia"
    assert "sangat-rahasia" not in send(client, days="99").text


def test_a_value_of_the_region_says_that_it_is_shared(town: Town) -> None:
    page = parse(town.signed_in("admin").get(PAGE).text)
    (help_text,) = [element.text for element in page.walk() if element.attributes.get("id") == "f-sender-help"]
    assert help_text == "Dipakai bersama oleh semua layanan daerah."


def test_an_auditor_reads_but_has_no_form(town: Town) -> None:
    page = parse(town.signed_in("auditor").get(PAGE).text)
    assert [form for form in page.all("form") if form.attributes.get("action") == PAGE] == []
    assert "tidak dapat mengubahnya" in page.text


def test_a_fault_of_the_app_is_shown_with_its_mend_in_the_language_of_the_reader(town: Town) -> None:
    """What the app has no translation of stays English and says so, to who reads it aloud."""
    client = town.signed_in("admin")
    send(client, name="Rusak")
    for path in (PAGE, f"/{NORTH}/_/konsol/"):
        page = parse(client.get(path).text)
        assert "1 bangku rusak." in page.text
        assert "Yang perlu dilakukan: Mend the bench." in page.text
        assert "Berjalan dengan gangguan" in page.text
        client.get(f"/{NORTH}/_/bahasa?ke=en")
        assert "1 bench is broken." in parse(client.get(path).text).text
        client.get(f"/{NORTH}/_/bahasa?ke=id")


def test_what_was_typed_is_escaped_wherever_it_is_shown(town: Town) -> None:
    client = town.signed_in("admin")
    nasty = "<script>alert(1)</script>\"'"
    send(client, name=nasty, **{"-basis": nasty})
    for path in (PAGE, f"/{NORTH}/_/konsol/audit/"):
        html = client.get(path).text
        assert "<script" not in html
        assert faults_of(html) == []


def test_menu_front_page_and_console_show_the_name_the_region_gave_the_service(
    make_town: Callable[..., Town], app_factory: AppFactory
) -> None:
    manifest = merged(PARKS_MANIFEST, {"app": {"title_setting": "name"}})
    town = make_town(app_factory.wheel("parks", plugin=PARKS, manifest=manifest))
    client = town.signed_in("admin")
    assert "Taman Kita" in client.get(f"/{NORTH}/").text, "no name is stored, so the manifest's title stands"
    send(client, name="Taman Pesisir")
    town.host._dispatch._mounts.look_at = 0.0
    pages = ("", "_/konsol/", "_/konsol/aplikasi/parks", "_/konsol/audit/", "_/konsol/pengguna/baru")
    for path in pages:
        text = parse(client.get(f"/{NORTH}/{path}").text).text
        assert "Taman Pesisir" in text, path
        assert "Taman Kita" not in text
