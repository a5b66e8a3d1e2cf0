"""Every fault of a document against its model is a plain sentence with its place and its mend."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Literal

import pytest
from pydantic import AfterValidator, Field

from smartcity_share.documents.model import DocumentModel, validate
from smartcity_share.documents.shapes import EmailAddress, Flag, Identifier, LanguageCode, Line, Text, WebAddress, Whole, fault
from smartcity_share.documents.toml import TomlDocument
from smartcity_share.errors import Fault


class Colour(StrEnum):
    """An enum."""

    RED = "red"
    GREEN = "green"


def _even(value: int) -> int:
    if value % 2:
        raise fault("number-odd", f"{value} is odd {{braces}}", "Add one.")
    return value


def _short(value: str) -> str:
    if len(value) > 3:
        raise ValueError("Wanted three letters")
    return value


class Entry(DocumentModel):
    """A table in an array."""

    id: Identifier
    """The id of the entry."""
    many: Literal[
        "apple", "pear", "plum", "cherry", "quince", "fig", "date", "lemon", "lime", "melon", "mango", "papaya", "durian"
    ] = "apple"  # fmt: skip
    """More values than are listed."""


class Document(DocumentModel):
    """A document with one key of each kind."""

    title: dict[LanguageCode, Line] = Field(default_factory=dict)
    text: Text = "x"
    flag: Flag = False
    whole: Whole = Field(default=2, ge=1, le=10)
    ratio: float = 0.5
    day: dt.date | None = None
    moment: dt.datetime | None = None
    hour: dt.time | None = None
    kind: Literal["app", "connector"] = "app"
    colour: Colour | None = None
    entries: tuple[Entry, ...] = Field(default=(), alias="entry", max_length=3)
    list_: list[Line] = Field(default=["a"], alias="list", min_length=1)
    either: str | tuple[str, ...] = ""
    deeper: str | dict[str, str] | None = None
    even: Annotated[int, AfterValidator(_even)] = 2
    short: Annotated[str, AfterValidator(_short)] = ""
    limited: Annotated[str, Field(max_length=4, pattern="^[a-z]*$")] = ""
    mail: EmailAddress | None = None
    site: WebAddress | None = None
    inner: Entry | None = None


def faults(text: str) -> list[Fault]:
    """The faults of a document; each has a line and a mend."""
    model, found = validate(Document, TomlDocument.parse(text.encode(), "d.toml"))
    assert (model is None) == bool(found)
    assert all(fault.where.line and fault.mend for fault in found)
    return found


def the_fault(text: str) -> tuple[str, str, str]:
    """Code, message and mend of a document's one fault."""
    (found,) = faults(text)
    return found.code, found.message, found.mend


@pytest.mark.parametrize(
    ("text", "code", "message", "mend"),
    [
        ("titel = {}", "key-unknown", "`titel` is not a known key", "Did you mean `title`?"),
        ("flag = 'yes'", "value-type", 'Found the text "yes"; wanted true or false', "Write true or false"),
        ("flag = 1", "value-type", "Found the number 1; wanted true or false", "small letters"),
        ("whole = '3'", "value-type", 'Found the text "3"; wanted a whole number', "without quotes"),
        ("whole = true", "value-type", "Found true; wanted a whole number", "without quotes"),
        ("whole = 1.5", "value-invalid", "Found 1.5; wanted a whole number", "fraction"),
        ("whole = 0", "value-invalid", "Found 0; wanted at least 1", "Correct"),
        ("whole = 11", "value-invalid", "Found 11; wanted at most 10", "Correct"),
        ("ratio = 'x'", "value-type", 'Found the text "x"; wanted a number', "without quotes"),
        ("text = 3", "value-type", "Found the number 3; wanted text", "double quotes"),
        ("text = 2026-01-31", "value-type", "Found the date 2026-01-31; wanted text", "double quotes"),
        ("text = ' '", "value-invalid", '" " is not text', "Write the text"),
        ('text = "\\u001b[31m"', "value-invalid", "control characters", "Write the text"),
        ("day = 'soon'", "value-type", 'Found the text "soon"; wanted a date', "2026-01-31"),
        ("day = 2026-01-31T08:00:00", "value-invalid", "wanted a date", "2026-01-31"),
        ("moment = []", "value-type", "Found an empty list; wanted a date and time", "without quotes"),
        ("hour = 'x'", "value-type", 'Found the text "x"; wanted a time', "08:00:00"),
        ("kind = 'ap'", "value-not-allowed", '"ap" is not an allowed value', "Did you mean `app`? Allowed: app, connector."),
        ("kind = 3", "value-not-allowed", "Found the number 3; wanted text", "Allowed: app, connector."),
        ("colour = 'gren'", "value-not-allowed", '"gren" is not an allowed value', "Did you mean `green`? Allowed:"),
        ("entry = 'x'", "value-type", 'Found the text "x"; wanted a list', "[[…]]"),
        ("entry = ['x']", "value-type", 'Found the text "x"; wanted a table', "{ key = value }"),
        ("inner = 'x'", "value-type", 'Found the text "x"; wanted a table', "[table]"),
        ("inner = {}", "key-missing", "`id` is missing in `inner`", "Add `id`: the id of the entry."),
        ("inner = {id = 'a', idd = 1}", "key-unknown", "`idd` is not a known key in `inner`", "Did you mean `id`?"),
        ("inner = {id = 'a', zzz = 1}", "key-unknown", "`zzz` is not a known key in `inner`", "Known keys: id, many."),
        ("inner = {id = 'A b'}", "value-invalid", '"A b" is not an id', "`public-works`"),
        ("inner = {id = 'a', many = 'mangoo'}", "value-not-allowed", '"mangoo" is not an allowed', "mean `mango`?"),
        ("list = []", "value-too-short", "Found 0 entries; wanted at least 1", "Add"),
        ('list = ["a", "b\\nc"]', "value-invalid", "is not one line of text", "one line"),
        ("entry = [{id='a'},{id='b'},{id='c'},{id='d'}]", "value-too-long", "Found 4 entries; wanted at most 3", "Shorten"),
        ("limited = 'abcde'", "value-too-long", "Found 5 characters; wanted at most 4", "Shorten"),
        ("limited = 'A'", "value-invalid", '"A" is not a valid value here', "reference page"),
        ("title = {ID = 'x'}", "value-invalid", '"ID" is not a BCP 47 language code', "`id`"),
        ("title = {id = ''}", "value-invalid", '"" is not one line of text', "not blank"),
        ("title = 'x'", "value-type", 'Found the text "x"; wanted a table', "{ key = value }"),
        ("either = 1", "value-type", "Found the number 1; wanted text or a list", "one of these"),
        ("deeper = {a = 1}", "value-type", "Found the number 1; wanted text", "double quotes"),
        ("even = 3", "number-odd", "3 is odd {braces}", "Add one."),
        ("short = 'abcd'", "value-invalid", "Wanted three letters", "Correct the value."),
        ("mail = 'x'", "value-invalid", '"x" is not an e-mail address', "@"),
        ("site = 'example.org'", "value-invalid", '"example.org" is not a web address', "https://"),
        ("x = {a = 1}", "extension-invalid", "`x.a` is not a table", "reverse domain name"),
    ],
)  # fmt: skip
def test_a_fault_says_what_was_found_what_was_wanted_and_what_to_do(text: str, code: str, message: str, mend: str) -> None:
    found = the_fault(text)

    assert found[0] == code
    assert message in found[1]
    assert mend in found[2]


def test_all_faults_are_told_in_one_pass_in_the_order_of_the_document() -> None:
    text = "flag = 1\nzzz = 1\nwhole = 0\n[[entry]]\nid = 'a'\n[[entry]]\nid = 3\nmany = 'zz'\n"

    assert [(fault.where.line, fault.where.key) for fault in faults(text)] == [
        (1, "flag"),
        (2, "zzz"),
        (3, "whole"),
        (7, "entry[2].id"),
        (8, "entry[2].many"),
    ]


def test_no_branch_of_a_union_is_told_beside_the_one_that_got_further() -> None:
    assert [fault.where.key for fault in faults("deeper = {a = 1, b = 2}")] == ["deeper.a", "deeper.b"]


def test_no_fault_speaks_of_the_library_behind_the_model() -> None:
    text = "text = 1\nflag = ''\nkind = ''\nlist = ''\neither = {}\nentry = [1]\nday = true\n"

    for found in faults(text):
        assert not any(
            word in f"{found.message} {found.mend}".casefold() for word in ("pydantic", "input", "valid string", "dict")
        )


def test_extensions_are_kept_in_every_table() -> None:
    model, found = validate(
        Document, TomlDocument.parse(b"[x.id.go.example]\na = 1\n[inner]\nid = 'a'\n[inner.x.'org.example']\nb = 2", "d")
    )

    assert found == []
    assert model is not None
    assert model.x == {"id": {"go": {"example": {"a": 1}}}}
    assert model.inner is not None
    assert model.inner.x == {"org.example": {"b": 2}}


def test_unknown_keys_can_be_kept_instead_of_told() -> None:
    document = TomlDocument.parse(b"new = 1\n[inner]\nid = 'a'\nnew = 2", "d")

    model, found = validate(Document, document, keep_unknown=True)

    assert found == []
    assert model is not None
    assert model.model_extra == {"new": 1}
    assert model.inner is not None
    assert model.inner.model_extra == {"new": 2}


def test_a_validated_document_cannot_be_changed() -> None:
    model, _ = validate(Document, TomlDocument.parse(b"whole = 3", "d"))

    assert model is not None
    with pytest.raises(ValueError, match="frozen"):
        model.whole = 4
