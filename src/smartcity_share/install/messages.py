"""The way from an app to the connector of its region that carries messages (docs/adr/0011)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from smartcity_share.errors import SmartCityError
from smartcity_share.hooks.values import Delivery, Message
from smartcity_share.install.records import InstallationState

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance
    from smartcity_share.install.records import InstallationRecord
    from smartcity_share.manifest.model import Manifest

CONTRACT: Final = "message"


@attrs.frozen
class ConnectorMessenger:
    """Hands messages to one connector; the port :class:`smartcity_share.hooks.installation.Messenger`.

    Attributes:
        instance: The instance.
        region: Code of the region.
        app: Id of the app that sends.
        connector: Id of the connector.
    """

    instance: Instance
    region: str
    app: str
    connector: str

    def __repr__(self) -> str:
        return f"ConnectorMessenger({self.region!r}, {self.app!r} -> {self.connector!r})"

    def send(self, message: Message) -> Delivery:
        """Hand a message to the connector; whatever is wrong with the connector is told by the delivery."""
        from smartcity_share.install.runtime import open_installation

        own = attrs.evolve(message, reference=f"{self.app}/{message.reference}")
        try:
            installation = open_installation(self.instance, self.region, self.connector)
            registry = self.instance.registry_for(self.region, self.connector)
            delivery = registry.deliver_message(self.connector, installation, own)
        except SmartCityError as error:
            return Delivery(accepted=False, retry=True, reason=str(error), unreachable=True)
        if delivery is None:
            reason = f"Connector `{self.connector}` says nothing about messages."
            return Delivery(accepted=False, retry=True, reason=reason, unreachable=True)
        return delivery


def messenger_of(instance: Instance, region: str, manifest: Manifest) -> ConnectorMessenger | None:
    """Return the way out for the messages of an app.

    Args:
        instance: The instance.
        region: Code of the region.
        manifest: Manifest of the app that sends.

    Returns:
        The way to the connector in use in the region that carries messages, the first by id where there are several; None
        where the app does not say that it sends messages, or the region has no such connector.
    """
    if all(need.contract != CONTRACT for need in manifest.needs.connectors):
        return None
    for record in instance.ledger.installations(region):
        if record.state is InstallationState.ACTIVE and _carries_messages(instance, record):
            return ConnectorMessenger(instance, region, manifest.app.id, record.app)
    return None


def _carries_messages(instance: Instance, record: InstallationRecord) -> bool:
    try:
        found = instance.discovered(record)
        provides = found.manifest.app.provides if found.kind == "connector" and found.fault is None else ()
    except SmartCityError:
        return False  # `doctor` names it; an app must not fail for the fault of another one
    return CONTRACT in provides
