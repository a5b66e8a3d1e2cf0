"""What a citizen fills in, and what is wrong with it: everything at once, by field. Pure but for the facts of the region."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import attrs

from smartcity_complaints.errors import ComplaintsError, NotPossibleError
from smartcity_complaints.regional import districts, settings_of
from smartcity_complaints.workflow import TEXT_LIMIT
from smartcity_share import Installation

SHORTEST_TEXT: Final = 10
_PLACE_LIMIT: Final = 300
_NAME_LIMIT: Final = 120
_EMAIL_LIMIT: Final = 254  # RFC 5321
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]{2,}")
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ().-]{5,28}", re.ASCII)
_DEGREES: Final = re.compile(r"[+-]?\d{1,3}(\.\d{1,12})?", re.ASCII)
_LATITUDES: Final = 90
_LONGITUDES: Final = 180

_TICKED: Final = frozenset({"confidential", "notices", "consent"})

Faults = dict[str, ComplaintsError]
"""What is wrong, by the name of the field; the first thing only."""


@attrs.frozen
class Draft:
    """What a citizen fills in; every value as typed.

    Attributes:
        kind: Code of the kind.
        text: What is the matter.
        district: Code of the district, or empty.
        place: Address or description of the place.
        latitude: Degrees, as typed, with point or comma; or empty.
        longitude: Degrees, as typed; or empty.
        confidential: Whether the words are for officials only.
        name: Name, or empty.
        email: E-mail address, or empty.
        phone: Telephone number, or empty.
        notices: Whether news of the report are to be sent to the e-mail address.
        consent: Whether the sentence of consent was agreed to.
    """

    kind: str = ""
    text: str = ""
    district: str = ""
    place: str = ""
    latitude: str = ""
    longitude: str = ""
    confidential: bool = False
    name: str = ""
    email: str = ""
    phone: str = ""
    notices: bool = False
    consent: bool = False

    @classmethod
    def read(cls, form: Mapping[str, object]) -> Draft:
        """Return the draft in a submitted form; what is missing is empty, what is no text is passed over."""
        typed: dict[str, str | bool] = {}
        for field in attrs.fields(cls):
            value = form.get(field.name)
            text = _clean(value) if isinstance(value, str) else ""
            typed[field.name] = bool(text) if field.name in _TICKED else text
        return cls(**typed)  # type: ignore[arg-type]

    @property
    def anonymous(self) -> bool:
        """Whether nothing says who reports."""
        return not (self.name or self.email or self.phone)


def faults_of(draft: Draft, installation: Installation) -> Faults:
    """Return what is wrong with a draft, in the order of the form; empty where it can be filed.

    Args:
        draft: What was typed.
        installation: The installation it is filed in.
    """
    return {
        **_what_faults(draft, installation),
        **_where_faults(draft, installation),
        **_who_faults(draft, installation),
    }


def degrees(typed: str) -> float | None:
    """Return degrees as people type them, with point or comma, or None where it is no number."""
    plain = typed.strip().replace(",", ".").replace("\u2212", "-")
    return float(plain) if _DEGREES.fullmatch(plain) else None


def _what_faults(draft: Draft, installation: Installation) -> Faults:
    faults: Faults = {}
    if settings_of(installation).kind(draft.kind) is None:
        faults["kind"] = NotPossibleError("Choose what the report is about.")
    if len(draft.text) < SHORTEST_TEXT:
        faults["text"] = NotPossibleError("Describe the problem in at least %(limit)s characters.", limit=SHORTEST_TEXT)
    elif len(draft.text) > TEXT_LIMIT:
        faults["text"] = _too_long(TEXT_LIMIT)
    return faults


def _where_faults(draft: Draft, installation: Installation) -> Faults:
    faults: Faults = {}
    if draft.district and draft.district not in districts(installation):
        faults["district"] = NotPossibleError("Choose a district of the region.")
    if len(draft.place) > _PLACE_LIMIT:
        faults["place"] = _too_long(_PLACE_LIMIT)
    elif not (draft.place or draft.district or draft.latitude or draft.longitude):
        faults["place"] = NotPossibleError("Say where it is: choose a district, describe the place, or give coordinates.")
    return {**faults, **_coordinate_faults(draft, installation)}


def _coordinate_faults(draft: Draft, installation: Installation) -> Faults:
    if not (draft.latitude or draft.longitude):
        return {}
    if not (draft.latitude and draft.longitude):
        missing = "longitude" if draft.latitude else "latitude"
        return {missing: NotPossibleError("Give both latitude and longitude, or neither.")}
    latitude, longitude = degrees(draft.latitude), degrees(draft.longitude)
    if latitude is None or abs(latitude) > _LATITUDES:
        return {"latitude": NotPossibleError("Write the latitude in degrees, for example -2.5.")}
    if longitude is None or abs(longitude) > _LONGITUDES:
        return {"longitude": NotPossibleError("Write the longitude in degrees, for example 118.25.")}
    area = settings_of(installation).area
    if area is not None and not area.contains(latitude, longitude):
        return {"latitude": NotPossibleError("These coordinates lie outside the region. Check them, or describe the place.")}
    return {}


def _who_faults(draft: Draft, installation: Installation) -> Faults:
    faults: Faults = {}
    if len(draft.name) > _NAME_LIMIT:
        faults["name"] = _too_long(_NAME_LIMIT)
    if draft.email and (len(draft.email) > _EMAIL_LIMIT or not _EMAIL.fullmatch(draft.email)):
        faults["email"] = NotPossibleError("Write the e-mail address like name@example.org, or leave it empty.")
    if draft.notices and not draft.email:
        faults["email"] = NotPossibleError("Write the e-mail address that news are to be sent to.")
    if draft.phone and not _PHONE.fullmatch(draft.phone):
        faults["phone"] = NotPossibleError("Write the telephone number with digits, or leave it empty.")
    if not settings_of(installation).anonymous_allowed:
        if not draft.name:
            faults["name"] = NotPossibleError("Write your name: this service takes no anonymous reports.")
        if not (draft.email or draft.phone):
            faults["email"] = NotPossibleError("Leave an e-mail address or a telephone number.")
    if not draft.consent:
        faults["consent"] = NotPossibleError("Agree to the processing: without it the report cannot be handled.")
    return faults


def _too_long(limit: int) -> NotPossibleError:
    return NotPossibleError("The text is longer than %(limit)s characters.", limit=limit)


def _clean(text: str) -> str:
    """Return text with one kind of line end and without the control characters that no text needs."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in "\n\t" or (c >= " " and c != "\x7f")).strip()
