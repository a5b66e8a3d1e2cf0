"""The documents in a backup, each a JSON file that is read back strictly."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from smartcity_share.errors import BackupError
from smartcity_share.install.audit import ChainReport
from smartcity_share.install.backup.tar import altered
from smartcity_share.install.records import InstallationRecord, InstallationState, SettingValue

FORMAT: Final = 1
"""Version of the form of a backup that this library writes and reads."""
LARGEST_DOCUMENT: Final = 64 * 1024 * 1024
"""Most bytes of one document: a list of half a million files has as many."""

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
RegionCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,39}$")]
AppId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,79}$")]
Location = Annotated[str, Field(pattern=r"^code/[a-z][a-z0-9-]*/[A-Za-z0-9.+_-]+$")]

_Model = TypeVar("_Model", bound=BaseModel)


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CodeFacts(_Document):
    """The exact code of an app.

    Attributes:
        location: Its folder, relative to an instance; None for an app of the environment.
        wheel: SHA-256 of the wheel it was unpacked from; None for an app of the environment.
        tree: SHA-256 over the names and digests of its files; None for an app of the environment.
    """

    location: Location | None
    wheel: Sha256 | None
    tree: Sha256 | None


class InstallationFacts(_Document):
    """What the head says of one installation."""

    region: RegionCode
    app: AppId
    version: str
    distribution: str
    data_epoch: int
    code: CodeFacts
    installed_at: AwareDatetime

    @property
    def id(self) -> str:
        """Region and app: ``71.08/complaints``."""
        return f"{self.region}/{self.app}"

    def record(self, now: datetime) -> InstallationRecord:
        """Return the record of the installation as it will be entered."""
        return InstallationRecord(
            region=self.region,
            app=self.app,
            version=self.version,
            distribution=self.distribution,
            data_epoch=self.data_epoch,
            state=InstallationState.RESTORING,
            fault="",
            code_location=self.code.location,
            code_digest=self.code.wheel,
            installed_at=self.installed_at,
            updated_at=now,
        )


class Head(_Document):
    """``smartcity-backup.json``, the first file: what this backup is of.

    Attributes:
        format: Version of the form.
        kind: Of one installation, or of everything the instance serves.
        instance: Id of the instance.
        engine: Where its data were kept: ``sqlite`` or ``postgresql``.
        host_version: Version of smartcity-share that wrote it.
        created_at: When it was begun.
        operation: Id of the operation that wrote it.
        secrets: Whether secrets are inside; only in an encrypted file.
        installations: What it holds.
        people: Regions whose accounts and audit trail are inside.
    """

    format: Literal[1]
    kind: Literal["installation", "instance"]
    instance: str
    engine: Literal["sqlite", "postgresql"]
    host_version: str
    created_at: AwareDatetime
    operation: str
    secrets: bool
    installations: tuple[InstallationFacts, ...]
    people: tuple[RegionCode, ...] = ()

    @property
    def regions(self) -> tuple[str, ...]:
        """Every region whose profile is inside."""
        return tuple(sorted({*self.people, *(facts.region for facts in self.installations)}))


class TableFacts(_Document):
    """One table as it is stored.

    Attributes:
        name: Its name.
        columns: Column -> type, in the words of the engine; generated columns are left out.
        sequence: The last number it gave to a row, where it counts by itself.
    """

    name: Annotated[str, Field(max_length=200)]
    columns: dict[str, str]
    sequence: int | None = None


class SequenceFacts(_Document):
    """A counter that belongs to no column: the number it gave last, or, where it was never called, will give first."""

    name: Annotated[str, Field(max_length=200)]
    last: Annotated[int, Field(ge=-(2**63), lt=2**63)]
    called: bool


class Tables(_Document):
    """``tables.json``: the tables of an installation; its file of rows is numbered by its place in this list."""

    revisions: tuple[str, ...]
    tables: tuple[TableFacts, ...]
    sequences: tuple[SequenceFacts, ...] = ()


class KeptSetting(_Document):
    """One value of a setting with its provenance."""

    key: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,199}$")]
    shared: bool
    value: Any
    is_secret: bool
    set_by: str
    set_at: AwareDatetime
    basis: str

    @classmethod
    def of(cls, value: SettingValue) -> KeptSetting:
        """Return a stored value as it is kept."""
        return cls(
            key=value.key,
            shared=value.app.startswith("_"),
            value=value.value,
            is_secret=value.secret_ref is not None,
            set_by=value.set_by,
            set_at=value.set_at,
            basis=value.basis,
        )


class KeptSettings(_Document):
    """``settings.json`` of an installation."""

    settings: tuple[KeptSetting, ...]


class TableEnd(_Document):
    """What was written of one table."""

    rows: int
    digest: Sha256


class TrailEnd(_Document):
    """What the chain of an audit trail was found to be: entries up to the first that does not fit, and the hash of the last.

    A chain that somebody broke is kept as it is: the backup says where.
    """

    count: int
    head: Sha256
    broken_at: int | None

    @classmethod
    def of(cls, report: ChainReport) -> TrailEnd:
        """Return what was found as it is kept."""
        return cls(count=report.count, head=report.head, broken_at=report.broken_at)


class End(_Document):
    """``end.json``, the last file: how much there is. A backup without it was cut short.

    Attributes:
        format: Version of the form.
        members: How many files stand before it.
        tables: Installation -> table -> rows.
        files: Installation -> how many stored files.
        trails: Region -> its audit trail.
    """

    format: Literal[1]
    members: int
    tables: dict[str, dict[str, TableEnd]]
    files: dict[str, int]
    trails: dict[str, TrailEnd] = Field(default_factory=dict)


def parsed(model: type[_Model], name: str, content: bytes) -> _Model:
    """Return a document of a backup.

    Raises:
        BackupError: It is not of the form this library writes.
    """
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "its text"
        raise altered(f"{name}: {place}: {first['msg']}") from None


def refuse_newer(content: bytes) -> None:
    """Refuse the head of a backup that a newer library wrote, before anything else of it is judged.

    Raises:
        BackupError: It is one.
    """
    import json

    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return
    number = found.get("format") if isinstance(found, dict) else None
    if isinstance(number, int) and number > FORMAT:
        raise BackupError(
            f"The backup has format {number}; this smartcity reads up to {FORMAT}; nothing was changed",
            hint="Use the version of smartcity-share that wrote it, or a newer one: `pip install --upgrade smartcity-share`.",
        )
