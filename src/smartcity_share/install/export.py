"""Everything a region owns in an app, in open formats: what the app writes, and every table, file and setting besides.

An export is a folder::

    export.json        what is in it: rows per table, SHA-256 of every file, version, moment
    app/               what the app's own `export_data` wrote
    tables/<name>.csv  every table, UTF-8 with a header; NULL is an empty cell, an empty text is ""
    tables/schema.json the columns and types of every table
    files/…            every stored file under its name
    settings.json      every setting with who set it, when and on what decree; no secret
    overrides.json     what the region changed of the app's templates, texts and files, where it changed any
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

from smartcity_share.durable import sync_tree, write_whole
from smartcity_share.install.code_store import file_digest
from smartcity_share.install.records import SettingValue

if TYPE_CHECKING:
    from smartcity_share.install.storage.port import DataStore

LIST_FILE: Final = "export.json"
EXPORT_FORMAT: Final = 1


def export_tables(data: DataStore, target: Path) -> dict[str, int]:
    """Write every table of an installation to CSV, all in one state.

    Args:
        data: Its database.
        target: The folder; made.

    Returns:
        Table -> number of rows.
    """
    target.mkdir(parents=True)
    counts, schema = {}, {}
    with data.reading() as reader:
        for table in reader.tables():
            with (target / f"{_file_name(table.name)}.csv").open("w", encoding="utf-8", newline="") as file:
                counts[table.name] = _write_csv(file, list(table.columns), reader.rows(table.name))
            schema[table.name] = {"file": f"{_file_name(table.name)}.csv", "columns": table.columns}
    _write_json(target / "schema.json", schema)
    return counts


def export_files(source: Path, target: Path) -> int:
    """Copy every stored file; returns how many."""
    from smartcity_share.install.storage.files import LocalFileStore

    store = LocalFileStore(source)
    count = 0
    for name in store.names():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with store.open(name) as reading, path.open("xb") as writing:
            shutil.copyfileobj(reading, writing)
        count += 1
    return count


def export_settings(values: Iterable[SettingValue], target: Path) -> None:
    """Write settings with their provenance; of a secret only that there is one."""
    document = {
        value.key: {
            "value": None if value.secret_ref else value.value,
            "secret": value.secret_ref is not None,
            "shared_by_region": value.app.startswith("_"),
            "set_by": value.set_by,
            "set_at": value.set_at.isoformat(),
            "basis": value.basis,
        }
        for value in values
    }
    _write_json(target, document)


def write_list(target: Path, facts: Mapping[str, Any], now: datetime) -> None:
    """Write the list of an export, last of all.

    Args:
        target: The folder of the export.
        facts: Region, app, version, distribution, rows per table, operation.
        now: The present moment.
    """
    files = {name: file_digest(target / name) for name in _names(target)}
    document = {"format": EXPORT_FORMAT, "exported_at": now.isoformat(), **facts, "files": files}
    sync_tree(target)
    write_whole(target / LIST_FILE, json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True).encode())


def export_trouble(target: Path, data: DataStore | None) -> str | None:
    """Return what is wrong with an export, None where nothing is.

    Every file is read again and compared with the list; the rows of each CSV are counted and compared with the database.

    Args:
        target: The folder of the export.
        data: The database it was made from; None where the app has none.
    """
    try:
        document = json.loads((target / LIST_FILE).read_text(encoding="utf-8"))
        listed: dict[str, str] = document["files"]
        rows: dict[str, int] = document["rows"]
    except (OSError, ValueError, KeyError) as error:
        return f"{LIST_FILE} cannot be read: {error}"
    found = _names(target)
    if missing := sorted(set(listed) - set(found)):
        return f"{missing[0]} is missing"
    for name, digest in listed.items():
        if file_digest(target / name) != digest:
            return f"{name} is not what was written"
    return _row_trouble(target, data, rows) if data is not None and data.exists() else None


def export_facts(target: str | None) -> tuple[str | None, dict[str, Any]]:
    """Return the digest of an export's list, and the facts worth keeping when the data are gone.

    Args:
        target: The folder of the export; None where nothing was exported.
    """
    if target is None:
        return None, {"exported": False}
    content = (Path(target) / LIST_FILE).read_bytes()
    document = json.loads(content)
    facts = {"exported": True, "folder": target, "rows": document["rows"], "files": len(document["files"])}
    return hashlib.sha256(content).hexdigest(), facts


def _row_trouble(target: Path, data: DataStore, rows: Mapping[str, int]) -> str | None:
    schema = json.loads((target / "tables" / "schema.json").read_text(encoding="utf-8"))
    with data.reading() as reader:
        there = {table.name: reader.count(table.name) for table in reader.tables()}
    for table, count in there.items():
        if table not in schema or rows.get(table) != count:
            return f"table {table} has {count} rows, {rows.get(table, 0)} were exported"
        if (written := _count_rows(target / "tables" / schema[table]["file"])) != count:
            return f"{schema[table]['file']} holds {written} rows, the table {count}"
    return None


def _file_name(table: str) -> str:
    safe = "".join(character if character.isalnum() or character in "_-" else "_" for character in table)
    return safe if safe == table else f"{safe}-{hashlib.sha256(table.encode()).hexdigest()[:8]}"


def _write_csv(file: TextIO, header: list[str], rows: Iterable[tuple[Any, ...]]) -> int:
    """Write rows after RFC 4180; the csv module cannot tell NULL from an empty text before Python 3.12."""
    file.write(",".join(_cell(name) for name in header) + "\r\n")
    count = 0
    for row in rows:
        file.write(",".join(_cell(value) for value in row) + "\r\n")
        count += 1
    return count


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bytes():
            return base64.b64encode(value).decode()
        case str():
            return '"' + value.replace('"', '""') + '"'
        case _:
            return repr(value)


def _count_rows(path: Path) -> int:
    """Count the records of a CSV file: a line break inside quotes ends none."""
    count, inside = 0, False
    with path.open(encoding="utf-8", newline="") as file:
        for line in file:
            inside ^= line.count('"') % 2 == 1
            count += not inside
    return count - 1


def _write_json(path: Path, document: Any) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True), encoding="utf-8")


def _names(target: Path) -> list[str]:
    found = []
    for root, _, files in os.walk(target):
        found += [(Path(root) / name).relative_to(target).as_posix() for name in files]
    return sorted(name for name in found if name != LIST_FILE)
