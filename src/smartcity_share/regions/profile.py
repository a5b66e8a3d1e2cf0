"""The profile of one region: the facts that make an app its own, in one validated TOML file.

Of an Indonesian region the kind, names, province and time zone come from the table; the file may leave them out and may not
contradict them. Everything that is wrong with a file is told at once.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import Field, Strict, model_validator

from smartcity_share.documents.model import DocumentModel, by_place, validate
from smartcity_share.documents.shapes import LanguageCode, Line, Shape
from smartcity_share.documents.toml import TomlDocument, refusal
from smartcity_share.errors import Fault, ProfileError
from smartcity_share.regions.profile_parts import (
    Branding,
    Contacts,
    District,
    Holiday,
    LegalReference,
    Office,
    Official,
    PlaceCode,
    Titles,
)
from smartcity_share.regions.rules.every import PROFILE_VERSION, rule_faults, version_fault
from smartcity_share.regions.rules.reading import is_indonesian
from smartcity_share.regions.table import RegionKind, by_code

__all__ = [
    "PROFILE_FILE",
    "PROFILE_VERSION",
    "Branding",
    "Contacts",
    "District",
    "Holiday",
    "LegalReference",
    "Office",
    "Official",
    "RegionProfile",
    "Titles",
    "check_profile",
    "profile_faults_on",
    "read_profile",
]

PROFILE_FILE: Final = "profile.toml"
"""The name of the file in the folder of a region."""


class RegionProfile(DocumentModel):
    """The facts of one region."""

    profile_version: Annotated[int, Strict()] = PROFILE_VERSION
    """Version of this format: 1."""
    code: PlaceCode
    """Code of the region in quotes: the Kemendagri code `PP.RR`, or one of your own country."""
    country: Annotated[str, Shape("[A-Z]{2}", "a country code of ISO 3166-1", 'Write for example "ID".', longest=2)] = "ID"
    """ISO 3166-1 code of the country."""
    kind: RegionKind
    """`provinsi`, `kabupaten` or `kota`; `other` outside Indonesia. Drawn from the table."""
    name: Line
    """Official name with its kind word. Drawn from the table."""
    short_name: Line
    """Name without the kind word. Drawn from the table."""
    province: Line | None = None
    """Province or state the region lies in. Drawn from the table."""
    capital: Line | None = None
    """Seat of the government."""
    time_zone: Annotated[str, Shape(r"[A-Za-z0-9_+/-]+", "an IANA time zone", 'Write for example "Asia/Jakarta".', longest=64)]
    """IANA name. Drawn from the table."""
    languages: Annotated[tuple[LanguageCode, ...], Field(min_length=1)]
    """Languages of the region's pages; the first is the default. Indonesian where left out."""
    titles: tuple[Titles, ...] = ()
    """Words the region sets itself, per language and time."""
    officials: tuple[Official, ...] = ()
    """Who holds which post, past and present."""
    offices: tuple[Office, ...] = ()
    """The offices (perangkat daerah)."""
    districts: tuple[District, ...] = ()
    """The districts (kecamatan, distrik)."""
    contacts: Contacts = Field(default_factory=Contacts)
    """How citizens reach the region."""
    branding: Branding = Field(default_factory=Branding)
    """Logo and colours."""
    legal_references: tuple[LegalReference, ...] = ()
    """Regulations the region refers to."""
    holidays: tuple[Holiday, ...] = ()
    """Days the offices are closed, beyond weekends."""

    @model_validator(mode="before")
    @classmethod
    def _draw_from_table(cls, data: Any) -> Any:
        """Add what the table knows and the file leaves out."""
        if not isinstance(data, dict):
            return data
        if not is_indonesian(data):
            return {"kind": RegionKind.OTHER, **data}
        code = data.get("code")
        region = by_code().get(code) if isinstance(code, str) else None
        drawn: dict[str, Any] = {"languages": ["id"]}
        if region is not None:
            drawn |= {
                "kind": region.kind,
                "name": region.name,
                "short_name": region.short_name,
                "time_zone": region.time_zone,
                "province": region.province_name,
            }
        else:  # the code is the fault; what would have been drawn from it is not missing as well
            drawn |= {"kind": RegionKind.OTHER, "name": "?", "short_name": "?", "time_zone": "UTC"}
        return {**drawn, **data}

    @property
    def zone(self) -> ZoneInfo:
        """The time zone, to turn moments into local time."""
        return ZoneInfo(self.time_zone)

    def head(self, on: date) -> Official | None:
        """Return who heads the region on a day, also as acting head; None while the post is vacant.

        Args:
            on: A day in the region's time zone.
        """
        return next((official for official in self.officials if official.post == "head" and official.holds_on(on)), None)

    def signatory(self, purpose: str, on: date) -> Official | None:
        """Return who signs documents of a purpose on a day: of several the first in the file, None where nobody does.

        Args:
            purpose: A word of ``signs``, such as ``decision``.
            on: The day the document is signed, in the region's time zone.
        """
        return next((one for one in self.officials if purpose in one.signs and one.holds_on(on)), None)

    def office(self, office_id: str) -> Office | None:
        """Return an office by its id, or None.

        Args:
            office_id: The id in the profile.
        """
        return next((office for office in self.offices if office.id == office_id), None)


def check_profile(document: TomlDocument, folder: Path | None = None) -> tuple[RegionProfile | None, tuple[Fault, ...]]:
    """Check a profile and tell everything that is wrong with it.

    Args:
        document: The document.
        folder: Where the logo lies; None leaves the file of the logo unchecked.

    Returns:
        The profile and no fault, or None and the faults in the order of the document.
    """
    newer = version_fault(document)
    if newer is not None:
        return None, (newer,)
    profile, faults = validate(RegionProfile, document)
    broken = list(rule_faults(document, folder))
    better_told = {fault.where.key for fault in broken}
    faults = broken + [fault for fault in faults if fault.where.key not in better_told]
    return (None if faults else profile), tuple(by_place(faults))


def read_profile(path: Path) -> RegionProfile:
    """Read and check the profile of a region.

    Args:
        path: The file, or the folder it lies in as ``profile.toml``; the logo lies in the same folder.

    Raises:
        ProfileError: There is no such file, it is no TOML, or it has faults; all of them are in ``faults``.
    """
    file = path / PROFILE_FILE if path.is_dir() else path
    document = TomlDocument.read(file, error=ProfileError)
    profile, faults = check_profile(document, file.parent)
    if profile is None:
        raise refusal(ProfileError, document.label, faults)
    return profile


def profile_faults_on(profile: RegionProfile, document: TomlDocument, on: date) -> tuple[Fault, ...]:
    """Tell what is wrong with a profile on a day: purposes nobody signs for any more, or yet, and a vacant head.

    Args:
        profile: The profile.
        document: The document it was read from, for the places.
        on: The day, in the region's time zone.

    Returns:
        Faults ``signatory-expired``, in the order of the document.
    """
    faults = []
    purposes = dict.fromkeys(purpose for official in profile.officials for purpose in official.signs)
    for purpose in purposes:
        if profile.signatory(purpose, on) is None:
            holders = [(index, one) for index, one in enumerate(profile.officials) if purpose in one.signs]
            faults.append(_vacancy(f"documents of the purpose `{purpose}` are signed by nobody", holders, document, on))
    heads = [(index, one) for index, one in enumerate(profile.officials) if one.post == "head"]
    if heads and profile.head(on) is None and not any(one.signs for _, one in heads):
        faults.append(_vacancy("nobody heads the region", heads, document, on))
    return tuple(by_place(faults))


def _vacancy(what: str, holders: list[tuple[int, Official]], document: TomlDocument, on: date) -> Fault:
    past = [holder for holder in holders if holder[1].valid_until is not None and holder[1].valid_until < on]
    if past:
        index, last = max(past, key=lambda holder: holder[1].valid_until or date.min)
        reason = f"the term of {last.name} ended on {last.valid_until}"
        key = "until"
    else:
        index, first = min(holders, key=lambda holder: holder[1].valid_from)
        reason = f"the term of {first.name} begins on {first.valid_from}"
        key = "from"
    return Fault(
        "signatory-expired",
        f"On {on} {what}: {reason}",
        document.locate(("officials", index, key)),
        'Add the successor as another [[officials]]; `acting = "plt"` until one is appointed.',
    )
