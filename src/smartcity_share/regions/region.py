"""What is known of a region from the table alone: its code, names, kind, province and time zone."""

from __future__ import annotations

from enum import StrEnum

import attrs


class RegionKind(StrEnum):
    """The kind of a government; in Indonesia it follows from the code, elsewhere it is ``OTHER`` and the profile says more."""

    PROVINSI = "provinsi"
    KABUPATEN = "kabupaten"
    KOTA = "kota"
    OTHER = "other"


@attrs.frozen
class Region:
    """One row of the table of regions.

    Attributes:
        code: Kemendagri code, ``PP`` of a province or ``PP.RR``; always text, so that ``13.10`` keeps its zero.
        name: Official name with its kind word, ``Kabupaten Dharmasraya``.
        short_name: The name without the kind word, ``Dharmasraya``. It may be shared by several regions.
        kind: Provinsi, kabupaten or kota.
        province_code: Code of the province; of a province its own.
        province_name: Name of the province without "Provinsi".
        time_zone: IANA name, ``Asia/Jakarta``.
        autonomous: False for the six administrative units of Jakarta, which cannot sign as a region.
    """

    code: str
    name: str
    short_name: str
    kind: RegionKind
    province_code: str
    province_name: str
    time_zone: str
    autonomous: bool

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
