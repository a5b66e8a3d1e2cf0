"""Gathering the parts of an app from a project folder, a wheel, or the files of a wheel that is being built."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath

import attrs

from smartcity_share.documents.toml import TomlDocument
from smartcity_share.errors import BuildError, Fault, Location, PackageError
from smartcity_share.manifest.find import FoundManifest
from smartcity_share.package import normal
from smartcity_share.package.across.base import Parts
from smartcity_share.package.across.code import Code
from smartcity_share.package.across.rules import region_facts
from smartcity_share.package.members import MOST_BYTES, MOST_FILES
from smartcity_share.package.probe import probe
from smartcity_share.package.wheel import Wheel


def parts_of_project(found: FoundManifest) -> Parts:
    """Return the parts of a project, from the folder its manifest lies in.

    Raises:
        BuildError: A link leads out of the project.
        PackageError: The folder has more in it than an app.
    """
    home = Path(found.document.label).parent
    refuse_links_out(Path(found.origin), home)
    return Parts(found, home.name, dict(_files(home)), f"{home}/")


def facts_undeclared(home: Path) -> Callable[[TomlDocument], Iterator[Fault]]:
    """Return what tells the facts of the region that the code of a package folder reads and a document does not declare.

    Args:
        home: The folder. Its code is read once.
    """
    code = Code.read(dict(_files(home)))

    def faults(document: TomlDocument) -> Iterator[Fault]:
        declared = document.data.get("region_uses", [])
        return region_facts.undeclared(code, declared if isinstance(declared, list) else [], f"{home}/")

    return faults


def parts_of_wheel(path: Path, found: FoundManifest) -> Parts:
    """Return the parts of a wheel.

    Raises:
        PackageError: It is no wheel, or has more in it than an app.
    """
    wheel = Wheel.open(path)
    return parts_of_files(found, found.document.label, normal.contents(path), str(wheel.path))


def parts_of_files(found: FoundManifest, manifest: str, files: Mapping[str, bytes], wheel: str) -> Parts:
    """Return the parts among the files of a wheel.

    Args:
        found: The manifest, wherever its faults are to be told.
        manifest: Where it lies in the wheel: ``wheel!member``.
        files: Content by name.
        wheel: What the wheel is called in messages.
    """
    package = manifest.rpartition("!")[2].partition("/")[0]
    if package.endswith(".dist-info"):  # the copy alone was there
        package = next(iter(sorted({name.partition("/")[0] for name in files if name.endswith(".py")})), "")
    inside = {name.removeprefix(f"{package}/"): content for name, content in files.items() if name.startswith(f"{package}/")}
    return Parts(found, package, inside, f"{wheel}!{package}/")


def asked(parts: Parts) -> tuple[Parts, tuple[Fault, ...]]:
    """Import the app in a clean environment and ask it what its parts are.

    Returns:
        The parts with what it answered, and the fault where it could not be imported.
    """
    files = {f"{parts.package}/{name}": content for name, content in parts.files.items()}
    try:
        entry_point = parts.entry_point
    except AttributeError:  # a manifest with a fault there: nobody knows what to ask
        return parts, ()
    found = probe(files, parts.found.metadata.requires_dist, entry_point)
    if found.trouble is None:
        return attrs.evolve(parts, interview=found.interview), ()
    fault = Fault(
        "entry-point-not-importable",
        f"The entry point cannot be imported in a clean environment: {found.trouble}",
        parts.key("app", "id"),
        "Put the module into the package, and everything it imports into `dependencies`.",
    )
    return parts, (fault,)


def refuse_links_out(project: Path, package: Path) -> None:
    """Check that no file of a package lies elsewhere.

    Raises:
        BuildError: A link leads out of the project.
    """
    root = project.resolve()
    for path in sorted(package.rglob("*")):
        if path.is_symlink() and not path.resolve().is_relative_to(root):
            raise BuildError(
                "A link leads out of the project", where=Location(str(path)), hint="Put the file itself there, or leave it out."
            )


def _files(home: Path) -> Iterator[tuple[str, bytes]]:
    count, size = 0, 0
    for path in sorted(home.rglob("*")):
        name = PurePosixPath(path.relative_to(home).as_posix())
        if not path.is_file() or "__pycache__" in name.parts:
            continue
        count, size = count + 1, size + path.stat().st_size
        if count > MOST_FILES or size > MOST_BYTES:
            raise PackageError(
                "The package folder has more in it than an app",
                where=Location(str(home)),
                hint=f"Keep it under {MOST_FILES} files and {MOST_BYTES >> 20} MB.",
            )
        yield str(name), path.read_bytes()
