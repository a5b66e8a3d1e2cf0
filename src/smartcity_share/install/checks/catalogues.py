"""Catalogues an instance follows, and what they said, when they were read last, against what is installed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from smartcity_share.catalogue.seen import objections
from smartcity_share.catalogue.state import CatalogueState, state_name
from smartcity_share.errors import InstanceConfigError
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
