"""Kinds of report that citizens choose from."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, StringConstraints

from smartcity_complaints.texts import Code, Titles
from smartcity_share import setting

OfficeId = Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]


class Kind(BaseModel):
    """A kind of report that citizens choose from.

    Attributes:
        code: Stable key; reports keep it for ever.
        title: What citizens read.
        response_days: Working days an office has for its reply.
        office: Id of the office that reports of this kind are offered to first; None for the one whose ``handles`` in the
            region profile lists the code of the kind.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code = setting(
        title={"id": "Kode", "en": "Code"},
        help={"id": "Huruf kecil dan tanda hubung; jangan diubah lagi.", "en": "Small letters and hyphens; never change it."},
        example="road",
    )
    title: Titles = setting(title={"id": "Nama", "en": "Title"})
    response_days: int = setting(
        5,
        title={"id": "Batas jawaban (hari kerja)", "en": "Time to reply (working days)"},
        help={
            "id": "SP4N-LAPOR! menetapkan 5 hari kerja sejak diteruskan; jenis yang perlu pemeriksaan dapat diberi lebih.",
            "en": "SP4N-LAPOR! sets 5 working days from forwarding; kinds that need an inspection may be given more.",
        },
        example=5,
        ge=1,
        le=90,
    )
    office: OfficeId | None = setting(
        None,
        title={"id": "Perangkat daerah tujuan", "en": "Office it goes to first"},
        help={
            "id": "Id perangkat daerah pada profil daerah; kosong: yang menangani urusan ini menurut profil.",
            "en": "Id of the office in the region profile; empty: the one that handles such matters by the profile.",
        },
    )


DEFAULT_KINDS: Final = (
    Kind(code="road", title=Titles(id="Jalan rusak", en="Damaged road")),
    Kind(code="street-light", title=Titles(id="Penerangan jalan", en="Street lighting")),
    Kind(code="waste", title=Titles(id="Sampah", en="Waste")),
    Kind(code="drainage", title=Titles(id="Drainase dan banjir", en="Drainage and flooding")),
    Kind(code="water", title=Titles(id="Air bersih", en="Drinking water")),
    Kind(code="trees", title=Titles(id="Pohon dan taman", en="Trees and parks")),
    Kind(code="civil-registry", title=Titles(id="Layanan kependudukan", en="Civil registry service")),
    Kind(code="public-order", title=Titles(id="Ketertiban umum", en="Public order")),
    Kind(code="other", title=Titles(id="Lainnya", en="Something else")),
)
