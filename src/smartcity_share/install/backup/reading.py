"""Reading a backup from its beginning to its end, before anything is changed for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import attrs

from smartcity_share.errors import BackupError, OverrideError
from smartcity_share.install.audit import ChainCheck
from smartcity_share.install.backup.archive import ArchiveReader
from smartcity_share.install.backup.code import tree_digest
from smartcity_share.install.backup.documents import End, Head, KeptSettings, TableFacts, Tables, TrailEnd, parsed
from smartcity_share.install.backup.encryption import decrypting, is_encrypted
from smartcity_share.install.backup.people import KeptAccounts
from smartcity_share.install.backup.places import Place, Places, What
from smartcity_share.install.backup.rows import RowsDigest, from_line, lines_of
from smartcity_share.install.backup.tar import Entry, altered
from smartcity_share.install.backup.trails import entry_of
from smartcity_share.install.overrides.kept import from_text

_LARGEST_SECRET: Final = 1024 * 1024
PROFILE: Final = "profile.toml"


@attrs.define
class ReadInstallation:
    """What a backup says of one installation, besides its rows and files.

    Attributes:
        settings: Its settings with provenance.
        tables: Its tables; None for an app that stores nothing.
        has_overrides: Whether the region changed parts of the app.
        files: How many files it stores.
        file_bytes: Bytes of its stored files.
        row_bytes: Bytes of its rows.
        secrets: Scope and key of each secret -> the secret.
    """

    settings: KeptSettings = attrs.field(factory=lambda: KeptSettings(settings=()))
    tables: Tables | None = None
    has_overrides: bool = False
    files: int = 0
    file_bytes: int = 0
    row_bytes: int = 0
    secrets: dict[str, str] = attrs.field(factory=dict, repr=False)


@attrs.frozen
class ReadBackup:
    """A backup that was read to its end and is what was written.

    Attributes:
        head: What it is of.
        end: How much there is.
        digest: SHA-256 of the file in hexadecimal.
        installations: By region and app.
        code_bytes: Bytes of code.
        metadata: Folder of code -> the metadata of its distribution.
        people: Region -> its accounts.
    """

    head: Head
    end: End
    digest: str
    installations: dict[str, ReadInstallation]
    code_bytes: int
    metadata: dict[str, str]
    people: dict[str, KeptAccounts]


def read_backup(path: Path, identities: Sequence[Any]) -> ReadBackup:
    """Read a backup to its end and look at everything.

    Args:
        path: The file.
        identities: Private keys; needed where it is encrypted.

    Raises:
        BackupError: It is none, was cut short or altered, is of a newer form, or is encrypted to other keys.
        OSError: It cannot be read.
    """
    with opened_backup(path, identities) as archive:
        reading = _Reading(archive)
        reading.all()
        if archive.end is None:
            raise altered("it has no end")
        reading.compare(archive.end)
        end = archive.end
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return ReadBackup(archive.head, end, digest, reading.installations, reading.code_bytes, reading.metadata, reading.people)


@contextmanager
def opened_backup(path: Path, identities: Sequence[Any]) -> Iterator[ArchiveReader]:
    """Open a backup, encrypted or not.

    Raises:
        BackupError: It is none, is of a newer form, or is encrypted and no key fits.
        OSError: It cannot be read.
    """
    if is_encrypted(path):
        if not identities:
            raise BackupError(
                f"{path.name} is encrypted; nothing was changed",
                hint="Name the private key that belongs to one of the keys it was encrypted to: `--identity FILE`.",
            )
        with decrypting(path, identities) as stream:
            yield ArchiveReader(stream)
    else:
        with path.open("rb") as file:
            yield ArchiveReader(file)


class _Reading:
    """Looks at every file of a backup once."""

    def __init__(self, archive: ArchiveReader) -> None:
        self._archive = archive
        self._places = Places(archive.head)
        self.installations = {facts.id: ReadInstallation() for facts in archive.head.installations}
        if len(self.installations) != len(archive.head.installations) or not self.installations:
            raise altered("its head names an installation twice, or none")
        self.code_bytes = 0
        self.metadata: dict[str, str] = {}
        self._code: dict[str, list[tuple[str, str]]] = {}
        self._rows: dict[tuple[str, int], RowsDigest] = {}
        self._profiles: set[str] = set()
        self.people: dict[str, KeptAccounts] = {}
        self._trails = {code: ChainCheck(code) for code in archive.head.people}

    def all(self) -> None:
        for entry in self._archive:
            place = self._places.of(entry.name)
            match place.what:
                case What.PROFILE:
                    if place.name == PROFILE:
                        self._profiles.add(place.owner)
                case What.CODE:
                    self.code_bytes += entry.size
                    self._code.setdefault(place.owner, []).append((place.name, self._look_at_code(place, entry)))
                case What.ACCOUNTS:
                    self.people[place.owner] = self._accounts(entry)
                case What.TRAIL:
                    self._look_at_trail(place.owner)
                case _:
                    self._installation(self.installations[place.owner], place, entry)

    def _installation(self, found: ReadInstallation, place: Place, entry: Entry) -> None:
        match place.what:
            case What.SETTINGS:
                found.settings = parsed(KeptSettings, entry.name, self._archive.document(entry))
            case What.TABLES:
                found.tables = parsed(Tables, entry.name, self._archive.document(entry))
            case What.OVERRIDES:
                found.has_overrides = True
                _check_overrides(self._archive.document(entry))
            case What.SECRET:
                found.secrets[place.name] = self._secret(entry)
            case What.ROWS:
                found.row_bytes += entry.size
                self._look_at_rows(found, place)
            case _:
                found.files += 1
                found.file_bytes += entry.size

    def compare(self, end: End) -> None:
        """Compare what was read with what head and end say of it.

        Raises:
            BackupError: They say something else.
        """
        if missing := sorted({*self._archive.head.regions} - self._profiles):
            raise altered(f"the profile of region {missing[0]} is missing")
        for code, check in self._trails.items():
            if code not in self.people or TrailEnd.of(check.report()) != end.trails.get(code):
                raise altered(f"the accounts or the audit trail of region {code} are not those of its end")
        for facts in self._archive.head.installations:
            found = self.installations[facts.id]
            if facts.code.location is not None and tree_digest(self._code.get(facts.code.location, ())) != facts.code.tree:
                raise altered(f"the code of `{facts.app}` is not that of its head")
            if end.files.get(facts.id) != found.files:
                raise altered(f"it holds {found.files} files of {facts.id} and says {end.files.get(facts.id)}")
            told = end.tables.get(facts.id, {})
            tables = found.tables.tables if found.tables is not None else ()
            if {table.name for table in tables} != set(told):
                raise altered(f"its tables of {facts.id} are not those of its end")
            for number, table in enumerate(tables):
                digest = self._rows.get((facts.id, number), RowsDigest())
                if (digest.rows, digest.digest) != (told[table.name].rows, told[table.name].digest):
                    raise altered(f"the rows of `{table.name}` are not those of its end")

    def _accounts(self, entry: Entry) -> KeptAccounts:
        found = parsed(KeptAccounts, entry.name, self._archive.document(entry))
        if not self._archive.head.secrets and any(one.password is not None for one in found.accounts):
            raise altered("it is not encrypted and holds passwords")
        return found

    def _look_at_code(self, place: Place, entry: Entry) -> str:
        """Return the digest of a file of code, however large; only metadata are kept."""
        if place.name.endswith(".dist-info/METADATA"):
            content = self._archive.document(entry)
            self.metadata[place.owner] = content.decode(errors="replace")
            return hashlib.sha256(content).hexdigest()
        digest = hashlib.sha256()
        for block in blocks_of(self._archive):
            digest.update(block)
        return digest.hexdigest()

    def _look_at_trail(self, region: str) -> None:
        for line in lines_of(blocks_of(self._archive)):
            self._trails[region].add(entry_of(line, region))

    def _look_at_rows(self, found: ReadInstallation, place: Place) -> None:
        table = table_of(found.tables, place)
        digest = self._rows.setdefault((place.owner, int(place.name)), RowsDigest())
        for line in lines_of(blocks_of(self._archive)):
            from_line(line, len(table.columns))
            digest.add(line)

    def _secret(self, entry: Entry) -> str:
        if entry.size > _LARGEST_SECRET:
            raise altered("a secret in it is larger than any secret")
        try:
            return self._archive.document(entry).decode()
        except UnicodeDecodeError:
            raise altered("a secret in it is no text") from None


def blocks_of(archive: ArchiveReader) -> Iterator[bytes]:
    """Yield the content of the present file."""
    while block := archive.read():
        yield block


def table_of(tables: Tables | None, place: Place) -> TableFacts:
    """Return the table some rows are of.

    Raises:
        BackupError: There is none.
    """
    number = int(place.name)
    if tables is None or number >= len(tables.tables):
        raise altered("it holds rows of a table it does not name")
    return tables.tables[number]


def _check_overrides(content: bytes) -> None:
    try:
        from_text(content.decode())
    except (UnicodeDecodeError, OverrideError):
        raise altered("the overrides in it cannot be read") from None
