"""Messages wait as files, once each, until they are taken; then nothing of them is left but the key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from smartcity_share import Delivery, Message
from smartcity_share.testing import (
    UNLIKE_REGIONS,
    AppUnderTest,
    app_under_test,
    close_installation,
    make_installation,
    region_at,
)

PROJECT = Path(__file__).parents[1]
MESSAGE = Message("warga@contoh.example", "Nomor Anda", "Giliran Anda — silakan.", "id", "queue/7")


class Outbox:
    """The connector in a region, as the host and an official use it."""

    def __init__(self, app: AppUnderTest, folder: Path) -> None:
        self._app = app
        self.installation = make_installation(app, region_at(UNLIKE_REGIONS["kabupaten"]), folder)

    def deliver(self) -> Delivery | None:
        """Hand the message over, as the host does for an app."""
        return self._app.registry.deliver_message("outbox", self.installation, MESSAGE)

    def health(self) -> str:
        """What the console shows."""
        return self._app.registry.check_health("outbox", self.installation).message

    def take(self, folder: Path) -> list[dict[str, str]]:
        """Take what waits by the command of the connector; return what lies in the folder then."""
        (command,) = self._app.registry.commands("outbox")
        result = CliRunner().invoke(command, [str(folder)], obj=self.installation)
        assert result.exit_code == 0, result.output
        return [json.loads(path.read_text("utf-8")) for path in sorted(folder.iterdir())]


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    """The connector, with nothing in it."""
    made = Outbox(app_under_test(PROJECT), tmp_path / "outbox")
    yield made
    close_installation(made.installation)


def test_a_message_waits_as_a_file_with_everything_that_is_needed_to_send_it(outbox: Outbox, tmp_path: Path) -> None:
    delivery = outbox.deliver()
    assert delivery is not None
    assert delivery.accepted
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
    first, again = outbox.deliver(), outbox.deliver()
    assert len(outbox.take(tmp_path / "first")) == 1

    assert first == again == outbox.deliver()
    assert outbox.take(tmp_path / "second") == []


def test_what_was_taken_leaves_neither_address_nor_words(outbox: Outbox, tmp_path: Path) -> None:
    outbox.deliver()
    outbox.take(tmp_path / "stick")

    stored = [path.read_bytes() for path in (tmp_path / "outbox").rglob("*") if path.is_file()]
    assert stored
    assert not any(b"warga@contoh.example" in content or b"Giliran" in content for content in stored)
