"""A real mail server on this machine, and a real installation of the connector."""

from __future__ import annotations

import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from smartcity_share import Installation, Message, RegionFacts
from smartcity_share.install.storage.sqlite import SqliteDatabase
from smartcity_share.regions.profile import read_profile
from smartcity_smtp.sent import metadata
from smartcity_smtp.settings import SmtpSettings

ROOT = Path(__file__).parents[3]
PASSWORD = "rahasia-sekali"
SENDER = "laporan@contoh.example"


@attrs.define
class Clock:
    """A clock that stands until it is moved."""

    moment: datetime = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def move(self, **span: float) -> None:
        self.moment += timedelta(**span)


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


Install = Callable[..., Installation]


@pytest.fixture
def install(tmp_path: Path, clock: Clock) -> Iterator[Install]:
    """Make installations: ``install(port=2525, user="laporan", password=PASSWORD)``."""
    databases: list[SqliteDatabase] = []

    def make(region: str = "71.08", **settings: Any) -> Installation:
        database = SqliteDatabase(tmp_path / f"{len(databases)}.sqlite", must_exist=False)
        databases.append(database)
        with database.begin() as connection:
            metadata.create_all(connection)
        given = {"host": "127.0.0.1", "security": "none", "sender": SENDER, "timeout_seconds": 5, **settings}
        return Installation(
            app="smtp",
            version="0.1.0",
            region=RegionFacts(read_profile(ROOT / "examples" / "regions" / region / "profile.toml"), ()),
            settings=SmtpSettings.model_validate(given),
            database=database,
            files=None,  # type: ignore[arg-type] # the connector stores none
            audit=None,  # type: ignore[arg-type] # nor does it act for anyone
            now=clock,
        )

    yield make
    for database in databases:
        database.close()


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
