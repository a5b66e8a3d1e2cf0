"""Comparing a loaded installation with its backup: every row and every file, read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smartcity_share.install.backup.archive import ArchiveReader
from smartcity_share.install.backup.documents import TableEnd, Tables, parsed
from smartcity_share.install.backup.loading import FILES
from smartcity_share.install.backup.places import Places, What
from smartcity_share.install.backup.reading import opened_backup
from smartcity_share.install.backup.rows import RowsDigest
from smartcity_share.install.backup.turning import Engine, turning_of
from smartcity_share.install.storage.files import LocalFileStore

if TYPE_CHECKING:
    from smartcity_share.install.storage.copy_port import TableSource
    from smartcity_share.install.storage.port import DataStore


def loaded_trouble(
    file: Path,
    identities: Sequence[Any],
    installation: str,
    loaded: tuple[DataStore, Engine, Path],
    expected: Mapping[str, TableEnd],
) -> str | None:
    """Return in what a loaded installation differs from its backup, None where it does not.

    Args:
        file: The backup.
        identities: Private keys; needed where it is encrypted.
        installation: Region and app in the backup.
        loaded: The database, its engine, and the folder that was filled.
        expected: Table -> its rows as :meth:`smartcity_share.install.backup.loading.Loading.load` returned them.
    """
    data, here, folder = loaded
    with opened_backup(file, identities) as archive:
        engine = archive.head.engine
        trouble, tables = _files(archive, installation, folder / FILES)
    if trouble is not None:
        return trouble
    return _rows(data, tables, engine, here, expected) if tables.tables else None


def _files(archive: ArchiveReader, installation: str, folder: Path) -> tuple[str | None, Tables]:
    places = Places(archive.head)
    names, tables = set(), Tables(revisions=(), tables=())
    for entry in archive:
        place = places.of(entry.name)
        if place.owner != installation:
            continue
        if place.what is What.TABLES:
            tables = parsed(Tables, entry.name, archive.document(entry))
        elif place.what is What.FILE:
            names.add(place.name)
            if not _same(archive, folder / place.name):
                return f"the file {place.name} differs", tables
    if found := set(LocalFileStore(folder).names()) ^ names:
        return f"the file {min(found)} is on one side only", tables
    return None, tables


def _rows(data: DataStore, tables: Tables, engine: Engine, here: Engine, expected: Mapping[str, TableEnd]) -> str | None:
    if data.revisions() != frozenset(tables.revisions):
        return "the migrations are others"
    with data.copying() as source:
        there = {table.name: table for table in source.tables()}
        for facts in tables.tables:
            turning = turning_of(facts, there.get(facts.name), engine, here)
            digest = RowsDigest()
            for row in source.rows(turning.kept):
                digest.add(turning.line(row, here))
            if TableEnd(rows=digest.rows, digest=digest.digest) != expected.get(facts.name):
                return f"the rows of `{facts.name}` differ"
        if engine == here and (wrong := _sequence_elsewhere(tables, source)):
            return f"the sequence `{wrong}` is elsewhere"
    return None


def _sequence_elsewhere(tables: Tables, source: TableSource) -> str | None:
    found = {one.name: (one.last, one.called) for one in source.sequences()}
    return next((one.name for one in tables.sequences if found.get(one.name) != (one.last, one.called)), None)


def _same(archive: ArchiveReader, path: Path) -> bool:
    try:
        with path.open("rb") as file:
            while block := archive.read():
                if file.read(len(block)) != block:
                    return False
            return not file.read(1)
    except OSError:
        return False
