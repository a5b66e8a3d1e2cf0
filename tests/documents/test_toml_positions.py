"""Every key and element of a TOML document is placed, whatever way it is written."""

from __future__ import annotations

import pytest

from smartcity_share.documents.toml import TomlDocument, dotted

TEXT = """\
title = "ü" # a comment, = "no value"
"quoted key".inner = "z"
[table.'other key']
list = [1, {name = 1, c = 2, d.e = [3]}, # a comment
  "third"]
[[entry]]
x = 1
[entry.sub]
y = 1
[[entry]]
[[entry.inner]]
z = 1
[entry.inner.deep]
w.v = 1
"""


@pytest.mark.parametrize(
    ("key", "line", "column"),
    [
        (("title",), 1, 1),
        (("quoted key",), 2, 1),
        (("quoted key", "inner"), 2, 14),
        (("table", "other key"), 3, 2),
        (("table", "other key", "list", 0), 4, 9),
        (("table", "other key", "list", 1), 4, 12),
        (("table", "other key", "list", 1, "c"), 4, 23),
        (("table", "other key", "list", 1, "d", "e", 0), 4, 37),
        (("table", "other key", "list", 2), 5, 3),
        (("entry", 0), 6, 3),
        (("entry", 0, "sub", "y"), 9, 1),
        (("entry", 1), 10, 3),
        (("entry", 1, "inner", 0, "z"), 12, 1),
        (("entry", 1, "inner", 0, "deep", "w", "v"), 14, 3),
    ],
)
def test_a_key_is_found_where_it_is_written(key: tuple[str | int, ...], line: int, column: int) -> None:
    where = TomlDocument.parse(TEXT.encode(), "d.toml").locate(key)

    assert (where.file, where.line, where.column) == ("d.toml", line, column)


def test_columns_count_characters_not_bytes() -> None:
    where = TomlDocument.parse('a = {"éü" = 1, b = 2}'.encode(), "d").locate(("a", "b"))

    assert where.column == 16


def test_an_absent_key_is_placed_at_its_nearest_ancestor_under_its_own_name() -> None:
    where = TomlDocument.parse(TEXT.encode(), "d.toml").locate(("entry", 1, "title"))

    assert (where.line, where.key) == (10, "entry[2].title")


def test_an_absent_key_of_the_top_is_placed_at_the_beginning() -> None:
    where = TomlDocument.parse(b"a = 1", "d").locate(("b",))

    assert (where.line, where.column, where.key) == (1, 1, "b")


def test_places_hold_with_a_byte_order_mark_and_windows_line_ends() -> None:
    document = TomlDocument.parse(b"\xef\xbb\xbfa = 1\r\nb = 2\r\n", "d")

    assert document.data == {"a": 1, "b": 2}
    assert document.locate(("a",))[1:3] == (1, 1)
    assert document.locate(("b",))[1:3] == (2, 1)


def test_keys_are_shown_with_1_based_elements_and_odd_names_quoted() -> None:
    assert dotted(("role", 1, "title", "zh-Hant", "a b")) == "role[2].title.zh-Hant.'a b'"
