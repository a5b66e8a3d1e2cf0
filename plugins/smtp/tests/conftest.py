"""A real mail server on this machine, and a real installation of the connector."""

from __future__ import annotations

import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from smartcity_share import Installation, Message
from smartcity_share.testing import AppUnderTest, Clock, app_under_test, close_installation, make_installation, region_at

PROJECT = Path(__file__).parents[1]
REGIONS = PROJECT.parents[1] / "examples" / "regions"
PASSWORD = "rahasia-sekali"
SENDER = "laporan@contoh.example"


@attrs.define
class Mailbox:
    """What the server does with what it is given.

    Attributes:
        letters: What it took.
        recipient_answer: What it answers to each recipient, where it is not 250.
        data_answer: What it answers to each e-mail, where it is not 250.
    """

    letters: list[Envelope] = attrs.field(factory=list)
    recipient_answer: str = ""
    data_answer: str = ""
    sender_answer: str = ""

    async def handle_MAIL(  # noqa: N802 - the name the server looks for
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if self.sender_answer:
            return self.sender_answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if self.recipient_answer:
            return self.recipient_answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data_answer:
            return self.data_answer
        self.letters.append(envelope)
        return "250 OK"


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


Serve = Callable[..., int]


@pytest.fixture
def serve(mailbox: Mailbox) -> Iterator[Serve]:
    """Start servers: ``serve(password=PASSWORD)``; returns the port."""
    running: list[Controller] = []

    def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)

    def start(*, certificate: ssl.SSLContext | None = None, tls: bool = False, sign_in: bool = False, **options: Any) -> int:
        if sign_in:
            options |= {"authenticator": authenticate, "auth_required": True, "auth_require_tls": certificate is not None}
        if certificate is not None and not tls:
            options |= {"tls_context": certificate, "require_starttls": True}
        with socket.create_server(("127.0.0.1", 0)) as free:
            port: int = free.getsockname()[1]
        made = Controller(
            mailbox, hostname="127.0.0.1", port=port, ssl_context=certificate if tls else None, ready_timeout=10, **options
        )
        made.start()
        running.append(made)
        return port

    yield start
    for controller in running:
        controller.stop()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost that is its own authority, and its key; made anew for every run."""
    folder = tmp_path_factory.mktemp("certificate")
    made, key = folder / "certificate.pem", folder / "key.pem"
    command = [
        *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"),
        *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
        *("-addext", "keyUsage=critical,digitalSignature,keyCertSign", "-keyout", str(key), "-out", str(made)),
    ]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl is not here: no certificate can be made")
    return made, key


@pytest.fixture
def protected(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    """What a server protects its connections with."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


@pytest.fixture
def trusted(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the system trust the certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def connector() -> AppUnderTest:
    """The connector, loaded from this project."""
    return app_under_test(PROJECT)


Install = Callable[..., Installation]


@pytest.fixture
def install(connector: AppUnderTest, tmp_path: Path, clock: Clock) -> Iterator[Install]:
    """Make installations: ``install(port=2525, user="laporan", password=PASSWORD)``."""
    made: list[Installation] = []

    def make(region: str = "71.08", **settings: Any) -> Installation:
        given = {"host": "127.0.0.1", "security": "none", "sender": SENDER, "timeout_seconds": 5, **settings}
        folder = tmp_path / f"installation-{len(made)}"
        made.append(make_installation(connector, region_at(REGIONS / region), folder, settings=given, now=clock))
        return made[-1]

    yield make
    for installation in made:
        close_installation(installation)


@pytest.fixture
def message() -> Callable[..., Message]:
    """Make messages: ``message(to="siti@contoh.example")``."""

    def make(**changes: str) -> Message:
        given = {
            "to": "warga@contoh.example",
            "subject": "Laporan Anda dijawab",
            "text": "Sudah diperbaiki.\n\nSalam — kami",
            "language": "id",
            "reference": "complaints/7K3-FQ9-TWC/3/reporter",
        }
        return Message(**(given | changes))

    return make
