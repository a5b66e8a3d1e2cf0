"""Requests as programs read them: status, deadlines, moments, notes, photos."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import update

from plugins.complaints.tests.open311 import schemas
from smartcity_complaints import model
from smartcity_complaints.filing import Filed, file_report, new_key
from smartcity_complaints.photos import prepare
from smartcity_complaints.records import Report
from smartcity_complaints.regional import offices
from smartcity_complaints.workflow import Action, State
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


@pytest.mark.parametrize("state", list(State))
def test_every_state_is_open_or_closed_and_explained(api: Any, bring: Callable[[State], str], state: State) -> None:
    found = _one(api, bring(state))

    assert found["status"] == ("closed" if state in {State.CLOSED, State.REJECTED} else "open")
    assert found["status_notes"]


def test_every_state_fits_the_schemas_in_both_formats(api: Any, bring: Callable[[State], str]) -> None:
    for state in State:
        bring(state)
    core = api.get("requests.json").json

    Draft202012Validator(schemas.REQUESTS).validate(core)
    Draft202012Validator(schemas.EXTENDED_REQUESTS).validate(api.get("requests.json", extensions="true").json)
    in_xml = [{child.tag: child.text for child in request} for request in api.get("requests.xml").xml]
    assert in_xml == [{name: None if value is None else str(value) for name, value in request.items()} for request in core]


def test_one_request_is_still_a_list(api: Any, public: Public) -> None:
    number = public()

    assert isinstance(api.get(f"requests/{number}.json").json, list)
    assert [element.tag for element in api.get(f"requests/{number}.xml").xml] == ["request"]


def test_ids_are_texts_and_coordinates_are_numbers(api: Any, bring: Callable[[State], str]) -> None:
    found = _one(api, bring(State.VERIFIED))

    assert isinstance(found["service_request_id"], str)
    assert (found["lat"], found["long"]) == (-0.5, 124.3)


def test_every_moment_is_in_the_zone_of_the_region(api: Any, bring: Callable[[State], str]) -> None:
    found = _one(api, bring(State.IN_PROGRESS), extensions="true")
    moments = [
        found["requested_datetime"],
        found["updated_datetime"],
        found["expected_datetime"],
        found["notes"][0]["datetime"],
    ]

    assert all(moment.endswith("+08:00") for moment in moments)


def test_a_closed_request_was_last_changed_when_it_was_closed(
    api: Any, bring: Callable[[State], str], do: Do, clock: Any
) -> None:
    number = bring(State.CLOSED)
    clock.move(days=1)
    do(number, Action.NOTE, text="Catatan.")

    assert _one(api, number)["updated_datetime"] == "2026-03-02T09:00:00+08:00"


def test_what_the_office_replied_explains_the_status(api: Any, bring: Callable[[State], str], do: Do) -> None:
    number = bring(State.ANSWERED)
    assert _one(api, number)["status_notes"] == "Sudah diangkut."
    do(number, Action.CLOSE, text="Terima kasih.")

    assert _one(api, number)["status_notes"] == "Terima kasih."


def test_the_deadline_of_the_office_is_what_is_expected(api: Any, bring: Callable[[State], str]) -> None:
    # Monday 2 March 2026: five working days end with Monday the 9th.
    assert _one(api, bring(State.FORWARDED))["expected_datetime"] == "2026-03-10T00:00:00+08:00"


def test_before_it_lies_with_an_office_both_deadlines_count(api: Any, bring: Callable[[State], str]) -> None:
    # Three working days to verify end with Thursday the 5th, five more with Thursday the 12th.
    assert _one(api, bring(State.NEW))["expected_datetime"] == "2026-03-13T00:00:00+08:00"


@pytest.mark.parametrize("state", [State.ANSWERED, State.CLOSED, State.REJECTED, State.RETURNED])
def test_where_no_deadline_runs_nothing_is_expected(api: Any, bring: Callable[[State], str], state: State) -> None:
    assert _one(api, bring(state))["expected_datetime"] is None


def test_the_office_is_named_and_the_place_goes_from_near_to_far(
    api: Any, bring: Callable[[State], str], installation: Any
) -> None:
    found = _one(api, bring(State.FORWARDED))
    district = installation.region.districts[0]

    assert found["agency_responsible"] == offices(installation, "en")["dinas-lh"]
    assert found["address"] == f"Depan pasar, {district.name}"
    assert found["address_id"] == district.code


def test_in_progress_stands_in_the_notes(api: Any, bring: Callable[[State], str], do: Do) -> None:
    number = bring(State.IN_PROGRESS)
    do(number, Action.PROGRESS, text="Truk sudah berangkat.")
    notes = _one(api, number, extensions="true")["notes"]

    assert [note["type"] for note in notes] == ["submitted", "verified", "forwarded", "in_progress", "in_progress"]
    assert notes[-1]["description"] == "Progress: Truk sudah berangkat."


def test_extensions_come_only_when_asked_for(api: Any, public: Public) -> None:
    number = public()

    assert not {"notes", "attributes", "extended_attributes"} & set(_one(api, number))
    assert not {"notes", "attributes", "extended_attributes"} & set(_one(api, number, extensions="false"))
    assert {"notes", "attributes", "extended_attributes"} <= set(_one(api, number, extensions="true"))


def test_every_step_everyone_may_know_of_has_a_type_of_note() -> None:
    from smartcity_complaints.open311.extensions import _NOTE_TYPES
    from smartcity_complaints.workflow import STEPS, Audience

    told = {step.action for step in STEPS if step.audience is Audience.EVERYONE}
    assert told | {Action.SUBMIT} <= _NOTE_TYPES.keys()


def test_the_photo_has_an_absolute_address_that_opens(
    api: Any, installation: Installation, draft: Any, jpeg: Callable[..., bytes], do: Do
) -> None:
    pictures = [prepare(jpeg(), 8), prepare(jpeg(320, 200), 8)]
    number = file_report(installation, draft(), key=new_key(), pictures=pictures).number
    assert _one(api, number)["media_url"] is None
    do(number, Action.VERIFY, publish=True)
    found = _one(api, number, extensions="true")
    photos = found["extended_attributes"]["photos"]

    assert found["media_url"].startswith("http://testserver/71.08/complaints/foto/")
    assert found["media_url"] == photos[0]["media_url"]
    assert [(photo["width"], photo["height"]) for photo in photos] == [(640, 480), (320, 200)]
    assert api.client.get(urlsplit(found["media_url"]).path).headers["content-type"] == "image/jpeg"


def test_a_merged_report_is_closed_and_names_the_one_it_goes_on_as(
    api: Any, public: Public, file: File, installation: Installation
) -> None:
    from smartcity_complaints import store

    parent, secret, first, second = public(), file(confidential=True).number, public(), public()
    with installation.database.begin() as connection:
        for number, target in ((first, parent), (second, secret)):
            found = store.find(connection, target)
            assert found is not None
            connection.execute(update(model.report).where(model.report.c.number == number).values(merged_into=found.id))

    assert (_one(api, first)["status"], _one(api, first)["status_notes"]) == ("closed", f"Goes on as {parent}.")
    assert (_one(api, second)["status"], _one(api, second)["status_notes"]) == ("closed", "Goes on as another report.")
    assert sorted(_numbers(api.get("requests.json", status="closed"))) == sorted([first, second])
    assert _numbers(api.get("requests.json", status="open")) == [parent]
