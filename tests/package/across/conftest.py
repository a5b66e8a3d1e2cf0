"""What the tests across the parts of an app share: an app written to a folder, and the faults between its parts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from smartcity_share.errors import Fault
from smartcity_share.manifest.find import from_project
from smartcity_share.package.across.every import part_faults
from smartcity_share.package.across.gather import parts_of_project
from smartcity_share.package.interview import Interview
from tests.apps.factory import write_app

Judge = Callable[..., list[Fault]]


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """Return the faults of a manifest and between the parts of its app.

    The options are those of :func:`tests.apps.factory.write_app`;
    ``interview`` is what the app answered; left out, it was not asked. Each fault has a mend and a place in the project.
    """

    def faults(plugin: str, *, interview: Interview | None = None, **options: Any) -> list[Fault]:
        folder = tmp_path / f"project-{len(list(tmp_path.iterdir()))}"
        write_app(folder, package="smartcity_test_parts", plugin=plugin, **options)
        parts = attrs.evolve(parts_of_project(from_project(folder, faulty=True)), interview=interview)
        found = [*parts.found.faults, *part_faults(parts)]
        assert all(fault.mend and fault.where.file.startswith(str(folder)) for fault in found)
        return found

    return faults
