"""``/healthz`` says whether the process answers, and with ``?full`` what the ledger says."""

from __future__ import annotations

import pytest

from tests.host.conftest import CITY, NORTH, Town


def test_the_process_answers(town: Town) -> None:
    answer = town.client().get("/healthz")
    assert (answer.status_code, answer.json(), answer.headers["cache-control"]) == (200, {"status": "ok"}, "no-store")


@pytest.mark.parametrize("host", ["10.0.0.3:8000", "layanan.example.go.id", "_"])
def test_it_answers_under_any_name(town: Town, host: str) -> None:
    assert town.client().get("/healthz", headers={"host": host}).status_code == 200


def test_installations_are_counted_from_the_ledger_and_faulted_apps_named(town: Town) -> None:
    town.install("away", state="removing")
    town.install("broken", region=CITY, plugin="raise ImportError\n", manifest={"page": [{"path": "/", "access": "public"}]})
    town.client().get(f"/{CITY}/broken/")
    assert town.client().get("/healthz?full").json() == {
        "status": "degraded", "regions": 2, "installations": {"active": 2, "removing": 1}, "apps_not_served": ["broken"],
    }  # fmt: skip


def test_a_ledger_that_cannot_be_read_makes_the_process_unready_and_not_dead(town: Town) -> None:
    town.instance.ledger.close()
    for path in town.instance.folder.glob("ledger.sqlite*"):
        path.write_bytes(b"no database" * 100)
    client = town.client()
    assert [client.get(path).status_code for path in ("/healthz?full", "/healthz")] == [503, 200]


def test_nothing_but_reading_is_taken(town: Town) -> None:
    answer = town.client().post("/healthz")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_it_tells_no_path_login_or_version(town: Town) -> None:
    town.add("secret-login")
    text = town.client().get("/healthz?full").text
    assert not any(word in text for word in ("secret-login", str(town.instance.folder), "1.0.0", NORTH))
