"""What may not be shown is not told, in no format, by no parameter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from smartcity_complaints import model
from smartcity_complaints.filing import Filed, file_report, new_key
from smartcity_complaints.open311.listing import Found
from smartcity_complaints.records import Report
from smartcity_complaints.workflow import ENDED, Action, State
from smartcity_share import Installation

File = Callable[..., Filed]
Do = Callable[..., Report]
Public = Callable[..., str]


def _numbers(answer: Any) -> list[str]:
    return [request["service_request_id"] for request in answer.json]


def _one(api: Any, number: str, **query: Any) -> dict[str, Any]:
    found = api.get(f"requests/{number}.json", **query).json
    assert len(found) == 1
    return found[0]  # type: ignore[no-any-return]


MARKS = {
    "text": "TANDA-TEKS di depan pasar.", "place": "TANDA-TEMPAT", "name": "TANDA-NAMA", "email": "tanda@surel.example",
    "phone": "0899-777777", "latitude": "-0.123", "longitude": "124.321",
}  # fmt: skip


def test_a_confidential_report_does_not_exist(api: Any, file: File, do: Do) -> None:
    number = file(**MARKS, confidential=True).number
    do(number, Action.VERIFY, publish=True)

    assert api.get(f"requests/{number}.json").status == 404
    assert api.get("requests.json", service_request_id=number).json == []
    assert api.get("requests.json").json == []
    assert api.get("requests.json", updated_after="2020-01-01T00:00:00Z").json == []


@pytest.mark.parametrize("release", [False, True], ids=["not released", "released"])
def test_no_personal_datum_of_the_reporter_is_told(api: Any, file: File, do: Do, release: bool) -> None:
    number = file(**MARKS).number
    do(number, Action.VERIFY, publish=release)
    for answer in (
        api.get("requests.json", extensions="true"),
        api.get("requests.xml", extensions="true"),
        api.get(f"requests/{number}.json", extensions="true"),
        api.get("openapi.json"),
    ):
        for mark in ("TANDA-NAMA", "tanda@surel.example", "0899-777777"):
            assert mark.encode() not in answer.body
        if not release:
            for mark in ("TANDA-TEKS", "TANDA-TEMPAT", "-0.123", "124.321"):
                assert mark.encode() not in answer.body


@pytest.mark.parametrize("state", [State.NEW, State.RETURNED, State.REJECTED])
def test_words_place_and_photos_are_told_only_once_an_official_released_them(
    api: Any, bring: Callable[[State], str], state: State
) -> None:
    found = _one(api, bring(state), extensions="true")

    assert [found[name] for name in ("description", "lat", "long", "media_url")] == [None] * 4
    assert "Depan pasar" not in str(found)


@pytest.mark.parametrize("state", [State.RETURNED, State.REJECTED])
def test_what_was_written_to_the_reporter_alone_is_told_to_nobody_else(
    api: Any, bring: Callable[[State], str], state: State
) -> None:
    body = api.get(f"requests/{bring(state)}.json", extensions="true").body.decode()

    assert "Di mana?" not in body
    assert "Bukan kewenangan" not in body


def test_officials_are_not_named(api: Any, bring: Callable[[State], str]) -> None:
    assert b"Contoh coordinator" not in api.get(f"requests/{bring(State.CLOSED)}.json", extensions="true").body


def test_a_region_without_a_public_list_gives_none_and_no_words(install: Any, connect: Any, draft: Any) -> None:
    quiet = install(public_list=False)
    number = file_report(quiet, draft(), key=new_key()).number
    with quiet.database.begin() as connection:
        connection.execute(update(model.report).values(published=True, state=State.VERIFIED))
    api = connect(quiet)

    assert api.get("requests.json").json == []
    assert _one(api, number)["status"] == "open"
    assert _one(api, number)["description"] is None


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize(("published", "confidential"), [(False, False), (True, False), (True, True)])
def test_the_rule_of_what_is_shown_is_that_of_the_pages(
    installation: Installation, file: File, state: State, published: bool, confidential: bool
) -> None:
    from smartcity_complaints import store

    number = file().number
    with installation.database.begin() as connection:
        connection.execute(update(model.report).values(state=state, published=published, confidential=confidential))
        report = store.find(connection, number)
    assert report is not None
    found = Found(**{name: getattr(report, name) for name in Found.__annotations__})

    assert found.shown_to_everyone == report.shown_to_everyone
    assert found.closed == (state in ENDED)
