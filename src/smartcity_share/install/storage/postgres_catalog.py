"""What a schema holds, found in PostgreSQL's catalogue by an index.

The catalogue's table of relations has no index by schema: whoever asks for those of one schema by its name reads those of every
region, and there are tens of thousands. Everything in a schema depends on it, though, and dependencies have an index.
"""

from __future__ import annotations


def held(catalogue: str = "pg_class") -> str:
    """Return SQL for "one of the objects of a schema", to stand behind ``oid =``; ``{schema}`` in it stands for its name.

    Indexes and composite types are not among the relations: they depend on their table, and on their type.

    Args:
        catalogue: The system table the objects are rows of.
    """
    return (
        "ANY (ARRAY(SELECT h.objid FROM pg_depend h WHERE h.refclassid = 'pg_namespace'::regclass "
        "AND h.refobjid = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = {schema}) "
        f"AND h.classid = '{catalogue}'::regclass))"
    )
