"""The page of the reference names every address, parameter, type of note, status and setting."""

from __future__ import annotations

from pathlib import Path

import pytest

from smartcity_complaints.open311.asked import list_parameters
from smartcity_complaints.open311.context import Context
from smartcity_complaints.open311.errors import STATUSES
from smartcity_complaints.open311.extensions import _NOTE_TYPES
from smartcity_complaints.open311.operations import OPERATIONS
from smartcity_complaints.open311.posted import post_parameters
from smartcity_complaints.open311.settings import Attribute, Open311Settings
from smartcity_share import Installation

PAGE = (Path(__file__).parents[4] / "docs" / "reference" / "apps" / "open311.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_address_is_named(operation: object) -> None:
    path, method = operation.path, operation.method  # type: ignore[attr-defined]

    assert f"| {method} | `{path}.{{f}}` |" in PAGE


def test_every_parameter_is_named(installation: Installation) -> None:
    context = Context(installation, "en", "http://testserver", "Pemerintah")
    names = {parameter.name for parameter in (*list_parameters(context), *post_parameters(context))}

    assert {name for name in names if f"`{name}`" not in PAGE} == set()


def test_every_type_of_note_status_and_setting_is_named() -> None:
    wanted = [f"`{kind}`" for kind in _NOTE_TYPES.values()]
    wanted += [f"| {int(status)} |" for status in STATUSES]
    wanted += [f"`open311.{name}`" for name in Open311Settings.model_fields]
    wanted += [f"`{name}`" for name in Attribute.model_fields]

    assert [text for text in wanted if text not in PAGE] == []
