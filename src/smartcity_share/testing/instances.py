"""A whole instance for tests: the app installed in several regions, served by the host, with accounts of officials."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from smartcity_share.install.actors import local_actor
from smartcity_share.install.installing import install_app
from smartcity_share.install.instance import Instance
from smartcity_share.testing.client import Client
from smartcity_share.testing.unlike_regions import UNLIKE_REGIONS, region_at

if TYPE_CHECKING:
    from smartcity_share.hooks.region_facts import RegionFacts
    from smartcity_share.host.app import Host
    from smartcity_share.host.services import Services
    from smartcity_share.testing.subject import AppUnderTest

PASSWORD = "kata-sandi-uji-yang-panjang"  # noqa: S105 - of accounts that live as long as a test


def make_instance(
    app: AppUnderTest,
    folder: Path,
    regions: Iterable[Path] = tuple(UNLIKE_REGIONS.values()),
    *,
    settings: Mapping[str, Any] | None = None,
    now: Callable[[], datetime],
) -> Instance:
    """Make an instance and install the app in each of its regions, as ``smartcity install`` does.

    Args:
        app: The app.
        folder: Where; it must not exist or be empty.
        regions: Folders with the profiles of the regions.
        settings: Value by key; anything left out has its default.
        now: The clock.

    Raises:
        SmartCityError: The app cannot be installed; the error says why.
    """
    profiles = {region_at(profile).code: profile for profile in regions}
    instance = Instance.create(folder, list(profiles), profiles, now=now)
    for code in profiles:
        install_app(instance, code, answers=settings or {}, app=app.id, actor=local_actor())
    return instance


@attrs.frozen(slots=False, eq=False)
class Serving:
    """The host of an instance, as a server would call it.

    Attributes:
        instance: The instance.
        app: Id of the app whose pages are asked for.
    """

    instance: Instance
    app: str
    _numbers: itertools.count[int] = attrs.field(factory=lambda: itertools.count(1), repr=False)

    def client(self, region: RegionFacts) -> Client:
        """Return a visitor's browser on the app in a region."""
        return Client(self._host, region.code, self.app)

    def sign_in(self, region: RegionFacts, *roles: str, office: str | None = None, name: str = "Contoh Petugas") -> Client:
        """Return the browser of an official who has just signed in.

        Args:
            region: The region.
            roles: Ids of roles of the app the official holds.
            office: Id of the office of the region the official belongs to.
            name: Display name.

        Raises:
            AccountError: The app has no such role, or the region no such office.
        """
        from smartcity_share.host.database import AccountsDatabase

        account = self._services.accounts.add(
            region.code,
            name=name,
            login=f"petugas-{next(self._numbers)}",
            password=PASSWORD,
            roles={self.app: roles} if roles else None,
            office=office,
            must_change=False,
        )
        with AccountsDatabase(self.instance.accounts_database).write() as connection:
            token = self._services.sessions.open(connection, account)
        return Client(self._host, region.code, self.app, session=token)

    @cached_property
    def _services(self) -> Services:
        from argon2 import PasswordHasher

        from smartcity_share.host.passwords import PasswordHashes
        from smartcity_share.host.services import make_services

        # Nobody guesses the passwords of a test: hashes that take no time.
        return make_services(self.instance, hashes=PasswordHashes(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)))

    @cached_property
    def _host(self) -> Host:
        from smartcity_share.host.app import create_host

        return create_host(self.instance, services=self._services)
