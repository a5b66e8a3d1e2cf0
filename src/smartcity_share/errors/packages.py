"""Errors of packages: wheels, project folders, releases."""

from __future__ import annotations

from smartcity_share.errors.base import SmartCityError
from smartcity_share.errors.documents import DocumentError


class PackageError(SmartCityError):
    """A wheel or a project folder is not something that can be installed."""

    code = "package-invalid"


class ManifestMissingError(PackageError):
    """A wheel, folder or distribution carries no ``smartcity.toml``."""

    code = "manifest-missing"


class BuildError(PackageError):
    """A project folder could not be built into a wheel."""

    code = "build-failed"


class ScaffoldError(SmartCityError):
    """A project cannot be begun here, or is none that can be brought up to date."""

    code = "scaffold-refused"


class ReleaseError(DocumentError):
    """A wheel was built, but must not be given away as it is; every reason is in ``faults``. It was not kept."""

    code = "release-unfit"


class ReleaseExistsError(PackageError):
    """The folder holds another wheel of the same version; two wheels of one version are never told apart."""

    code = "release-exists"
