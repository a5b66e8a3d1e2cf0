"""Writing a backup: beside its place, forced to the disk, then given its name; whole or not there."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from smartcity_share._version import __version__
from smartcity_share.durable import sync_folder
from smartcity_share.errors import BackupError
from smartcity_share.install.audit import ChainCheck
from smartcity_share.install.backup.archive import ArchiveWriter
from smartcity_share.install.backup.code import code_files, folder_digest
from smartcity_share.install.backup.documents import (
    FORMAT,
    CodeFacts,
    End,
    Head,
    InstallationFacts,
    KeptSetting,
    KeptSettings,
    SequenceFacts,
    TableEnd,
    TableFacts,
    Tables,
    TrailEnd,
)
from smartcity_share.install.backup.encryption import encrypting, recipients_of
from smartcity_share.install.backup.frozen import freeze
from smartcity_share.install.backup.naming import file_beside, give_name
from smartcity_share.install.backup.parts import Parts
from smartcity_share.install.backup.people import accounts_of
from smartcity_share.install.backup.rows import RowsDigest, to_line
from smartcity_share.install.backup.trails import line_of
from smartcity_share.install.layout import REGION_SCOPE
from smartcity_share.install.recorded import record_trouble
from smartcity_share.install.records import SETTLED
from smartcity_share.install.secret_files import read_secret
from smartcity_share.install.storage.files import LocalFileStore

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance
    from smartcity_share.install.records import InstallationRecord
    from smartcity_share.install.storage.copy_port import TableSource


def write_backup(
    instance: Instance,
    records: Sequence[InstallationRecord],
    target: Path,
    operation: str,
    *,
    whole: bool,
    people: Sequence[str] = (),
    keys: Sequence[str],
    note: Callable[[int, str, int], object],
) -> None:
    """Write a backup.

    Args:
        instance: The instance.
        records: The installations it holds.
        target: The file; it must not exist.
        operation: Id of the operation that writes it.
        whole: Whether it is of everything the instance serves.
        people: Regions whose accounts and audit trail go with it.
        keys: Public keys it is encrypted to; without any no secret and no password is in it.
        note: Told the bytes, the SHA-256 and the inode of the file before it gets its name.

    Raises:
        BackupError: The code of an app was changed, an installation changed meanwhile, or a file of that name is there.
        SecretError: A secret is missing or can be read by others.
        OSError: The disk is full, or refuses.
    """
    head = Head(
        format=FORMAT,
        kind="instance" if whole else "installation",
        instance=instance.config.id,
        engine=instance.storage.engine_name,
        host_version=__version__,
        created_at=instance.now(),
        operation=operation,
        secrets=bool(keys),
        installations=tuple(_facts(instance, record) for record in records),
        people=tuple(people),
    )
    beside = file_beside(target, operation)
    beside.unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            counting = _Counting(file)
            with _encrypted(counting, keys) as stream:
                _Writing(instance, head, ArchiveWriter(stream, head), instance.layout.operation(operation)).all()
            file.flush()
            os.fsync(handle)
            inode = os.fstat(handle).st_ino
        note(counting.size, counting.digest.hexdigest(), inode)
        give_name(beside, target, operation)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def _facts(instance: Instance, record: InstallationRecord) -> InstallationFacts:
    tree = None
    if record.code_location is not None:
        folder = instance.folder / record.code_location
        if trouble := record_trouble(folder):
            raise BackupError(
                f"The code in {record.code_location} is not what was installed: {trouble}",
                hint="See `smartcity doctor`. A backup holds the exact code; put it back first.",
            )
        tree = folder_digest(folder)
    return InstallationFacts(
        region=record.region,
        app=record.app,
        version=record.version,
        distribution=record.distribution,
        data_epoch=record.data_epoch,
        code=CodeFacts(location=record.code_location, wheel=record.code_digest, tree=tree),
        installed_at=record.installed_at,
    )


class _Writing:
    """Puts everything into one archive."""

    def __init__(self, instance: Instance, head: Head, archive: ArchiveWriter, scratch: Path) -> None:
        self._instance = instance
        self._head = head
        self._archive = archive
        self._scratch = scratch
        self._tables: dict[str, dict[str, TableEnd]] = {}
        self._files: dict[str, int] = {}

    def all(self) -> None:
        instance = self._instance
        for code in self._head.regions:
            folder = instance.profile_folder(code)
            self._folder(folder, sorted(path.name for path in folder.iterdir() if path.is_file()), f"regions/{code}")
        locations = {facts.code.location for facts in self._head.installations}
        for location in sorted(location for location in locations if location is not None):
            self._folder(instance.folder / location, code_files(instance.folder / location), location)
        trails = {code: self._people(code) for code in self._head.people}
        for facts in self._head.installations:
            self._installation(facts)
        self._archive.finish(End(format=FORMAT, members=0, tables=self._tables, files=self._files, trails=trails))

    def _people(self, region: str) -> TrailEnd:
        with self._instance.accounts_database.begin() as connection:
            found = accounts_of(connection, region, passwords=self._head.secrets)
        self._archive.put(f"people/{region}/accounts.json", found.model_dump_json(indent=1).encode())
        check, parts = ChainCheck(region), Parts(self._archive, f"people/{region}/trail")
        with self._instance.audit.chain(region) as rows:
            for row in rows:
                check.add(row)
                parts.add(line_of(row))
        parts.finish()
        return TrailEnd.of(check.report())

    def _folder(self, folder: Path, names: Sequence[str], prefix: str) -> None:
        for name in names:
            self._file(folder / name, f"{prefix}/{name}")

    def _file(self, path: Path, name: str) -> None:
        with path.open("rb") as file:
            self._archive.put_file(name, file, os.fstat(file.fileno()).st_size)

    def _installation(self, facts: InstallationFacts) -> None:
        self._refuse_changed(facts)
        instance, region, app = self._instance, facts.region, facts.app
        prefix, frozen = f"installations/{region}/{app}", self._scratch / "frozen"
        self._settings(facts, prefix)
        files = instance.layout.files(region, app)
        freeze(files, frozen)
        data = instance.data(region, app)
        self._tables[facts.id] = {}
        with ExitStack() as stack:
            if data.exists():
                source = stack.enter_context(data.copying())
                with data.database.begin():  # no row is written while the files are held still and the state is fixed
                    freeze(files, frozen)
                    found = source.tables()
                    self._overrides(facts, prefix)
                tables = Tables(
                    revisions=tuple(sorted(data.revisions())),
                    tables=tuple(
                        TableFacts(name=table.name, columns=table.columns, sequence=table.sequence) for table in found
                    ),
                    sequences=tuple(
                        SequenceFacts(name=one.name, last=one.last, called=one.called) for one in source.sequences()
                    ),
                )
                self._archive.put(f"{prefix}/tables.json", tables.model_dump_json(indent=1).encode())
                self._rows(source, facts.id, prefix)
            else:
                self._overrides(facts, prefix)
        self._refuse_changed(facts)
        store = LocalFileStore(frozen)
        names = list(store.names())
        for name in names:
            self._file(frozen / name, f"{prefix}/files/{name}")
        self._files[facts.id] = len(names)
        shutil.rmtree(frozen)

    def _settings(self, facts: InstallationFacts, prefix: str) -> None:
        ledger = self._instance.ledger
        stored = (*ledger.settings(facts.region, facts.app), *ledger.settings(facts.region, REGION_SCOPE))
        kept = KeptSettings(settings=tuple(KeptSetting.of(value) for value in stored))
        self._archive.put(f"{prefix}/settings.json", kept.model_dump_json(indent=1).encode())
        if self._head.secrets:
            for value in stored:
                if value.secret_ref is not None:
                    scope = "shared" if value.app == REGION_SCOPE else "own"
                    secret = read_secret(self._instance.layout, value.secret_ref)
                    self._archive.put(f"{prefix}/secrets/{scope}/{value.key}", secret.encode())

    def _overrides(self, facts: InstallationFacts, prefix: str) -> None:
        path = self._instance.layout.overrides(facts.region, facts.app)
        if path.is_file():
            self._archive.put(f"{prefix}/overrides.json", path.read_bytes())

    def _rows(self, source: TableSource, installation: str, prefix: str) -> None:
        for place, table in enumerate(source.tables()):
            digest = RowsDigest()
            parts = Parts(self._archive, f"{prefix}/tables/{place:04}")
            for row in source.rows(table):
                line = to_line(row)
                digest.add(line)
                parts.add(line)
            parts.finish()
            self._tables[installation][table.name] = TableEnd(rows=digest.rows, digest=digest.digest)

    def _refuse_changed(self, facts: InstallationFacts) -> None:
        record = self._instance.ledger.installation(facts.region, facts.app)
        told = (facts.version, facts.data_epoch, facts.code.wheel)
        if record is None or record.state not in SETTLED or (record.version, record.data_epoch, record.code_digest) != told:
            raise BackupError(
                f"`{facts.app}` in {facts.region} was changed by another operation while it was backed up",
                hint="Run the same command again.",
            )


class _Counting:
    """Writes on, and counts and digests what goes by."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self.size = 0
        self.digest = hashlib.sha256()

    def write(self, content: bytes) -> int:
        self.size += len(content)
        self.digest.update(content)
        return self._target.write(content)

    def flush(self) -> None:
        self._target.flush()


@contextmanager
def _encrypted(target: _Counting, keys: Sequence[str]) -> Iterator[BinaryIO]:
    if not keys:
        yield target  # type: ignore[misc] # the one method a writer uses
        return
    with encrypting(target, recipients_of(keys)) as stream:  # type: ignore[arg-type] # as above
        yield stream
