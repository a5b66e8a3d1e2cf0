"""YAML is read by version 1.2, with places, and no input raises, hangs or fills the memory."""

from __future__ import annotations

import time
import tracemalloc
from contextlib import suppress
from itertools import product
from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity_share.errors import DocumentError
from smartcity_share.publiccode import check, import_
from smartcity_share.publiccode.nodes import Mapping, Scalar
from smartcity_share.publiccode.reader import read_yaml
from tests.publiccode.samples import FULL, text_of


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *(
            (text, "text")
            for text in ("no", "yes", "on", "2026-01-31", "0.5.0", "1:30", "'0'", '"true"', "! 12", "!!str 1", "1_000")
        ),
        *((text, "whole number") for text in ("0", "-7", "0x1F", "0o17", "!!int '3'")),
        *((text, "number") for text in ("0.4", "1e3", ".5", "-.inf", ".NaN")),
        *((text, "true or false") for text in ("true", "False", "TRUE")),
        *((text, "nothing") for text in ("null", "~", "")),
    ],
)
def test_types_are_those_of_yaml_1_2(text: str, kind: str) -> None:
    root = read_yaml(f"key: {text}\n".encode(), "x").root

    assert isinstance(root, Mapping)
    value = root.value("key")
    assert isinstance(value, Scalar)
    assert value.type == kind


FILE = """\
publiccodeYmlVersion: "0"
name: Ü
landingUrl: https://example.org
description:
  en-US:
    shortDescription: Short
    features:
      - One
      - [two]
maintenance: {type: community}
"""


def test_places_and_keys_are_those_of_the_standard() -> None:
    found = {(fault.where.key, fault.where.line, fault.where.column) for fault in check(FILE).errors}

    assert ("landingUrl", 3, 1) in found
    assert ("description[en-US].longDescription", 6, 5) in found or ("description[en-US].longDescription", 5, 3) in found
    assert ("description[en-US].features[1]", 9, 9) in found
    assert ("maintenance.contacts", 10, 14) in found
    assert ("url", 1, 1) in found
    assert ("legal.license", 1, 1) in found


def test_line_ends_of_windows_do_not_matter() -> None:
    assert check(FILE.replace("\n", "\r\n")).as_json() == check(FILE).as_json()


def test_every_fault_is_told_at_once_in_the_order_of_the_file() -> None:
    errors = check(FILE).errors

    assert len(errors) > 8
    assert [fault.where.line for fault in errors] == sorted(fault.where.line or 0 for fault in errors)


LAUGHS = (
    "a: &a ["
    + ",".join(["lol"] * 9)
    + "]\n"
    + "".join(
        f"{name}: &{name} [{','.join(['*' + before] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
)

HOSTILE = {
    "a billion laughs": LAUGHS.encode(),
    "aliases in merge keys": (
        "a: &a {k: v}\n" + "".join(f"k{n}: {{<<: [{','.join(['*a'] * 99)}]}}\n" for n in range(900))
    ).encode(),
    "ten megabytes in one text": b"name: " + b"x" * 10_000_000,
    "a megabyte in one text": b"name: " + b"x" * 1_000_000,
    "a megabyte of one language": b'{"description": {"' + b"x" * 1_000_000 + b'": 1}}',
    "a megabyte of licence": b"legal: {license: " + b"(" * 1_000_000 + b"}",
    "a megabyte of mail": b"maintenance: {type: none, contacts: [{name: a, email: " + b"a." * 450_000 + b"@b.c}]}",
    "a megabyte of address": b"url: https://" + b"a." * 450_000,
    "a megabyte of version": b"publiccodeYmlVersion: " + b"9" * 1_000_000,
    "deep lists": b"[" * 500_000,
    "deep mappings": b"{a: " * 250_000,
    "deep blocks": b"".join(b" " * n + b"a:\n" for n in range(1400)),
    "many keys": b"".join(b"k%d: 1\n" % n for n in range(90_000)),
    "many entries": b"[" + b"1," * 500_000 + b"]",
    "many warnings": b"intendedAudience: {countries: [" + b"it," * 15_000 + b"]}",
    "many signs of families": "name: {}".format("👩‍👩‍👧" * 50_000).encode(),
    "a family of descriptions": ("description: {en: {shortDescription: " + "👩‍👩‍👧" * 50_000 + "}}").encode(),
    "nothing but question marks": b"? " * 400_000,
    "many languages": (
        "description: {"
        + "".join(f"{a}{b}{c}: {{features: [a]}}, " for a, b, c in product(ascii_lowercase[:16], repeat=3))
        + "}"
    ).encode(),
    "many contacts": ("maintenance: {type: none, contacts: [" + "{name: a, email: a@b.cd}," * 3_500 + "]}").encode(),
    "UTF-16": "name: x".encode("utf-16"),
    "control characters": b"name: \x00\x07",
    "half a character": "name: \ud800".encode("utf-8", "surrogatepass"),
    "an object of Python": b"name: !!python/object/apply:os.system [ls]",
}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_hostile_input_ends_soon_and_small(name: str) -> None:
    begun = time.process_time()
    check(HOSTILE[name])
    took = time.process_time() - begun
    tracemalloc.start()
    result = check(HOSTILE[name])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert not result.valid
    assert took < 2
    assert peak < 300 << 20
    assert len(result.errors) <= 1001


@pytest.mark.parametrize("name", list(HOSTILE))
def test_a_draft_of_hostile_input_ends_soon_or_is_refused(name: str) -> None:
    begun = time.process_time()
    with suppress(DocumentError):
        import_(HOSTILE[name])

    assert time.process_time() - begun < 2


def test_many_warnings_do_not_hide_an_error() -> None:
    document = {**FULL, "intendedAudience": {"countries": ["it"] * 3000}, "zzz": 1}

    assert "zzz" in {fault.where.key for fault in check(text_of(document)).errors}


WORDS = st.sampled_from([*FULL, *FULL["legal"], *FULL["maintenance"], "en", "en-US", "<<", "type", "name", "uri", "id"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=5), inner, max_size=6),
    max_leaves=30,
)


@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_end_in_a_result(content: bytes) -> None:
    result = check(content)

    assert result.valid == (
        not result.as_json()["results"] or {entry["type"] for entry in result.as_json()["results"]} == {"warning"}
    )


@given(st.text(alphabet="-?:,[]{}#&*!|>'\"%@` \n\tab0<~.\ufeff\r", max_size=80))
def test_any_yaml_ends_in_a_result(text: str) -> None:
    assert not check(text).valid


@given(st.dictionaries(WORDS, VALUES, max_size=12))
def test_any_tree_ends_in_a_result_and_a_draft_or_a_document_error(document: dict[str, object]) -> None:
    text = text_of(document)

    check(text)
    with suppress(DocumentError):
        assert import_(text.encode("utf-8", "surrogatepass")).text
