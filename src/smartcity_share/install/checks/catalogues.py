"""Catalogues an instance follows, and what they said, when they were read last, against what is installed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from smartcity_share.catalogue.seen import Objection, objections
from smartcity_share.catalogue.state import CatalogueState, state_name
from smartcity_share.errors import InstanceConfigError
from smartcity_share.install.environments.place import environment_sets
from smartcity_share.install.findings import Finding, Severity

if TYPE_CHECKING:
    from smartcity_share.install.config import FollowedCatalogue
    from smartcity_share.install.instance import Instance


def check_catalogues(instance: Instance, region: str | None) -> Iterator[Finding]:
    """Look whether trust roots are there, and whether something installed was revoked or is advised against."""
    names: dict[str, str] = {}
    for name, catalogue in _followed(instance).items():
        root = instance.folder / catalogue.root
        if root.is_file():
            names[state_name(root.read_bytes())] = name
        else:
            yield Finding(
                "trust-root-missing",
                Severity.ERROR,
                f"catalogue {name}",
                f"Its trust root {catalogue.root} is not there: nothing can be installed from it",
                "Put the file there; whoever runs the catalogue has it as `1.root.json`. Compare its SHA-256 by telephone.",
            )
    against = {(one.sha256, one.is_revoked): one for one in objections(instance.layout.catalogues)}
    yield from _needed(instance, {sha256: one for (sha256, is_revoked), one in against.items() if is_revoked})
    for record in instance.ledger.installations(region) if against else ():
        for is_revoked in (True, False):
            found = against.get((record.code_digest or "", is_revoked))
            if found is None:
                continue
            location = CatalogueState(instance.layout.catalogues / found.state).location
            source = names.get(found.state) or f"{location or 'CATALOGUE'} --trust ROOT.json"
            yield Finding(
                "release-revoked" if is_revoked else "release-yanked",
                Severity.ERROR if is_revoked else Severity.WARNING,
                record.id,
                f"`{record.app}` {record.version} is in use, and {found.why}",
                f"Bring it to another version: `smartcity upgrade {record.app} --region {record.region} --from {source}`.",
                record.region,
                record.app,
            )
            break


def _followed(instance: Instance) -> Mapping[str, FollowedCatalogue]:
    try:
        return instance.config.catalogues
    except InstanceConfigError:
        return {}  # the look at health tells it; what was seen is told nevertheless


def _needed(instance: Instance, revoked: Mapping[str, Objection]) -> Iterator[Finding]:
    """Name packages of the environments in use whose wheels were revoked."""
    for found in environment_sets(instance.layout) if revoked else ():
        current = found.pointer().current
        for one in found.lock(current) if current is not None else ():
            if one.sha256 in revoked:
                yield Finding(
                    "release-revoked",
                    Severity.ERROR,
                    f"environments/{found.folder.name}/{current}",
                    f"{one.label}, which apps need, is in use, and {revoked[one.sha256].why}",
                    "Upgrade the app that needs it to a version that needs another one, or remove the app.",
                )
