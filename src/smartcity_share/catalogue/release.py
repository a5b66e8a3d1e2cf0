"""A release that was found in a catalogue, and where it was found: frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

import attrs

from smartcity_share.catalogue.roles import ReleasePath


@attrs.frozen
class ListedWheel:
    """A wheel as a role of a catalogue signed for it.

    Attributes:
        path: Its path in the catalogue.
        length: Its length in bytes.
        sha256: Its SHA-256.
    """

    path: ReleasePath
    length: int
    sha256: str

    @property
    def place(self) -> str:
        """Where its file lies in the folder of the catalogue."""
        return f"targets/{self.path.beside(f'{self.sha256}.{self.path.file}')}"


@attrs.frozen
class Provenance:
    """Which catalogue a release was taken from: what plan, history and audit trail say.

    Attributes:
        catalogue: The name of the catalogue, or its location where it has none.
        location: Where it lies.
        root: SHA-256 of the trust root.
        origin: Code of the region that shares the app.
        role: The role that signed the release.
        signed_at: When the timestamp of the catalogue was signed; None where it does not say.
        age_days: Days since then.
    """

    catalogue: str
    location: str
    root: str
    origin: str
    role: str
    signed_at: datetime | None
    age_days: int | None

    def __str__(self) -> str:
        aged = "" if self.signed_at is None else f", as of {self.signed_at:%Y-%m-%d} ({counted_days(self.age_days or 0)} old)"
        return f"catalogue {self.catalogue}, signed by {self.role}{aged}"

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {**attrs.asdict(self), "signed_at": None if self.signed_at is None else self.signed_at.isoformat()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return what :meth:`as_json` wrote."""
        signed_at = data["signed_at"]
        return cls(**{**data, "signed_at": None if signed_at is None else datetime.fromisoformat(signed_at)})


def counted_days(days: int) -> str:
    """Return a number of days in words."""
    return f"{days} day{'' if days == 1 else 's'}"


@attrs.frozen
class Release:
    """A release of an app, verified to be what its origin signed.

    Attributes:
        app: Id of the app.
        version: Its version.
        wheel: The wheel of the app.
        needs: The wheels it needs, in the same folder.
        provenance: Which catalogue it was found in.
        notices: What the person should know.
    """

    app: str
    version: str
    wheel: ListedWheel
    needs: tuple[ListedWheel, ...]
    provenance: Provenance
    notices: tuple[str, ...] = ()
