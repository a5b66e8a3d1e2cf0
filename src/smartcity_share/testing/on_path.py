"""Letting Python find the app under test in its source, before anything is installed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smartcity_share.manifest.metadata import CoreMetadata


def source_folder(project: Path) -> Path:
    """Return the folder the package of a project lies in: ``src`` where there is one, else the project itself."""
    source = project / "src"
    return source if source.is_dir() else project


def put_first(project: Path) -> None:
    """Put the source of a project at the beginning of the import path, once."""
    entry = str(source_folder(project))
    if entry not in sys.path:
        sys.path.insert(0, entry)


def record(project: Path, metadata: CoreMetadata, folder: Path) -> None:
    """Write what an editable install of a project records, and put it on the import path.

    Args:
        project: The project folder.
        metadata: What its ``pyproject.toml`` says without a build.
        folder: Where the metadata go.
    """
    import json

    version = metadata.version or "0"
    info = folder / f"{metadata.name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    path_file = f"_{metadata.name.replace('-', '_')}.pth"
    groups = metadata.entry_points.items()
    entry_points = "\n".join(
        line for group, values in groups for line in (f"[{group}]", *(f"{name} = {value}" for name, value in values.items()))
    )
    headers = ["Metadata-Version: 2.4", f"Name: {metadata.name}", f"Version: {version}"]
    headers += [f"Requires-Dist: {requirement}" for requirement in metadata.requires_dist]
    (info / "METADATA").write_text("\n".join(headers) + "\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(entry_points + "\n", encoding="utf-8")
    (info / "direct_url.json").write_text(
        json.dumps({"url": project.as_uri(), "dir_info": {"editable": True}}), encoding="utf-8"
    )
    (info / "RECORD").write_text(f"{path_file},,\n", encoding="utf-8")
    (folder / path_file).write_text(f"{source_folder(project)}\n", encoding="utf-8")
    sys.path.insert(0, str(folder))
