"""An export keeps every value as it is, and anything missing from it is noticed."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity_share.install.export import _cell, _count_rows, _write_csv, export_tables, export_trouble, write_list
from smartcity_share.install.layout import Layout
from smartcity_share.install.storage.sqlite import SqliteDatabases
from smartcity_share.install.storage.sqlite_data import SqliteDataStore

NOW = datetime(2026, 3, 2, tzinfo=UTC)

values = st.one_of(
    st.none(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.text(st.characters(codec="utf-8"))
)


@given(st.lists(st.tuples(values, values), max_size=8))
def test_any_row_is_counted_once_and_read_back_by_the_csv_module(rows: list[tuple[object, object]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            assert _write_csv(file, ["a", "b"], rows) == len(rows)
        assert _count_rows(path) == len(rows)
        with path.open(encoding="utf-8", newline="") as file:
            read = list(csv.reader(file))[1:]
    assert read == [
        ["" if value is None else value if isinstance(value, str) else repr(value) for value in row] for row in rows
    ]


def test_null_and_empty_text_are_told_apart_and_bytes_are_base64() -> None:
    assert [_cell(value) for value in (None, "", 'a"b', b"\0\1", 1.5)] == ["", '""', '"a""b"', "AAE=", "1.5"]


@pytest.fixture
def data(tmp_path: Path) -> SqliteDataStore:
    made = SqliteDataStore(Layout(tmp_path), SqliteDatabases(), "71.08", "parks")
    path = made.path
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(
            'CREATE TABLE "odd name/../x" (id INTEGER PRIMARY KEY AUTOINCREMENT, "a ""b""" TEXT, c BLOB);'
            "CREATE TABLE empty (id INTEGER);"
        )
        connection.execute('INSERT INTO "odd name/../x" ("a ""b""", c) VALUES (?, ?)', ("line\r\nbreak", b"\xff"))
    return made


def exported(tmp_path: Path, data: SqliteDataStore) -> Path:
    target = tmp_path / "out"
    rows = export_tables(data, target / "tables")
    write_list(target, {"rows": rows}, NOW)
    return target


def test_tables_of_any_name_are_exported_inside_the_folder(tmp_path: Path, data: SqliteDataStore) -> None:
    target = exported(tmp_path, data)
    names = sorted(path.name for path in (target / "tables").iterdir())
    assert len(names) == 3
    assert names[0] == "empty.csv"
    assert names[1].startswith("odd_name____x-")
    assert (target / "tables" / names[1]).read_bytes() == b'"id","a ""b""","c"\r\n1,"line\r\nbreak",/w==\r\n'
    assert export_trouble(target, data) is None


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda target: (target / "tables" / "empty.csv").unlink(), "empty.csv is missing"),
        (lambda target: (target / "tables" / "empty.csv").write_text("x"), "empty.csv is not what was written"),
        (lambda target: (target / "export.json").unlink(), "export.json cannot be read"),
        (lambda target: (target / "export.json").write_text("{}"), "export.json cannot be read"),
    ],
)
def test_a_file_that_is_missing_or_changed_is_noticed(tmp_path: Path, data: SqliteDataStore, damage: object, told: str) -> None:
    target = exported(tmp_path, data)
    damage(target)  # type: ignore[operator]
    assert told in str(export_trouble(target, data))


def test_a_row_that_came_after_the_export_is_noticed(tmp_path: Path, data: SqliteDataStore) -> None:
    target = exported(tmp_path, data)
    with closing(sqlite3.connect(data.path)) as connection, connection:
        connection.execute("INSERT INTO empty VALUES (1)")
    assert export_trouble(target, data) == "table empty has 1 rows, 0 were exported"
