"""A document that cannot be read is one fault with its place and mend, and never a traceback."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from smartcity_share.documents.toml import MAX_BYTES, TomlDocument
from smartcity_share.errors import DocumentError, Fault, ManifestError


def fault_of(content: bytes) -> Fault:
    """The one fault of a document that cannot be read."""
    with pytest.raises(DocumentError) as caught:
        TomlDocument.parse(content, "d.toml")
    (fault,) = caught.value.faults
    assert fault.mend
    assert fault.where.file == "d.toml"
    return fault


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        (b"a = 1\nb = yes\n", 2, 5),
        (b"a = 1 b = 2", 1, 7),
        (b'a = "x\ny"', 1, 7),
        (b"a = 1\nb =", 2, 4),
        (b'a = "C:\\dir"', 1, 9),
        (b'a = "\x00"', 1, 6),
        (b"a = [1,\n2", 2, 2),
        (b"a = 2024-13-45", 1, 9),
    ],
)
def test_wrong_notation_is_told_with_line_and_column(content: bytes, line: int, column: int) -> None:
    fault = fault_of(content)

    assert (fault.code, fault.where.line) == ("toml-syntax", line)
    assert fault.where.column is not None
    assert abs(fault.where.column - column) <= 1


@pytest.mark.parametrize(
    ("content", "key", "line", "first"),
    [
        (b"a = 1\na = 2", "a", 2, 1),
        (b"[a]\nx = 1\n[a]\n", "a", 3, 1),
        (b"a = {b = {c = 1,\tc = 2}}", "a.b.c", 1, 1),
        (b"[[r]]\nx = 1\n[[r]]\nx = 1\nx = 2", "r[2].x", 5, 4),
    ],
)
def test_a_key_given_twice_names_both_lines(content: bytes, key: str, line: int, first: int) -> None:
    fault = fault_of(content)

    assert (fault.code, fault.where.key, fault.where.line) == ("key-repeated", key, line)
    assert f"line {first}" in fault.message


@pytest.mark.parametrize("content", [b"a.b = 1\n[a]\n", b"[[a]]\n[a]\n", b"a = {b = 1}\n[a.c]\n"])
def test_a_table_defined_in_two_ways_is_told(content: bytes) -> None:
    fault = fault_of(content)

    assert (fault.code, fault.where.line) == ("key-repeated", 2)


def test_bytes_that_are_not_utf8_are_told_with_offset_and_line() -> None:
    fault = fault_of(b'\xef\xbb\xbfa = 1\nb = "caf\xe9"\n')

    assert (fault.code, fault.where.line) == ("document-not-utf8", 2)
    assert "0xE9 at offset 17" in fault.message


@pytest.mark.parametrize("mark", ["utf-16-le", "utf-16-be"])
def test_a_file_saved_as_utf16_is_told(mark: str) -> None:
    fault = fault_of("\ufeffa = 1".encode(mark))

    assert fault.code == "document-not-utf8"
    assert "UTF-16" in fault.message


def test_a_document_that_is_too_large_is_refused() -> None:
    assert fault_of(b"#" * (MAX_BYTES + 1)).code == "document-too-large"
    assert TomlDocument.parse(b"#" * MAX_BYTES, "d").data == {}


@pytest.mark.parametrize("content", [b"a = " + b"[" * 100_000, b"a = " + b"{b=" * 50_000, b"a = " + b"[" * 900 + b"]" * 900])
def test_deep_nesting_is_refused(content: bytes) -> None:
    assert fault_of(content).code == "toml-too-deep"


@pytest.mark.parametrize("content", [b".".join([b"a"] * 100_000) + b" = 1", b"[" + b'"a" . ' * 200 + b"a]"])
def test_a_dotted_key_of_many_parts_is_refused_at_once(content: bytes) -> None:
    begun = time.process_time()

    assert fault_of(content).code == "toml-too-deep"
    assert time.process_time() - begun < 5


def test_a_number_of_thousands_of_digits_is_a_fault() -> None:
    assert fault_of(b"a = " + b"9" * 6000).code == "toml-syntax"


@pytest.mark.parametrize(
    ("name", "code"),
    [("missing.toml", "file-missing"), (".", "file-unreadable"), ("bad\0name", "file-unreadable")],
)
def test_a_path_that_cannot_be_read_is_a_fault(tmp_path: Path, name: str, code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        TomlDocument.read(tmp_path / name)

    assert [fault.code for fault in caught.value.faults] == [code]


def test_the_class_of_the_error_and_the_label_are_the_callers(tmp_path: Path) -> None:
    path = tmp_path / "smartcity.toml"
    path.write_bytes(b"=")

    with pytest.raises(ManifestError) as caught:
        TomlDocument.read(path, "my label", error=ManifestError)

    assert caught.value.faults[0].where.file == "my label"
    assert str(caught.value) == "1 fault in my label"


def test_a_document_without_fault_loads_no_syntax_tree() -> None:
    import subprocess

    code = (
        "import sys; from smartcity_share.documents.toml import TomlDocument; TomlDocument.parse(b'a = 1', 'd');"
        "print([name for name in sys.modules if name.startswith(('tree_sitter', 'pydantic', 'rapidfuzz'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
