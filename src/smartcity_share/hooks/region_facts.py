"""The facts of one region as an app sees them: the ones its manifest declares, and no other.

What an app reads of a region is declared under ``region_uses``, so that a reader of the manifest knows what a receiving region
has to fill in, and nothing of the origin hides in the code. Reading anything else is an error that says what to declare.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from smartcity_share.errors import RegionFactNotDeclaredError

if TYPE_CHECKING:
    from smartcity_share.regions.profile import RegionProfile
    from smartcity_share.regions.table import RegionKind
    from smartcity_share.regions.wording import Wording

FACTS: Final = (
    "name",
    "short_name",
    "province",
    "capital",
    "time_zone",
    "languages",
    "titles",
    "officials",
    "offices",
    "districts",
    "contacts",
    "branding",
    "legal_references",
    "holidays",
)
"""What a manifest may list under ``region_uses``. Code, kind and wording need no declaration."""


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

    def head(self, on: date) -> Any:
        """Return the official who heads the region on a day, None where nobody does. Needs ``officials``."""
        self._require("officials")
        return self._profile.head(on)

    def signatory(self, purpose: str, on: date) -> Any:
        """Return the official who signs for a purpose on a day, None where nobody does. Needs ``officials``."""
        self._require("officials")
        return self._profile.signatory(purpose, on)

    def office(self, office_id: str) -> Any:
        """Return one office by its id, None where the region has none of that id. Needs ``offices``."""
        self._require("offices")
        return self._profile.office(office_id)

    def _require(self, fact: str) -> None:
        if fact in self._uses:
            return
        declared = ", ".join(sorted(self._uses)) or "nothing"
        raise RegionFactNotDeclaredError(
            f"the app read `{fact}` of region {self.code}; its manifest declares {declared}.",
            hint=f"Add `{fact}` to `region_uses` in smartcity.toml, or stop reading it.",
        )
