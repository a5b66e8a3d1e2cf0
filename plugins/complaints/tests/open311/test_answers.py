"""Further questions of a kind: answered after its service definition, kept, shown, exported."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from smartcity_complaints import model, store
from smartcity_complaints.exchange import export_to, import_from
from smartcity_complaints.open311 import api_keys
from smartcity_complaints.open311.answers import answers_of
from smartcity_complaints.records import Contact, Report
from smartcity_complaints.workflow import Action
from smartcity_share import Installation

Fields = dict[str, str]


def _kept(installation: Installation, number: str) -> tuple[Report, Contact | None]:
    with store.reading(installation) as connection:
        found = store.find(connection, number)
        assert found is not None
        return found, store.contact(connection, found.id)


def _count(installation: Installation) -> int:
    with store.reading(installation) as connection:
        return int(connection.execute(select(func.count()).select_from(model.report)).scalar_one())


def _faults(answer: Any) -> list[str]:
    return [fault["description"].split(":")[0] for fault in answer.json]


def _answers(installation: Installation, number: str) -> list[tuple[str, str]]:
    with store.reading(installation) as connection:
        found = store.find(connection, number)
        assert found is not None
        return [(answer.code, answer.value) for answer in answers_of(connection, [found.id])[found.id]]


@pytest.mark.parametrize("name", ["attribute[damage]", "attribute[damage][]"])
def test_several_answers_are_sent_by_repeating_with_or_without_brackets(
    api: Any, installation: Installation, report: Fields, name: str
) -> None:
    answer = api.post(**{**report, "service_code": "road", name: ["pothole", "crack", "pothole"]})

    assert _answers(installation, answer.json[0]["service_request_id"]) == [("damage", "pothole"), ("damage", "crack")]


def test_answers_are_read_again_with_their_words(api: Any, report: Fields, do: Any) -> None:
    sent = {**report, "service_code": "street-light", "attribute[pole-number]": "PJU-7", "attribute[lamps-out]": "2"}
    number = api.post(**sent).json[0]["service_request_id"]
    assert api.get(f"requests/{number}.json", extensions="true").json[0]["attributes"] == []
    do(number, Action.VERIFY, publish=True)

    assert api.get(f"requests/{number}.json", extensions="true").json[0]["attributes"] == [
        {"label": "Number of the pole", "name": "pole-number", "value": "PJU-7", "code": "PJU-7"},
        {"label": "How many lamps are out", "name": "lamps-out", "value": "2", "code": "2"},
    ]


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"attribute[damage]": "meteor"}, "attribute[damage]"),
        ({"attribute[pole-number]": "PJU-7"}, "attribute[pole-number]"),
        ({"attribute[volcano]": "x"}, "attribute[volcano]"),
        ({"attribute[damage": "pothole"}, "attribute[damage"),
        ({"attribute[]": "pothole"}, "attribute[]"),
    ],
)
def test_an_answer_that_does_not_fit_the_definition_is_refused(api: Any, report: Fields, more: Fields, fault: str) -> None:
    answer = api.post(**{**report, "service_code": "road", **more})

    assert (answer.status, _faults(answer)) == (400, [fault])


QUESTIONS = [
    {"service": "waste", "code": "since", "question": {"id": "Sejak"}, "datatype": "datetime", "required": True},
    {"service": "waste", "code": "sacks", "question": {"id": "Karung"}, "datatype": "number"},
    {"service": "waste", "code": "note", "question": {"id": "Catatan"}, "datatype": "text"},
    {
        "service": "waste",
        "code": "smell",
        "question": {"id": "Bau"},
        "datatype": "singlevaluelist",
        "choices": [{"key": "yes", "title": {"id": "Ya"}}, {"key": "no", "title": {"id": "Tidak"}}],
    },
    {"service": "waste", "code": "told", "question": {"id": "Truk lewat Senin"}, "informs": True},
]
GOOD = {"attribute[since]": "2026-03-01T08:00:00+08:00"}


@pytest.mark.parametrize(
    ("more", "faults"),
    [
        ({}, ["attribute[since]"]),
        ({"attribute[since]": ""}, ["attribute[since]"]),
        ({"attribute[since]": "2026-03-01T08:00:00"}, ["attribute[since]"]),
        ({**GOOD, "attribute[sacks]": "banyak"}, ["attribute[sacks]"]),
        ({**GOOD, "attribute[smell]": ["yes", "no"]}, ["attribute[smell]"]),
        ({**GOOD, "attribute[note]": "x" * 2001}, ["attribute[note]"]),
        ({**GOOD, "attribute[told]": "ya"}, ["attribute[told]"]),
        (GOOD, []),
        ({**GOOD, "attribute[sacks]": "2.5", "attribute[smell]": "no", "attribute[note]": "a\nb"}, []),
    ],
)
def test_answers_are_checked_after_the_service_definition(
    install: Any, connect: Any, official: Any, report: Fields, more: dict[str, Any], faults: list[str]
) -> None:
    asking = install(open311={"attributes": QUESTIONS})
    answer = connect(asking, key=api_keys.create(asking, official(), "Program")).post(**report, **more)

    assert answer.status == (400 if faults else 201)
    if faults:
        assert _faults(answer) == faults


def test_a_picture_elsewhere_is_told_to_officials_and_neither_fetched_nor_published(
    api: Any, installation: Installation, report: Fields, do: Any, official: Any, host: Any
) -> None:
    number = api.post(**report, media_url="http://127.0.0.1:9/picture.jpg").json[0]["service_request_id"]
    do(number, Action.VERIFY, publish=True)
    page = TestClient(host(installation, official())).get(f"/71.08/complaints/petugas/laporan/{number}")

    assert "Picture elsewhere, not checked" in page.text
    assert "http://127.0.0.1:9/picture.jpg" in page.text
    assert 'href="http://127.0.0.1:9' not in page.text
    assert b"picture.jpg" not in api.get(f"requests/{number}.json", extensions="true").body


def test_answers_go_with_the_export_and_come_back(
    api: Any, installation: Installation, install: Any, report: Fields, tmp_path: Any
) -> None:
    number = api.post(**{**report, "service_code": "road", "attribute[damage]": "crack"}).json[0]["service_request_id"]
    export_to(installation, tmp_path / "out")
    other = install()
    import_from(other, tmp_path / "out")

    assert _answers(other, number) == [("damage", "crack")]


def test_an_answer_to_a_question_that_is_no_longer_asked_is_still_shown(
    api: Any, installation: Installation, connect: Any, report: Fields, do: Any
) -> None:
    number = api.post(**{**report, "service_code": "road", "attribute[damage]": "crack"}).json[0]["service_request_id"]
    do(number, Action.VERIFY, publish=True)
    none = installation.settings.open311.model_copy(update={"attributes": ()})
    later = attrs.evolve(installation, settings=installation.settings.model_copy(update={"open311": none}))

    assert connect(later).get(f"requests/{number}.json", extensions="true").json[0]["attributes"] == [
        {"label": "damage", "name": "damage", "value": "crack", "code": "crack"}
    ]
