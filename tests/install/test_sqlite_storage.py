"""Every database of an instance is opened alike, and many of them do not pile up."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from smartcity_share.errors import MigrationError
from smartcity_share.install import Instance
from smartcity_share.install.layout import Layout
from smartcity_share.install.storage.sqlite import SqliteDatabase, SqliteDatabases, quick_check
from smartcity_share.install.storage.sqlite_data import SqliteDataStore


@pytest.fixture
def database(tmp_path: Path) -> SqliteDatabase:
    made = SqliteDatabase(tmp_path / "with space %20.sqlite", must_exist=False)
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE owner (id INTEGER PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE dog (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES owner(id))"))
    return made


@pytest.mark.parametrize(
    ("pragma", "wanted"),
    [("journal_mode", "wal"), ("foreign_keys", 1), ("synchronous", 2), ("busy_timeout", 30_000), ("trusted_schema", 0)],
)
def test_a_database_is_opened_with_the_settings_that_keep_it_whole(
    database: SqliteDatabase, pragma: str, wanted: object
) -> None:
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == wanted
    database.close()


def test_a_row_that_refers_to_nothing_is_refused(database: SqliteDatabase) -> None:
    with pytest.raises(IntegrityError), database.begin() as connection:
        connection.execute(text("INSERT INTO dog (owner) VALUES (9)"))
    database.close()


def test_a_block_that_fails_leaves_nothing_behind_tables_included(database: SqliteDatabase) -> None:
    def half() -> None:
        with database.begin() as connection:
            connection.execute(text("CREATE TABLE cat (id INTEGER)"))
            connection.execute(text("INSERT INTO owner (id) VALUES (1)"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM owner")).scalar() == 0
        assert connection.execute(text("SELECT count(*) FROM sqlite_master WHERE name = 'cat'")).scalar() == 0
    database.close()


def test_two_writers_wait_for_each_other(database: SqliteDatabase) -> None:
    """Each reads before it writes: without the write lock at the beginning one of them would fail."""

    def add(count: int) -> None:
        for _ in range(count):
            with database.begin() as connection:
                number = connection.execute(text("SELECT count(*) FROM owner")).scalar_one()
                connection.execute(text("INSERT INTO owner (id) VALUES (:id)"), {"id": number + 1})

    threads = [threading.Thread(target=add, args=(25,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT max(id) FROM owner")).scalar() == 100
    database.close()


def test_a_database_that_is_not_there_is_not_made_by_looking(tmp_path: Path) -> None:
    with pytest.raises(OperationalError), SqliteDatabase(tmp_path / "absent.sqlite").begin():
        pass
    assert list(tmp_path.iterdir()) == []


def test_the_longest_unused_database_is_closed_first_and_opens_again(tmp_path: Path) -> None:
    databases = SqliteDatabases(at_most=2)
    paths = [tmp_path / f"{number}.sqlite" for number in range(3)]
    for path in paths:
        with SqliteDatabase(path, must_exist=False).begin():
            pass
    first, second = databases.get(paths[0]), databases.get(paths[1])
    assert databases.get(paths[0]) is first
    databases.get(paths[2])
    assert databases.get(paths[0]) is first
    assert databases.get(paths[1]) is not second
    with second.begin() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1
    second.close()
    databases.close()


def test_a_damaged_database_is_told(tmp_path: Path, database: SqliteDatabase) -> None:
    assert quick_check(database.path) is None
    database.close()
    with closing(sqlite3.connect(database.path)) as connection, connection:
        connection.execute("INSERT INTO dog (owner) VALUES (9)")
    assert quick_check(database.path) == "a row of `dog` refers to a missing row of `owner`"
    (tmp_path / "no.sqlite").write_bytes(b"x" * 5000)
    assert quick_check(tmp_path / "no.sqlite") == "file is not a database"


def test_loaded_rows_that_refer_to_missing_ones_are_told_as_such(database: SqliteDatabase, tmp_path: Path) -> None:
    store = SqliteDataStore(Layout(tmp_path), SqliteDatabases(), "71.08", "parks", database.path)

    def load() -> None:
        with store.filling() as target:
            dog = next(table for table in target.tables() if table.name == "dog")
            target.fill(dog, ("id", "owner"), iter([(1, 7)]))

    with pytest.raises(MigrationError, match=r"After the rows of 71\.08/parks were loaded a row of `dog`") as caught:
        load()
    assert caught.value.hint == "Nothing was changed. Take another backup."


def test_every_database_of_an_instance_reaches_the_disk_at_each_commit_also_what_was_decided_about_rollouts(
    tmp_path: Path,
) -> None:
    with closing(Instance.create(tmp_path / "instance", ["71.08"])) as instance:
        for database in (instance.storage.accounts, instance.storage.jobs):
            with database.engine.connect() as connection:
                assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
