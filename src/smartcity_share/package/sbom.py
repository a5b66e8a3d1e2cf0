"""The bill of materials of a wheel: CycloneDX 1.6, the same bytes for the same release."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Final

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from smartcity_share.manifest.metadata import CoreMetadata

_NAMESPACE: Final = uuid.UUID("7a5b2c0e-7f0c-5a3f-9a52-1f4b4d1f6a10")
"""Serial numbers are made from it and the content of the wheel."""


def sbom(metadata: CoreMetadata, content_sha256: str, moment: datetime) -> str:
    """Return the bill of materials: the app, and what it declares to need, with ranges instead of versions (ADR 0016).

    Args:
        metadata: Of the wheel.
        content_sha256: A digest of its files; the serial number comes from it.
        moment: The time stamp.
    """
    from cyclonedx.model import Property
    from cyclonedx.model.bom import Bom, BomMetaData
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.model.license import LicenseExpression
    from cyclonedx.output.json import JsonV1Dot6
    from packageurl import PackageURL

    def component(name: str, kind: ComponentType, version: str | None = None) -> Component:
        url = PackageURL("pypi", None, canonicalize_name(name), version)
        return Component(name=canonicalize_name(name), type=kind, version=version, purl=url, bom_ref=str(url))

    app = component(metadata.name, ComponentType.APPLICATION, metadata.version)
    if licence := _licence(metadata.license):
        app.licenses.add(LicenseExpression(licence))
    bom = Bom(
        serial_number=uuid.uuid5(_NAMESPACE, f"{metadata.name} {metadata.version} {content_sha256}"),
        metadata=BomMetaData(component=app, timestamp=moment),
    )
    needed: dict[str, Component] = {}
    for text in metadata.requires_dist:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        name = canonicalize_name(requirement.name)
        part = needed.setdefault(name, component(name, ComponentType.LIBRARY))
        part.properties.add(Property(name="smartcity:requires", value=str(requirement)))
    for part in needed.values():
        bom.components.add(part)
    bom.register_dependency(app, needed.values())
    return str(JsonV1Dot6(bom).output_as_string(indent=2)) + "\n"


def _licence(text: str) -> str:
    try:
        return str(canonicalize_license_expression(text)) if text else ""
    except InvalidLicenseExpression:
        return ""
