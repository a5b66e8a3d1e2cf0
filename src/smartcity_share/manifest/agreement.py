"""Whether a manifest and the package around it say the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from smartcity_share.documents.toml import Key, TomlDocument
from smartcity_share.errors import Fault
from smartcity_share.manifest.metadata import APPS_GROUP, CONNECTORS_GROUP, CoreMetadata


def entry_point_faults(document: TomlDocument, metadata: CoreMetadata) -> Iterator[Fault]:
    """Tell where the entry point of the app is missing, in the wrong group, or of another name than ``app.id``.

    Args:
        document: The manifest.
        metadata: The metadata of the distribution that carries it.
    """
    app = document.data.get("app")
    found = app.get("id") if isinstance(app, dict) else None
    if not isinstance(app, dict) or not isinstance(found, str):
        return
    kind = app.get("kind", "app")
    wanted, other = (CONNECTORS_GROUP, APPS_GROUP) if kind == "connector" else (APPS_GROUP, CONNECTORS_GROUP)
    declared = metadata.entry_points.get(wanted, {})
    misplaced = metadata.entry_points.get(other, {})
    line = f'[project.entry-points."{wanted}"]'
    if len(declared) + len(misplaced) > 1:
        names = ", ".join(sorted({*declared, *misplaced}))
        yield Fault(
            "entry-point-repeated",
            f"The package declares {len(declared) + len(misplaced)} apps ({names}); one package holds one app",
            document.locate(("app", "id")),
            f"Keep one entry point, `{found}` under `{line}`, and put other apps in packages of their own.",
        )
    elif found in misplaced:
        yield Fault(
            "entry-point-group",
            f"The entry point `{found}` is in the group {other}, but the manifest says `{kind}`",
            document.locate(("app", "kind")),
            f"Move it to `{line}`, or correct `kind`.",
        )
    elif found not in declared:
        near = next(iter({**declared, **misplaced}), None)
        yield Fault(
            "entry-point-name" if near else "entry-point-missing",
            f"The entry point is named `{near}`, but the id is `{found}`"
            if near
            else f"The package has no entry point {wanted}",
            document.locate(("app", "id")),
            f"Give both the same name under `{line}`." if near else f'Add `{line}` with `{found} = "your_package.plugin"`.',
        )


def media_faults(document: TomlDocument, exists: Callable[[str], bool]) -> Iterator[Fault]:
    """Tell which pictures of ``[media]`` are not in the package folder.

    Args:
        document: The manifest.
        exists: Whether a path from the package folder is a file.
    """
    for key, path in _pictures(document.data.get("media")):
        if not exists(path):
            yield Fault(
                "media-file-missing",
                f"There is no file {path[:100]} in the package folder",
                document.locate(key),
                "Add the file beside smartcity.toml and make sure the build includes it, or correct the path.",
            )


def copy_faults(document: TomlDocument, other: TomlDocument) -> Iterator[Fault]:
    """Tell where the manifest in the dist-info and the one in the package folder differ.

    Args:
        document: The one that is read.
        other: The other copy.
    """
    if document.data != other.data:
        yield Fault(
            "manifest-copies-differ",
            f"It differs from {other.label}",
            document.locate(()),
            "Build and install the package again; its build copies one into the other.",
        )


def _pictures(media: Any) -> Iterator[tuple[Key, str]]:
    if not isinstance(media, dict):
        return
    if isinstance(media.get("icon"), str):
        yield ("media", "icon"), media["icon"]
    shots = media.get("screenshots")
    for index, shot in enumerate(shots if isinstance(shots, list) else ()):
        if isinstance(shot, dict) and isinstance(shot.get("path"), str):
            yield ("media", "screenshots", index, "path"), shot["path"]
