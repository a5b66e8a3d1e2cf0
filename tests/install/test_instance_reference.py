"""The reference page of the instance names every key of ``instance.toml``, every step and every path."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from smartcity_share.install.config import InstanceConfig
from smartcity_share.install.layout import Layout
from smartcity_share.install.records import InstallationState, OperationState
from smartcity_share.install.steps.all import STEPS

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"


@pytest.fixture(scope="module")
def page() -> str:
    """The text of the page."""
    return (REFERENCE / "instance.md").read_text("utf-8")


def keys(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        if name == "x":
            continue
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from keys(field.annotation, f"{prefix}{name}.")
        else:
            yield prefix + name


def test_every_key_is_documented_and_no_other(page: str) -> None:
    table = page.split("| key | default | |")[1].split("\n\n", maxsplit=1)[0]
    assert sorted(re.findall(r"^\| `([^`]+)`", table, re.MULTILINE)) == sorted(keys(InstanceConfig))


def test_the_example_is_valid_and_shows_the_defaults(page: str) -> None:
    example = page.split("```toml\n")[1].split("```", maxsplit=1)[0]
    shown = InstanceConfig.model_validate(tomllib.loads(example))
    assert (shown.limits, shown.server, shown.database) == (
        InstanceConfig(format=1, id=shown.id).limits,
        InstanceConfig(format=1, id=shown.id).server,
        InstanceConfig(format=1, id=shown.id).database,
    )


def test_every_step_is_documented(page: str) -> None:
    shown = {
        name for row in re.findall(r"^\| [a-z]+ \| (`.+) \|$", page, re.MULTILINE) for name in re.findall(r"`([^`]+)`", row)
    }
    assert shown == set(STEPS)


def test_every_path_of_the_layout_is_documented(page: str) -> None:
    layout = Layout(Path("/x"))
    paths = {
        layout.config,
        layout.region("<code>") / "profile.toml",
        layout.ledger,
        layout.accounts,
        layout.database("<code>", "<app>"),
        layout.files("<code>", "<app>"),
        layout.secrets("<code>", "<app>"),
        layout.code,
        layout.templates,
        layout.backups,
        layout.operation("<operation>"),
        layout.kept_states("<code>", "<app>") / "<operation>",
    }
    for path in paths:
        assert f"`{path.relative_to('/x').as_posix()}" in page


def test_every_state_is_documented(page: str) -> None:
    command_line = (REFERENCE / "command-line.md").read_text("utf-8")
    assert [state for state in InstallationState if f"| `{state}` |" not in command_line] == []
    shown = {OperationState.UNDONE, OperationState.RUNNING, OperationState.NEEDS_PERSON}
    assert [state for state in shown if f"`{state}`" not in page] == []
