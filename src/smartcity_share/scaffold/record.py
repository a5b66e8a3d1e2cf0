"""What a project was made from, kept in the project: the common ancestor an update merges with."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from smartcity_share.errors import Location, ScaffoldError
from smartcity_share.scaffold.answers import Answers

FILE: Final = ".smartcity-new.json"
FORMAT: Final = 1
_MOST_BYTES: Final = 2_000_000


class Record(BaseModel):
    """The answers and the files as the template made them; the author's edits are not in it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    format: int = FORMAT
    made_by: str
    """Version of smartcity-share."""
    answers: Answers
    files: dict[str, str]


def as_text(record: Record) -> str:
    """Return a record as it is written."""
    return record.model_dump_json(indent=1) + "\n"


def read_record(project: Path) -> Record:
    """Read the record of a project.

    Raises:
        ScaffoldError: There is none, it cannot be read, or a newer version wrote it.
    """
    path = project / FILE
    where = Location(str(path))
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= _MOST_BYTES else b""
    except OSError:
        raise ScaffoldError(
            f"The folder was not made by `smartcity new`: it has no {FILE}" if project.is_dir() else "There is no such folder",
            where=Location(str(project)),
            hint="Name the project folder: `smartcity new --update FOLDER`.",
        ) from None
    try:
        found = Record.model_validate_json(content)
    except ValidationError:
        raise ScaffoldError(
            "The record of how the project was made cannot be read",
            where=where,
            hint="Take it back from version control.",
        ) from None
    if found.format > FORMAT:
        raise ScaffoldError(
            f"The project was last updated by smartcity-share {found.made_by[:40]}, which is newer",
            where=where,
            hint="Upgrade smartcity-share: `pip install --upgrade smartcity-share`.",
        )
    return found
