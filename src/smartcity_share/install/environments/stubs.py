"""Wheels without content, for a resolver: what the host has, what the apps need and what is offered, in words it understands.

With them one run of uv or pip judges apps and host together, offline, and its answer names the apps. It unpacks no wheel to
read its metadata, and hashes none.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import attrs
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from smartcity_share.install.environments.demand import AppDemand
from smartcity_share.manifest.archive import Archive

_LOCAL: Final = "smartcity"
_FIRST: Final = (1980, 1, 1, 0, 0, 0)


@attrs.frozen
class AppStub:
    """An app as a resolver sees it.

    Attributes:
        demand: The app.
        name: The name it has there; no other package has it.
    """

    demand: AppDemand
    name: str

    @property
    def version(self) -> str:
        """The version it has there. No index may offer a version with a local part, so nothing can be put in its place."""
        return f"0+{_LOCAL}"


def app_stubs(demands: Sequence[AppDemand]) -> tuple[AppStub, ...]:
    """Return the apps as a resolver will see them.

    Args:
        demands: The apps; of one app several versions may be there.
    """
    return tuple(AppStub(one, f"smartcity-app-{place}-{canonicalize_name(one.app)}") for place, one in enumerate(demands))


def write_app_stubs(stubs: Iterable[AppStub], folder: Path) -> None:
    """Write one wheel for each app.

    Args:
        stubs: The apps.
        folder: Where to; it is there.
    """
    stubs = tuple(stubs)
    own = {canonicalize_name(one.demand.distribution) for one in stubs}
    for stub in stubs:
        requires = [text for text in stub.demand.requires if _name(text) not in own]
        _write(folder, stub.name, stub.version, requires)


def write_host_stubs(packages: Iterable[tuple[str, str, tuple[str, ...]]], folder: Path) -> tuple[str, ...]:
    """Write one wheel for each package of the host. Of its requirements only those of its extras are kept: the rest is met.

    Args:
        packages: Name, version and requirements of each.
        folder: Where to; it is there.

    Returns:
        The constraints that hold the host as it is.
    """
    held = []
    for name, version, requires in packages:
        try:
            Version(version)
        except InvalidVersion:
            continue
        held.append(f"{name}=={version}")
        _write(folder, name, version, [text for text in requires if _only_for_extra(text)])
    return tuple(held)


def write_wheel_stub(wheel: Path, stub: Path) -> None:
    """Write a wheel that says of itself what another one says.

    Args:
        wheel: A wheel whose metadata can be read.
        stub: The file; named like the wheel.
    """
    with Archive(wheel) as archive:
        info = archive.dist_info()
        _put(stub, info, archive.read(f"{info}/METADATA"))


def _name(text: str) -> str:
    try:
        return canonicalize_name(Requirement(text).name)
    except InvalidRequirement:
        return ""


def _only_for_extra(text: str) -> bool:
    try:
        marker = Requirement(text).marker
    except InvalidRequirement:
        return False
    return marker is not None and "extra" in str(marker) and not marker.evaluate({"extra": ""})


def _write(folder: Path, name: str, version: str, requires: Iterable[str]) -> None:
    base = f"{name.replace('-', '_')}-{version}"
    requires = tuple(requires)
    extras = sorted({extra for text in requires for extra in _extras(text)})
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"Provides-Extra: {extra}" for extra in extras]
    lines += [f"Requires-Dist: {text}" for text in requires]
    _put(folder / f"{base}-py3-none-any.whl", f"{base}.dist-info", ("\n".join(lines) + "\n").encode())


def _put(file: Path, info: str, metadata: bytes) -> None:
    content = {
        "METADATA": metadata,
        "WHEEL": b"Wheel-Version: 1.0\nGenerator: smartcity-share\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "RECORD": "".join(f"{info}/{one},,\n" for one in ("METADATA", "WHEEL", "RECORD")).encode(),
    }
    with zipfile.ZipFile(file, "w") as wheel:
        for member, text in content.items():
            wheel.writestr(zipfile.ZipInfo(f"{info}/{member}", _FIRST), text)


def _extras(text: str) -> list[str]:
    import re

    return re.findall(r"""extra\s*==\s*["']([A-Za-z0-9._-]+)["']""", text)
