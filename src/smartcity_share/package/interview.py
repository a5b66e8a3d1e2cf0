"""What an app answers when it is asked in a clean environment: run there as ``-m``, and read here.

Asked are the hooks that need no installation; a hook that fails is told by name and the others are asked all the same.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from sqlalchemy import Table

T = TypeVar("T")

_MOST: int = 200
"""Most characters of a fault that are told."""


class Answer(BaseModel):
    """The base of what an app answers. It comes from the app's own process, and is read without trust."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class StoredColumn(Answer):
    """One column of a table: its name, the class it says it has, and whether it is no more than the number of a row."""

    name: str
    data_class: str | None = None
    numbers_rows: bool = False


class StoredTable(Answer):
    """One table of the app."""

    name: str
    columns: tuple[StoredColumn, ...]


class Route(Answer):
    """One address of the app: its path, its methods (none: every one), whether everything beneath it is served too."""

    path: str
    methods: tuple[str, ...] = ()
    beneath: bool = False


class Interview(Answer):
    """What an app answered.

    Attributes:
        hooks: The hooks it marks.
        settings: JSON Schema of its settings; None for an app without.
        jobs: Ids of its jobs.
        tables: Its tables.
        routes: Its addresses; None where it has no pages, or they cannot be told.
        failed: Hook -> why it could not be asked.
    """

    hooks: tuple[str, ...] = ()
    settings: dict[str, Any] | None = None
    jobs: tuple[str, ...] = ()
    tables: tuple[StoredTable, ...] = ()
    routes: tuple[Route, ...] | None = None
    failed: dict[str, str] = Field(default_factory=dict)


def interview(entry_point: str) -> Interview:
    """Import an app and ask it; whatever its import raises is let through.

    Args:
        entry_point: ``package.module`` or ``package.module:name``.
    """
    from smartcity_share.hooks.contract import new_manager

    module, _, names = entry_point.partition(":")
    found: Any = import_module(module)
    for name in filter(None, names.split(".")):
        found = getattr(found, name)
    plugin = found() if isinstance(found, type) else found
    manager = new_manager()
    marked: dict[str, Any] = {}
    for name in dir(plugin):
        options = manager.parse_hookimpl_opts(plugin, name)
        if options is not None:
            marked[str(options.get("specname") or name)] = getattr(plugin, name)
    failed: dict[str, str] = {}

    def ask(hook: str, read: Callable[[Any], T], otherwise: T) -> T:
        if hook not in marked:
            return otherwise
        try:
            answer = marked[hook]()
            return otherwise if answer is None else read(answer)
        except Exception as cause:  # noqa: BLE001 - the border to foreign code; what it raised is the answer
            failed[hook] = f"{type(cause).__name__}: {cause}"[:_MOST]
            return otherwise

    return Interview(
        hooks=tuple(marked),
        settings=ask("settings_model", lambda model: model.model_json_schema(), None),
        jobs=ask("jobs", lambda jobs: tuple(job.job for job in jobs), ()),
        tables=ask("database_schema", lambda schema: tuple(map(_table, schema.metadata.sorted_tables)), ()),
        routes=ask("asgi_app", _routes, None),
        failed=failed,
    )


def main() -> None:
    """Interview the app of the first argument; write what it answered to the file of the second."""
    Path(sys.argv[2]).write_text(interview(sys.argv[1]).model_dump_json(), encoding="utf-8")


def canonical(schema: dict[str, Any]) -> str:
    """Return a JSON Schema as the text that goes into a wheel."""
    return json.dumps(schema, sort_keys=True, ensure_ascii=False, indent=2) + "\n"


def _table(table: Table) -> StoredTable:
    return StoredTable(
        name=table.name,
        columns=tuple(
            StoredColumn(
                name=column.name,
                data_class=column.info.get("class") if isinstance(column.info.get("class"), str) else None,
                numbers_rows=_numbers_rows(column),
            )
            for column in table.columns
        ),
    )


def _numbers_rows(column: Any) -> bool:
    """Whether a column is the number of a row, or refers to one: it says nothing about anybody."""
    from sqlalchemy import Integer

    if column.foreign_keys:
        return all(
            key.column.primary_key and isinstance(key.column.type, Integer) and key.column is not column
            for key in column.foreign_keys
        )
    alone = len(column.table.primary_key.columns) == 1
    return bool(column.primary_key and alone and isinstance(column.type, Integer))


def _routes(app: Any) -> tuple[Route, ...] | None:
    """Return the addresses of a Starlette application, also inside of middleware; None of any other."""
    for _ in range(10):
        if hasattr(app, "routes"):
            return tuple(_flat(app.routes, ""))
        app = getattr(app, "app", None)
    return None


def _flat(routes: Any, before: str) -> list[Route]:
    found: list[Route] = []
    for route in routes:
        path = f"{before}{getattr(route, 'path', '')}"
        if not getattr(route, "include_in_schema", True):
            continue  # pages a framework adds by itself, such as its own description of the addresses
        inside = getattr(route, "routes", None)
        if inside:
            found += _flat(inside, path)
        elif hasattr(route, "endpoint"):
            found.append(Route(path=path or "/", methods=tuple(sorted(getattr(route, "methods", None) or ()))))
        else:
            found.append(Route(path=path or "/", beneath=True))
    return found


if __name__ == "__main__":
    main()
