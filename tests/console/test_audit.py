"""The audit log in the console: filtered, paged by key, and its chain checked."""

from __future__ import annotations

import sqlite3

import pytest

from smartcity_share.console import audit
from smartcity_share.hooks.installation import Actor
from tests.console.conftest import CITY, NORTH, Town
from tests.toolkit.markup import faults_of, parse

AUDIT = f"/{NORTH}/_/konsol/audit/"


def rows(html: str) -> list[str]:
    """Return the text of each entry."""
    return [row.text for row in parse(html).all("tr")[1:]]


def fill(town: Town, count: int) -> None:
    """Record acts of two officials in two apps, and some of another region."""
    for number in range(count):
        actor = Actor("a1", "Rina", office="dlh") if number % 2 else Actor("a2", "Budi")
        app = "parks" if number % 2 else ""
        town.services.audit.record(
            NORTH, app, actor, "tree.planted" if number % 2 else "tree.felled", f"T-{number:03}", {"n": number}
        )
    town.services.audit.record(CITY, "", Actor("a9", "Asing"), "elsewhere.done", "X")


def test_entries_are_told_newest_first_with_who_what_and_details(town: Town) -> None:
    fill(town, 2)
    found = rows(town.signed_in("auditor").get(AUDIT).text)
    assert "session.opened" in found[0]
    assert "Rina (dlh)" in found[1]
    assert "parks: tree.planted" in found[1]
    assert "T-001" in found[1]
    assert "n: 1" in found[1]
    assert "WITA" in found[1]
    assert "elsewhere" not in " ".join(found)


def test_the_address_of_a_visitor_is_not_shown(town: Town) -> None:
    text = " ".join(rows(town.signed_in("auditor").get(AUDIT).text))
    assert "address" not in text
    assert "testclient" not in text


def test_a_filter_keeps_what_fits_on_every_page(town: Town) -> None:
    fill(town, 250)
    client, path, seen = town.signed_in("auditor"), f"{AUDIT}?pelaku=rina&tindakan=tree&aplikasi=parks", []
    while path:
        html = client.get(path).text
        assert faults_of(html) == []
        seen += rows(html)
        onward = [link for link in parse(html).all("a") if link.attributes.get("rel") == "next"]
        path = onward[0].attributes["href"] if onward else ""
    numbers = [int(row.partition("T-")[2][:3]) for row in seen]
    assert numbers == [number for number in reversed(range(250)) if number % 2]


def test_a_filter_that_fits_nothing_and_a_broken_page_key_are_no_fault(town: Town) -> None:
    client = town.signed_in("auditor")
    assert "Tidak ada catatan" in client.get(f"{AUDIT}?tindakan=nothing").text
    for broken in ("x", "-1", "9" * 40, "\u0661"):
        assert client.get(AUDIT, params={"sebelum": broken}).status_code == 200


def test_a_whole_chain_says_so_and_names_its_last_hash(town: Town) -> None:
    client = town.signed_in("auditor")
    html = client.get(AUDIT).text
    assert "Rantai catatan utuh" in html
    assert town.services.audit.verify(NORTH).head in html


def test_an_entry_that_was_changed_behind_the_log_s_back_is_found(town: Town) -> None:
    fill(town, 5)
    client = town.signed_in("auditor")
    with sqlite3.connect(town.instance.layout.accounts) as connection:
        connection.execute("DROP TRIGGER audit_no_update")
        connection.execute("UPDATE audit SET name = 'Orang lain' WHERE subject = 'T-002'")
    connection.close()
    html = client.get(AUDIT).text
    assert faults_of(html) == []
    assert "Rantai catatan audit terputus" in html
    assert "utuh" not in html


def test_a_long_chain_is_checked_when_somebody_asks(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "CHECKED_AT_ONCE", 3)
    fill(town, 5)
    client = town.signed_in("auditor")
    page = parse(client.get(AUDIT).text)
    assert "Rantai catatan utuh" not in page.text
    (button,) = [link for link in page.all("a") if link.text == "Periksa rantai catatan"]
    html = client.get(button.attributes["href"]).text
    assert faults_of(html) == []
    assert "Rantai catatan utuh" in html
