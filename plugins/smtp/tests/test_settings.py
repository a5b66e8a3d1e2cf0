"""What a region can set, and what it cannot."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from smartcity_share.testing import AppUnderTest
from smartcity_smtp.plugin import settings_model
from smartcity_smtp.settings import SmtpSettings

VALID: dict[str, Any] = {"host": "mail.contoh.example", "sender": "laporan@contoh.example"}


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.0.1"])
def test_no_protection_is_for_this_machine(host: str) -> None:
    assert SmtpSettings(**VALID | {"host": host, "security": "none"}).port == 587


@pytest.mark.parametrize("host", ["mail.contoh.example", "10.0.0.1", "localhost.contoh.example"])
def test_nothing_travels_unprotected_to_another_machine(host: str) -> None:
    with pytest.raises(ValueError, match="on this machine"):
        SmtpSettings(**VALID | {"host": host, "security": "none"})


@pytest.mark.parametrize(
    "values",
    [
        {"host": ""},
        {"host": "mail contoh"},
        {"host": "mail.contoh.example\n"},
        {"host": "-mail"},
        {"port": 0},
        {"port": 65536},
        {"security": "ssl"},
        {"sender": "laporan"},
        {"sender": "laporan@contoh.example\r\nBcc: x@contoh.example"},
        {"sender": "Laporan <laporan@contoh.example>"},
        {"sender_name": "Kabupaten\r\nBcc: x@contoh.example"},
        {"user": "laporan"},
        {"user": "a\nb", "password": "x"},
        {"timeout_seconds": 0},
        {"no_such_setting": 1},
    ],
)
def test_values_that_make_no_sense_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        SmtpSettings(**VALID | values)


def test_the_password_is_a_secret_and_never_shown() -> None:
    settings = SmtpSettings(**VALID | {"user": "laporan", "password": "rahasia-sekali"})

    assert isinstance(settings.password, SecretStr)
    assert "rahasia-sekali" not in f"{settings!r} {settings}"
    assert "rahasia-sekali" not in settings.model_dump_json()


def test_every_setting_has_a_title_in_both_languages() -> None:
    for field in settings_model().model_fields.values():
        told = field.json_schema_extra
        assert isinstance(told, dict)
        assert set(told["x-smartcity"]["title"]) == {"id", "en"}  # type: ignore[index, call-overload, arg-type]


def test_the_manifest_has_no_fault_and_carries_messages(connector: AppUnderTest) -> None:
    assert connector.manifest.app.kind == "connector"
    assert connector.manifest.app.provides == ("message",)
