"""Errors of catalogues."""

from __future__ import annotations

from smartcity_share.errors.base import SmartCityError
from smartcity_share.errors.operations import RefusedError


class CatalogueError(SmartCityError):
    """A catalogue cannot be used; nothing of it was installed."""

    code = "catalogue-unusable"


class CatalogueUnreachableError(CatalogueError):
    """A catalogue cannot be reached: no connection, no server, no folder."""

    code = "catalogue-unreachable"


class CatalogueBusyError(CatalogueError):
    """Another command reads the same catalogue, or writes to it."""

    code = "catalogue-busy"


class CatalogueInvalidError(CatalogueError):
    """What lies there is no catalogue, is not whole, or does not hold together."""

    code = "catalogue-invalid"


class CatalogueUntrustedError(CatalogueError):
    """Something of a catalogue is not signed by those who may sign it."""

    code = "catalogue-untrusted"


class CatalogueAlteredError(CatalogueError):
    """A file of a catalogue is not the one that was signed for."""

    code = "catalogue-altered"


class CatalogueRolledBackError(CatalogueError):
    """A catalogue is older than what was seen of it before, or is mixed from several states."""

    code = "catalogue-rolled-back"


class CatalogueExpiredError(CatalogueError):
    """A catalogue, or a role of it, is out of date."""

    code = "catalogue-expired"


class ReleaseNotFoundError(CatalogueError):
    """A catalogue has no such release that may be installed here."""

    code = "release-not-found"


class ReleaseAmbiguousError(ReleaseNotFoundError):
    """Several regions share an app under one id."""

    code = "release-ambiguous"


class ReleaseRevokedError(CatalogueError):
    """A release was revoked: nobody may install it."""

    code = "release-revoked"


class CatalogueRefusedError(RefusedError):
    """What a catalogue is asked to take in breaks its rules. Nothing was changed; every reason is in ``faults``."""

    code = "catalogue-refused"


class KeyFileError(SmartCityError):
    """A file is no key that can sign, or no public key, or its passphrase is another."""

    code = "key-unusable"
