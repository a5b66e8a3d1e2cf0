"""Asking apps how they are: all at once, each with a time limit, a broken one never stopping the others."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from smartcity_share.console.status import statuses
from smartcity_share.hooks.values import HealthState
from tests.apps.factory import HELLO, AppFactory
from tests.console.conftest import NORTH, Town
from tests.toolkit.markup import faults_of, parse

HANGS = """
import threading
from smartcity_share import hookimpl
@hookimpl
def check_health(installation):
    if (installation.files.names("hang"), list(installation.files.names("hang")))[1]:
        threading.Event().wait(20)
@hookimpl
def indicators(installation):
    if list(installation.files.names("hang")):
        threading.Event().wait(20)
    return []
"""
RAISES = """
from smartcity_share import hookimpl
@hookimpl
def check_health(installation):
    if list(installation.files.names("raise")):
        raise ValueError("no bench")
@hookimpl
def indicators(installation):
    raise ValueError("no figures")
"""


@pytest.fixture
def broken_town(make_town: Callable[..., Town], app_factory: AppFactory) -> Town:
    """A region with one healthy app, one that hangs and one that raises."""
    town = make_town(
        app_factory.wheel("hello", plugin=HELLO),
        app_factory.wheel("hangs", plugin=HANGS),
        app_factory.wheel("raises", plugin=RAISES),
    )
    for app, name in (("hangs", "hang"), ("raises", "raise")):
        folder = town.instance.layout.files(NORTH, app)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    return town


def test_each_app_is_told_for_itself_within_the_time_limit(broken_town: Town) -> None:
    started = time.monotonic()
    found = {
        status.record.app: status
        for status in statuses(broken_town.instance, broken_town.instance.ledger.installations(NORTH), timeout=0.3)
    }
    assert time.monotonic() - started < 5
    states = {app: status.health.state for app, status in found.items() if status.health is not None}
    assert states == {"hello": HealthState.OK, "hangs": HealthState.FAILED, "raises": HealthState.FAILED}
    assert found["raises"].indicators is None
    assert found["hangs"].indicators is None
    assert [status.well for status in found.values()] == [False, True, False]


def test_an_app_that_hangs_costs_one_thread_for_each_question_however_often_it_is_asked(broken_town: Town) -> None:
    records = [record for record in broken_town.instance.ledger.installations(NORTH) if record.app == "hangs"]
    statuses(broken_town.instance, records, timeout=0.05)
    before = threading.active_count()
    for _ in range(5):
        statuses(broken_town.instance, records, timeout=0.05)
    assert threading.active_count() <= before


def test_no_app_is_no_fault(make_town: Callable[..., Town]) -> None:
    town = make_town()
    assert statuses(town.instance, ()) == ()
    page = town.signed_in("admin").get(f"/{NORTH}/_/konsol/").text
    assert faults_of(page) == []
    assert "Belum ada layanan yang dipasang" in page


def test_an_app_whose_code_is_gone_is_named_and_its_page_still_opens(town: Town, app_factory: AppFactory) -> None:
    import shutil

    client = town.signed_in("admin")
    shutil.rmtree(town.instance.layout.code)
    town.instance.registries.forget()
    town.instance.opened.clear()
    for path in ("/_/konsol/", "/_/konsol/aplikasi/parks"):
        answer = client.get(f"/{NORTH}{path}")
        assert answer.status_code == 200
        assert faults_of(answer.text) == []
        assert "Bermasalah" in parse(answer.text).text
    assert "tidak dapat dimuat" in client.get(f"/{NORTH}/_/konsol/aplikasi/parks").text
    assert client.post(f"/{NORTH}/_/konsol/aplikasi/parks", data={"name": "x"}).status_code == 409
