"""The whole connector: a message becomes a file, and a command takes the files away."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import attrs
import click

from smartcity_share import Delivery, Health, Installation, Message, hookimpl

FOLDER = "messages/"


@hookimpl
def deliver_message(installation: Installation, message: Message) -> Delivery:
    """Keep a message, once for each reference: the host asks again after a crash, with the same one."""
    key = hashlib.sha256(message.reference.encode()).hexdigest()[:24]
    name = f"{FOLDER}{key}.json"
    if name not in installation.files.names(FOLDER):
        words = attrs.asdict(message) | {"since": installation.now().isoformat()}
        installation.files.write(name, json.dumps(words, ensure_ascii=False, indent=1).encode())
    return Delivery(accepted=True, receipt=key)


@hookimpl
def check_health(installation: Installation) -> Health:
    """Say how many wait."""
    return Health(message=f"Messages that wait to be taken: {len(_waiting(installation))}.")


@hookimpl
def commands() -> list[click.Command]:
    """Return the command that an official runs: ``smartcity app outbox take FOLDER``."""
    return [take]


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def take(installation: Installation, folder: Path) -> None:
    """Write the messages that wait into FOLDER, and forget all of them but their keys."""
    folder.mkdir(parents=True, exist_ok=True)
    waiting = _waiting(installation)
    for name, content in waiting.items():
        # Copied first, emptied then: a crash between the two copies once more, into the same file.
        (folder / Path(name).name).write_bytes(content)
        installation.files.write(name, b"")
    click.echo(f"{len(waiting)} messages taken to {folder}")


def _waiting(installation: Installation) -> dict[str, bytes]:
    """Return the files that are not empty: an empty one is a message that was taken."""
    found = {}
    for name in installation.files.names(FOLDER):
        with installation.files.open(name) as file:
            if content := file.read():
                found[name] = content
    return found
