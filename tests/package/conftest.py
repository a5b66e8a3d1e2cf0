"""Wheels for the tests of packages: a good one, and ways to spoil it."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.apps.factory import AppFactory

Spoil = Callable[..., Path]


@pytest.fixture(scope="session")
def good_wheel(shared_app_factory: AppFactory) -> Path:
    """The wheel of a small app; no test changes it."""
    return shared_app_factory.wheel("parks")


@pytest.fixture
def spoiled(good_wheel: Path, tmp_path: Path) -> Spoil:
    """Return a copy of the good wheel with members changed, added (bytes) or left out (None)."""

    def make(changes: Mapping[str, bytes | None], *, name: str | None = None, record: bool = True) -> Path:
        path = tmp_path / (name or good_wheel.name)
        with zipfile.ZipFile(good_wheel) as old:
            members = {member: old.read(member) for member in old.namelist()}
        info = next(member.split("/")[0] for member in members if ".dist-info/" in member)
        for member, content in changes.items():
            key = member.replace("INFO", info)
            if content is None:
                del members[key]
            else:
                members[key] = content
        if record and f"{info}/RECORD" in members:
            members[f"{info}/RECORD"] = recorded(members, f"{info}/RECORD")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
            for member, content in members.items():
                new.writestr(member, content)
        return path

    return make


def recorded(members: Mapping[str, bytes], record: str) -> bytes:
    """RECORD of members."""
    lines = [f"{name},sha256={digest(content)},{len(content)}" for name, content in members.items() if name != record]
    return "\n".join([*lines, f"{record},,", ""]).encode()


def digest(content: bytes) -> str:
    """A digest as RECORD writes it."""
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
