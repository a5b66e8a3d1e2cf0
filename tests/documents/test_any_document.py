"""Whatever bytes come, reading and validating ends in a document, in faults, or in a DocumentError."""

from __future__ import annotations

from typing import Any

import tomlkit
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import Field

from smartcity_share.documents.model import DocumentModel, validate
from smartcity_share.documents.shapes import Flag, Identifier, LanguageCode, Line
from smartcity_share.documents.toml import TomlDocument
from smartcity_share.errors import DocumentError

SLOW = settings(max_examples=200, deadline=None)

keys = st.sampled_from(["title", "role", "id", "flag", "x", "either", "a b", "é", ""]) | st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=5
)
values: st.SearchStrategy[Any] = st.recursive(
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)


class Role(DocumentModel):
    """A table in an array."""

    id: Identifier
    either: str | dict[str, str] = ""


class Document(DocumentModel):
    """A document with arrays, texts per language and unions."""

    title: dict[LanguageCode, Line] = Field(default_factory=dict)
    roles: tuple[Role, ...] = Field(default=(), alias="role")
    flag: Flag = False
    either: str | tuple[Role, ...] = ""


def judge(content: bytes) -> None:
    """Read and validate; fail on any other exception, and on a fault without place or mend."""
    refused: DocumentError | None = None
    try:
        document = TomlDocument.parse(content, "d")
    except DocumentError as error:
        refused = error
    if refused is not None:
        assert len(refused.faults) == 1
        return
    model, faults = validate(Document, document)
    assert (model is None) == bool(faults)
    for fault in faults:
        assert fault.where.line is not None
        assert fault.where.line <= document.text.count("\n") + 1
        assert fault.mend
        assert fault.message


@SLOW
@given(st.binary(max_size=200))
@example(b"\xef\xbb\xbf")
@example(b"\r")
@example(b"[[a.b]]\n[a.b.c]\n[[a.b.c]]")
@example(b"x = {a.b.c = 1}\nrole = [[]]")
@example("role = [{\u00e9 = 1}]".encode())
def test_arbitrary_bytes(content: bytes) -> None:
    judge(content)


@SLOW
@given(st.text("[]{}.=\"'\n\\#, ax1\t", max_size=60))
def test_text_that_is_nearly_toml(text: str) -> None:
    judge(text.encode())


@SLOW
@given(st.dictionaries(keys, values, max_size=5))
def test_arbitrary_toml(data: dict[str, Any]) -> None:
    judge(tomlkit.dumps(data).encode())


@SLOW
@given(st.dictionaries(keys.filter(bool), values, min_size=1, max_size=4))
def test_every_key_of_a_document_is_placed_on_a_line_that_holds_it(data: dict[str, Any]) -> None:
    document = TomlDocument.parse(tomlkit.dumps(data).encode(), "d")
    lines = document.text.split("\n")

    for key, value in document.data.items():
        line = document.locate((key,)).line
        assert line is not None
        assert key in lines[line - 1] or not key.isascii() or value == {} or '"' in lines[line - 1] or "'" in lines[line - 1]
