"""An app reaches the connector of its own region that carries messages, and no fault of it reaches the app."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from smartcity_share import Delivery, Message
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import Instance, install_app, open_installation, remove_app
from tests.apps.factory import AppFactory
from tests.install.conftest import OTHER, REGION

ASKS: dict[str, Any] = {"needs": {"connectors": [{"contract": "message"}]}}
CARRIES: dict[str, Any] = {"app": {"provides": ["message"]}}
POST = '''\
"""A connector that writes what it was given to its files."""

from smartcity_share import Delivery, hookimpl


@hookimpl
def deliver_message(installation, message):
    if message.text == "explode":
        raise RuntimeError("the line is cut")
    if message.text == "silence":
        return None
    installation.files.write("sent.txt", f"{installation.id} {message.reference} {message.to} {message.text}".encode())
    return Delivery(accepted=True, receipt="7")
'''

Put = Callable[..., None]


def message(text: str = "Halo.") -> Message:
    return Message("warga@contoh.example", "Kabar", text, "id", "kabar-1")


@pytest.fixture
def put(instance: Instance, app_factory: AppFactory, actor: Actor) -> Put:
    """Install apps: ``put("parks", manifest=ASKS)``, ``put("post", kind="connector", region=OTHER)``."""
    wheels: dict[str, Path] = {}

    def make(app: str, region: str = REGION, **options: Any) -> None:
        if app not in wheels:
            wheels[app] = app_factory.wheel(app, **options)
        install_app(instance, region, wheels[app], {}, actor=actor)

    return make


@pytest.fixture
def linked(instance: Instance, put: Put) -> Instance:
    """A region with an app that sends messages and a connector that carries them."""
    put("post", kind="connector", manifest={**CARRIES, "needs": {"files": True}}, plugin=POST)
    put("parks", manifest=ASKS)
    return instance


def _send(instance: Instance, text: str = "Halo.") -> Delivery:
    messages = open_installation(instance, REGION, "parks").messages
    assert messages is not None
    return messages.send(message(text))


def test_a_message_goes_through_the_connector_of_the_region_under_the_name_of_the_app(linked: Instance) -> None:
    delivery = _send(linked)
    with open_installation(linked, REGION, "post").files.open("sent.txt") as sent:
        kept = sent.read().decode()
    assert delivery == Delivery(accepted=True, receipt="7")
    assert kept == f"{REGION}/post parks/kabar-1 warga@contoh.example Halo."


@pytest.mark.parametrize(("text", "told"), [("explode", "the line is cut"), ("silence", "`post` says nothing")])
def test_a_fault_of_the_connector_is_a_message_that_was_not_taken(linked: Instance, text: str, told: str) -> None:
    delivery = _send(linked, text)
    assert (delivery.accepted, delivery.retry, delivery.unreachable) == (False, True, True)
    assert told in delivery.reason


def test_a_connector_that_left_while_the_app_held_on_to_it_is_told(linked: Instance, actor: Actor) -> None:
    held = open_installation(linked, REGION, "parks").messages
    remove_app(linked, REGION, "post", actor=actor, export=linked.folder.parent / "export")
    assert held is not None
    delivery = held.send(message())
    assert (delivery.accepted, delivery.retry, delivery.unreachable) == (False, True, True)
    assert "`post` was removed" in delivery.reason
    assert open_installation(linked, REGION, "parks").messages is None


def test_an_app_that_does_not_ask_for_messages_gets_no_way_out(instance: Instance, put: Put) -> None:
    put("post", kind="connector", manifest={**CARRIES, "needs": {"files": True}}, plugin=POST)
    put("parks")
    assert open_installation(instance, REGION, "parks").messages is None


def test_the_connector_of_another_region_is_never_used(instance: Instance, put: Put) -> None:
    put("post", region=OTHER, kind="connector", manifest={**CARRIES, "needs": {"files": True}}, plugin=POST)
    put("parks", manifest=ASKS)
    assert open_installation(instance, REGION, "parks").messages is None


def test_a_connector_of_another_contract_carries_no_messages(instance: Instance, put: Put) -> None:
    put("till", kind="connector", manifest={"app": {"provides": ["payment"]}}, plugin=POST)
    put("parks", manifest=ASKS)
    assert open_installation(instance, REGION, "parks").messages is None


def test_of_two_connectors_the_first_by_id_carries(instance: Instance, put: Put) -> None:
    for name in ("post", "mail"):
        put(name, kind="connector", manifest={**CARRIES, "needs": {"files": True}}, plugin=POST)
    put("parks", manifest=ASKS)
    assert repr(open_installation(instance, REGION, "parks").messages) == "ConnectorMessenger('71.08', 'parks' -> 'mail')"
