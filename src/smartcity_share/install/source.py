"""Where an app is installed from: a wheel, a project folder, a catalogue, or the environment of this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from smartcity_share.errors import (
    CatalogueAlteredError,
    CatalogueUntrustedError,
    HostApiError,
    Location,
    PackageError,
    UsageError,
)
from smartcity_share.hooks.markers import HOST_API
from smartcity_share.install.catalogues import CatalogueSource, fetched_release
from smartcity_share.install.code_store import code_location
from smartcity_share.install.needed_wheels import signed_packages
from smartcity_share.install.planning import Code

if TYPE_CHECKING:
    from smartcity_share.documents.toml import TomlDocument
    from smartcity_share.install.environments.locked import LockedPackage
    from smartcity_share.install.instance import Instance
    from smartcity_share.manifest.model import Manifest
    from smartcity_share.package.facts import ReleaseFacts


@attrs.frozen
class AppSource:
    """An app that can be installed. Nothing of it was imported.

    Attributes:
        manifest: Its manifest.
        code: Where its code comes from and where it will lie.
        requires: Its requirements, as its metadata writes them.
        origin: What it was read from, for messages.
        changes: What it and earlier versions change, as its author wrote it: version and text, the newest first.
        notices: What the person should know of where it comes from.
        needs: Packages whose wheels were signed for with it: they are taken before others.
    """

    manifest: Manifest
    code: Code
    requires: tuple[str, ...]
    origin: str
    changes: tuple[tuple[str, str], ...] = ()
    notices: tuple[str, ...] = ()
    needs: tuple[LockedPackage, ...] = ()

    @property
    def app(self) -> str:
        """The id of the app."""
        return self.manifest.app.id

    def beside(self, given: Path | CatalogueSource | AppSource | None) -> Path | None:
        """Return the wheel or folder that wheels it needs may lie beside.

        Args:
            given: What it was opened from.
        """
        return given if given is None or isinstance(given, Path) else self.wheel

    @property
    def wheel(self) -> Path | None:
        """The wheel it was read from; None for the app of the environment."""
        return None if self.code.wheel is None else Path(self.code.wheel)


@contextmanager
def opened_source(instance: Instance, app: str | None, path: Path | CatalogueSource | AppSource | None) -> Iterator[AppSource]:
    """Find an app and verify it; a folder is built first, and its wheel is kept until the end of the block.

    Args:
        instance: The instance it will be installed in.
        app: Id of the app, perhaps with ``==VERSION``; None takes what the wheel or folder holds.
        path: A wheel, a project folder or a catalogue; None takes the app from the environment. One that was opened and
            verified before is taken as it is: a fleet reads its wheel once.

    Raises:
        PackageError: The wheel is not one of ours, was altered, or holds another app than the one named.
        ManifestError: Its manifest has faults; all of them are in ``faults``.
        ReleaseError: The folder makes a wheel that must not be given away; every reason is in ``faults``.
        HostApiError: It is made for another range of the host API.
        AppNotFoundError: The environment has no such app.
        CatalogueError: The catalogue cannot be used, or has no such release.
    """
    wanted, _, version = (app or "").partition("==")
    if path is None:
        if not wanted:
            raise PackageError("No app is named", hint="Name one: `smartcity install APP`, or `--from WHEEL`.")
        source = _from_environment(wanted)
        _refuse_other(source, wanted, version)
        yield source
    elif isinstance(path, AppSource):
        there = path.code.location is not None and (instance.folder / path.code.location).is_dir()
        source = attrs.evolve(path, code=attrs.evolve(path.code, shared=there))
        _refuse_other(source, wanted, version)
        yield source
    elif isinstance(path, CatalogueSource):
        with _from_catalogue(instance, path, wanted, version) as source:
            _refuse_other(source, wanted, version)
            yield source
    elif path.is_dir():
        import tempfile

        from smartcity_share.package.release import make_release

        with tempfile.TemporaryDirectory(prefix="smartcity-build-") as folder:
            source = _from_wheel(instance, make_release(path, Path(folder)).wheel.path, str(path))
            _refuse_other(source, wanted, version)
            yield source
    else:
        source = _from_wheel(instance, path, str(path))
        _refuse_other(source, wanted, version)
        yield source


@contextmanager
def _from_catalogue(instance: Instance, catalogue: CatalogueSource, app: str, version: str) -> Iterator[AppSource]:
    if not app:
        hint = "Name it before the options, perhaps with a version: `APP==1.2.0`."
        raise UsageError("A catalogue has many apps, and none is named", hint=hint)
    with fetched_release(instance, catalogue, app, version or None) as (path, release):
        source = _from_wheel(instance, path, f"{path.name} of the catalogue {catalogue.name}")
        if source.code.digest != release.wheel.sha256:
            raise CatalogueAlteredError(
                f"{path.name} was changed after it was fetched",
                where=Location(str(path)),
                hint="Nothing was changed. Look who else can write to the folder of the instance, then try again.",
            )
        # Where the manifest names no region, the app is of a project, and whoever signed it is the one that shares it.
        said = (source.app, source.code.version, source.manifest.origin.region or release.provenance.origin)
        if said != (release.app, release.version, release.provenance.origin):
            raise CatalogueUntrustedError(
                f"The wheel says that it is `{said[0]}` {said[1]} of {said[2]}; "
                f"signed was `{release.app}` {release.version} of {release.provenance.origin}",
                where=Location(f"{catalogue.location}/{release.wheel.place}"),
                hint=f"Do not use it. Tell {release.provenance.origin}, which signed it, and whoever runs the catalogue.",
            )
        code = attrs.evolve(source.code, provenance=release.provenance)
        needs = signed_packages((one.path.file, one.sha256) for one in release.needs)
        yield attrs.evolve(source, code=code, notices=release.notices, needs=needs)


def _from_wheel(instance: Instance, path: Path, origin: str) -> AppSource:
    from smartcity_share.manifest.find import from_wheel
    from smartcity_share.package.wheel import Wheel

    wheel = Wheel.checked(path)
    _refuse_host_api_of_wheel(path)
    found = from_wheel(path)
    location = code_location(found.manifest.app.id, wheel.version, wheel.sha256)
    code = Code(
        version=wheel.version,
        distribution=wheel.metadata.name,
        location=location,
        digest=wheel.sha256,
        wheel=str(path.absolute()),
        shared=(instance.folder / location).is_dir(),
    )
    return AppSource(found.manifest, code, wheel.metadata.requires_dist, origin, _changes(wheel.facts))


def _from_environment(app: str) -> AppSource:
    from importlib.metadata import Distribution

    from smartcity_share.hooks.discover import discover
    from smartcity_share.package.facts import facts_of_distribution

    found = discover().get(app)
    if found.fault is not None:
        raise found.fault
    _refuse_host_api(found.document, found.label)
    manifest = found.manifest
    distribution = Distribution.at(found.dist_info)
    return AppSource(
        manifest,
        Code(found.version, found.distribution),
        tuple(distribution.requires or ()),
        f"{found.distribution} {found.version}",
        _changes(facts_of_distribution(distribution)),
    )


def _changes(facts: ReleaseFacts | None) -> tuple[tuple[str, str], ...]:
    if facts is None:
        return ()
    return ((facts.version, facts.changes or ""), *((one.version, one.changes) for one in facts.earlier))


def _refuse_host_api_of_wheel(path: Path) -> None:
    """Refuse a wheel for another host before its manifest is judged: a later manifest may say what this host cannot read."""
    from smartcity_share.documents.toml import TomlDocument
    from smartcity_share.hooks.discovered import DIST_INFO_MANIFEST
    from smartcity_share.manifest.archive import Archive

    with Archive(path) as archive:
        name = f"{archive.dist_info()}/{DIST_INFO_MANIFEST}"
        if name not in archive.names:
            return
        content = archive.read(name)
    import tomllib

    try:
        data = tomllib.loads(content.decode())
    except ValueError:
        return  # the reader of manifests tells it with its line
    document = TomlDocument(f"{path.name}: {name}", content.decode(), data)
    _refuse_host_api(document, path.name)


def _refuse_host_api(document: TomlDocument, label: str) -> None:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    wanted = document.data.get("host_api")
    if not isinstance(wanted, str):
        return
    try:
        fits = SpecifierSet(wanted).contains(HOST_API, prereleases=True)
    except InvalidSpecifier:
        return
    if not fits:
        raise HostApiError(
            f"{label} needs host API {wanted[:60]}; this is host API {HOST_API}",
            where=document.locate(("host_api",)),
            hint=f"Take a version of the app made for host API {HOST_API}, or install a version of smartcity-share that offers "
            "the range.",
        )


def _refuse_other(source: AppSource, wanted: str, version: str) -> None:
    if wanted and wanted != source.app:
        raise PackageError(
            f"{source.origin} holds the app `{source.app}`, not `{wanted}`",
            hint=f"Run `smartcity install {source.app} --from …`, or name the wheel of `{wanted}`.",
        )
    if version and version != source.code.version:
        raise PackageError(
            f"{source.origin} holds version {source.code.version} of `{source.app}`, not {version}",
            hint="Name the wheel of that version with `--from`, or leave `==VERSION` out.",
        )
