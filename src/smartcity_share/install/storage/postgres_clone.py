"""A schema copied to another name: tables, rows, keys, sequences, functions, triggers and views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from smartcity_share.errors import MigrationError
from smartcity_share.install.storage.postgres import literal, quoted, run

if TYPE_CHECKING:
    from sqlalchemy import Connection

_OF: Final = "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = {schema}"
_TABLES: Final = f"SELECT c.oid, c.relname {_OF} AND c.relkind = 'r' ORDER BY 2"
_KINDS: Final = f"SELECT c.relname, c.relkind {_OF} AND c.relkind NOT IN ('r', 'i', 'S', 'v', 't') ORDER BY 1"
_TYPES: Final = (
    "SELECT t.typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace "
    "WHERE n.nspname = {schema} AND t.typtype IN ('e', 'd', 'r') ORDER BY 1"
)
_SERIALS: Final = (
    "SELECT c.relname, t.relname, a.attname, d.deptype FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "JOIN pg_depend d ON d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') "
    "JOIN pg_class t ON t.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid "
    "WHERE n.nspname = {schema} AND c.relkind = 'S' ORDER BY 1"
)
_FUNCTIONS: Final = (
    "SELECT pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
    "WHERE n.nspname = {schema} AND p.prokind IN ('f', 'p') ORDER BY p.oid"
)
_COLUMNS: Final = (
    "SELECT a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = {schema} AND c.relname = {table} AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' "
    "ORDER BY a.attnum"
)
_FOREIGN: Final = (
    "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = {oid} AND contype = 'f' ORDER BY 1"
)
_TRIGGERS: Final = "SELECT pg_get_triggerdef(oid, true) FROM pg_trigger WHERE tgrelid = {oid} AND NOT tgisinternal ORDER BY 1"
_VIEWS: Final = f"SELECT c.relname, pg_get_viewdef(c.oid) {_OF} AND c.relkind = 'v' ORDER BY c.oid"


def clone(connection: Connection, source: str, target: str) -> None:
    """Copy a schema inside the transaction of the connection.

    Args:
        connection: A connection in a transaction.
        source: The schema.
        target: Name of the copy; it must not exist.

    Raises:
        MigrationError: The schema holds something that cannot be copied (a type, a partitioned table).
    """

    def ask(query: str, **values: str) -> list[Any]:
        return list(run(connection, query.format(schema=literal(source), **values)).fetchall())

    _refuse_uncopyable(source, [*ask(_TYPES), *ask(_KINDS)])
    here, there = quoted(source), quoted(target)
    # With the source as the only place to look, PostgreSQL tells its definitions without naming it: they fit the copy as well.
    run(connection, f"SET LOCAL search_path TO {here}")
    tables = ask(_TABLES)
    serials = [row for row in ask(_SERIALS) if row[3] == "a"]
    sent = [f"CREATE SCHEMA {there}"]
    sent += [f"CREATE SEQUENCE {there}.{quoted(name)}" for name, *_ in serials]
    for _, table in tables:
        sent.append(f"CREATE TABLE {there}.{quoted(table)} (LIKE {here}.{quoted(table)} INCLUDING ALL)")
    for name, table, column, _ in serials:
        place = f"{there}.{quoted(name)}"
        sent.append(f"ALTER TABLE {there}.{quoted(table)} ALTER {quoted(column)} SET DEFAULT nextval({literal(place)})")
        sent.append(f"ALTER SEQUENCE {place} OWNED BY {there}.{quoted(table)}.{quoted(column)}")
    for _, table in tables:
        names = ", ".join(quoted(name) for (name,) in ask(_COLUMNS, table=literal(table)))
        rows = f"SELECT {names} FROM {here}.{quoted(table)}"
        sent.append(f"INSERT INTO {there}.{quoted(table)} ({names}) OVERRIDING SYSTEM VALUE {rows}")
    for name, table, column, _ in ask(_SERIALS):
        place = f"pg_get_serial_sequence({literal(f'{there}.{quoted(table)}')}, {literal(column)})"
        sent.append(f"SELECT setval({place}, last_value, is_called) FROM {here}.{quoted(name)}")
    sent.append(f"SET LOCAL search_path TO {there}")
    sent += [text.replace(f"FUNCTION {_plain(source)}.", "FUNCTION ", 1) for (text,) in ask(_FUNCTIONS)]
    for oid, table in tables:
        for name, text in ask(_FOREIGN, oid=str(oid)):
            sent.append(f"ALTER TABLE {quoted(table)} ADD CONSTRAINT {quoted(name)} {text}")
        sent += [text for (text,) in ask(_TRIGGERS, oid=str(oid))]
    sent += [f"CREATE VIEW {quoted(name)} AS {text.rstrip().rstrip(';')}" for name, text in ask(_VIEWS)]
    (comment,) = run(connection, f"SELECT obj_description({literal(here)}::regnamespace, 'pg_namespace')").fetchone()
    sent.append(f"COMMENT ON SCHEMA {there} IS {literal(comment or '')}")
    run(connection, ";\n".join(sent))


def _plain(name: str) -> str:
    """Return a name as the definitions of PostgreSQL write it: quoted only where it has to be."""
    return name if name.replace("_", "").isalnum() and name == name.lower() and not name[0].isdigit() else quoted(name)


def _refuse_uncopyable(source: str, found: list[Any]) -> None:
    if found:
        raise MigrationError(
            f"Schema {source} cannot be copied: `{found[0][0]}` is neither a table, an index, a sequence nor a view",
            hint="The maker of the app uses texts in place of types of the database: Enum(..., native_enum=False).",
        )
