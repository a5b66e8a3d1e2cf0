"""Parameters are read strictly, all faults at once; an empty one is as if it were not given."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from smartcity_complaints.open311.errors import Refusal, UnreadableError
from smartcity_complaints.open311.kinds import ONE_LINE_WITH_WORDS, Choice, Flag, Kind, Moment, Number, Text, Whole
from smartcity_complaints.open311.parameters import Pairs, Parameter, pairs_of, read

TABLE = (
    Parameter("words", Text(20), ""),
    Parameter("needed", Text(20, ONE_LINE_WITH_WORDS), "", required=True),
    Parameter("one", Choice(("open", "closed")), ""),
    Parameter("several", Choice(("open", "closed")), "", many=True, most=3),
    Parameter("number", Whole(1, 50), ""),
    Parameter("degrees", Number(-90, 90), ""),
    Parameter("flag", Flag(), ""),
    Parameter("moment", Moment(), ""),
)
NAMES = [parameter.name for parameter in TABLE]
GOOD: Pairs = [("needed", "x")]


def test_an_empty_parameter_is_as_if_it_were_not_given() -> None:
    without, _ = read(TABLE, GOOD)
    empty, faults = read(TABLE, [*GOOD, *((name, "") for name in NAMES if name != "needed")])

    assert faults == ()
    assert [empty[name] for name in NAMES] == [without[name] for name in NAMES]
    assert empty["several"] == ()


def test_a_parameter_nobody_knows_is_passed_over() -> None:
    assert read(TABLE, [*GOOD, ("utm_source", "x"), ("words[]", "y")])[1] == ()


def test_every_fault_is_found_in_one_pass() -> None:
    sent = [("words", "x" * 21), ("one", "shut"), ("number", "0"), ("degrees", "91"), ("flag", "yes"), ("moment", "today")]
    _, faults = read(TABLE, sent)

    assert [fault.parameter for fault in faults] == ["words", "needed", "one", "number", "degrees", "flag", "moment"]


def test_one_value_given_twice_is_a_fault_and_several_are_not() -> None:
    values, faults = read(TABLE, [*GOOD, ("number", "1"), ("number", "2"), ("several", "open"), ("several", "closed,open")])

    assert [fault.parameter for fault in faults] == ["number"]
    assert values["several"] == ("open", "closed")


def test_more_values_than_are_taken_are_a_fault() -> None:
    _, faults = read(TABLE, [*GOOD, ("several", "open,open,open,open")])

    assert [(fault.parameter, str(fault.reason)) for fault in faults] == [("several", "Give at most 3 values.")]


@given(st.lists(st.tuples(st.sampled_from([*NAMES, "other"]), st.text(max_size=30)), max_size=12))
def test_anything_sent_is_read_or_named_as_a_fault(pairs: Pairs) -> None:
    values, faults = read(TABLE, pairs)
    wrong = {fault.parameter for fault in faults}

    assert wrong <= set(NAMES)
    for name in wrong:
        assert values[name] in {None, ()}


@given(st.binary(max_size=200))
def test_any_bytes_are_pairs_or_refused(content: bytes) -> None:
    try:
        pairs = pairs_of(content)
    except Refusal:
        return
    for name, text in pairs:
        assert (name + text).encode().decode() == name + text


def test_what_is_no_utf8_is_refused() -> None:
    for content in (b"description=%FF%FE", b"description=\xff"):
        with pytest.raises(Refusal) as refused:
            pairs_of(content)
        assert "UTF-8" in str(refused.value.faults[0].reason)


def test_a_flood_of_parameters_is_refused() -> None:
    with pytest.raises(Refusal, match="400"):
        pairs_of(b"&".join(b"a=1" for _ in range(500)))


KINDS: list[Kind] = [
    Text(20), Text(20, ONE_LINE_WITH_WORDS), Choice(("open", "closed")), Whole(1, 50), Number(-90, 90), Number(), Flag(),
]  # fmt: skip


@given(
    st.sampled_from(KINDS),
    st.text(max_size=25) | st.sampled_from(["open", "7", "-3.5", "1e3", "true", "50", "90", "nan", "inf"]),
)
def test_code_and_published_schema_judge_alike(kind: Kind, text: str) -> None:
    """What the code reads fits the JSON Schema, and the other way round, for the values JSON and the text share."""
    schema = Draft202012Validator(kind.schema)
    try:
        value = kind.read(text)
    except UnreadableError:
        assert not schema.is_valid(text) or schema.schema["type"] != "string"
        return
    assert schema.is_valid(json.loads(json.dumps(value)))


@pytest.mark.parametrize(
    "text", ["1,5", "--1", "1e", "0x10", "\u0661", "1e999", "nan", "Infinity", "1_000", " 1", "1 ", "9" * 50]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        Number().read(text)


@pytest.mark.parametrize("text", ["0", "51", "-1", "1.0", "+1", "1e1", "", " 1", "²", "99999999999999"])
def test_what_is_no_whole_number_in_bounds_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError, match="from 1 to 50"):
        Whole(1, 50).read(text)
