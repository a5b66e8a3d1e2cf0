"""Release facts: what is true of one built version, written by the build beside the manifest and read without an import."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
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

MOST_BYTES: Final = 16 << 20
"""Most bytes a file beside the facts may have."""

_REBUILD: Final = "Build the wheel again with `smartcity build`, or fetch it again."

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class EarlierChange(BaseModel):
    """What an earlier version changed."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: Text = Field(description="The version.")
    changes: str = Field(max_length=100_000, description="What it changed.")


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
    earlier: tuple[EarlierChange, ...] = Field((), max_length=1000, description="What earlier versions changed, newest first.")


def facts_of_wheel(path: Path) -> ReleaseFacts | None:
    """Read the facts of a wheel file; None where it was built by something else than `smartcity build`.

    Raises:
        PackageError: The file is no wheel, or what it says is not valid, or not true of the files beside it.
    """
    with Archive(path) as archive:
        info = archive.dist_info()
        name = f"{info}/{FACTS}"
        if name not in archive.names:
            return None
        label = f"{path}!{name}"
        facts = _facts(archive.read(name), label)
        _refuse_untrue(facts, lambda beside: archive.read(f"{info}/{beside}", MOST_BYTES), label)
    return facts


def facts_of_distribution(distribution: Distribution) -> ReleaseFacts | None:
    """Read the facts of an installed distribution, importing nothing of it; None where it has none.

    Raises:
        PackageError: What it says is not valid.
    """
    text = _text(distribution, FACTS)
    if text is None:
        return None
    label = f"{distribution.name}!{FACTS}"
    facts = _facts(text.encode(), label)
    _refuse_untrue(facts, lambda beside: (_text(distribution, beside) or "").encode(), label)
    return facts


def _text(distribution: Distribution, name: str) -> str | None:
    try:
        return distribution.read_text(name)
    except (OSError, UnicodeDecodeError):
        return ""


def _refuse_untrue(facts: ReleaseFacts, read: Callable[[str], bytes], label: str) -> None:
    """Compare the digests with the files: RECORD says that nothing was changed, this that the facts belong to them."""
    stated = {
        "sbom_sha256": (SBOM, facts.sbom_sha256),
        "settings_schema_sha256": (SETTINGS_SCHEMA, facts.settings_schema_sha256),
    }
    for key, (beside, digest) in stated.items():
        if digest is not None and hashlib.sha256(read(beside)).hexdigest() != digest:
            raise PackageError(f"The release facts are not those of {beside}", where=Location(label, key=key), hint=_REBUILD)


def _facts(content: bytes, label: str) -> ReleaseFacts:
    try:
        return ReleaseFacts.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(map(str, first["loc"])) or None
        raise PackageError(
            f"The release facts are not valid: {first['msg'][:200]}",
            where=Location(label, key=key),
            hint=_REBUILD,
        ) from None
