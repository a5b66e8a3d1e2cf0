"""The frame of a page: what is around the content, in the reader's language, without scripts and without other hosts."""

from __future__ import annotations

import pytest

from smartcity_share.errors import NoInstallationError
from smartcity_share.hooks.installation import VISITOR
from smartcity_share.toolkit import Pages, actor_of, installation_of, language_of, shell_of
from smartcity_share.toolkit.shell import AccountMenu, Contact, ContactKind
from tests.toolkit.frames import SHELL, scope
from tests.toolkit.markup import faults_of, parse

pages = Pages("smartcity_share.console")


def draw(**changes: object) -> str:
    return pages.text(scope(**changes), "console/error.html", _error())  # type: ignore[arg-type]


def _error() -> dict[str, object]:
    return {"title": "Tidak ada", "text": "Coba lagi.", "faults": ["a < b"], "sign_in_url": None, "reference": "x1"}


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(
    "account",
    [
        AccountMenu(),
        AccountMenu(sign_in_url="/masuk"),
        AccountMenu(name="Siti", sign_out_url="/keluar", password_url="/sandi", console_url="/konsol"),
    ],
)
def test_the_frame_has_no_fault_of_markup_whoever_reads_it(language: str, account: AccountMenu) -> None:
    assert faults_of(draw(language=language, account=account)) == []


def test_the_frame_of_no_region_has_no_fault_of_markup() -> None:
    html = draw(government="", logo_url=None, brand_css_url=None, menu=(), contacts=(), links=(), languages=("id",))
    assert faults_of(html) == []
    assert "/_/logo" not in html
    assert "brand.css" not in html


def test_the_page_is_in_the_language_of_the_frame() -> None:
    assert 'lang="id"' in draw()
    assert "Lewati ke isi" in draw()
    assert 'lang="en"' in draw(language="en")
    assert "Skip to the content" in draw(language="en")


def test_the_language_switch_is_a_link_that_comes_back_to_this_page() -> None:
    html = pages.text(scope("/00.01/complaints/lapor", b"a=1&b=<"), "console/error.html", _error())
    links = {link.attributes.get("hreflang"): link.attributes["href"] for link in parse(html).all("a")}
    assert links["en"] == "/00.01/_/bahasa?ke=en&next=%2F00.01%2Fcomplaints%2Flapor%3Fa%3D1%26b%3D%3C"


def test_the_address_is_the_same_whether_the_server_puts_the_root_into_the_path_or_not() -> None:
    below = pages.text({**scope("/lapor")}, "console/error.html", _error())
    whole = pages.text({**scope("/00.01/complaints/lapor")}, "console/error.html", _error())
    assert below == whole


def test_values_are_escaped() -> None:
    assert "a &lt; b" in draw()


def test_government_contacts_and_emergency_number_come_from_the_frame() -> None:
    text = parse(draw()).text
    assert "Pemerintah Kabupaten Contoh" in text
    assert "Jalan Contoh 1" in text
    assert "Darurat: 112" in text


@pytest.mark.parametrize(
    ("kind", "value", "url"),
    [
        (ContactKind.PHONE, "+62 434 (000) 12-3", "tel:+62434000123"),
        (ContactKind.WHATSAPP, "+62 812-000", "https://wa.me/62812000"),
        (ContactKind.EMAIL, "a@b.example", "mailto:a@b.example"),
        (ContactKind.WEBSITE, "b.example", "https://b.example"),
        (ContactKind.WEBSITE, "http://b.example", "http://b.example"),
        (ContactKind.ADDRESS, "Jalan Contoh 1", None),
    ],
)
def test_a_contact_leads_where_its_kind_says(kind: ContactKind, value: str, url: str | None) -> None:
    assert Contact(kind, value).url == url


def test_without_the_host_there_is_no_installation_and_no_frame() -> None:
    bare = {"type": "http"}
    for ask in (installation_of, shell_of, language_of):
        with pytest.raises(NoInstallationError):
            ask(bare)
    assert actor_of(bare) is VISITOR
    assert language_of({"smartcity.shell": SHELL}) == "id"
