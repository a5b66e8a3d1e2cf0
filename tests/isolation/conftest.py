"""That no region ever sees another: every route of every app, asked with everything that belongs to another region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs
import pytest
from starlette.testclient import TestClient

from smartcity_share.console import ConsoleErrorPages, console_app
from smartcity_share.hooks import code_folders
from smartcity_share.host.app import Host, create_host
from smartcity_share.host.services import make_services
from smartcity_share.install.instance import Instance
from tests.apps.factory import AppFactory
from tests.host.conftest import fast_hashes
from tests.isolation.judging import Asked
from tests.isolation.line import Answer, Sent, ask
from tests.isolation.regions import REGIONS, Realm, fill, make_instance
from tests.isolation.routes import Way, ways


@attrs.frozen
class World:
    """Three regions of one instance, served.

    Attributes:
        instance: The instance.
        host: Its host.
        client: Somebody who asks it.
        realms: What each region has, by code.
        ways: Every way into each region, by code.
    """

    instance: Instance
    host: Host
    client: TestClient
    realms: Mapping[str, Realm]
    ways: Mapping[str, tuple[Way, ...]]

    def ask(self, requests: Sequence[Asked]) -> list[Answer]:
        """Send requests, many at a time, and return their answers in order."""
        return ask(self.client, self.host, [request.sent for request in requests])

    def get(self, addresses: Sequence[str], **headers: str) -> list[Answer]:
        """Ask for addresses as a visitor who brings nothing along."""
        given = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        return ask(self.client, self.host, [Sent("GET", address, headers=given) for address in addresses])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The three regions of the demo, filled; the requests of the tests take nothing away that another test needs."""
    before = code_folders.added()
    folder = tmp_path_factory.mktemp("isolation")
    instance = make_instance(folder / "instance", AppFactory(folder / "apps"))
    services = make_services(instance, hashes=fast_hashes())
    host = create_host(instance, console=console_app, error_pages=ConsoleErrorPages(), services=services)
    with TestClient(host, base_url="http://localhost", follow_redirects=False, raise_server_exceptions=False) as client:
        realms = {region: fill(host, client, region) for region in REGIONS}
        yield World(instance, host, client, realms, {region: ways(host, region) for region in REGIONS})
    instance.close()
    for folder in code_folders.added() - before:
        code_folders.remove(folder)
