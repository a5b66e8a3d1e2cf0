"""A document says the same in XML and in JSON, whatever its texts hold."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity_complaints.open311.documents import ENTRIES, Document, Format

VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
FIELDS = st.dictionaries(st.sampled_from(["status", "lat", "description", "media_url"]), VALUES, max_size=4)
NO_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _read(element: ET.Element) -> Any:
    """Read XML by the Spark convention: a list is known by its name."""
    if element.tag in ENTRIES:
        return [_read(child) for child in element]
    if len(element):
        return {child.tag: _read(child) for child in element}
    return element.text


def _expected(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _expected(inner) for key, inner in value.items()} or None
    if isinstance(value, list):
        return [_expected(inner) for inner in value]
    if value is None or value == "":
        return None
    return NO_XML.sub("\ufffd", value) if isinstance(value, str) else json.dumps(value)


@given(st.lists(FIELDS, max_size=4))
def test_xml_and_json_hold_the_same(requests: list[dict[str, Any]]) -> None:
    document = Document("service_requests", requests)

    assert json.loads(document.written(Format.JSON)) == json.loads(json.dumps(requests))
    assert _read(ET.fromstring(document.written(Format.XML))) == _expected(requests)  # noqa: S314


def test_xml_begins_with_the_declaration_and_has_no_namespace() -> None:
    written = Document("services", [{"service_code": "waste"}]).written(Format.XML)

    assert written.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n<services><service>')
    assert b"xmlns" not in written


def test_an_empty_list_is_an_empty_list_in_both() -> None:
    assert Document("service_requests", []).written(Format.XML).endswith(b"<service_requests></service_requests>")
    assert Document("service_requests", []).written(Format.JSON) == b"[]"


def test_what_a_reporter_writes_cannot_leave_its_element() -> None:
    words = "</description><status>closed</status> & <script>alert(1)</script> ]]> {{ 7*7 }}"
    written = Document("service_requests", [{"description": words}]).written(Format.XML)

    assert [(child.tag, child.text) for child in ET.fromstring(written)[0]] == [("description", words)]  # noqa: S314


@pytest.mark.parametrize(("value", "written"), [(True, b"true"), (False, b"false"), (-0.25, b"-0.25"), (1, b"1")])
def test_numbers_and_booleans_are_written_as_json_writes_them(value: object, written: bytes) -> None:
    assert Document("lat", value).written(Format.XML).endswith(b"<lat>" + written + b"</lat>")
