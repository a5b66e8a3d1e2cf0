"""What a catalogue says of a file: read from signed metadata, which a stranger may have signed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from smartcity_share.catalogue.roles import APP_ID
from smartcity_share.catalogue.words import printable

AppId = Annotated[str, StringConstraints(pattern=rf"^{APP_ID.pattern}$")]
OriginCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]+(?:[.-][0-9A-Z]+)*$", max_length=40)]
WheelName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+!-]*\.whl$", max_length=200)]
Version = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Language = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Summary = dict[Language, Annotated[str, StringConstraints(min_length=1, max_length=1000)]]
MOST_WORDS: Final = 1000
"""Most characters of a reason, or of the name of who gave it."""

Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_WORDS), AfterValidator(printable)
]
"""Why somebody did something, in a sentence."""


class _Entry(BaseModel):
    """Fields that a later version adds are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ReleaseEntry(_Entry):
    """A release of an app."""

    app: AppId = Field(description="Id of the app.")
    version: Version = Field(description="Its version, as the wheel writes it.")
    summary: Summary = Field(description="What the app does, in one sentence per language.")
    host_api: Annotated[str, StringConstraints(max_length=200)] = Field(description="Range of the host API.")
    wheels: tuple[WheelName, ...] = Field(default=(), max_length=500, description="Wheels it needs, in the same folder.")
    yanked: Reason | None = Field(default=None, description="Why the origin advises against it; null where it does not.")


class NeededEntry(_Entry):
    """A wheel that a release in the same folder needs."""

    needed: Literal[True] = True


class Revocation(_Entry):
    """Who forbade a release, why and when."""

    by: Reason = Field(description="Who revoked it.")
    reason: Reason = Field(description="Why.")
    at: AwareDatetime = Field(description="When.")


class RevokedEntry(_Entry):
    """A release, or a wheel one needs, that nobody may install."""

    revoked: Revocation


class IndexRow(_Entry):
    """A release in the search index."""

    app: AppId
    origin: OriginCode
    version: Version
    file: WheelName
    summary: Summary


class Index(_Entry):
    """The search index: a hint where to look. What it says is never relied on."""

    apps: tuple[IndexRow, ...] = Field(default=(), max_length=200_000)


Entry = RevokedEntry | ReleaseEntry | NeededEntry


def read_entry(custom: object) -> Entry:
    """Return what the ``custom`` field of a listed file says.

    Args:
        custom: The field; anything but a table says nothing.

    Raises:
        pydantic.ValidationError: It says none of the things a catalogue says.
    """
    custom = custom if isinstance(custom, Mapping) else {}
    if "revoked" in custom:
        return RevokedEntry.model_validate(custom)
    return NeededEntry.model_validate(custom) if "needed" in custom else ReleaseEntry.model_validate(custom)


def readable_entry(custom: object) -> Entry | None:
    """Return what the ``custom`` field of a listed file says; None where it says none of the things a catalogue says."""
    try:
        return read_entry(custom)
    except ValidationError:
        return None


def written(entry: Entry) -> dict[str, Any]:
    """Return the ``custom`` field that says an entry; what is not said is left out."""
    return entry.model_dump(mode="json", exclude_none=True)
