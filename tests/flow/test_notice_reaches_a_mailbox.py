"""From a form to a mailbox: complaints and the SMTP connector installed in one region, the job run as the host runs it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import attrs
import pytest
from aiosmtpd.controller import Controller

from smartcity_share.hooks.installation import Actor
from smartcity_share.host.job_store import JobStore
from smartcity_share.host.jobs import JobRunner
from smartcity_share.install import Instance, install_app, open_installation

ROOT = Path(__file__).resolve().parents[2]
REGION, OTHER = "71.08", "13.10"
ACTOR = Actor(account="system:tests", name="IT officer")


@attrs.define
class Clock:
    """A clock that stands until it is moved."""

    moment: datetime = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


class Mailbox:
    """What a mail server does with an e-mail: keeps it."""

    def __init__(self) -> None:
        self.letters: list[Any] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802
        self.letters.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def instance(tmp_path: Path, clock: Clock, free_port: int) -> Iterator[Instance]:
    """Two regions with the complaints app, one of them with a mail server that is not there yet."""
    profiles = {code: ROOT / "examples" / "regions" / code for code in (REGION, OTHER)}
    made = Instance.create(tmp_path / "instance", [REGION, OTHER], profiles, now=clock)
    answers = {
        "host": "127.0.0.1",
        "port": free_port,
        "security": "none",
        "sender": "laporan@contoh.example",
        "timeout_seconds": 5,
    }
    install_app(made, REGION, None, answers, app="smtp", actor=ACTOR)
    for region in (REGION, OTHER):
        install_app(made, region, None, {}, app="complaints", actor=ACTOR)
    yield made
    made.close()


def _run_jobs(instance: Instance, clock: Clock) -> None:
    clock.moment += timedelta(hours=1)
    store = JobStore(instance.storage.jobs)
    try:
        runner = JobRunner(instance, store, start=lambda run: run(), at_once=8)
        assert runner.look() > 0
        assert not [run for run in store.runs().values() if run.state.value == "failed"]
    finally:
        store.close()


def _file(instance: Instance, region: str) -> str:
    from smartcity_complaints.draft import Draft
    from smartcity_complaints.filing import file_report, new_key

    draft = Draft(
        kind="waste", text="Sampah menumpuk di pasar.", place="Pasar", email="warga@contoh.example", notices=True, consent=True
    )
    return file_report(open_installation(instance, region, "complaints"), draft, key=new_key()).number


def test_a_report_is_filed_while_the_mail_server_is_down_and_told_when_it_is_back(
    instance: Instance, clock: Clock, free_port: int
) -> None:
    number = _file(instance, REGION)
    without_connector = _file(instance, OTHER)
    _run_jobs(instance, clock)
    registry = instance.registry()
    down = registry.check_health("complaints", open_installation(instance, REGION, "complaints"))
    assert (down.state.value, "1 notices wait" in down.message) == ("degraded", True)
    assert "cannot be reached" in down.message

    mailbox = Mailbox()
    server = Controller(mailbox, hostname="127.0.0.1", port=free_port)
    server.start()
    try:
        _run_jobs(instance, clock)
        _run_jobs(instance, clock)
    finally:
        server.stop()

    (letter,) = mailbox.letters
    assert letter["To"] == "warga@contoh.example"
    assert number in letter["Subject"]
    assert without_connector not in str(mailbox.letters)
    assert registry.check_health("complaints", open_installation(instance, REGION, "complaints")).state.value == "ok"
