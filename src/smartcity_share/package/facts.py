"""Release facts: what is true of one built version, written by the build beside the manifest and read without an import."""

from __future__ import annotations

from importlib.metadata import Distribution
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from smartcity_share.errors import Location, PackageError
from smartcity_share.manifest.archive import Archive

FACTS: Final = "extra_metadata/smartcity-release.json"
"""Where the facts lie in a dist-info folder."""
SETTINGS_SCHEMA: Final = "extra_metadata/smartcity-settings.schema.json"
SBOM: Final = "sboms/smartcity.cdx.json"
"""The place that PEP 770 gives to bills of materials."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class ReleaseFacts(BaseModel):
    """What the build states of one version. Fields that a later build adds are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    facts_version: Literal[1] = Field(1, description="Version of this document.")
    app: Text = Field(description="Id of the app.")
    distribution: Text = Field(description="Name of the distribution.")
    version: Text = Field(description="Version of the distribution.")
    host_api: Text = Field(description="Range of the host API, as the manifest states it.")
    requires_python: str = Field("", max_length=200, description="Range of Python versions; empty for every one.")
    manifest_sha256: Sha256 = Field(description="SHA-256 of the manifest in the wheel.")
    sbom_sha256: Sha256 = Field(description="SHA-256 of the bill of materials.")
    settings_schema_sha256: Sha256 | None = Field(None, description="SHA-256 of the JSON Schema; null for no settings.")
    changes: str | None = Field(None, max_length=100_000, description="What this version changes; null where nothing says.")


def facts_of_wheel(path: Path) -> ReleaseFacts | None:
    """Read the facts of a wheel file; None where it was built by something else than `smartcity build`.

    Raises:
        PackageError: The file is no wheel, or what it says is not valid.
    """
    with Archive(path) as archive:
        name = f"{archive.dist_info()}/{FACTS}"
        content = archive.read(name) if name in archive.names else None
    return None if content is None else _facts(content, f"{path}!{name}")


def facts_of_distribution(distribution: Distribution) -> ReleaseFacts | None:
    """Read the facts of an installed distribution, importing nothing of it; None where it has none.

    Raises:
        PackageError: What it says is not valid.
    """
    try:
        text = distribution.read_text(FACTS)
    except (OSError, UnicodeDecodeError):
        text = ""
    return None if text is None else _facts(text.encode(), f"{distribution.name}!{FACTS}")


def _facts(content: bytes, label: str) -> ReleaseFacts:
    try:
        return ReleaseFacts.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(map(str, first["loc"])) or None
        raise PackageError(
            f"The release facts are not valid: {first['msg'][:200]}",
            where=Location(label, key=key),
            hint="Build the wheel again with `smartcity build`.",
        ) from None
