"""An installation in a region with a post office, and reporters who want news."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest

from smartcity_complaints.filing import Filed, file_report, new_key
from smartcity_share import Installation
from smartcity_share.testing import PostOffice

EMAIL = "warga@contoh.example"


@pytest.fixture
def post() -> PostOffice:
    return PostOffice()


@pytest.fixture
def installation(install: Callable[..., Installation], post: PostOffice) -> Installation:
    """An installation in a region with a connector for messages."""
    return attrs.evolve(install(), messages=post)


@pytest.fixture
def ask(installation: Installation, draft: Callable[..., object]) -> Callable[..., Filed]:
    """File reports whose reporter wants news: ``ask(email="siti@contoh.example")``."""

    def make(**changes: object) -> Filed:
        wanted = draft(**{"name": "Siti", "email": EMAIL, "notices": True, **changes})
        return file_report(installation, wanted, key=new_key())  # type: ignore[arg-type]

    return make
