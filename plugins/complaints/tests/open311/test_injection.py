"""Whatever another program sends as text stays text: in both formats, on the pages of officials and in the log."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import inspect

from smartcity_complaints import store
from smartcity_complaints.handling import Order, act
from smartcity_complaints.numbers import parse_number
from smartcity_complaints.workflow import Action
from smartcity_share import Actor, Installation

Fields = dict[str, str]

PAYLOADS = (
    "<script>zqx()</script> <zqx onload=a>",
    "]]><zqx/><!-- &zqx; -->",
    "'; DROP TABLE report; -- zqx",
    "{{ 7777 * 3 }} {% include 'zqx' %} ${7777*3}",
    "%(zqx)s %s %n",
    "zqx\r\nSet-Cookie: zqx=1\r\n\r\nzqx",
    "zqx\n2026-03-02 ERROR forged entry",
)
TEXTS = ("description", "address_string", "first_name", "last_name", "device_id", "account_id", "attribute[damage]")


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_text_of_another_program_is_never_markup_sql_template_header_or_log(
    api: Any, installation: Installation, official: Callable[..., Actor], report: Fields, payload: str, caplog: Any
) -> None:
    """Each text field once; what a field does not take is refused by its name, what it takes comes back as it was sent."""
    caplog.set_level(logging.DEBUG)
    tables = set(inspect(installation.database.engine).get_table_names())
    taken = 0
    for field in TEXTS:
        answer = api.post(**{**report, field: f"{payload} di depan pasar lama"})
        assert answer.status in {201, 400}, answer.body
        assert "set-cookie" not in answer.headers
        if answer.status == 400:
            assert field in answer.json[0]["description"]
            assert b"<zqx" not in api.post("requests.xml", **{**report, field: payload}).body
            continue
        taken += 1
        number = parse_number(answer.json[0]["service_request_id"])
        assert number is not None
        act(installation, official(), number, Order(Action.VERIFY, publish=True))
        shown = api.get(f"requests/{number}.json", extensions="true").json[0]
        in_xml = api.get(f"requests/{number}.xml", extensions="true")
        assert {child.text for child in in_xml.xml.iter("description")} >= {shown["description"]}
        assert in_xml.xml.find(".//zqx") is None
        assert "23331" not in f"{shown}{in_xml.body!r}"
        if field == "description":
            assert shown["description"].split() == f"{payload} di depan pasar lama".split()

    assert taken >= 1
    assert set(inspect(installation.database.engine).get_table_names()) == tables
    with store.reading(installation) as connection:
        assert store.find(connection, number) is not None
    ours = [entry.getMessage() for entry in caplog.records if entry.name.startswith("smartcity")]
    assert not any("zqx" in line or "\n" in line for line in ours)
