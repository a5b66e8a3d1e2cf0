"""Messages wait as files, once each, until they are taken; then nothing of them is left but the key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartcity_share import Delivery, Message
from smartcity_share.cli.main import execute
from smartcity_share.install import Instance, install_app, local_actor, open_installation

PROJECT = Path(__file__).parents[1]
REGION = "PH-EX"
MESSAGE = Message("warga@contoh.example", "Nomor Anda", "Giliran Anda — silakan.", "id", "queue/7")


class Outbox:
    """The connector in an instance, as the host and an official use it."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    def deliver(self) -> Delivery:
        """Hand the message over, as the host does for an app."""
        installation = open_installation(self._instance, REGION, "outbox")
        return self._instance.registry().deliver_message("outbox", installation, MESSAGE)

    def health(self) -> str:
        """What the console shows."""
        installation = open_installation(self._instance, REGION, "outbox")
        return self._instance.registry().check_health("outbox", installation).message

    def take(self, folder: Path) -> list[dict[str, str]]:
        """Take what waits by the command of the connector; return what lies in the folder then."""
        assert execute(["app", "--instance", str(self._instance.folder), "outbox", "take", str(folder)]) == 0
        return [json.loads(path.read_text("utf-8")) for path in sorted(folder.iterdir())]


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    profiles = {REGION: PROJECT.parent / "abroad" / REGION}
    instance = Instance.create(tmp_path / "instance", [REGION], profiles)
    install_app(instance, REGION, source=PROJECT, answers={}, actor=local_actor())
    yield Outbox(instance)
    instance.close()


def test_a_message_waits_as_a_file_with_everything_that_is_needed_to_send_it(outbox: Outbox, tmp_path: Path) -> None:
    assert outbox.deliver().accepted
    assert outbox.health() == "Messages that wait to be taken: 1."

    (found,) = outbox.take(tmp_path / "stick")
    assert found.pop("since").endswith("+00:00")
    assert found == {
        "to": "warga@contoh.example",
        "subject": "Nomor Anda",
        "text": "Giliran Anda — silakan.",
        "language": "id",
        "reference": "queue/7",
    }


def test_a_reference_is_kept_once_also_after_it_was_taken(outbox: Outbox, tmp_path: Path) -> None:
    receipts = {outbox.deliver().receipt for _ in range(2)}
    assert len(outbox.take(tmp_path / "first")) == 1
    receipts.add(outbox.deliver().receipt)

    assert len(receipts) == 1
    assert outbox.take(tmp_path / "second") == []


def test_what_was_taken_leaves_neither_address_nor_words(outbox: Outbox, tmp_path: Path) -> None:
    outbox.deliver()
    outbox.take(tmp_path / "stick")

    stored = [path.read_bytes() for path in (tmp_path / "instance").rglob("*") if path.is_file()]
    assert not any(b"warga@contoh.example" in content or b"Giliran" in content for content in stored)
