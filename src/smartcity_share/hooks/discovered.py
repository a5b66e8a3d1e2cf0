"""One app as its installation recorded it; its manifest is read when somebody asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final, Literal

import attrs

from smartcity_share.errors import AppMetadataError, ManifestError, ManifestMissingError, SmartCityError

if TYPE_CHECKING:
    from smartcity_share.documents.toml import TomlDocument
    from smartcity_share.manifest.model import Manifest

Kind = Literal["app", "connector"]

MANIFEST_NAME: Final = "smartcity.toml"
DIST_INFO_MANIFEST: Final = f"extra_metadata/{MANIFEST_NAME}"


@attrs.frozen(eq=False)
class DiscoveredApp:
    """An app that is there, not imported.

    Attributes:
        app_id: Name of its entry point; the manifest has to say the same.
        kind: ``app`` or ``connector``, from the group of the entry point.
        entry_point: The module, or ``module:object``, that carries the hooks.
        distribution: Name of its distribution.
        version: Version of its distribution; empty where the metadata is incomplete.
        location: The folder of the import path it lies in.
        in_code_folder: Whether that is a code folder of an instance, not the environment.
        dist_info: Its ``*.dist-info`` folder.
        trouble: What is wrong with the metadata itself, if anything; :attr:`fault` says more.
        packages: The folder with the packages it needs beyond the host; None where it needs none.
    """

    app_id: str
    kind: Kind
    entry_point: str
    distribution: str
    version: str
    location: Path
    in_code_folder: bool
    dist_info: Path
    trouble: SmartCityError | None = None
    packages: Path | None = None

    @property
    def module(self) -> str:
        """The module the entry point names."""
        return self.entry_point.partition(":")[0].strip()

    @property
    def incomplete(self) -> bool:
        """Whether this is the rest of an installation that did not finish."""
        return not self.version

    @property
    def label(self) -> str:
        """The app and its distribution, for messages."""
        return f"`{self.app_id}` ({self.distribution} {self.version})".replace(" )", ")")

    @cached_property
    def document(self) -> TomlDocument:
        """The manifest as a document.

        Raises:
            ManifestMissingError: There is none.
            ManifestError: It is no TOML.
        """
        from smartcity_share.documents.toml import TomlDocument

        for root, name in self._places():
            path = root / name
            if path.is_file():
                return TomlDocument.read(path, str(name), error=ManifestError)
        raise ManifestMissingError(
            f"App {self.label} carries no {MANIFEST_NAME}, neither in its package folder nor in its dist-info.",
            hint=f"Reinstall it: `pip install --force-reinstall {self.distribution}`. "
            f"If that does not help, its maker has to put {MANIFEST_NAME} into the wheel.",
        )

    @cached_property
    def manifest(self) -> Manifest:
        """The validated manifest.

        Raises:
            ManifestMissingError: There is none.
            ManifestError: It has faults; the error holds all of them.
        """
        from smartcity_share.manifest.read import read_manifest

        return read_manifest(self.document)

    @cached_property
    def fault(self) -> SmartCityError | None:
        """What keeps the app from being loaded, as far as metadata tells; None where nothing does.

        Whether the manifest is valid in every line, and whether the code can be imported, shows when the app is loaded.
        """
        if self.trouble is not None:
            return self.trouble
        try:
            said = self.document.data.get("app")
        except SmartCityError as error:
            return error
        if not isinstance(said, dict):
            return None
        for key, recorded, what in (("id", self.app_id, "name"), ("kind", self.kind, "group")):
            found = said.get(key)
            if isinstance(found, str) and found != recorded:
                return AppMetadataError(
                    f"The {what} of the entry point of `{self.distribution}` says `{recorded}`, its manifest says `{found}`.",
                    where=self.document.locate(("app", key)),
                    hint="Its maker makes the entry point in pyproject.toml and `[app]` in smartcity.toml say the same.",
                )
        return None

    @cached_property
    def package_folder(self) -> Path | None:
        """The folder of its package: that of its manifest, else that of its module; found without importing."""
        manifest = self.package_file(MANIFEST_NAME)
        if manifest is not None:
            return manifest.parent
        module = PurePosixPath(*self.module.split("."))
        places = (root / part for root in (*self._editable_roots(), self.location) for part in (module, *module.parents))
        return next((place for place in places if place.name and place != self.location and place.is_dir()), None)

    def package_file(self, name: str) -> Path | None:
        """Return a file of the package folder, found without importing; None where there is none.

        Args:
            name: The file as the manifest names it, relative to the package folder; it never leads out of it.
        """
        module = PurePosixPath(*self.module.split("."))
        for root in (*self._editable_roots(), self.location):
            for package in (root / part for part in (module, *module.parents) if part.parts):
                path = package / name
                if path.is_file() and path.resolve().is_relative_to(package.resolve()):
                    return path
        return None

    def _places(self) -> Iterator[tuple[Path, PurePosixPath]]:
        """Yield where the manifest may lie. While an author edits, the copy of an editable install is older than the source."""
        module = PurePosixPath(*self.module.split("."))
        names = [package / MANIFEST_NAME for package in (module, *module.parents) if package.parts]
        for root in self._editable_roots():
            yield from ((root, name) for name in names)
        yield self.dist_info.parent, PurePosixPath(self.dist_info.name, DIST_INFO_MANIFEST)
        yield from ((self.location, name) for name in names)

    def _editable_roots(self) -> Iterator[Path]:
        """Yield the source folders the path files of an editable install name."""
        try:
            direct = json.loads((self.dist_info / "direct_url.json").read_text(encoding="utf-8"))
            if not direct.get("dir_info", {}).get("editable"):
                return
            recorded = (self.dist_info / "RECORD").read_text(encoding="utf-8")
            for line in recorded.splitlines():
                name = line.partition(",")[0]
                if name.endswith(".pth"):
                    text = (self.location / name).read_text(encoding="utf-8")
                    yield from (Path(entry.strip()) for entry in text.splitlines() if Path(entry.strip()).is_absolute())
        except (OSError, ValueError, AttributeError):
            return
