"""Small real apps for tests: a project on disk, built to a wheel by its own back end, unpacked into a folder.

A test that needs an app asks for the fixture ``app_factory`` and gets an :class:`AppFactory`::

    def test_something(app_factory):
        app = app_factory.write("parks", plugin=SOURCE, manifest={"host_api": ">=9"})
        wheel = app_factory.build(app)
        site = app_factory.unpack(wheel)          # a folder with the package and its dist-info

``app_factory.installed("parks", plugin=SOURCE)`` does the three in one call. Every project gets a package name no other test
uses (``smartcity_test_parks_7``), and what a test imported from such a package is forgotten when the fixture ends.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import attrs
import tomlkit

_numbers = itertools.count(1)

PREFIX: Final = "smartcity_test_"
"""What the package of every project of this module begins with."""

HELLO: Final = '''\
"""The smallest app that serves a page."""

from __future__ import annotations

from starlette.responses import PlainTextResponse

from smartcity_share import hookimpl


@hookimpl
def asgi_app():
    return PlainTextResponse("hello")
'''


@attrs.frozen
class AppProject:
    """A project folder of an app.

    Attributes:
        folder: The folder with ``pyproject.toml``.
        app_id: The id in the manifest and in the entry point.
        distribution: Name of the distribution.
        version: Version of the distribution.
        package: Import name of the package.
    """

    folder: Path
    app_id: str
    distribution: str
    version: str
    package: str

    @property
    def manifest(self) -> Path:
        """The ``smartcity.toml`` in the package folder."""
        return self.folder / "src" / self.package / "smartcity.toml"


def minimal_manifest(app_id: str, kind: str = "app") -> dict[str, Any]:
    """Return the content of the smallest manifest that has no fault."""
    content: dict[str, Any] = {
        "manifest_version": 1,
        "host_api": ">=1.0,<2",
        "app": {
            "id": app_id,
            "kind": kind,
            "title": {"id": f"Aplikasi {app_id}", "en": f"App {app_id}"},
            "summary": {"id": "Sebuah aplikasi uji", "en": "An app for tests"},
            "category": "public-service",
            "status": "stable",
        },
        "origin": {
            "region": "73.71",
            "agency": "Dinas Komunikasi dan Informatika",
            "contacts": [{"name": "Tim Aplikasi", "email": "apps@example.org"}],
        },
        "terms": {"agreement_required": False},
        "localisation": {"complete": ["id", "en"]},
    }
    if kind == "app":
        content["page"] = [{"path": "/", "access": "public", "menu": True, "title": dict(content["app"]["title"])}]
    return content


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``base`` with ``changes`` laid over it, table by table; a value of None takes the key away."""
    result = dict(base)
    for key, value in changes.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(result.get(key), Mapping):
            result[key] = merged(result[key], value)
        else:
            result[key] = value
    return result


def write_app(
    folder: Path,
    app_id: str = "parks",
    *,
    plugin: str = HELLO,
    manifest: Mapping[str, Any] | str | None = None,
    kind: str = "app",
    version: str = "1.0.0",
    distribution: str | None = None,
    package: str | None = None,
    entry_point: str | None = None,
    entry_point_name: str | None = None,
    dependencies: Sequence[str] = (),
    files: Mapping[str, str | bytes] | None = None,
    extra_metadata: bool = True,
) -> AppProject:
    """Write the project of an app.

    Args:
        folder: Made if it is not there; gets ``pyproject.toml`` and ``src/``.
        app_id: Id of the app.
        plugin: Python source of the module the entry point names.
        manifest: Changes laid over :func:`minimal_manifest` (None as a value takes a key away); a string is the whole text
            of the file; an empty string leaves the file out.
        kind: ``app`` or ``connector``; chooses the group of the entry point.
        version: Version of the distribution.
        distribution: Name of the distribution; made from the app id.
        package: Import name; one that no other project has, if not given.
        entry_point: Value of the entry point; ``<package>.plugin`` if not given.
        entry_point_name: Name of the entry point, the app id if not given; an empty string declares none.
        dependencies: Requirements of the distribution.
        files: More files by their path in the package folder.
        extra_metadata: Whether the wheel carries the manifest in its dist-info too.
    """
    package = package or f"{PREFIX}{app_id.replace('-', '_')}_{next(_numbers)}"
    distribution = distribution or f"smartcity-test-{app_id}"
    home = folder / "src" / package
    home.mkdir(parents=True)
    text = manifest if isinstance(manifest, str) else tomlkit.dumps(merged(minimal_manifest(app_id, kind), manifest or {}))
    (home / "__init__.py").write_text('"""An app for tests."""\n', encoding="utf-8")
    (home / "plugin.py").write_text(plugin, encoding="utf-8")
    if text:
        (home / "smartcity.toml").write_text(text, encoding="utf-8")
    for name, content in (files or {}).items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    wheel: dict[str, Any] = {"packages": [f"src/{package}"]}
    if text and extra_metadata:
        wheel["extra-metadata"] = {f"src/{package}/smartcity.toml": "smartcity.toml"}
    project: dict[str, Any] = {
        "name": distribution,
        "version": version,
        "description": "An app for tests",
        "license": "Apache-2.0",
        "requires-python": ">=3.11",
        "dependencies": list(dependencies),
    }
    if entry_point_name != "":
        group = "smartcity_share.connectors" if kind == "connector" else "smartcity_share.apps"
        project["entry-points"] = {group: {entry_point_name or app_id: entry_point or f"{package}.plugin"}}
    pyproject = {
        "build-system": {"requires": ["hatchling>=1.27"], "build-backend": "hatchling.build"},
        "project": project,
        "tool": {"hatch": {"build": {"targets": {"wheel": wheel}}}},
    }
    (folder / "pyproject.toml").write_text(tomlkit.dumps(pyproject), encoding="utf-8")
    return AppProject(folder, app_id, distribution, version, package)


def build(project: AppProject | Path, target: Path | None = None, *, editable: bool = False) -> Path:
    """Build the wheel of a project with its own back end, in this process.

    Args:
        project: The project, or its folder.
        target: Where the wheel goes; ``dist`` in the project if not given.
        editable: Build the wheel an editable install unpacks.

    Returns:
        The wheel.
    """
    from hatchling.builders.wheel import WheelBuilder

    folder = project.folder if isinstance(project, AppProject) else project
    version = "editable" if editable else "standard"
    return Path(next(WheelBuilder(str(folder)).build(directory=str(target or folder / "dist"), versions=[version])))


def unpack(wheel: Path, target: Path) -> Path:
    """Install a wheel into a folder as an installer does: package, dist-info and RECORD, no scripts.

    Returns:
        The folder, ready for ``sys.path`` and for discovery.
    """
    from installer import install
    from installer.destinations import SchemeDictionaryDestination
    from installer.sources import WheelFile

    target.mkdir(parents=True, exist_ok=True)
    schemes = {name: str(target) for name in ("purelib", "platlib", "headers", "data", "scripts")}
    destination = SchemeDictionaryDestination(schemes, interpreter=sys.executable, script_kind="posix")
    with WheelFile.open(wheel) as source:
        install(source, destination, additional_metadata={"INSTALLER": b"tests\n"})
    return target


@attrs.frozen
class AppFactory:
    """Writes, builds and unpacks apps under one folder; see the top of the module.

    Attributes:
        folder: Everything is made below it.
    """

    folder: Path

    def write(self, app_id: str = "parks", **options: Any) -> AppProject:
        """Write a project; the options are those of :func:`write_app`."""
        return write_app(self._fresh(f"project-{app_id}"), app_id, **options)

    def build(self, project: AppProject, *, editable: bool = False) -> Path:
        """Build the wheel of a project; see :func:`build`."""
        return build(project, editable=editable)

    def wheel(self, app_id: str = "parks", **options: Any) -> Path:
        """Write a project and build its wheel."""
        return self.build(self.write(app_id, **options))

    def unpack(self, wheel: Path, target: Path | None = None) -> Path:
        """Install a wheel into a folder, a new one if none is given."""
        return unpack(wheel, target or self._fresh("site"))

    def installed(self, app_id: str = "parks", *, target: Path | None = None, **options: Any) -> Path:
        """Write, build and unpack an app; returns the folder."""
        return self.unpack(self.wheel(app_id, **options), target)

    def _fresh(self, name: str) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        for number in itertools.count(1):
            path = self.folder / f"{name}-{number}"
            if not path.exists():
                return path
        raise AssertionError


@contextmanager
def forgetting_imports() -> Iterator[None]:
    """Forget, at the end, the modules that came from code folders and those folders themselves.

    Raises:
        AssertionError: The import path is not what it was: the next test would find apps that are none of its own.
    """
    from smartcity_share.hooks import code_folders

    path = list(sys.path)
    before, modules = code_folders.added(), set(sys.modules)
    try:
        yield
    finally:
        forget_imports(before, modules)
        left, sys.path[:] = list(sys.path), path
    assert left == path, f"left on the import path: {sorted({*left} ^ {*path})}"


def forget_imports(folders: Collection[Path] = (), modules: Collection[str] = ()) -> None:
    """Forget modules that came from code folders and those folders, as if the process had begun just now.

    Args:
        folders: Folders that stay.
        modules: Names of modules that stay.
    """
    from smartcity_share.hooks import code_folders

    gone = {name for name in {*sys.modules}.difference(modules) if name.startswith(PREFIX) or _is_from_code_folder(name)}
    for name in gone:
        del sys.modules[name]
    for folder in code_folders.added().difference(folders):
        code_folders.remove(folder)


def _is_from_code_folder(name: str) -> bool:
    from smartcity_share.hooks import code_folders

    return (
        name.startswith("smartcity_")
        and not name.startswith("smartcity_share")
        and code_folders.home_of(sys.modules[name]) is not None
    )
