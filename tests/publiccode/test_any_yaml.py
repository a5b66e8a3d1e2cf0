"""No bytes, however broken or hostile, make the reader of publiccode.yml crash, hang or fill the memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from pathlib import Path
from string import ascii_lowercase

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartcity_share.errors import DocumentError
from smartcity_share.publiccode import check, import_
from tests.publiccode.samples import FULL, text_of
from tests.readers import Reader, reading

MOST_FAULTS = 1001

READER = """
from smartcity_share.errors import DocumentError
from smartcity_share.publiccode import check, import_
def checking(content):
    result = check(content)
    return [len(result.errors), len(result.warnings), len(result.notices)]
def drafting(content):
    try:
        import_(content)
    except DocumentError:
        pass
STEPS = (checking, drafting)
"""


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """A process that checks a publiccode.yml and drafts a manifest from it."""
    with reading(READER) as made:
        yield made


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


def read(reader: Reader, before: bytes, unit: bytes = b"", times: int = 0, after: bytes = b"") -> list[int]:
    """Read a document within the bounds; return how many errors, warnings and notices it has."""
    counts = reader.read(before, unit, times, after)
    assert max(counts) <= MOST_FAULTS
    return counts


@pytest.mark.parametrize("name", list(HOSTILE))
def test_hostile_input_ends_soon_and_small(name: str, reader: Reader) -> None:
    assert read(reader, HOSTILE[name])[0] > 0


UNITS = st.sampled_from(
    [
        *(b"- ", b"? ", b"a: ", b"- - ", b"[", b"{", b"{a: ", b"[{", b"}", b"]", b"!", b"&a ", b"*a ", b"!!str ", b"%", b"# "),
        *(
            b"'",
            b'"',
            b'\\"',
            b"|\n ",
            b">\n ",
            b"\n",
            b"\r",
            b"\t",
            b" ",
            b"--- ",
            b"...\n",
            b"<<: *a\n",
            b"? [a]\n",
            b"&a [*a]\n",
        ),
        *(b"0", b"9" * 50, b"1e", b".", b"_", b"-1e9,", b"0x", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\x00"),
        *("👩\u200d".encode(), "e\u0301".encode(), "🇮".encode(), b"name: x\n", b"url: x\n", b"- {name: a, email: a@b.cd}\n"),
        *(
            b"a@",
            b"%41",
            b"a.",
            b"://",
            b"MIT OR ",
            b"(",
            b"en-",
            b"urn:a:",
            b"it, ",
            b"https://youtu.be/*, ",
            b"*.youtube.com/",
        ),
    ]
)
PLACES = st.sampled_from(
    [
        *(b"", b"name: ", b"url: ", b"url: https://", b'publiccodeYmlVersion: "', b"publiccodeYmlVersion: ", b"releaseDate: "),
        *(
            b"legal: {license: ",
            b"description: {en: {shortDescription: '",
            b"description: {",
            b"description:\n  en:\n    features:\n",
        ),
        *(b"maintenance: {type: none, contacts: [", b"organisation: {uri: ", b"supports: [{id: ", b"logo: ", b"inputTypes: ["),
        *(b"description: {en: {videos: [", b"description: {en: {videos: ['https://", b"intendedAudience: {countries: ["),
        *(b"localisation: {availableLanguages: [", b"a: &a {k: v}\n", b"a: &a [b]\n", b"isBasedOn: [", b"usedBy:\n"),
    ]
)
ENDS = st.sampled_from([b"", b"'", b'"', b"]", b"}", b"]}}", b"'}}", b"\n", b"\n- a\n", b": 1"])
SIZES = st.sampled_from([3, 100, 10_000, 1 << 19, (1 << 20) - 200, 10 << 20])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(before=PLACES, unit=st.lists(UNITS, min_size=1, max_size=3).map(b"".join), size=SIZES, after=ENDS)
def test_anything_repeated_anywhere_up_to_ten_megabytes(
    reader: Reader, before: bytes, unit: bytes, size: int, after: bytes
) -> None:
    read(reader, before, unit, max(1, size // len(unit)), after)


def test_a_file_that_is_too_large_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "publiccode.yml"
    with path.open("wb") as file:
        file.truncate(10 << 20)

    command = [sys.executable, "-m", "smartcity_share", "publiccode", "check", str(path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert len(ended.stdout.splitlines() + ended.stderr.splitlines()) < 5
    assert "Traceback" not in ended.stderr


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
