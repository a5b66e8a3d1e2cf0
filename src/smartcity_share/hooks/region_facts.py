"""The facts of one region as an app sees them: the ones its manifest declares, and no other.

What an app reads of a region is declared under ``region_uses``, so that a reader of the manifest knows what a receiving region
has to fill in, and nothing of the origin hides in the code. Reading anything else is an error that says what to declare.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING

from smartcity_share.errors import RegionFactNotDeclaredError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from smartcity_share.regions.profile import (
        Branding,
        Contacts,
        District,
        Holiday,
        LegalReference,
        Office,
        Official,
        RegionProfile,
        Titles,
    )
    from smartcity_share.regions.table import RegionKind
    from smartcity_share.regions.wording import Wording


class RegionFacts:
    """A read-only view of a region profile that gives the declared facts.

    ``code``, ``kind`` and :meth:`wording` are always there: without them no text fits the region. Every other attribute has the
    name, and the type, of the field of :class:`smartcity_share.regions.profile.RegionProfile`.

    Args:
        profile: The profile of the region.
        uses: The facts the manifest lists under ``region_uses``.

    Example:
        >>> facts = RegionFacts(profile, {"offices"})  # doctest: +SKIP
        >>> [office.id for office in facts.offices]  # doctest: +SKIP
        ['dinas-lingkungan-hidup']
    """

    __slots__ = ("_profile", "_uses")

    def __init__(self, profile: RegionProfile, uses: Collection[str]) -> None:
        self._profile = profile
        self._uses = frozenset(uses)

    def __repr__(self) -> str:
        return f"RegionFacts({self.code!r}, uses={sorted(self._uses)!r})"

    @property
    def code(self) -> str:
        """The region code, a string such as ``"71.08"``."""
        return self._profile.code

    @property
    def kind(self) -> RegionKind:
        """What the region is: kota, kabupaten, provinsi or other."""
        return self._profile.kind

    @property
    def uses(self) -> frozenset[str]:
        """The facts that may be read."""
        return self._uses

    def wording(self, language: str, on: date) -> Wording:
        """Return the words that fit the kind of region: its head, its regulations, its salutation.

        Args:
            language: BCP 47 code of the text the words go into.
            on: The day the text is dated.
        """
        from smartcity_share.regions.wording import wording_of

        return wording_of(self._profile, language, on)

    @property
    def name(self) -> str:
        """Official name with its kind word, for example ``Kabupaten Bolaang Mongondow Utara``."""
        return self._declared("name").name

    @property
    def short_name(self) -> str:
        """Name without the kind word."""
        return self._declared("short_name").short_name

    @property
    def province(self) -> str | None:
        """Province or state the region lies in."""
        return self._declared("province").province

    @property
    def capital(self) -> str | None:
        """Seat of the government."""
        return self._declared("capital").capital

    @property
    def time_zone(self) -> str:
        """IANA name of the time zone."""
        return self._declared("time_zone").time_zone

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages of the region's pages (BCP 47); the first is the default."""
        return self._declared("languages").languages

    @property
    def titles(self) -> tuple[Titles, ...]:
        """Words the region sets itself; :meth:`wording` already follows them."""
        return self._declared("titles").titles

    @property
    def officials(self) -> tuple[Official, ...]:
        """Who holds which post, past and present."""
        return self._declared("officials").officials

    @property
    def offices(self) -> tuple[Office, ...]:
        """The offices (perangkat daerah)."""
        return self._declared("offices").offices

    @property
    def districts(self) -> tuple[District, ...]:
        """The districts (kecamatan, distrik)."""
        return self._declared("districts").districts

    @property
    def contacts(self) -> Contacts:
        """How citizens reach the region."""
        return self._declared("contacts").contacts

    @property
    def branding(self) -> Branding:
        """Logo and colours."""
        return self._declared("branding").branding

    @property
    def legal_references(self) -> tuple[LegalReference, ...]:
        """Regulations the region refers to."""
        return self._declared("legal_references").legal_references

    @property
    def holidays(self) -> tuple[Holiday, ...]:
        """Days the offices are closed, beyond weekends."""
        return self._declared("holidays").holidays

    @property
    def zone(self) -> ZoneInfo:
        """The time zone, to turn moments into local time. Needs ``time_zone``."""
        return self._declared("time_zone").zone

    def head(self, on: date) -> Official | None:
        """Return the official who heads the region on a day, None where nobody does. Needs ``officials``."""
        return self._declared("officials").head(on)

    def signatory(self, purpose: str, on: date) -> Official | None:
        """Return the official who signs for a purpose on a day, None where nobody does. Needs ``officials``."""
        return self._declared("officials").signatory(purpose, on)

    def office(self, office_id: str) -> Office | None:
        """Return one office by its id, None where the region has none of that id. Needs ``offices``."""
        return self._declared("offices").office(office_id)

    def narrowed(self, uses: Collection[str]) -> RegionFacts:
        """Return the same region with fewer facts: those of ``uses`` that may be read here too."""
        return RegionFacts(self._profile, self._uses.intersection(uses))

    def _declared(self, fact: str) -> RegionProfile:
        """Return the profile where the fact may be read."""
        if fact in self._uses:
            return self._profile
        declared = ", ".join(sorted(self._uses)) or "nothing"
        raise RegionFactNotDeclaredError(
            f"The app read `{fact}` of region {self.code}; its manifest declares {declared}.",
            hint=f"Add `{fact}` to `region_uses` in smartcity.toml, or stop reading it.",
        )
