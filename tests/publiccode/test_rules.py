"""Every rule for every field fires on what breaks it and passes what keeps it.

The table of the reference page names these tests; a rule without values for one of the two fails it.
"""

from __future__ import annotations

from typing import Any

import pytest

from scripts.publiccode_reference import Row, rows
from smartcity_share.publiccode import Result, check
from smartcity_share.publiccode.kinds import Flag, Items, Kind, PerLanguage, Text
from tests.publiccode.samples import FULL, OF_FIELDS, SAMPLES, Sample, document_for, put, text_of

ROWS = list(rows())
STRUCTURE = {"type", "entries", "required", "not-empty", "deprecated"}
"""Rules that come from the kind of a field; their values are made here."""


def sample_of(row: Row) -> Sample:
    """The values for one rule of one field; ``...`` stands for a key that is not there."""
    there = _there(row.path)
    if row.rule == "type":
        sample = _of_type(row.field.kind, there)
    elif row.rule == "entries":
        sample = _of_entries(row.field.kind, there)
    elif row.rule == "required":
        sample = Sample("key-missing", [..., None, *([""] if isinstance(row.field.kind, Text) else [])], [there])
    elif row.rule == "not-empty":
        sample = Sample("value-too-short", [[] if isinstance(row.field.kind, Items) else {}], [there])
    elif row.rule == "deprecated":
        sample = Sample("key-deprecated", [there], [..., None])
    else:
        sample = OF_FIELDS.get((row.path, row.rule)) or SAMPLES[row.rule]
        if row.field.required:  # an empty value is missing, whatever else is wanted of it
            sample = sample._replace(bad=[value for value in sample.bad if value])
    return sample


def _of_type(kind: Kind, there: Any) -> Sample:
    bad: list[Any] = ["a", ["a"]]
    good: list[Any] = [there]
    if isinstance(kind, Text):
        # Single values of any type are taken for text, but where a number needs quotes.
        bad, good = ([0, 0.4, 0.7, True, ["0"]], ["0"]) if kind.strict else ([{"a": 1}, ["a"]], [there])
    elif isinstance(kind, Flag):
        bad, good = ["yes", "no", "on", "true", 1, []], [True, False]
    elif isinstance(kind, Items):
        bad = [{"a": 1}] if kind.alone else ["a", {"a": 1}]
        good = [there, there[0]] if kind.alone else [there]
    elif isinstance(kind, PerLanguage):
        bad = ["a", ["a"], {"en": "a"}]
    return Sample("value-type", bad, good)


def _of_entries(kind: Kind, there: Any) -> Sample:
    assert isinstance(kind, Items)
    return Sample("value-type", [[["a"]], [{"a": 1}] if isinstance(kind.item, Text) else ["a"]], [[*there, *there]])


def _there(path: str) -> Any:
    """The value of the field in the full file."""
    node: Any = document_for(path)
    for step in path.replace("<language>", "en").replace("[]", ".0").split("."):
        node = node[int(step) if isinstance(node, list) else step]
    return node


def checked(row: Row, value: Any) -> tuple[str, Result]:
    """The key of the field with a value in it, and what is found in a file that is valid but for this."""
    document = document_for(row.path)
    item = isinstance(row.field.kind, Items) and row.rule not in STRUCTURE
    key = put(document, row.path, [value] if item else value) + ("[0]" if item else "")
    return key, check(text_of(document))


@pytest.mark.parametrize("row", ROWS, ids=[row.test for row in ROWS])
def test_fires(row: Row) -> None:
    code, bad, _ = sample_of(row)

    assert bad
    for value in bad:
        key, result = checked(row, value)
        found = {"error": result.errors, "warning": result.warnings, "notice": result.notices}[row.level]
        inside = {fault.where.key: fault for fault in found if (fault.where.key or "").startswith(key)}
        assert code in {fault.code for fault in inside.values()}, f"{value!r} passes: {found}"
        assert all(fault.mend and fault.where.line and fault.where.column for fault in inside.values())
        assert result.valid == (row.level != "error")


@pytest.mark.parametrize("row", ROWS, ids=[row.test for row in ROWS])
def test_passes(row: Row) -> None:
    code, _, good = sample_of(row)

    assert good
    for value in good:
        key, result = checked(row, value)
        told = [fault for fault in (*result.errors, *result.warnings, *result.notices) if fault.code == code]
        assert [fault for fault in told if fault.where.key == key] == [], repr(value)
        assert result.errors == (), repr(value)


def test_the_full_file_is_valid_and_warned_of_what_is_deprecated_only() -> None:
    result = check(text_of(FULL))

    assert result.errors == ()
    assert {fault.code for fault in result.warnings} == {"key-deprecated"}


def test_every_sample_belongs_to_a_rule() -> None:
    asked = {(row.path, row.rule) for row in ROWS} - {(row.path, row.rule) for row in ROWS if row.rule in STRUCTURE}

    assert set(OF_FIELDS) <= asked
    assert set(SAMPLES) == {rule for path, rule in asked if (path, rule) not in OF_FIELDS}
