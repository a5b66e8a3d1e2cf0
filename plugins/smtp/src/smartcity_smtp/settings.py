"""Which mail server the region sends through, and as whom."""

from __future__ import annotations

from enum import StrEnum
from ipaddress import ip_address
from typing import Annotated, Self

from pydantic import SecretStr, StringConstraints, model_validator

from smartcity_share import Settings, setting

Host = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9:]([A-Za-z0-9.:-]*[A-Za-z0-9])?$", max_length=253)]
Address = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", max_length=254)
]
Line = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=120, strip_whitespace=True)]


class Security(StrEnum):
    """How the connection to the server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class SmtpSettings(Settings):
    """What a region sets for its e-mail."""

    host: Host = setting(
        title={"id": "Peladen surel", "en": "Mail server"},
        help={"id": "Nama atau alamat IP.", "en": "Name or IP address."},
        example="mail.contoh.go.id",
        since="0.1.0",
    )
    port: int = setting(
        587,
        title={"id": "Port", "en": "Port"},
        help={"id": "587 untuk STARTTLS, 465 untuk TLS.", "en": "587 for STARTTLS, 465 for TLS."},
        example=587,
        ge=1,
        le=65535,
        since="0.1.0",
    )
    security: Security = setting(
        Security.STARTTLS,
        title={"id": "Pengamanan", "en": "Protection"},
        help={
            "id": "Sertifikat peladen diperiksa. Tanpa pengamanan hanya untuk peladen di mesin yang sama.",
            "en": "The certificate of the server is verified. None is only for a server on the same machine.",
        },
        options={
            "starttls": {"id": "STARTTLS", "en": "STARTTLS"},
            "tls": {"id": "TLS sejak awal", "en": "TLS from the start"},
            "none": {"id": "Tanpa, hanya di mesin ini", "en": "None, on this machine only"},
        },
        since="0.1.0",
    )
    user: Line = setting(
        "",
        title={"id": "Nama akun", "en": "Account"},
        help={"id": "Kosong bila peladen tidak meminta masuk.", "en": "Empty where the server asks for no sign-in."},
        example="laporan@contoh.go.id",
        since="0.1.0",
    )
    password: SecretStr | None = setting(
        None,
        title={"id": "Kata sandi akun", "en": "Password of the account"},
        since="0.1.0",
    )
    sender: Address = setting(
        title={"id": "Alamat pengirim", "en": "Address of the sender"},
        help={"id": "Penerima membalas ke alamat ini.", "en": "Recipients reply to this address."},
        example="laporan@contoh.go.id",
        since="0.1.0",
    )
    sender_name: Line = setting(
        "",
        title={"id": "Nama pengirim", "en": "Name of the sender"},
        help={"id": "Tampil di kotak surat penerima.", "en": "Shown in the mailbox of the recipient."},
        example="Pemerintah Kabupaten Contoh",
        since="0.1.0",
    )
    timeout_seconds: int = setting(
        20,
        title={"id": "Batas tunggu (detik)", "en": "Time to wait (seconds)"},
        help={"id": "Untuk setiap jawaban peladen.", "en": "For each answer of the server."},
        example=20,
        ge=1,
        le=120,
        since="0.1.0",
    )

    @model_validator(mode="after")
    def _nothing_travels_in_the_clear(self) -> Self:
        if self.security is Security.NONE and not _is_loopback(self.host):
            message = "security `none` is for a server on this machine: 127.0.0.1, ::1 or localhost"
            raise ValueError(message)
        if self.user and self.password is None:
            message = "give the password of the account, or leave `user` empty"
            raise ValueError(message)
        return self


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
