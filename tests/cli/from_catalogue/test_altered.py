"""A wheel that is not the one its origin signed is refused, however it came there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.catalogue.made import Made
from tests.cli.from_catalogue.conftest import Refused, trust, wheel_in
from tests.cli.from_catalogue.serving import serving


def swapped(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


def appended(content: bytes) -> bytes:
    return content + b"more"


def cut(content: bytes) -> bytes:
    return content[:-100]


@pytest.mark.parametrize(
    ("change", "told"), [(swapped, "its SHA-256 is "), (appended, "it has more than "), (cut, "were signed for")]
)
@pytest.mark.parametrize("served_by", ["folder", "server"])
def test_package_name_ok_but_signature_wrong_a_wheel_nobody_signed(
    refused: Refused, following: Path, catalogue: Made, change: object, told: str, served_by: str
) -> None:
    wheel = wheel_in(catalogue)
    wheel.write_bytes(change(wheel.read_bytes()))  # type: ignore[operator]
    if served_by == "folder":
        said = refused("catalogue-altered")
    else:
        with serving(catalogue.folder) as site:
            said = refused("catalogue-altered", "--from", site.address, "--trust", trust(catalogue))
    assert told in said
    assert "is not the wheel that 73.71 signed" in said
    assert wheel.name in said


def test_package_name_ok_but_signature_wrong_an_index_nobody_signed(refused: Refused, following: Path, catalogue: Made) -> None:
    index = next(catalogue.folder.glob("targets/index/*.json"))
    index.write_bytes(swapped(index.read_bytes()))
    assert "The index of the catalogue is not the one that was signed for" in refused("catalogue-altered")


def test_a_wheel_that_is_missing_is_named(refused: Refused, following: Path, catalogue: Made) -> None:
    wheel_in(catalogue).unlink()
    assert "lists smartcity_test_gardens-1.0.0-py3-none-any.whl and does not have it" in refused("catalogue-invalid")
