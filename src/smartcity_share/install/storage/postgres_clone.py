"""A schema copied to another name: tables, rows, keys, sequences, functions, triggers, views, statistics and comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from smartcity_share.errors import MigrationError
from smartcity_share.install.storage.postgres import literal, quoted, run
from smartcity_share.install.storage.postgres_catalog import held

if TYPE_CHECKING:
    from sqlalchemy import Connection

_HELD: Final = held()
_IN: Final = f"WHERE c.oid = {_HELD}"
_OF: Final = f"FROM pg_class c {_IN}"
_TABLES: Final = f"SELECT c.oid, c.relname {_OF} AND c.relkind = 'r' ORDER BY 2"
_KINDS: Final = f"SELECT c.relname, c.relkind {_OF} AND c.relkind NOT IN ('r', 'i', 'S', 'v', 't') ORDER BY 1"
_TYPES: Final = (
    f"SELECT t.typname FROM pg_type t WHERE t.oid = {held('pg_type')} AND t.typtype IN ('c', 'd', 'e', 'r') ORDER BY 1"
)
_SEQUENCES: Final = (
    "SELECT c.relname, t.relname, a.attname, CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' "
    "ELSE coalesce(d.deptype::text, 'n') END, format_type(s.seqtypid, NULL), "
    "format('INCREMENT %s MINVALUE %s MAXVALUE %s START %s CACHE %s %s', s.seqincrement, s.seqmin, s.seqmax, s.seqstart, "
    "s.seqcache, CASE WHEN s.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END) "
    "FROM pg_class c JOIN pg_sequence s ON s.seqrelid = c.oid "
    "LEFT JOIN pg_depend d ON d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass "
    "AND d.deptype IN ('a', 'i') LEFT JOIN pg_class t ON t.oid = d.refobjid "
    f"LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid WHERE s.seqrelid = {_HELD} ORDER BY 1"
)
_DEFAULTS: Final = (
    "SELECT c.relname, a.attname, pg_get_expr(k.adbin, k.adrelid) FROM pg_attrdef k "
    "JOIN pg_attribute a ON a.attrelid = k.adrelid AND a.attnum = k.adnum AND a.attgenerated = '' "
    f"JOIN pg_class c ON c.oid = k.adrelid WHERE k.adrelid = {_HELD} ORDER BY 1, 2"
)
_FUNCTIONS: Final = (
    "SELECT pg_get_functiondef(p.oid) FROM pg_proc p "
    f"WHERE p.oid = {held('pg_proc')} AND p.prokind IN ('f', 'p') ORDER BY p.oid"
)
_COLUMNS: Final = (
    "SELECT attname FROM pg_attribute WHERE attrelid = {oid} AND attnum > 0 AND NOT attisdropped AND attgenerated = '' "
    "ORDER BY attnum"
)
_CONSTRAINTS: Final = (
    "SELECT c.relname, k.conname, pg_get_constraintdef(k.oid), k.contype = 'f' FROM pg_constraint k "
    f"JOIN pg_class c ON c.oid = k.conrelid WHERE k.conrelid = {_HELD} AND c.relkind = 'r' "
    "AND k.contype IN ('c', 'p', 'u', 'x', 'f') ORDER BY 1, 2"
)
_INDEXES: Final = (
    "SELECT c.relname, pg_get_indexdef(c.oid, 0, true) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
    f"WHERE i.indrelid = {_HELD} AND c.relkind = 'i' "
    "AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conrelid = i.indrelid AND k.conindid = c.oid "
    "AND k.contype IN ('p', 'u', 'x')) ORDER BY 1"
)
_TRIGGERS: Final = "SELECT pg_get_triggerdef(oid, true) FROM pg_trigger WHERE tgrelid = {oid} AND NOT tgisinternal ORDER BY 1"
_VIEWS: Final = f"SELECT c.relname, pg_get_viewdef(c.oid) {_OF} AND c.relkind = 'v' ORDER BY c.oid"
_STATISTICS: Final = (
    "SELECT s.stxname, pg_get_statisticsobjdef(s.oid) FROM pg_statistic_ext s "
    f"WHERE s.oid = {held('pg_statistic_ext')} ORDER BY 1"
)
_SETTINGS: Final = (
    f"SELECT format('ALTER TABLE %I SET (%s)', c.relname, array_to_string(c.reloptions, ', ')) {_OF} AND c.relkind = 'r' "
    "AND c.reloptions IS NOT NULL UNION ALL "
    "SELECT format('ALTER TABLE %I ALTER %I SET STATISTICS %s', c.relname, a.attname, a.attstattarget) "
    f"FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE a.attrelid = {_HELD} "
    "AND c.relkind = 'r' AND a.attstattarget >= 0 "
    "AND a.attnum > 0 AND NOT a.attisdropped UNION ALL "
    "SELECT format('ALTER TABLE %I ALTER %I SET (%s)', c.relname, a.attname, array_to_string(a.attoptions, ', ')) "
    f"FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE a.attrelid = {_HELD} "
    "AND c.relkind = 'r' AND a.attoptions IS NOT NULL "
    "UNION ALL SELECT format('ALTER TABLE %I %s TRIGGER %I', c.relname, CASE g.tgenabled WHEN 'D' THEN 'DISABLE' "
    "WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, g.tgname) FROM pg_trigger g "
    f"JOIN pg_class c ON c.oid = g.tgrelid WHERE g.tgrelid = {_HELD} AND NOT g.tgisinternal AND g.tgenabled <> 'O' ORDER BY 1"
)
_RELATION: Final = "CASE c.relkind WHEN 'r' THEN 'TABLE' WHEN 'v' THEN 'VIEW' ELSE 'SEQUENCE' END"
_COMMENTS: Final = (
    f"SELECT format('COMMENT ON %s %I IS %L', {_RELATION}, c.relname, d.description) FROM pg_description d "
    f"JOIN pg_class c ON c.oid = d.objoid AND d.classoid = 'pg_class'::regclass AND d.objsubid = 0 {_IN} UNION ALL "
    "SELECT format('COMMENT ON INDEX %I IS %L', c.relname, d.description) FROM pg_index i "
    "JOIN pg_class c ON c.oid = i.indexrelid "
    "JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid = 0 "
    f"WHERE i.indrelid = {_HELD} UNION ALL "
    "SELECT format('COMMENT ON COLUMN %I.%I IS %L', c.relname, a.attname, d.description) FROM pg_description d "
    "JOIN pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid AND d.classoid = 'pg_class'::regclass "
    f"JOIN pg_class c ON c.oid = a.attrelid AND d.objsubid > 0 WHERE a.attrelid = {_HELD} UNION ALL "
    "SELECT format('COMMENT ON CONSTRAINT %I ON %I IS %L', k.conname, c.relname, d.description) FROM pg_description d "
    "JOIN pg_constraint k ON k.oid = d.objoid AND d.classoid = 'pg_constraint'::regclass "
    f"JOIN pg_class c ON c.oid = k.conrelid WHERE k.conrelid = {_HELD} UNION ALL "
    "SELECT format('COMMENT ON TRIGGER %I ON %I IS %L', g.tgname, c.relname, d.description) FROM pg_description d "
    "JOIN pg_trigger g ON g.oid = d.objoid AND d.classoid = 'pg_trigger'::regclass "
    f"JOIN pg_class c ON c.oid = g.tgrelid WHERE g.tgrelid = {_HELD} UNION ALL "
    "SELECT format('COMMENT ON %s %I(%s) IS %L', CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, p.proname, "
    "pg_get_function_identity_arguments(p.oid), d.description) FROM pg_description d "
    "JOIN pg_proc p ON p.oid = d.objoid AND d.classoid = 'pg_proc'::regclass "
    f"WHERE p.oid = {held('pg_proc')} UNION ALL "
    "SELECT format('COMMENT ON STATISTICS %I IS %L', s.stxname, d.description) FROM pg_description d "
    "JOIN pg_statistic_ext s ON s.oid = d.objoid AND d.classoid = 'pg_statistic_ext'::regclass "
    f"WHERE s.oid = {held('pg_statistic_ext')} ORDER BY 1"
)
_IDENTITY: Final = ("ALWAYS", "BY DEFAULT")
_TOLD_BELOW: Final = " ".join(
    f"EXCLUDING {what}" for what in ("INDEXES", "CONSTRAINTS", "DEFAULTS", "IDENTITY", "STATISTICS", "COMMENTS")
)


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
    tables, sequences = ask(_TABLES), ask(_SEQUENCES)
    sent = [f"CREATE SCHEMA {there}"]
    for name, _, _, kind, value, how in sequences:
        if kind not in _IDENTITY:
            sent.append(f"CREATE SEQUENCE {there}.{quoted(name)} AS {value} {how}")
    for _, table in tables:
        # What LIKE would name or bind anew is told by its own definition below.
        sent.append(f"CREATE TABLE {there}.{quoted(table)} (LIKE {here}.{quoted(table)} INCLUDING ALL {_TOLD_BELOW})")
    for oid, table in tables:
        names = ", ".join(quoted(name) for (name,) in ask(_COLUMNS, oid=str(oid)))
        rows = f"SELECT {names} FROM {here}.{quoted(table)}"
        sent.append(f"INSERT INTO {there}.{quoted(table)} ({names}) OVERRIDING SYSTEM VALUE {rows}")
    sent += [text for one in sequences for text in _carried_on(one, here, there)]
    # Functions first, whatever they speak of: indexes, checks and defaults may call them.
    sent.append(f"SET LOCAL search_path TO {there}; SET LOCAL check_function_bodies = off")
    named = re.compile(rf"^(CREATE OR REPLACE \w+ ){re.escape(_plain(source))}\.")
    sent += [named.sub(r"\1", text) for (text,) in ask(_FUNCTIONS)]
    sent += [f"ALTER TABLE {quoted(table)} ALTER {quoted(name)} SET DEFAULT {text}" for table, name, text in ask(_DEFAULTS)]
    keys: dict[bool, list[str]] = {False: [], True: []}
    for table, name, text, is_foreign in ask(_CONSTRAINTS):
        keys[is_foreign].append(f"ALTER TABLE {quoted(table)} ADD CONSTRAINT {quoted(name)} {text}")
    # Foreign keys last: they need the keys and unique indexes they refer to.
    sent += [*keys[False], *(text for _, text in ask(_INDEXES)), *keys[True]]
    for oid, _ in tables:
        sent += [text for (text,) in ask(_TRIGGERS, oid=str(oid))]
    sent += [f"CREATE VIEW {quoted(name)} AS {text.rstrip().rstrip(';')}" for name, text in ask(_VIEWS)]
    counted = re.compile(rf"^(CREATE STATISTICS ){re.escape(_plain(source))}\.")
    sent += [counted.sub(r"\1", text) for _, text in ask(_STATISTICS)]
    sent += [text for query in (_SETTINGS, _COMMENTS) for (text,) in ask(query)]
    (comment,) = run(connection, f"SELECT obj_description({literal(here)}::regnamespace, 'pg_namespace')").fetchone()
    sent.append(f"COMMENT ON SCHEMA {there} IS {literal(comment or '')}")
    run(connection, ";\n".join(sent))


def definitions(connection: Connection, schema: str) -> tuple[tuple[str, ...], ...]:
    """Return what a copy of a schema has to have besides columns and rows, by name, in words that do not name the schema.

    Args:
        connection: A connection in a transaction; it looks in this schema alone afterwards.
        schema: The schema.
    """
    run(connection, f"SET LOCAL search_path TO {quoted(schema)}")
    named = re.compile(rf"\b{re.escape(_plain(schema))}\.")
    return tuple(
        tuple(named.sub("", str(value)) if query is _STATISTICS else str(value) for value in row)
        for query in (_DEFAULTS, _CONSTRAINTS, _INDEXES, _SEQUENCES, _STATISTICS, _SETTINGS, _COMMENTS)
        for row in run(connection, query.format(schema=literal(schema))).fetchall()
    )


def _carried_on(sequence: Any, here: str, there: str) -> Iterator[str]:
    """Yield what binds the copy of a sequence to its column, under its own name, and lets it go on where the source is."""
    name, table, column, kind, _, how = sequence
    copy = f"{there}.{quoted(name)}"
    if kind in _IDENTITY:
        as_identity = f"ADD GENERATED {kind} AS IDENTITY (SEQUENCE NAME {copy} {how})"
        yield f"ALTER TABLE {there}.{quoted(table)} ALTER {quoted(column)} {as_identity}"
    elif table is not None:
        yield f"ALTER SEQUENCE {copy} OWNED BY {there}.{quoted(table)}.{quoted(column)}"
    yield f"SELECT setval({literal(copy)}, last_value, is_called) FROM {here}.{quoted(name)}"


def _plain(name: str) -> str:
    """Return a name as the definitions of PostgreSQL write it: quoted only where it has to be."""
    return name if name.replace("_", "").isalnum() and name == name.lower() and not name[0].isdigit() else quoted(name)


def _refuse_uncopyable(source: str, found: list[Any]) -> None:
    if found:
        raise MigrationError(
            f"Schema {source} cannot be copied: `{found[0][0]}` is neither a table, an index, a sequence nor a view",
            hint="The maker of the app uses texts in place of types of the database: Enum(..., native_enum=False).",
        )
