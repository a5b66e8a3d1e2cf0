"""A catalogue as somebody who installs from it sees it: verified before a word of it is believed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import attrs

from smartcity_share.catalogue.entries import ReleaseEntry, RevokedEntry
from smartcity_share.catalogue.fetching import CatalogueFetcher
from smartcity_share.catalogue.finding import meant
from smartcity_share.catalogue.following import Follower
from smartcity_share.catalogue.freshness import Freshness
from smartcity_share.catalogue.location import CatalogueLocation
from smartcity_share.catalogue.reaching import reach_of
from smartcity_share.catalogue.release import Provenance, Release
from smartcity_share.catalogue.roles import ReleasePath
from smartcity_share.catalogue.speaking import Said, Speakers
from smartcity_share.catalogue.state import CatalogueState
from smartcity_share.catalogue.wheels import FetchedWheels
from smartcity_share.catalogue.words import printable
from smartcity_share.errors import Location, ReleaseNotFoundError, ReleaseRevokedError
from smartcity_share.hooks.markers import HOST_API


@attrs.frozen
class Catalogue:
    """A catalogue that was opened; use :func:`opened_catalogue`.

    Attributes:
        name: What it is called.
        location: Where it lies.
        root: SHA-256 of the trust root.
        freshness: How new it is.
        wheels: Fetches the wheels of releases.
    """

    name: str
    location: CatalogueLocation
    root: str
    freshness: Freshness
    wheels: FetchedWheels
    _speakers: Speakers

    def find(self, app: str, version: str | None = None, origin: str | None = None) -> Release:
        """Find a release; whatever the index says of it, its origin must have signed it, and nobody revoked it.

        Args:
            app: Id of the app.
            version: Its version; None takes the newest that fits this host, and that nobody advises against.
            origin: Code of the region that shares it; None where only one does.

        Raises:
            ReleaseNotFoundError: There is none, or several regions share one.
            ReleaseRevokedError: It was revoked, or all that would do were.
            SmartCityError: Another error of a catalogue.
        """
        where = Location(str(self.location))
        told: list[str] = []
        revoked: ReleaseRevokedError | None = None
        for _, row in meant(self._speakers.index().apps, app, version, origin, where):
            said = self._speakers.say(ReleasePath(row.origin, row.app, row.file))
            if said is None:
                told.append(f"{row.version} is in the index, but {row.origin} has not signed it")
                continue
            if isinstance(said.entry, RevokedEntry):
                revoked = revoked or self._speakers.revoked(f"`{app}` {row.version} of {row.origin}", said.entry)
                told.append(f"{row.version} was revoked: {said.entry.revoked.reason}")
                continue
            if not isinstance(said.entry, ReleaseEntry) or (said.entry.app, said.entry.version) != (row.app, row.version):
                raise self._speakers.unreadable(str(said.wheel.path))
            against = _against(said.entry, row.origin)
            if against and version is None:
                told.append(against)
                continue
            passed = tuple(f"Passed over: {one}" for one in told)
            return self._release(said, said.entry, (*passed, against) if against else passed)
        if revoked is not None:
            raise revoked
        raise ReleaseNotFoundError(
            f"The catalogue has no version of `{app}` to install here: {'; '.join(told)}",
            where=where,
            hint=f"If you want one nevertheless, name its version: `{app}==VERSION`.",
        )

    def _release(self, said: Said, entry: ReleaseEntry, told: tuple[str, ...]) -> Release:
        path = said.wheel.path
        return Release(
            app=entry.app,
            version=entry.version,
            wheel=said.wheel,
            needs=tuple(self._speakers.needed(path.beside(name)) for name in entry.wheels),
            provenance=Provenance(
                catalogue=self.name,
                location=str(self.location),
                root=self.root,
                origin=path.origin,
                role=said.role,
                signed_at=self.freshness.signed_at,
                age_days=self.freshness.age_days,
            ),
            notices=(*self.freshness.notices, *told),
        )


def _against(entry: ReleaseEntry, origin: str) -> str:
    """Return what speaks against taking a release unasked; nothing where nothing does."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    if entry.yanked is not None:
        return f"{origin} advises against {entry.version}: {entry.yanked}"
    try:
        fits = SpecifierSet(entry.host_api).contains(HOST_API, prereleases=True)
    except InvalidSpecifier:
        fits = False
    return "" if fits else f"{entry.version} is for host API {printable(entry.host_api)}; this is {HOST_API}"


@contextmanager
def opened_catalogue(
    location: CatalogueLocation, root: bytes, state: Path, now: datetime, *, name: str = "", most_stale: timedelta
) -> Iterator[Catalogue]:
    """Open a catalogue: what is new of it is fetched and verified.

    Args:
        location: Where it lies.
        root: The trust root: the first root metadata, as they were handed over another way than the catalogue.
        state: The folder with what is remembered of it; see :func:`smartcity_share.catalogue.state.state_name`.
        now: What the clock says, aware.
        name: What it is called; its location where it has no name.
        most_stale: How old a copy in a folder may be. What a server sends must be in time.

    Raises:
        SmartCityError: One of the errors of a catalogue.
    """
    kept, place = CatalogueState(state), str(location)
    with kept.locked(), closing(reach_of(location)) as reach:
        follower = Follower(
            kept.metadata,
            CatalogueFetcher(reach),
            root,
            place=place,
            now=now,
            floor=kept.floor,
            most_stale=most_stale if location.is_carried else None,
        )
        freshness = follower.freshness
        kept.remember(freshness.seen, place)
        follower.read_revocations()
        wheels, speakers = FetchedWheels(kept.wheels, reach, place), Speakers(follower, reach, place)
        yield Catalogue(name or place, location, sha256(root).hexdigest(), freshness, wheels, speakers)
