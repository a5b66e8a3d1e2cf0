"""What one schema holds is asked for without reading the catalogue of every region."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine

from smartcity_share.install.storage import postgres_clone, postgres_copy, postgres_tables
from smartcity_share.install.storage.postgres import run
from tests.postgresql import Server

MANY = """
DO $$ BEGIN FOR r IN 1..30 LOOP
    EXECUTE format('CREATE SCHEMA region%s', r);
    FOR t IN 1..20 LOOP
        EXECUTE format('CREATE TABLE region%s.t%s (id serial PRIMARY KEY, other int REFERENCES region%s.t%s)', r, t, r, 1);
    END LOOP;
END LOOP; END $$;
ANALYZE
"""
GROWING = "pg_class|pg_attribute|pg_type|pg_constraint|pg_index|pg_attrdef|pg_sequence|pg_depend|pg_trigger"
"""Tables of the catalogue with rows for every table of every region."""
QUERIES = {
    f"{module.__name__.rpartition('.')[2]}.{name}": value
    for module in (postgres_clone, postgres_copy, postgres_tables)
    for name, value in vars(module).items()
    if isinstance(value, str) and value.lstrip().startswith("SELECT") and "{schema}" in value
}


@pytest.fixture(scope="module")
def many(postgresql: Server) -> Iterator[Connection]:
    """A connection to a database with thirty schemas of twenty tables."""
    with postgresql.database() as url:
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
        with engine.connect() as connection:
            run(connection, MANY)
            yield connection
        engine.dispose()


def plan_of(connection: Connection, query: str) -> str:
    """Return how the server would answer."""
    return "\n".join(line for (line,) in run(connection, f"EXPLAIN {query}").fetchall())


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_no_table_of_the_catalogue_is_read_whole(many: Connection, query: str) -> None:
    plan = plan_of(many, query.format(schema="'region7'"))
    assert re.findall(rf"Seq Scan on (?:{GROWING})\b.*", plan) == []


def test_what_names_the_schema_alone_is_found_out(many: Connection) -> None:
    named = "SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'region7'"
    assert "Seq Scan on pg_class" in plan_of(many, named)
