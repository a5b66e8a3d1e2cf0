"""Following a catalogue: TUF's client, with a floor under the clock and a policy for copies.

What differs from the client of python-tuf: the moment at which something ran out is judged by :mod:`.freshness`; the roles of
origins keep their own clocks also in an old copy; every refusal is told in our words; and no symbolic link is made, which file
systems of sticks and Windows do not have.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from tuf.api.exceptions import EqualVersionNumberError, RepositoryError
from tuf.api.metadata import Root, TargetFile, Targets, Timestamp
from tuf.ngclient import Updater

from smartcity_share.catalogue.fetching import CatalogueFetcher
from smartcity_share.catalogue.freshness import Freshness, judge
from smartcity_share.catalogue.refusals import expired, told
from smartcity_share.catalogue.roles import (
    INDEX,
    REVOCATIONS,
    ROOT,
    SIGNED_AT,
    SNAPSHOT,
    TIMESTAMP,
    TOP_LEVEL,
    parent_of,
    patterns_of,
)
from smartcity_share.catalogue.signing import signed_at
from smartcity_share.catalogue.words import printable
from smartcity_share.durable import write_whole
from smartcity_share.errors import CatalogueInvalidError, CatalogueUntrustedError, Location

_METADATA: Final = "metadata/"
_BEGINNING: Final = datetime.min.replace(tzinfo=UTC)
_RENEWED: Final = frozenset({TIMESTAMP, SNAPSHOT, INDEX, REVOCATIONS})
"""Roles that a server renews by itself every few weeks: in a copy they are judged at the moment it was signed."""


class Follower(Updater):
    """TUF's client of one catalogue. One refresh, one process at a time in its folder.

    Args:
        state: The folder of verified metadata.
        fetcher: Reads the catalogue.
        root: The trust root.
        place: Where the catalogue lies, for messages.
        now: What the clock says.
        floor: The latest moment that is known to have passed.
        most_stale: How old a copy may be; None where the catalogue must be in time.

    Raises:
        CatalogueInvalidError: The trust root is none.
    """

    def __init__(
        self,
        state: Path,
        fetcher: CatalogueFetcher,
        root: bytes,
        *,
        place: str,
        now: datetime,
        floor: datetime | None,
        most_stale: timedelta | None,
    ) -> None:
        self._place = place
        self._now, self._floor, self._most_stale = now, floor, most_stale
        self._metadata_fetcher = fetcher
        self._freshness: Freshness | None = None
        self._walked = ""
        try:
            super().__init__(str(state), _METADATA, fetcher=fetcher, bootstrap=root)
        except RepositoryError:
            raise CatalogueInvalidError(
                "This is no trust root: the metadata of a `root` role, signed by its own keys",
                where=Location(place, key="trust root"),
                hint="Get the file `1.root.json` from whoever runs the catalogue, another way than the catalogue itself.",
            ) from None

    @property
    def freshness(self) -> Freshness:
        """How new the catalogue is; refreshed first where that was not done."""
        if self._freshness is None:
            self.refresh()
        if self._freshness is None:
            raise AssertionError  # a refresh without a timestamp has raised
        return self._freshness

    def signed(self, path: str) -> tuple[str, TargetFile] | None:
        """Return the role that speaks for a path and what it signed; None where none does.

        Args:
            path: The path of a file.

        Raises:
            SmartCityError: One of the errors of a catalogue.
        """
        with told(self._place, self._walked or ROOT, self._metadata_fetcher):
            found = self.get_targetinfo(path)
        return None if found is None else (self._walked, found)

    def read_revocations(self) -> None:
        """Read what was revoked: whatever is asked for then, ``doctor`` knows of it."""
        delegations = self._trusted_set.targets.delegations
        if delegations is not None and REVOCATIONS in (delegations.roles or {}):
            self._load_targets(REVOCATIONS, Targets.type)

    def _update_root_symlink(self) -> None:
        """Keep a copy of the newest root, where python-tuf makes a link to it."""
        current = Path(self._dir, "root_history", f"{self._trusted_set.root.version}.root.json")
        self._persist_file(str(Path(self._dir, "root.json")), current.read_bytes())

    def _persist_file(self, filename: str, data: bytes) -> None:
        """Write metadata so that a power failure takes back nothing that was seen; what is there is left as it is."""
        path = Path(filename)
        if not path.is_file() or path.read_bytes() != data:
            write_whole(path, data)

    def _load_root(self) -> None:
        with told(self._place, ROOT, self._metadata_fetcher, self._trusted_set.root):
            super()._load_root()

    def _load_timestamp(self) -> None:
        trusted, fetcher = self._trusted_set, self._metadata_fetcher
        trusted.reference_time = _BEGINNING  # what ran out is judged below, with all that is known of the time
        with suppress(OSError, RepositoryError):
            trusted.update_timestamp(self._load_local_metadata(Timestamp.type))
        with told(self._place, TIMESTAMP, fetcher, trusted.root):
            data = self._download_metadata(Timestamp.type, self.config.timestamp_max_length)
            is_new = True
            try:
                trusted.update_timestamp(data)
            except EqualVersionNumberError:
                is_new = False
        self._freshness = self._judged(trusted.timestamp)
        trusted.reference_time = self._freshness.judged_at
        if trusted.root.is_expired(self._freshness.present):
            raise expired(Location(self._place, key=ROOT), ROOT, b"", f"{trusted.root.expires:%Y-%m-%d}")
        if is_new:
            self._persist_metadata(Timestamp.type, data)

    def _load_snapshot(self) -> None:
        with told(self._place, SNAPSHOT, self._metadata_fetcher, self._trusted_set.root):
            super()._load_snapshot()

    def _load_targets(self, role: str, parent_role: str) -> Targets:
        self._walked = role
        if parent_of(role) != parent_role or not (role in TOP_LEVEL or patterns_of(role)):
            raise CatalogueUntrustedError(
                f"`{parent_role}` names keys of `{printable(role[:60])}`, which is no role below it",
                where=Location(self._place, key=parent_role),
                hint="Do not use it, and tell whoever runs the catalogue: the keys of that role may be in wrong hands.",
            )
        parent = self._trusted_set[parent_role]
        delegator = parent if isinstance(parent, Root | Targets) else None
        with told(self._place, role, self._metadata_fetcher, delegator):
            found: Targets = super()._load_targets(role, parent_role)
        if role not in _RENEWED and found.is_expired(self.freshness.present):
            raise expired(Location(self._place, key=role), role, b"", f"{found.expires:%Y-%m-%d}")
        return found

    def _judged(self, timestamp: Timestamp) -> Freshness:
        where = Location(self._place, key=TIMESTAMP)
        return judge(
            now=self._now,
            floor=self._floor,
            signed_at=_signed_at(timestamp, where),
            expires=timestamp.expires,
            most_stale=self._most_stale,
            where=where,
        )


def _signed_at(timestamp: Timestamp, where: Location) -> datetime | None:
    text, found = timestamp.unrecognized_fields.get(SIGNED_AT), signed_at(timestamp)
    if text is not None and found is None:
        raise CatalogueInvalidError(
            f"The timestamp does not say when it was signed: `{SIGNED_AT}` is `{str(text)[:40]}`",
            where=where,
            hint="Tell whoever runs the catalogue to publish again.",
        )
    return found
