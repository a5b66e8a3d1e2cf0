"""Mails of three regions through one real mail server: each leaves by the connector of its own region and tells of it alone."""

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

from smartcity_complaints.draft import Draft
from smartcity_complaints.filing import file_report, new_key
from smartcity_share.hooks.installation import Actor
from smartcity_share.host.job_store import JobStore
from smartcity_share.host.jobs import JobRunner
from smartcity_share.install import Instance, install_app, open_installation
from tests.isolation.regions import MARKS, REGIONS, ROOT

ACTOR = Actor(account="system:tests", name="IT officer")


@attrs.define
class Clock:
    """A clock that stands until it is moved."""

    moment: datetime = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


class Mailbox:
    """A mail server that keeps what it is given, with the sender and the receivers of the envelope."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, list[str], Any]] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802
        letter = message_from_bytes(envelope.content, policy=default)
        self.letters.append((envelope.mail_from, list(envelope.rcpt_tos), letter))
        return "250 OK"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    """A running mail server and its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    kept = Mailbox()
    server = Controller(kept, hostname="127.0.0.1", port=port)
    server.start()
    yield kept, port
    server.stop()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def instance(tmp_path: Path, clock: Clock, mailbox: tuple[Mailbox, int]) -> Iterator[Instance]:
    """Three regions, each with complaints and a connector of its own to the same mail server."""
    profiles = {region: ROOT / "examples" / "regions" / region for region in REGIONS}
    made = Instance.create(tmp_path / "instance", REGIONS, profiles, now=clock)
    for region in REGIONS:
        server = {"host": "127.0.0.1", "port": mailbox[1], "security": "none", "sender": f"{MARKS[region]}@contoh.example"}
        install_app(made, region, None, server, app="smtp", actor=ACTOR)
        install_app(
            made, region, None, {"contact_email": f"bantuan.{MARKS[region]}@contoh.example"}, app="complaints", actor=ACTOR
        )
    yield made
    made.close()


def test_every_mail_leaves_by_its_own_region_and_tells_of_it_alone(
    instance: Instance, clock: Clock, mailbox: tuple[Mailbox, int]
) -> None:
    numbers = {}
    for region in REGIONS:
        draft = Draft(
            kind="waste",
            text=f"Laporan {MARKS[region]} di depan pasar.",
            place="Depan pasar",
            name=f"Nama {MARKS[region]}",
            email=f"pelapor.{MARKS[region]}@contoh.example",
            notices=True,
            consent=True,
        )
        numbers[region] = file_report(open_installation(instance, region, "complaints"), draft, key=new_key()).number
    clock.moment += timedelta(hours=1)
    store = JobStore(instance.storage.jobs)
    try:
        JobRunner(instance, store, start=lambda run: run(), at_once=8).look()
        assert not [run for run in store.runs().values() if run.state.value == "failed"]
    finally:
        store.close()

    by_sender = {sender: (receivers, letter) for sender, receivers, letter in mailbox[0].letters}
    assert len(mailbox[0].letters) == len(REGIONS)
    for region in REGIONS:
        receivers, letter = by_sender[f"{MARKS[region]}@contoh.example"]
        whole = letter.as_string() + str(letter.get_body())
        assert receivers == [f"pelapor.{MARKS[region]}@contoh.example"]
        assert numbers[region] in letter["Subject"]
        for other in REGIONS:
            assert other == region or MARKS[other] not in whole
            assert other == region or numbers[other] not in whole
