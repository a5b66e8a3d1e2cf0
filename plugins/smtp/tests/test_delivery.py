"""Messages reach a real server, once each; what the server says is told as what it means."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest

from smartcity_share import HealthState, Installation, Message, Sentence
from smartcity_share.toolkit import translations_for
from smartcity_smtp.plugin import check_health, deliver_message

PASSWORD = "rahasia-sekali"
Install = Callable[..., Installation]
Make = Callable[..., Message]
Serve = Callable[..., int]


def test_a_message_arrives_as_the_e_mail_it_is(install: Install, serve: Serve, mailbox: Any, message: Make) -> None:
    installation = install(port=serve(), sender_name="Pemerintah Kabupaten Contoh")
    delivery = deliver_message(installation, message())
    (envelope,) = mailbox.letters
    letter = message_from_bytes(envelope.content, policy=default)

    assert delivery.accepted
    assert delivery.receipt == letter["Message-ID"]
    assert (envelope.mail_from, envelope.rcpt_tos) == ("laporan@contoh.example", ["warga@contoh.example"])
    assert letter["From"] == "Pemerintah Kabupaten Contoh <laporan@contoh.example>"
    assert letter["To"] == "warga@contoh.example"
    assert letter["Subject"] == "Laporan Anda dijawab"
    assert letter["Content-Language"] == "id"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"] == "Mon, 02 Mar 2026 01:00:00 +0000"
    assert letter.get_content().replace("\r\n", "\n") == "Sudah diperbaiki.\n\nSalam — kami\n"


def test_a_reference_is_sent_once_however_often_it_is_asked(
    install: Install, serve: Serve, mailbox: Any, message: Make
) -> None:
    installation = install(port=serve())
    receipts = {deliver_message(installation, message()).receipt for _ in range(3)}
    deliver_message(installation, message(reference="complaints/another"))

    assert len(receipts) == 1
    assert len(mailbox.letters) == 2


def test_the_same_reference_makes_the_same_message_id_and_another_region_another(
    install: Install, serve: Serve, mailbox: Any, message: Make
) -> None:
    port = serve()
    for region in ("71.08", "71.08", "13.10"):
        deliver_message(install(region, port=port), message())
    first, again, other = (message_from_bytes(letter.content)["Message-ID"] for letter in mailbox.letters)

    assert first == again
    assert first != other


def test_nothing_of_a_message_is_stored(install: Install, serve: Serve, message: Make) -> None:
    installation = install(port=serve())
    deliver_message(installation, message(to="tanda@contoh.example", subject="TANDA", text="TANDA"))
    installation.database.close()  # type: ignore[attr-defined]
    stored = installation.database.path.read_bytes()  # type: ignore[attr-defined]

    assert b"TANDA" not in stored.upper()
    assert b"7K3" not in stored


def test_what_was_sent_is_forgotten_after_a_month(install: Install, serve: Serve, message: Make, clock: Any) -> None:
    from sqlalchemy import func, select

    from smartcity_smtp.sent import sent

    installation = install(port=serve())
    deliver_message(installation, message())
    clock.move(days=31)
    deliver_message(installation, message(reference="complaints/another"))

    with installation.database.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(sent)).scalar_one() == 1


# -- what the server says ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "retry", "unreachable"),
    [
        ({"recipient_answer": "550 no such user"}, False, False),
        ({"recipient_answer": "452 mailbox full"}, True, False),
        ({"data_answer": "554 rejected"}, False, False),
        ({"data_answer": "451 try later"}, True, False),
        ({"sender_answer": "553 not your address"}, True, True),
        ({"sender_answer": "421 closing"}, True, True),
    ],
    ids=str,
)
def test_a_refusal_is_told_as_what_it_means(
    install: Install, serve: Serve, mailbox: Any, message: Make, answers: dict[str, str], retry: bool, unreachable: bool
) -> None:
    installation = install(port=serve())
    for name, answer in answers.items():
        setattr(mailbox, name, answer)
    delivery = deliver_message(installation, message())

    assert (delivery.accepted, delivery.retry, delivery.unreachable) == (False, retry, unreachable)
    assert next(iter(answers.values())) in delivery.reason

    for name in answers:
        setattr(mailbox, name, "")
    assert deliver_message(installation, message()).accepted, "a message that was refused is not taken for sent"


def test_a_server_that_is_not_there_is_unreachable(install: Install, message: Make) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        delivery = deliver_message(install(port=port), message())

    assert (delivery.accepted, delivery.retry, delivery.unreachable) == (False, True, True)
    assert "cannot be reached" in delivery.reason


@pytest.mark.parametrize("greeting", [b"", b"220 hello\r\n", b"554 go away\r\n", b"\xff\xfe\x00", b"220 " + b"x" * 100_000])
def test_a_server_that_hangs_or_babbles_ends_the_wait(install: Install, message: Make, greeting: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        done = threading.Event()

        def babble() -> None:
            with listening.accept()[0] as connection:
                connection.sendall(greeting)
                done.wait(10)

        thread = threading.Thread(target=babble, daemon=True)
        thread.start()
        delivery = deliver_message(install(port=listening.getsockname()[1], timeout_seconds=1), message())
        done.set()
        thread.join()

    assert (delivery.accepted, delivery.retry, delivery.unreachable) == (False, True, True)
    assert delivery.reason


# -- protection --------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_protected_connection_signs_in(
    install: Install, serve: Serve, mailbox: Any, message: Make, protected: ssl.SSLContext, security: str
) -> None:
    port = serve(certificate=protected, tls=security == "tls", sign_in=security == "starttls")
    account = {"user": "laporan", "password": PASSWORD} if security == "starttls" else {}
    installation = install(host="localhost", port=port, security=security, **account)

    assert deliver_message(installation, message()).accepted
    assert check_health(installation).state is HealthState.OK
    assert len(mailbox.letters) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_nobody_vouches_for_is_refused(
    install: Install, serve: Serve, mailbox: Any, message: Make, protected: ssl.SSLContext, security: str
) -> None:
    port = serve(certificate=protected, tls=security == "tls")
    delivery = deliver_message(install(host="localhost", port=port, security=security), message())

    assert (delivery.accepted, delivery.unreachable) == (False, True)
    assert "certificate" in delivery.reason
    assert mailbox.letters == []


def test_a_server_without_starttls_gets_neither_password_nor_message(
    install: Install, serve: Serve, mailbox: Any, message: Make
) -> None:
    delivery = deliver_message(install(port=serve(), security="starttls", user="laporan", password=PASSWORD), message())

    assert delivery.unreachable
    assert "STARTTLS" in delivery.reason
    assert mailbox.letters == []


@pytest.mark.usefixtures("trusted")
def test_a_wrong_password_is_told_and_never_repeated(
    install: Install, serve: Serve, message: Make, protected: ssl.SSLContext
) -> None:
    port = serve(certificate=protected, sign_in=True)
    installation = install(host="localhost", port=port, security="starttls", user="laporan", password="salah-sekali")
    delivery = deliver_message(installation, message())
    health = check_health(installation)

    assert (delivery.accepted, delivery.retry, delivery.unreachable) == (False, True, True)
    assert "does not let the account in (535)" in delivery.reason
    assert health.state is HealthState.DEGRADED
    assert isinstance(health.message, Sentence)
    assert "server menolak akun ini" in health.message.said(translations_for("smartcity_smtp", "id").gettext)
    assert "`password`" in health.mend
    assert "salah-sekali" not in f"{delivery}{health}{installation}"


def test_health_of_a_server_that_is_not_there_is_degraded_so_that_settings_can_be_mended(install: Install) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        health = check_health(install(port=taken.getsockname()[1]))

    assert health.state is HealthState.DEGRADED
    assert "Messages wait" in health.message
