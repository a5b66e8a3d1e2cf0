"""Errors of documents that a person wrote: manifest, region profile, instance.toml, answers, overrides."""

from __future__ import annotations

from collections.abc import Iterable

from smartcity_share.errors.base import Fault, Location, SmartCityError


class DocumentError(SmartCityError):
    """A document that a person wrote has faults; all of them are in ``faults``."""

    code = "document-invalid"

    def __init__(self, message: str, *, faults: Iterable[Fault], where: Location | None = None, hint: str | None) -> None:
        super().__init__(message, where=where, hint=hint)
        self.faults: tuple[Fault, ...] = tuple(faults)


class ManifestError(DocumentError):
    """A ``smartcity.toml`` has faults."""

    code = "manifest-invalid"


class ProfileError(DocumentError):
    """A region profile has faults."""

    code = "profile-invalid"


class InstanceConfigError(DocumentError):
    """An ``instance.toml`` has faults."""

    code = "instance-config-invalid"


class SettingsError(DocumentError):
    """Answers or values for the settings of an app have faults."""

    code = "settings-invalid"


class OverrideError(DocumentError):
    """What a region put in place of a part of an app cannot be used."""

    code = "override-invalid"
