"""The packages of the environment smartcity runs in, and those of a folder; read, never changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from importlib.metadata import Distribution

    from smartcity_share.install.environments.demand import Lookup


def host_lookup() -> Lookup:
    """Return a way to ask for one package of the host."""
    from smartcity_share.hooks.code_folders import environment_paths

    return _lookup(environment_paths())


def folder_lookup(folder: Path | None) -> Lookup:
    """Return a way to ask for one package of a folder; without one it has none."""
    return _lookup([] if folder is None or not folder.is_dir() else [str(folder)])


def host_packages() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield the normalised name, the version and the requirements of every package of the host, each name once."""
    from importlib.metadata import distributions

    from smartcity_share.hooks.code_folders import environment_paths

    seen = set()
    for found in distributions(path=environment_paths()):
        # What was left by an interrupted installation has neither.
        metadata = found.metadata  # parsed anew whenever it is asked for
        name, version = metadata["Name"], metadata["Version"]
        if not name or not version or canonicalize_name(name) in seen:
            continue
        seen.add(canonicalize_name(name))
        yield canonicalize_name(name), version, tuple(metadata.get_all("Requires-Dist") or ())


def _lookup(paths: list[str]) -> Lookup:
    from importlib.metadata import distributions

    known: dict[str, Distribution | None] = {}

    def look(name: str) -> Distribution | None:
        if name not in known:
            known[name] = next(iter(distributions(name=name, path=paths)), None) if paths else None
        return known[name]

    return look
