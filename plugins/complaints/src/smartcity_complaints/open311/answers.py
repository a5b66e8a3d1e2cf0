"""Answers to the further questions of a kind, kept beside the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import attrs
from sqlalchemy import Connection, insert, select

from smartcity_complaints import model
from smartcity_complaints.open311.settings import Attribute, Open311Settings

MEDIA: Final = "media_url"
"""The code under which the address of a picture elsewhere is kept: it is shown to officials and never fetched."""

_CHUNK: Final = 500


@attrs.frozen
class Answer:
    """One value that was answered.

    Attributes:
        code: Code of the attribute.
        value: The value; of a list the key of the choice.
    """

    code: str
    value: str


@attrs.frozen
class Labelled:
    """An answer with the words of the settings.

    Attributes:
        code: Code of the attribute.
        question: What was asked; the code where the settings no longer have it.
        key: The value as it was sent.
        text: The value as people read it.
    """

    code: str
    question: str
    key: str
    text: str


def keep(connection: Connection, report_id: int, answers: Sequence[Answer]) -> None:
    """Keep the answers of a report."""
    rows = [
        {"report_id": report_id, "sequence": sequence, "code": answer.code, "value": answer.value}
        for sequence, answer in enumerate(answers, start=1)
    ]
    if rows:
        connection.execute(insert(model.answer), rows)


def answers_of(connection: Connection, report_ids: Sequence[int]) -> dict[int, tuple[Answer, ...]]:
    """Return the answers of some reports, by report; one without answers has an empty tuple."""
    found: dict[int, tuple[Answer, ...]] = dict.fromkeys(report_ids, ())
    table = model.answer.c
    for start in range(0, len(report_ids), _CHUNK):
        query = (
            select(table.report_id, table.code, table.value)
            .where(table.report_id.in_(report_ids[start : start + _CHUNK]))
            .order_by(table.report_id, table.sequence)
        )
        for report_id, code, value in connection.execute(query):
            found[report_id] = (*found[report_id], Answer(code, value))
    return found


def labelled(settings: Open311Settings, service: str, answers: Sequence[Answer], language: str) -> tuple[Labelled, ...]:
    """Return answers with the words of the settings as they are now."""
    attributes = {attribute.code: attribute for attribute in settings.attributes_of(service)}
    return tuple(_labelled(attributes, answer, language) for answer in answers)


def _labelled(attributes: Mapping[str, Attribute], answer: Answer, language: str) -> Labelled:
    attribute = attributes.get(answer.code)
    if attribute is None:
        return Labelled(answer.code, answer.code, answer.value, answer.value)
    names = {choice.key: choice.title.text_in(language) for choice in attribute.choices}
    question = attribute.question.text_in(language)
    return Labelled(answer.code, question, answer.value, names.get(answer.value, answer.value))
