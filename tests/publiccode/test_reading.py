"""YAML is read by version 1.2, with places, and every fault is told at its place."""

from __future__ import annotations

import pytest

from smartcity_share.publiccode import check
from smartcity_share.publiccode.nodes import Mapping, Scalar
from smartcity_share.publiccode.reader import read_yaml
from tests.publiccode.samples import FULL, text_of


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *(
            (text, "text")
            for text in ("no", "yes", "on", "2026-01-31", "0.5.0", "1:30", "'0'", '"true"', "! 12", "!!str 1", "1_000")
        ),
        *((text, "whole number") for text in ("0", "-7", "0x1F", "0o17", "!!int '3'")),
        *((text, "number") for text in ("0.4", "1e3", ".5", "-.inf", ".NaN")),
        *((text, "true or false") for text in ("true", "False", "TRUE")),
        *((text, "nothing") for text in ("null", "~", "")),
    ],
)
def test_types_are_those_of_yaml_1_2(text: str, kind: str) -> None:
    root = read_yaml(f"key: {text}\n".encode(), "x").root

    assert isinstance(root, Mapping)
    value = root.value("key")
    assert isinstance(value, Scalar)
    assert value.type == kind


FILE = """\
publiccodeYmlVersion: "0"
name: Ü
landingUrl: https://example.org
description:
  en-US:
    shortDescription: Short
    features:
      - One
      - [two]
maintenance: {type: community}
"""


def test_places_and_keys_are_those_of_the_standard() -> None:
    found = {(fault.where.key, fault.where.line, fault.where.column) for fault in check(FILE).errors}

    assert ("landingUrl", 3, 1) in found
    assert ("description[en-US].longDescription", 6, 5) in found or ("description[en-US].longDescription", 5, 3) in found
    assert ("description[en-US].features[1]", 9, 9) in found
    assert ("maintenance.contacts", 10, 14) in found
    assert ("url", 1, 1) in found
    assert ("legal.license", 1, 1) in found


def test_line_ends_of_windows_do_not_matter() -> None:
    assert check(FILE.replace("\n", "\r\n")).as_json() == check(FILE).as_json()


def test_every_fault_is_told_at_once_in_the_order_of_the_file() -> None:
    errors = check(FILE).errors

    assert len(errors) > 8
    assert [fault.where.line for fault in errors] == sorted(fault.where.line or 0 for fault in errors)


def test_many_warnings_do_not_hide_an_error() -> None:
    document = {**FULL, "intendedAudience": {"countries": ["it"] * 3000}, "zzz": 1}

    assert "zzz" in {fault.where.key for fault in check(text_of(document)).errors}
