"""The database of an installation is made, migrated, kept, put aside and put back: each again after a crash, none half."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, insert, select, text

from smartcity_share import DatabaseSchema
from smartcity_share.errors import MigrationError
from smartcity_share.install.storage.port import DataStore, Storage
from smartcity_share.install.storage.postgres import run
from smartcity_share.install.storage.postgres_data import PostgresDataStore
from tests.postgresql import programs

metadata = MetaData()
park = Table("park", metadata, Column("id", Integer, primary_key=True), Column("name", String(80), nullable=False))
tree = Table("tree", metadata, Column("id", Integer, primary_key=True), Column("park", ForeignKey("park.id"), nullable=False))

FIRST = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0001", None
def upgrade():
    op.create_table("park", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(80), nullable=False))
    of_park = sa.Column("park", sa.Integer, sa.ForeignKey("park.id"), nullable=False)
    op.create_table("tree", sa.Column("id", sa.Integer, primary_key=True), of_park)
"""
SECOND = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0002", "0001"
def upgrade():
    with op.batch_alter_table("park") as table:
        table.add_column(sa.Column("area", sa.Integer, nullable=False, server_default="7"))
        table.create_unique_constraint("one_name", ["name"])
    op.execute("UPDATE park SET name = name || ' 50%'")
    op.create_index("ix_tree_park", "tree", ["park"])
"""
READS = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0002", "0001"
def upgrade():
    for number, name in op.get_bind().execute(sa.text("SELECT id, name FROM park")).all():
        op.get_bind().execute(sa.text("UPDATE park SET name = :name WHERE id = :id"), {"name": name.upper(), "id": number})
"""


class Package:
    """A package of migrations that can be extended."""

    def __init__(self, folder: Path) -> None:
        self.versions = folder / "migrations" / "versions"
        self.versions.mkdir(parents=True)
        (folder / "__init__.py").touch()
        (self.versions / "0001_first.py").write_text(FIRST, encoding="utf-8")
        self.schema = DatabaseSchema(metadata, f"{folder.name}:migrations")

    def add(self, content: str) -> None:
        (self.versions / "0002_second.py").write_text(content, encoding="utf-8")


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Package]:
    name = "smartcity_test_data_store"
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, name, raising=False)
    yield Package(tmp_path / name)
    sys.modules.pop(name, None)


@pytest.fixture
def template(storage: Storage, package: Package, tmp_path: Path) -> Path:
    path = tmp_path / f"parks-1{storage.template_suffix}"
    storage.make_template(path, package.schema, 3)
    assert storage.is_sound(path)
    return path


@pytest.fixture
def data(storage: Storage, template: Path) -> DataStore:
    """The database of an installation with two parks."""
    made = storage.data("71.08", "parks")
    assert not made.exists()
    made.create(template)
    with made.database.begin() as connection:
        connection.execute(insert(park), [{"id": 1, "name": "Taman"}, {"id": 2, "name": "Kebun"}])
        connection.execute(insert(tree), [{"park": 2}])
    return made


def names(data: DataStore) -> list[str]:
    with data.database.engine.connect() as connection:
        return list(connection.execute(select(park.c.name).order_by(park.c.id)).scalars())


def test_it_is_made_from_a_template_once_with_its_epoch_and_revisions(data: DataStore, template: Path) -> None:
    data.create(template)
    assert data.exists()
    assert names(data) == ["Taman", "Kebun"]
    assert data.epoch() == 3
    assert data.revisions() == {"0001"}
    assert data.trouble() is None


def test_each_installation_has_its_own(storage: Storage, data: DataStore, template: Path) -> None:
    others = [storage.data("71.08", "zoo"), storage.data("13.10", "parks")]
    for other in others:
        other.create(template)
        assert names(other) == []
    others[0].drop()
    assert [others[0].exists(), others[1].exists()] == [False, True]
    assert names(data) == ["Taman", "Kebun"]


def test_sql_written_by_hand_reaches_the_same_tables(storage: Storage, data: DataStore, template: Path) -> None:
    storage.data("13.10", "parks").create(template)
    with data.database.begin() as connection:
        connection.execute(text("INSERT INTO park (id, name) VALUES (3, 'Hutan')"))
    assert names(data)[-1] == "Hutan"
    assert names(storage.data("13.10", "parks")) == []


def test_migrations_are_rendered_once_and_replayed_on_rows(
    storage: Storage, data: DataStore, package: Package, template: Path
) -> None:
    other = storage.data("13.10", "parks")
    other.create(template)
    package.add(SECOND)
    script = storage.render(package.schema, frozenset({"0001"}))
    assert (script.before, script.after, script.migrations) == ({"0001"}, {"0002"}, None)
    (package.versions / "0002_second.py").write_text("raise RuntimeError('replaying runs no migration')")
    for one in (data, other, data):
        one.migrate(script, 4)
        assert (one.revisions(), one.epoch()) == ({"0002"}, 4)
    with data.database.engine.connect() as connection:
        assert connection.execute(text("SELECT name, area FROM park ORDER BY id")).all() == [("Taman 50%", 7), ("Kebun 50%", 7)]
        assert connection.execute(select(tree)).all() == [(1, 2)]
    assert storage.data("71.08", "parks").trouble() is None


def test_migrations_that_decide_by_rows_are_run_on_each(
    storage: Storage, data: DataStore, package: Package, template: Path
) -> None:
    package.add(READS)
    script = storage.render(package.schema, frozenset({"0001"}))
    assert script.migrations == package.schema.migrations
    data.migrate(script, 3)
    assert names(data) == ["TAMAN", "KEBUN"]
    assert data.revisions() == {"0002"}


@pytest.mark.parametrize("second", [SECOND, READS])
def test_tables_of_a_version_without_migrations_are_adopted_by_those_of_the_next(
    storage: Storage, package: Package, tmp_path: Path, second: str
) -> None:
    path = tmp_path / f"bare-1{storage.template_suffix}"
    storage.make_template(path, DatabaseSchema(package.schema.metadata), 3)
    data = storage.data("71.08", "bare")
    data.create(path)
    with data.database.begin() as connection:
        connection.execute(insert(park), [{"id": 1, "name": "Taman"}, {"id": 2, "name": "Kebun"}])
    assert data.revisions() == frozenset()
    package.add(second)
    with data.reading() as tables:
        script = storage.render(package.schema, data.revisions(), tables.tables())
    data.migrate(script, 4)
    data.migrate(script, 4)
    assert (data.revisions(), data.epoch(), len(names(data))) == ({"0002"}, 4, 2)


def test_tables_that_no_migration_makes_are_refused(storage: Storage, package: Package, data: DataStore) -> None:
    with data.database.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
        connection.execute(text("ALTER TABLE park ADD COLUMN own integer"))
    with data.reading() as tables, pytest.raises(MigrationError, match="No migration of the new version makes"):
        storage.render(package.schema, data.revisions(), tables.tables())
    with pytest.raises(MigrationError, match="cannot be run on the tables"):
        storage.render(package.schema, frozenset({"9999"}))


def test_a_file_that_another_process_put_in_its_place_is_opened_anew(storage: Storage, data: DataStore) -> None:
    assert names(data) == ["Taman", "Kebun"]
    data.snapshot("op1")
    other = type(data)(*_arguments(data, storage))
    with other.database.begin() as connection:
        connection.execute(insert(park).values(id=3, name="Hutan"))
    assert names(data)[-1] == "Hutan"
    other.restore_snapshot("op1")
    assert names(data) == ["Taman", "Kebun"]
    with data.database.begin() as connection:
        connection.execute(insert(park).values(id=4, name="Sawah"))
    assert names(other) == ["Taman", "Kebun", "Sawah"]


def _arguments(data: DataStore, storage: Storage) -> tuple[object, ...]:
    """Return what makes a store like another one, as another process would have it."""
    from smartcity_share.install.storage.postgres_data import PostgresDataStore
    from smartcity_share.install.storage.sqlite import SqliteDatabases
    from smartcity_share.install.storage.sqlite_storage import SqliteStorage

    if isinstance(data, PostgresDataStore):
        return (data._pool, "71.08", "parks")
    assert isinstance(storage, SqliteStorage)
    return (storage._layout, SqliteDatabases(), "71.08", "parks")


def test_a_migration_that_fails_changes_nothing(storage: Storage, data: DataStore, package: Package, template: Path) -> None:
    package.add(SECOND)
    script = storage.render(package.schema, frozenset({"0001"}))
    with data.database.begin() as connection:
        connection.execute(insert(park).values(id=3, name="Taman"))
    with pytest.raises(MigrationError, match=r"migrations of 71\.08/parks failed"):
        data.migrate(script, 4)
    assert names(data) == ["Taman", "Kebun", "Taman"]
    assert (data.revisions(), data.epoch()) == ({"0001"}, 3)


def test_tables_that_are_elsewhere_are_not_touched(storage: Storage, data: DataStore, package: Package, template: Path) -> None:
    package.add(SECOND)
    script = storage.render(package.schema, frozenset({"0001"}))
    with data.database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(MigrationError, match="are at 0000, not at 0001"):
        data.migrate(script, 4)
    assert data.epoch() == 3


def test_a_snapshot_is_whole_proven_and_put_back_by_one_switch(
    storage: Storage, data: DataStore, package: Package, template: Path
) -> None:
    assert not data.has_snapshot("op1")
    data.snapshot("op1")
    data.snapshot("op1")
    assert data.has_snapshot("op1")
    assert data.snapshot_trouble("op1") is None
    package.add(SECOND)
    data.migrate(storage.render(package.schema, frozenset({"0001"})), 4)
    with data.database.begin() as connection:
        connection.execute(text("DELETE FROM tree"))
    assert "other" in str(data.snapshot_trouble("op1"))
    for _ in range(2):
        data.restore_snapshot("op1")
        assert names(data) == ["Taman", "Kebun"]
        assert (data.revisions(), data.epoch()) == ({"0001"}, 3)
        assert data.snapshot_trouble("op1") is None
    with data.database.begin() as connection:
        connection.execute(insert(tree).values(park=1))
    for _ in range(2):
        data.drop_snapshot("op1")
        assert not data.has_snapshot("op1")
    assert "missing" in str(data.snapshot_trouble("op1"))
    with pytest.raises(MigrationError, match="no snapshot op1"):
        data.restore_snapshot("op1")


def test_a_row_that_came_after_the_snapshot_is_noticed(data: DataStore) -> None:
    data.snapshot("op1")
    with data.database.begin() as connection:
        connection.execute(insert(park).values(id=9, name="Baru"))
    assert data.snapshot_trouble("op1") == "the snapshot op1 has other rows in park"


def test_what_is_set_aside_comes_back_or_goes(data: DataStore, template: Path) -> None:
    for _ in range(2):
        data.set_aside("op1")
        assert (data.exists(), data.is_aside("op1")) == (False, True)
    for _ in range(2):
        data.put_back("op1")
        assert (data.exists(), data.is_aside("op1")) == (True, False)
    assert names(data) == ["Taman", "Kebun"]
    data.set_aside("op1")
    data.create(template)
    data.put_back("op1")
    assert names(data) == []
    for _ in range(2):
        data.drop_aside("op1")
        assert not data.is_aside("op1")
    for _ in range(2):
        data.drop()
        assert not data.exists()


def test_every_table_is_read_in_one_state(data: DataStore) -> None:
    with data.reading() as reader:
        assert [table.name for table in reader.tables()] == ["alembic_version", "park", "tree"]
        assert list(reader.tables()[1].columns) == ["id", "name"]
        assert reader.count("park") == 2
        with data.database.begin() as connection:
            connection.execute(insert(park).values(id=9, name="Baru"))
        assert sorted(reader.rows("park"), key=str) == [(1, "Taman"), (2, "Kebun")]


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_names_sequences_and_own_functions_come_back_with_a_snapshot(data: DataStore) -> None:
    own = """
        CREATE FUNCTION tidy(name text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower(name)';
        CREATE PROCEDURE clear() LANGUAGE sql AS 'DELETE FROM tree';
        CREATE SEQUENCE numbers START 5 INCREMENT 5;
        ALTER TABLE park ADD COLUMN number bigint NOT NULL DEFAULT nextval('numbers');
        ALTER TABLE park ADD CONSTRAINT one_name UNIQUE (name), ADD CONSTRAINT some_name CHECK (tidy(name) <> '');
        ALTER TABLE tree RENAME CONSTRAINT tree_pkey TO pk_tree;
        CREATE INDEX ix_tidy_name ON park (tidy(name)) WHERE id > 0;
    """
    with data.database.begin() as connection:
        for statement in filter(str.strip, own.split(";")):
            connection.execute(text(statement))
    data.snapshot("op1")
    assert data.snapshot_trouble("op1") is None
    data.restore_snapshot("op1")
    assert data.snapshot_trouble("op1") is None
    data.drop_snapshot("op1")
    insert_one = "INSERT INTO park (id, name) VALUES (3, 'Hutan') ON CONFLICT ON CONSTRAINT one_name DO NOTHING"
    with data.database.begin() as connection:
        connection.execute(text(insert_one))
        assert connection.execute(text("SELECT number FROM park ORDER BY id")).scalars().all() == [5, 10, 15]
        connection.execute(text("CALL clear()"))
        connection.execute(text("ALTER TABLE tree DROP CONSTRAINT pk_tree"))
        connection.execute(text("DROP INDEX ix_tidy_name"))
        connection.execute(text("ALTER TABLE park DROP CONSTRAINT some_name"))


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_an_index_of_another_name_is_noticed(data: DataStore) -> None:
    data.snapshot("op1")
    with data.database.begin() as connection:
        connection.execute(text("ALTER INDEX tree_pkey RENAME TO pk_tree"))
    assert data.snapshot_trouble("op1") == "the snapshot op1 has other keys, indexes, defaults, sequences or comments"


RICH = """
    CREATE TABLE "Odd name" (
        id bigint GENERATED ALWAYS AS IDENTITY (START 7 INCREMENT 3), of_park integer REFERENCES park (id) DEFERRABLE,
        other integer GENERATED BY DEFAULT AS IDENTITY, kind text, kept text COLLATE "C",
        twice bigint GENERATED ALWAYS AS (of_park * 2) STORED, old serial, CONSTRAINT odd_key PRIMARY KEY (id));
    ALTER TABLE "Odd name" DROP COLUMN kind;
    ALTER SEQUENCE "Odd name_id_seq" RENAME TO counter;
    ALTER SEQUENCE "Odd name_other_seq" RENAME TO "Odd name_id_seq";
    ALTER SEQUENCE "Odd name_old_seq" RENAME TO years;
    CREATE SEQUENCE free AS smallint START 40 CYCLE;
    CREATE STATISTICS pairs (dependencies, ndistinct) ON of_park, kept FROM "Odd name";
    CREATE UNIQUE INDEX by_kept ON "Odd name" (lower(kept)) WITH (fillfactor = 70) WHERE of_park > 0;
    ALTER TABLE "Odd name" SET (fillfactor = 80), ALTER of_park SET STATISTICS 500, ALTER kept SET (n_distinct = 3),
        ALTER kept SET STORAGE EXTERNAL;
    CREATE FUNCTION stamp(how text DEFAULT 'x') RETURNS text LANGUAGE sql AS 'SELECT $1';
    CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER note BEFORE INSERT ON "Odd name" FOR EACH ROW EXECUTE FUNCTION noted();
    ALTER TABLE "Odd name" DISABLE TRIGGER note;
    CREATE VIEW named AS SELECT name FROM park;
    COMMENT ON TABLE park IS 'Parks; the city''s own';
    COMMENT ON COLUMN park.name IS 'What people {call} it: 100 %';
    COMMENT ON COLUMN named.name IS 'of a view';
    COMMENT ON INDEX by_kept IS 'an index';
    COMMENT ON CONSTRAINT odd_key ON "Odd name" IS 'a key';
    COMMENT ON SEQUENCE free IS 'a counter';
    COMMENT ON FUNCTION stamp(text) IS 'a function';
    COMMENT ON TRIGGER note ON "Odd name" IS 'a trigger';
    COMMENT ON STATISTICS pairs IS 'statistics';
    COMMENT ON VIEW named IS 'a view';
    INSERT INTO "Odd name" (of_park, kept) VALUES (1, 'a'), (2, 'b');
    SELECT nextval('free');
"""


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_copy_of_a_schema_is_to_pg_dump_what_the_schema_was(data: DataStore, engine: str) -> None:
    with data.database.begin() as connection:
        run(connection, RICH)
    before = dumped(engine, data)
    data.snapshot("op1")
    assert data.snapshot_trouble("op1") is None
    data.restore_snapshot("op1")
    data.drop_snapshot("op1")
    assert dumped(engine, data) == before
    assert all(any(name in line for line in before) for name in ("counter", "pairs", "the city''s own", "n_distinct"))


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_comment_that_came_after_the_snapshot_is_noticed(data: DataStore) -> None:
    data.snapshot("op1")
    with data.database.begin() as connection:
        connection.execute(text("COMMENT ON TABLE park IS 'Parks'"))
    assert data.snapshot_trouble("op1") == "the snapshot op1 has other keys, indexes, defaults, sequences or comments"


def dumped(url: str, data: DataStore) -> list[str]:
    """Return what pg_dump tells of a schema, its rows and counters included; constraints of one table in any order."""
    assert isinstance(data, PostgresDataStore)
    folder = programs()
    assert folder is not None
    done = subprocess.run(
        [folder / "pg_dump", "--schema", data.schema, "--no-owner", "--inserts", url],
        check=True,
        capture_output=True,
        text=True,
        cwd="/",
    )
    return sorted(line for line in done.stdout.splitlines() if line and not line.startswith(("--", "\\")))
