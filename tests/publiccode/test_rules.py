"""Every rule for every field fires on what breaks it and passes what keeps it."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.publiccode_reference import Row, rows
from smartcity_share.errors import Fault
from smartcity_share.publiccode import check
from smartcity_share.publiccode.kinds import Flag, Items, Table, Text
from tests.publiccode.samples import FULL, PICTURES, SAMPLES, Sample, document_for, put, text_of

ROWS = list(rows())


def sample_of(row: Row) -> Sample:
    """The values for one rule of one field; ``...`` stands for a key that is not there."""
    kind = row.field.kind
    if row.rule == "type":
        return _of_type(row)
    if row.rule == "required":
        return Sample("key-missing", [..., None, *([""] if isinstance(kind, Text) else [])], [])
    if row.rule == "not-empty":
        return Sample("value-too-short", [[] if isinstance(kind, Items) else {}], [])
    if row.rule == "deprecated":
        return Sample("key-deprecated", [FULL["IT"] if isinstance(kind, Table) else _good(row.path)], [...])
    sample = PICTURES[row.path] if row.rule == "picture-kind" else SAMPLES[row.rule]
    # Of a required field an empty value is missing, whatever else is wanted of it.
    return sample._replace(bad=[value for value in sample.bad if value]) if row.field.required else sample


def _of_type(row: Row) -> Sample:
    kind = row.field.kind
    bad: list[Any] = ["a", ["a"]]
    good: list[Any] = []
    if isinstance(kind, Text) and kind.strict:
        bad, good = [0, 0.4, True, ["0"]], ["0"]
    elif isinstance(kind, Text):
        bad, good = [{"a": 1}, ["a"]], [12, True, "12"]
    elif isinstance(kind, Flag):
        bad, good = ["yes", "true", 1, []], [True, False]
    elif isinstance(kind, Items):
        bad, good = ([{"a": 1}], ["https://example.org"]) if kind.alone else (["a", {"a": 1}], [])
    return Sample("value-type", bad, good)


def _good(path: str) -> Any:
    node: Any = document_for(path)
    for step in path.replace("<language>", "en").split("."):
        node = node[step]
    return node


def findings(row: Row, value: Any) -> tuple[str, tuple[Fault, ...]]:
    """The key of the field with a value in it, and what is found of the level of the rule."""
    document = document_for(row.path)
    item = isinstance(row.field.kind, Items) and row.rule not in ("type", "required", "not-empty", "deprecated")
    key = put(document, row.path, [value] if item else value) + ("[0]" if item else "")
    result = check(text_of(document))
    return key, {"error": result.errors, "warning": result.warnings, "notice": result.notices}[row.level]


@pytest.mark.parametrize("row", ROWS, ids=[row.test for row in ROWS])
def test_rules(row: Row) -> None:
    code, bad, good = sample_of(row)

    assert bad
    for value in bad:
        key, found = findings(row, value)
        inside = {fault.where.key: fault for fault in found if (fault.where.key or "").startswith(key)}
        # Of a section that is not there, what it has to hold is told.
        assert code in {fault.code for fault in inside.values()}, f"{value!r} passes: {found}"
        assert all(fault.mend and fault.where.line and fault.where.column for fault in inside.values())
        if row.level == "error":
            assert not (set(inside) - {key}) or row.rule == "required" or isinstance(row.field.kind, Table)
    for value in good:
        key, found = findings(row, value)
        assert [fault for fault in found if (fault.where.key or "").startswith(key) and fault.code == code] == []


def test_the_full_file_is_valid_and_warned_of_what_is_deprecated_only() -> None:
    result = check(text_of(FULL))

    assert result.errors == ()
    assert {fault.code for fault in result.warnings} == {"key-deprecated"}


OTHERS = [row for row in ROWS if row.rule in SAMPLES and not row.rule.startswith("at-") and SAMPLES[row.rule].good]


@pytest.mark.parametrize("row", OTHERS, ids=[row.test for row in OTHERS])
def test_a_value_that_keeps_a_rule_leaves_the_file_valid(row: Row) -> None:
    for value in SAMPLES[row.rule].good:
        _, errors = findings(row._replace(level="error"), value)

        assert errors == (), repr(value)


def test_every_sample_belongs_to_a_rule() -> None:
    assert set(SAMPLES) == {row.rule for row in ROWS} - {"type", "required", "not-empty", "deprecated", "picture-kind"}
    assert set(PICTURES) == {row.path for row in ROWS if row.rule == "picture-kind"}
