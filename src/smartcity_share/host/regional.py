"""What accounts need to know of the regions of an instance: roles from manifests, offices and words from profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartcity_share.errors import SmartCityError
from smartcity_share.host.roles import Roles

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance


class InstanceRegions:
    """The port :class:`smartcity_share.host.accounts.Regional` on an instance.

    Args:
        instance: The instance.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    def known_roles(self, region: str) -> Roles:
        """Return the roles of the installed apps of a region; an app whose manifest cannot be read has none."""
        found: dict[str, frozenset[str]] = {}
        for record in self._instance.ledger.installations(region):
            try:
                found[record.app] = frozenset(role.id for role in self._instance.discovered(record).manifest.roles)
            except SmartCityError:
                found[record.app] = frozenset()
        return found

    def offices(self, region: str) -> frozenset[str]:
        """Return the ids of the offices in the profile of a region."""
        return frozenset(office.id for office in self._instance.profile(region).offices)

    def own_words(self, region: str) -> tuple[str, ...]:
        """Return the words a password of this region may not be made of."""
        profile = self._instance.profile(region)
        return (profile.name, profile.short_name)
