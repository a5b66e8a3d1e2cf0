"""Loading an installation from a backup beside its place."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from smartcity_share.durable import sync_all, sync_folder
from smartcity_share.errors import BackupError
from smartcity_share.install.backup.archive import ArchiveReader
from smartcity_share.install.backup.documents import TableEnd, Tables, parsed
from smartcity_share.install.backup.places import Place, Places, What
from smartcity_share.install.backup.reading import blocks_of, opened_backup, table_of
from smartcity_share.install.backup.rows import RowsDigest, from_line, lines_of
from smartcity_share.install.backup.tar import altered
from smartcity_share.install.backup.turning import Engine, Turning, turning_of
from smartcity_share.install.code_store import file_digest
from smartcity_share.install.storage.copy_port import KeptSequence
from smartcity_share.install.storage.files import checked_name

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance
    from smartcity_share.install.storage.copy_port import TableTarget
    from smartcity_share.install.storage.port import DataStore

FILES: Final = "files"
OVERRIDES: Final = "overrides.json"


class Loading:
    """Loads one installation from a backup.

    Args:
        instance: The instance it goes to.
        file: The backup.
        identities: Private keys; needed where it is encrypted.
        installation: Region and app in the backup: ``71.08/complaints``.
    """

    def __init__(self, instance: Instance, file: Path, identities: Sequence[Any], installation: str) -> None:
        self._instance = instance
        self._file = file
        self._identities = identities
        self._installation = installation
        self._turnings: dict[int, Turning] = {}

    def load(self, data: DataStore, folder: Path) -> dict[str, TableEnd]:
        """Fill an empty database and a folder.

        Args:
            data: The database, made from the template of the version.
            folder: Gets ``files`` and ``overrides.json``; it must not exist.

        Returns:
            Table -> its rows as they are compared.

        Raises:
            BackupError: The backup is not what it was, or holds what this engine or version cannot keep.
            MigrationError: The engine refuses a value.
        """
        (folder / FILES).mkdir(parents=True)
        digests: dict[str, RowsDigest] = {}
        with opened_backup(self._file, self._identities) as archive, ExitStack() as stack:
            places = Places(archive.head)
            tables: Tables | None = None
            target: TableTarget | None = None
            for entry in archive:
                place = places.of(entry.name)
                if place.owner != self._installation:
                    continue
                match place.what:
                    case What.TABLES:
                        tables = parsed(Tables, entry.name, archive.document(entry))
                        if tables.tables or tables.sequences:
                            target = stack.enter_context(data.filling())
                            self._prepare(tables, target, archive)
                        digests = {table.name: RowsDigest() for table in tables.tables}
                    case What.ROWS if target is not None:
                        self._fill(archive, tables, target, place, digests)
                    case What.FILE:
                        _write(archive, folder / FILES / checked_name(place.name))
                    case What.OVERRIDES:
                        _write(archive, folder / OVERRIDES)
                    case _:
                        pass
            if target is not None and tables is not None:
                self._count_on(target, tables, archive.head.engine)
        sync_all(folder)
        sync_folder(folder.parent)
        return {name: TableEnd(rows=digest.rows, digest=digest.digest) for name, digest in digests.items()}

    def _prepare(self, tables: Tables, target: TableTarget, archive: ArchiveReader) -> None:
        there = {table.name: table for table in target.tables()}
        here = self._instance.storage.engine_name
        for number, table in enumerate(tables.tables):
            self._turnings[number] = turning_of(table, there.get(table.name), archive.head.engine, here)

    def _fill(
        self, archive: ArchiveReader, tables: Tables | None, target: TableTarget, place: Place, digests: dict[str, RowsDigest]
    ) -> None:
        table = table_of(tables, place)
        turning, digest, source = self._turnings[int(place.name)], digests[table.name], archive.head.engine

        def rows() -> Any:
            for line in lines_of(blocks_of(archive)):
                row = from_line(line, len(table.columns))
                digest.add(turning.line(row, source) if turning.kinds else line)
                yield turning.stored(row)

        target.fill(turning.kept, turning.columns, rows())

    def _count_on(self, target: TableTarget, tables: Tables, source: Engine) -> None:
        known = {table.name: table.sequence for table in tables.tables}
        for table in target.tables():
            target.count_on(table, known.get(table.name))
        if source != self._instance.storage.engine_name:
            return  # the other engine counts in its tables alone
        there = {one.name for one in target.sequences()}
        for one in tables.sequences:
            if one.name not in there:
                raise BackupError(
                    f"The backup has a sequence `{one.name}` that this version of the app does not make; nothing was changed",
                    hint="Send this message to the maker of the app: its tables are not those of its version.",
                )
            target.set_sequence(KeptSequence(one.name, one.last, one.called))


def _write(archive: ArchiveReader, path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            for block in blocks_of(archive):
                file.write(block)
    except (FileExistsError, IsADirectoryError, NotADirectoryError):
        raise altered(f"`{path.name[:80]}` is in it as a file and as a folder") from None


def files_of(file: Path, identities: Sequence[Any], what: What, owner: str, folder: Path) -> None:
    """Write the files of a region's profile or of an app's code to a folder.

    Args:
        file: The backup.
        identities: Private keys; needed where it is encrypted.
        what: Which kind of file.
        owner: The region, or the folder of the code.
        folder: Made anew.

    Raises:
        BackupError: The backup is not what it was.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with opened_backup(file, identities) as archive:
        places, found = Places(archive.head), False
        for entry in archive:
            place = places.of(entry.name)
            if place.what is what and place.owner == owner:
                found = True
                _write(archive, folder / place.name)
            elif found and place.what is not what:
                return


def require_file(file: Path, digest: str) -> None:
    """Refuse a file that is not the one an operation was planned with.

    Raises:
        BackupError: It is another one, or is gone.
    """
    if not file.is_file() or file_digest(file) != digest:
        raise BackupError(f"{file.name} is not the backup this was planned with", hint="Put it back, then try again.")
