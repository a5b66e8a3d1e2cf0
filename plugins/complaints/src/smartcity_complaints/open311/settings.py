"""What a region sets for other programs: whether they are served, by which names it is known, what a kind of report asks."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from smartcity_complaints.texts import Code, Sentences, Titles
from smartcity_share import setting

Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")]
HostName = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$", max_length=253)
]

_MOST_ATTRIBUTES: Final = 120
_MOST_CHOICES: Final = 60


class Datatype(StrEnum):
    """What an answer is made of, in the words of GeoReport v2."""

    STRING = "string"
    NUMBER = "number"
    DATETIME = "datetime"
    TEXT = "text"
    SINGLE = "singlevaluelist"
    MULTI = "multivaluelist"

    @property
    def has_choices(self) -> bool:
        """Whether the answer is taken from a list."""
        return self in {Datatype.SINGLE, Datatype.MULTI}


class Choice(BaseModel):
    """One answer of a list."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Key = setting(title={"id": "Kunci", "en": "Key"}, example="pothole")
    title: Titles = setting(title={"id": "Nama", "en": "Title"})


class Attribute(BaseModel):
    """One thing that is asked beyond what every report has, or told before it is written.

    Attributes:
        service: Code of the kind of report it belongs to; of a kind that is not offered it counts for nothing.
        code: Its key in the kind; answers keep it for ever.
        question: What is asked or told.
        datatype: What the answer is made of.
        required: Whether a report cannot be sent without it.
        informs: It is only told: nothing is asked.
        hint: What helps to answer.
        choices: The answers of a list.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: Code = setting(title={"id": "Kode jenis laporan", "en": "Code of the kind of report"}, example="road")
    code: Key = setting(
        title={"id": "Kode", "en": "Code"},
        help={"id": "Unik dalam satu jenis laporan; jangan diubah lagi.", "en": "Unique in the kind; never change it."},
        example="damage",
    )
    question: Titles = setting(title={"id": "Pertanyaan", "en": "Question"})
    datatype: Datatype = setting(
        Datatype.STRING,
        title={"id": "Bentuk jawaban", "en": "Form of the answer"},
        options={
            "string": {"id": "Teks satu baris", "en": "Text on one line"},
            "number": {"id": "Angka", "en": "Number"},
            "datetime": {"id": "Tanggal dan jam", "en": "Date and time"},
            "text": {"id": "Teks panjang", "en": "Long text"},
            "singlevaluelist": {"id": "Satu dari daftar", "en": "One of a list"},
            "multivaluelist": {"id": "Beberapa dari daftar", "en": "Several of a list"},
        },
    )
    required: bool = setting(default=False, title={"id": "Wajib", "en": "Required"})
    informs: bool = setting(
        default=False,
        title={"id": "Hanya keterangan", "en": "Information only"},
        help={"id": "Ditampilkan kepada pelapor, tanpa jawaban.", "en": "Shown to the reporter; nothing is answered."},
    )
    hint: Titles | None = setting(
        None,
        title={"id": "Petunjuk", "en": "Hint"},
        help={"id": "Membantu menjawab, misalnya satuan.", "en": "Helps to answer, for example the unit."},
    )
    choices: tuple[Choice, ...] = setting((), title={"id": "Pilihan", "en": "Choices"}, max_length=_MOST_CHOICES)

    @model_validator(mode="after")
    def _choices_fit(self) -> Self:
        keys = [choice.key for choice in self.choices]
        if self.code == "media_url":
            message = "the attribute code 'media_url' is taken: GeoReport v2 has a parameter of this name"
        elif len(set(keys)) < len(keys):
            message = f"attribute {self.code!r} of {self.service!r} has the same choice twice"
        elif self.datatype.has_choices and not keys and not self.informs:
            message = f"attribute {self.code!r} of {self.service!r} is a list without choices"
        elif keys and not self.datatype.has_choices:
            message = f"attribute {self.code!r} of {self.service!r} has choices and is no list"
        elif self.informs and self.required:
            message = f"attribute {self.code!r} of {self.service!r} only informs: it cannot be required"
        else:
            return self
        raise ValueError(message)


DEFAULT_ATTRIBUTES: Final = (
    Attribute(
        service="road",
        code="damage",
        question=Titles(id="Bentuk kerusakan", en="Kind of damage"),
        datatype=Datatype.MULTI,
        choices=(
            Choice(key="pothole", title=Titles(id="Lubang", en="Pothole")),
            Choice(key="crack", title=Titles(id="Retak", en="Crack")),
            Choice(key="sunken", title=Titles(id="Ambles", en="Sunken")),
            Choice(key="flooded", title=Titles(id="Tergenang", en="Under water")),
        ),
    ),
    Attribute(
        service="street-light",
        code="pole-number",
        question=Titles(id="Nomor tiang lampu", en="Number of the pole"),
        hint=Titles(id="Tertulis pada tiang, misalnya PJU-0123", en="Written on the pole, for example PJU-0123"),
    ),
    Attribute(
        service="street-light",
        code="lamps-out",
        question=Titles(id="Jumlah lampu padam", en="How many lamps are out"),
        datatype=Datatype.NUMBER,
    ),
)


class Open311Settings(BaseModel):
    """What a region sets for programs that speak Open311 GeoReport v2."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = setting(
        default=True,
        title={"id": "Layani aplikasi lain", "en": "Serve other programs"},
        help={
            "id": "Aplikasi lain membaca laporan terbuka, dan dengan kunci API mengirim laporan.",
            "en": "Other programs read open reports and, with an API key, send reports.",
        },
        since="0.1.0",
    )
    jurisdictions: tuple[HostName, ...] = setting(
        (),
        title={"id": "Nama domain daerah", "en": "Domain names of the region"},
        help={
            "id": "Diterima sebagai jurisdiction_id di samping kode wilayah.",
            "en": "Taken as jurisdiction_id beside the code of the region.",
        },
        example=["contohkab.go.id"],
        max_length=10,
        since="0.1.0",
    )
    key_service: Sentences | None = setting(
        None,
        title={"id": "Cara meminta kunci API", "en": "How to ask for an API key"},
        help={
            "id": "Kosong: kalimat dengan nama pemerintah daerah dan surel layanan.",
            "en": "Empty: a sentence with the name of the government and the e-mail of the service.",
        },
        since="0.1.0",
    )
    attributes: tuple[Attribute, ...] = setting(
        DEFAULT_ATTRIBUTES,
        title={"id": "Pertanyaan tambahan per jenis laporan", "en": "Further questions per kind of report"},
        help={
            "id": "Ditanyakan oleh aplikasi lain saat mengirim laporan.",
            "en": "Asked by other programs when they send a report.",
        },
        max_length=_MOST_ATTRIBUTES,
        since="0.1.0",
    )

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Self:
        seen: set[tuple[str, str]] = set()
        for attribute in self.attributes:
            key = (attribute.service, attribute.code)
            if key in seen:
                message = f"the attribute {attribute.code!r} of {attribute.service!r} is given twice"
                raise ValueError(message)
            seen.add(key)
        return self

    def attributes_of(self, service: str) -> tuple[Attribute, ...]:
        """Return what a kind of report asks and tells, in the order of the settings."""
        return tuple(attribute for attribute in self.attributes if attribute.service == service)
