"""Each example is built, installed from its wheel into an instance, and answers there, in a region of another country too."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from starlette.testclient import TestClient

from smartcity_share import Delivery, Message
from smartcity_share.cli.main import execute
from smartcity_share.console import ConsoleErrorPages, console_app
from smartcity_share.host.app import create_host
from smartcity_share.install import Instance, install_app, local_actor, open_installation, remove_app
from smartcity_share.package.build import build_wheel
from tests.apps.factory import AppFactory

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
SOURCES = {
    "hello": EXAMPLES / "hello",
    "outbox": EXAMPLES / "outbox",
    "queue": EXAMPLES / "queue",
    "smtp": ROOT / "plugins" / "smtp",
}
HERE, ABROAD = "71.08", "PH-EX"
PROFILES = {HERE: EXAMPLES / "regions" / HERE, ABROAD: EXAMPLES / "abroad" / ABROAD}
ASKS: dict[str, Any] = {"needs": {"connectors": [{"contract": "message"}]}}


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The wheels of the examples, and of the connector that sends e-mail."""
    folder = tmp_path_factory.mktemp("wheels")
    return {name: build_wheel(project, folder) for name, project in SOURCES.items()}


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    """An instance with a regency and a city of another country."""
    made = Instance.create(tmp_path / "instance", list(PROFILES), PROFILES)
    yield made
    made.close()


def test_the_host_answers_with_the_apps_in_the_words_of_both_countries(instance: Instance, wheels: dict[str, Path]) -> None:
    for region in PROFILES:
        for app in ("hello", "queue"):
            install_app(instance, region, wheels[app], {}, actor=local_actor())

    browser = TestClient(create_host(instance), base_url="http://127.0.0.1", headers={"Sec-Fetch-Site": "same-origin"})
    english = {"Cookie": "smartcity_language=en"}

    assert "Bupati ingin mendengar Anda" in browser.get(f"/{HERE}/hello/").text
    assert "The Alkalde would like to hear from you" in browser.get(f"/{ABROAD}/hello/").text
    assert "The City Mayor would like to hear from you" in browser.get(f"/{ABROAD}/hello/", headers=english).text
    for region in PROFILES:
        assert browser.post(f"/{region}/queue/numbers", json={"counter": 1}).json()["number"] == 1


def test_the_front_page_of_a_region_of_another_country_is_its_own(instance: Instance, wheels: dict[str, Path]) -> None:
    install_app(instance, ABROAD, wheels["hello"], {}, actor=local_actor())
    host = create_host(instance, console=console_app, error_pages=ConsoleErrorPages())
    browser = TestClient(host, base_url="http://127.0.0.1")

    page = browser.get(f"/{ABROAD}/").text

    assert '<html lang="fil"' in page
    assert "Pamahalaang Lungsod ng Halimbawa" in page
    assert "911" in page
    assert not re.search(r"Bupati|Wali Kota|Kabupaten|Indonesia", page)


class Mailbox:
    """What a mail server does with an e-mail: keeps it."""

    def __init__(self) -> None:
        self.letters: list[Any] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802
        self.letters.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@pytest.fixture
def mail_server() -> Iterator[tuple[Mailbox, int]]:
    """A mail server of this machine, and its port."""
    mailbox = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    server = Controller(mailbox, hostname="127.0.0.1", port=port, ready_timeout=10)
    server.start()
    yield mailbox, port
    server.stop()


def test_a_region_changes_the_connector_and_the_app_that_sends_notices_nothing(
    instance: Instance,
    wheels: dict[str, Path],
    app_factory: AppFactory,
    mail_server: tuple[Mailbox, int],
    tmp_path: Path,
) -> None:
    mailbox, port = mail_server
    install_app(instance, HERE, wheels["outbox"], {}, actor=local_actor())
    install_app(instance, HERE, app_factory.wheel("parks", manifest=ASKS), {}, actor=local_actor())

    def send(reference: str) -> Delivery:
        messages = open_installation(instance, HERE, "parks").messages
        assert messages is not None
        return messages.send(Message("warga@contoh.example", "Kabar taman", "Taman dibuka.", "id", reference))

    assert send("first").accepted
    folder = ["--instance", str(instance.folder), "--region", HERE]
    assert execute(["app", *folder, "outbox", "take", str(tmp_path / "taken")]) == 0
    (file,) = (tmp_path / "taken").iterdir()
    remove_app(instance, HERE, "outbox", actor=local_actor(), export=tmp_path / "export")

    answers = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "taman@contoh.example"}
    install_app(instance, HERE, wheels["smtp"], answers, actor=local_actor())
    assert send("second").accepted

    written = json.loads(file.read_text("utf-8"))
    (letter,) = mailbox.letters
    assert (written["to"], written["subject"], written["text"]) == (letter["To"], letter["Subject"], "Taman dibuka.")
    assert letter.get_content().strip() == "Taman dibuka."
    assert written["reference"] == "parks/first"


@pytest.mark.parametrize("name", ["abroad", "hello", "outbox", "queue"])
def test_the_commands_of_its_readme_work(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(EXAMPLES, tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(tmp_path)
    text = (EXAMPLES / name / "README.md").read_text("utf-8")
    commands = [shlex.split(line)[1:] for line in re.findall(r"^    (smartcity .*)$", text, re.MULTILINE)]
    if not any(command[0] == "init" for command in commands):
        assert execute(["init", "layanan", "--profile", f"examples/regions/{HERE}"]) == 0
        monkeypatch.setenv("SMARTCITY_INSTANCE", "layanan")

    assert commands
    for command in commands:
        if command[0] != "serve":
            assert execute(command) == 0, command
