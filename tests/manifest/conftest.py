"""What the tests of manifests share: a valid one, and a way to spoil it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import tomlkit

from smartcity_share.documents.toml import TomlDocument
from smartcity_share.errors import Fault
from smartcity_share.manifest.read import check
from tests.apps.factory import merged, minimal_manifest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def examples() -> tuple[str, str]:
    """The smallest and the full manifest of the reference page."""
    page = (ROOT / "docs" / "reference" / "manifest.md").read_text("utf-8")
    smallest, full = re.findall(r"^```toml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    return smallest, full


@pytest.fixture
def faults_with() -> Callable[..., list[Fault]]:
    """Return the faults of a small valid manifest with lines added at its end, and changes laid over it.

    Each fault has a line and a mend; a value of None in the changes takes the key away.
    """

    def faults(more: str, changes: Mapping[str, Any] | None = None) -> list[Fault]:
        base = {**minimal_manifest("parks")}
        base.pop("page", None)
        text = tomlkit.dumps(merged(base, changes or {})) + "\n" + more
        manifest, found = check(TomlDocument.parse(text.encode(), "smartcity.toml"))
        assert (manifest is None) == bool(found)
        assert all(fault.where.line and fault.mend for fault in found)
        return list(found)

    return faults
