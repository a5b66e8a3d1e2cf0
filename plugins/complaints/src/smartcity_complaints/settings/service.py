"""What a region sets for its complaints service."""

from __future__ import annotations

from typing import Annotated, Final, Self

from pydantic import StringConstraints, model_validator

from smartcity_complaints.open311.settings import Open311Settings
from smartcity_complaints.settings.area import Area
from smartcity_complaints.settings.kinds import DEFAULT_KINDS, Kind
from smartcity_complaints.texts import Sentences, Titles
from smartcity_share import Settings, setting

_WELCOME: Final = Sentences(
    id="Sampaikan masalah di sekitar Anda. Kami verifikasi, teruskan ke perangkat daerah, dan kabari hasilnya.",
    en="Tell us about a problem near you. We check it, pass it to the office in charge, and tell you the result.",
)
_CONSENT: Final = Sentences(
    id=(
        "Saya setuju data yang saya isi diproses untuk menangani laporan ini. Nama dan kontak hanya dilihat petugas yang "
        "berwenang, tidak ditampilkan kepada umum, dan dapat saya minta untuk dihapus (UU 27/2022)."
    ),
    en=(
        "I agree that what I enter is processed to handle this report. Name and contact are seen only by the officials in "
        "charge, are never shown in public, and I can ask for their erasure (Law 27/2022)."
    ),
)


class ComplaintsSettings(Settings):
    """What a region sets for its complaints service."""

    service_name: Titles = setting(
        Titles(id="Laporan Warga", en="Citizen Reports"),
        title={"id": "Nama layanan", "en": "Name of the service"},
        help={"id": "Nama yang dikenal warga, tampil di setiap halaman.", "en": "The name citizens know, shown on every page."},
        since="0.1.0",
    )
    welcome: Sentences = setting(
        _WELCOME,
        title={"id": "Kalimat pembuka", "en": "Opening sentence"},
        help={"id": "Tampil di halaman depan, per bahasa.", "en": "Shown on the front page, per language."},
        since="0.1.0",
    )
    kinds: tuple[Kind, ...] = setting(
        DEFAULT_KINDS,
        title={"id": "Jenis laporan", "en": "Kinds of report"},
        help={
            "id": "Jenis yang dapat dipilih warga, dengan batas hari kerja dan perangkat daerah tujuan.",
            "en": "The kinds citizens choose from, each with its deadline in working days and the office it goes to first.",
        },
        min_length=1,
        max_length=60,
        since="0.1.0",
    )
    verify_days: int = setting(
        3,
        title={"id": "Batas verifikasi (hari kerja)", "en": "Time to verify (working days)"},
        help={"id": "SP4N-LAPOR! menetapkan 3 hari kerja.", "en": "SP4N-LAPOR! sets 3 working days."},
        example=3,
        ge=1,
        le=30,
        since="0.1.0",
    )
    reopen_days: int = setting(
        10,
        title={"id": "Batas tanggapan pelapor (hari kerja)", "en": "Time for the reporter to object (working days)"},
        help={
            "id": "Sesudah dijawab, pelapor dapat menyanggah selama sekian hari kerja. SP4N-LAPOR!: 10.",
            "en": "After a reply the reporter may object for so many working days. SP4N-LAPOR!: 10.",
        },
        example=10,
        ge=1,
        le=60,
        since="0.1.0",
    )
    escalation_days: int = setting(
        3,
        title={"id": "Jarak eskalasi (hari kerja)", "en": "Time between escalations (working days)"},
        help={
            "id": "Lewat batas waktu, laporan naik satu tingkat setiap sekian hari kerja, sampai tingkat 3.",
            "en": "Past its deadline a report rises by one level after every so many working days, up to level 3.",
        },
        example=3,
        ge=1,
        le=30,
        since="0.1.0",
    )
    rating_days: int = setting(
        14,
        title={"id": "Batas mengubah penilaian (hari)", "en": "Time to change a rating (days)"},
        help={
            "id": "Sesudah menilai, pelapor dapat mengubah penilaiannya selama sekian hari.",
            "en": "After rating, the reporter can change the rating for so many days.",
        },
        example=14,
        ge=1,
        le=90,
        since="0.1.0",
    )
    anonymous_allowed: bool = setting(
        default=True,
        title={"id": "Boleh tanpa nama", "en": "Allow anonymous reports"},
        help={"id": "Bila tidak, nama dan kontak wajib diisi.", "en": "If not, name and a contact are required."},
        example=True,
        since="0.1.0",
    )
    public_list: bool = setting(
        default=True,
        title={"id": "Daftar laporan terbuka", "en": "Public list of reports"},
        help={
            "id": "Laporan terverifikasi tampil untuk umum, tanpa nama pelapor.",
            "en": "Verified reports are shown to everyone, without the reporter's name.",
        },
        example=True,
        since="0.1.0",
    )
    photo_count: int = setting(
        3,
        title={"id": "Jumlah foto paling banyak", "en": "Most photos per report"},
        help={"id": "0 bila foto tidak diterima.", "en": "0 if photos are not accepted."},
        example=3,
        ge=0,
        le=5,
        since="0.1.0",
    )
    photo_megabytes: int = setting(
        8,
        title={"id": "Ukuran foto paling besar (MB)", "en": "Largest photo (MB)"},
        help={"id": "Per foto, sebelum diperkecil.", "en": "Per photo, before it is made smaller."},
        example=8,
        ge=1,
        le=20,
        since="0.1.0",
    )
    area: Area | None = setting(
        None,
        title={"id": "Batas wilayah pada peta", "en": "Bounds of the region on the map"},
        help={
            "id": "Lintang dan bujur; koordinat di luarnya ditolak.",
            "en": "Latitudes and longitudes; coordinates outside are refused.",
        },
        since="0.1.0",
    )
    contact_email: Annotated[str, StringConstraints(pattern=r"^$|^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=200)] = setting(
        "",
        title={"id": "Surel layanan", "en": "E-mail of the service"},
        help={"id": "Tampil bagi warga yang butuh bantuan.", "en": "Shown to citizens who need help."},
        example="laporan@contoh.go.id",
        since="0.1.0",
    )
    consent: Sentences = setting(
        _CONSENT,
        title={"id": "Kalimat persetujuan", "en": "Sentence of consent"},
        help={"id": "Disetujui warga sebelum mengirim, per bahasa.", "en": "Agreed to before sending, per language."},
        since="0.1.0",
    )
    open311: Open311Settings = setting(
        Open311Settings(),
        title={"id": "Aplikasi lain (Open311)", "en": "Other programs (Open311)"},
        help={
            "id": "Antarmuka baku bagi aplikasi lain untuk membaca dan mengirim laporan.",
            "en": "The standard interface through which other programs read and send reports.",
        },
        since="0.1.0",
    )

    public_address: Annotated[
        str, StringConstraints(pattern=r"^$|^https?://[^\s/?#@\\]+(/[^\s?#\\]*[^\s?#/\\])?$", max_length=200)
    ] = setting(
        "",
        title={"id": "Alamat layanan di internet", "en": "Address of the service on the internet"},
        help={
            "id": "Dipakai dalam surel dan data terbuka; kosong: surel tidak memuat tautan.",
            "en": "Used in e-mails and open data; empty: e-mails carry no link.",
        },
        example="https://layanan.contoh.go.id/complaints",
        since="0.1.0",
    )
    open_data: bool = setting(
        default=True,
        title={"id": "Terbitkan data terbuka", "en": "Publish open data"},
        help={
            "id": "Jenis, wilayah, status dan waktu setiap laporan yang tidak rahasia; tanpa isi dan tanpa pelapor.",
            "en": "Kind, district, state and times of every report that is not confidential; without words and reporter.",
        },
        example=True,
        since="0.1.0",
    )
    contact_months: int = setting(
        24,
        title={"id": "Simpan nama dan kontak (bulan)", "en": "Keep name and contact (months)"},
        help={
            "id": "Dihitung sejak laporan berakhir; sesudahnya dihapus oleh sistem.",
            "en": "Counted from the end of the report; erased by the system afterwards.",
        },
        example=24,
        ge=1,
        le=240,
        since="0.1.0",
    )
    words_months: int = setting(
        60,
        title={"id": "Simpan isi dan foto (bulan)", "en": "Keep words and photos (months)"},
        help={
            "id": "Dihitung sejak laporan berakhir; sesudahnya isi, tempat, foto dan nama petugas dihapus, angka tetap.",
            "en": "Counted from the end of the report; words, place, photos, names of officials are then erased, figures stay.",
        },
        example=60,
        ge=1,
        le=600,
        since="0.1.0",
    )

    @model_validator(mode="after")
    def _kinds_are_unique(self) -> Self:
        codes = [kind.code for kind in self.kinds]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            message = f"the kind code {twice[0]!r} is used more than once"
            raise ValueError(message)
        return self

    def kind(self, code: str) -> Kind | None:
        """Return the kind with this code, or None where the region does not offer it (any more)."""
        return next((kind for kind in self.kinds if kind.code == code), None)
