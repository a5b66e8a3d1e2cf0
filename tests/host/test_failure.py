"""An app that fails gets a page that names the request; every other app and region works on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from smartcity_share.host.exchange import ConnectionEnd
from smartcity_share.host.failure import prefers_json
from smartcity_share.host.watch import Watch
from tests.host.conftest import CITY, ECHO, ECHO_MANIFEST, NORTH, Town

BROKEN_IMPORT = "import smartcity_module_that_is_not_there\n"
NO_PAGES = "from smartcity_share import hookimpl\n\n\n@hookimpl\ndef settings_model():\n    return None\n"
FAILING_HOOK = "from smartcity_share import hookimpl\n\n\n@hookimpl\ndef asgi_app():\n    raise RuntimeError('secret detail')\n"


def _works(town: Town, region: str = NORTH) -> bool:
    return town.client().get(f"/{region}/echo/show").status_code == 200


def test_an_exception_becomes_a_page_with_the_number_of_the_request(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "smartcity_share.host"):
        answer = town.client().get(f"/{NORTH}/echo/boom")
    number = answer.headers["x-request-id"]
    assert (answer.status_code, number in answer.text) == (500, True)
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text
    (record,) = caplog.records
    assert record.getMessage() == f"App echo in region {NORTH} failed in request {number}"
    assert record.exc_info is not None
    assert _works(town)


def test_an_app_that_asks_the_process_to_exit_only_fails_its_request(town: Town) -> None:
    assert town.client().get(f"/{NORTH}/echo/leave").status_code == 500
    assert _works(town)


def test_an_app_that_answers_nothing_fails_its_request(town: Town) -> None:
    assert town.client().get(f"/{NORTH}/echo/nothing/").status_code == 500


def test_an_answer_that_breaks_off_ends_the_connection(town: Town) -> None:
    with pytest.raises(ConnectionEnd):
        town.client(raise_server_exceptions=True).get(f"/{NORTH}/echo/half")
    assert _works(town)


def test_an_app_that_hangs_is_given_up(make_town: Callable[..., Town], caplog: pytest.LogCaptureFixture) -> None:
    town = make_town(config={"limits": {"request_seconds": 1.5}}, watch=Watch(every=0.01))
    town.install("echo", plugin=ECHO, manifest=ECHO_MANIFEST)
    answer = town.client().get(f"/{NORTH}/echo/hang")
    assert (answer.status_code, answer.headers["connection"]) == (503, "close")
    assert f"App echo in region {NORTH} did not answer request" in caplog.text
    assert _works(town)


@pytest.mark.parametrize("plugin", [BROKEN_IMPORT, FAILING_HOOK, "raise SystemExit(1)\n"])
def test_an_app_that_cannot_be_loaded_is_not_available_and_the_others_are(
    town: Town, plugin: str, caplog: pytest.LogCaptureFixture
) -> None:
    town.install("broken", plugin=plugin, manifest={"page": [{"path": "/", "access": "public"}]})
    answer = town.client().get(f"/{NORTH}/broken/")
    assert (answer.status_code, "secret detail" in answer.text) == (503, False)
    assert "App broken is not served" in caplog.text
    caplog.clear()
    assert town.client().get(f"/{NORTH}/broken/").status_code == 503
    assert caplog.text == "", "said once, not with every request"
    assert _works(town)


def test_an_app_without_pages_has_none(town: Town) -> None:
    town.install("silent", plugin=NO_PAGES, manifest={"page": [{"path": "/", "access": "public"}]})
    assert town.client().get(f"/{NORTH}/silent/").status_code == 404


def test_an_installation_that_cannot_be_opened_is_not_available_in_its_region_alone(town: Town) -> None:
    import attrs

    town.install("echo", region=CITY)
    record = town.instance.ledger.installation(CITY, "echo")
    assert record is not None
    town.instance.ledger.put_installation(attrs.evolve(record, data_epoch=7))
    assert town.client().get(f"/{CITY}/echo/show").status_code == 503
    assert _works(town)


def test_a_region_whose_profile_has_faults_is_not_available_and_the_others_are(town: Town) -> None:
    town.install("echo", region=CITY)
    (town.instance.profile_folder(NORTH) / "profile.toml").write_text("code = 5\n", encoding="utf-8")
    assert town.client().get(f"/{NORTH}/echo/show").status_code == 503
    assert _works(town, CITY)


class _Pages:
    def render(self, scope: Mapping[str, Any], status: int, title: str, message: str, request_id: str) -> tuple[str, bytes]:
        shell = scope.get("smartcity.shell")
        text = f"{status} {title} / {message} / {shell.region_name if shell else 'none'} / {request_id}"
        return "text/html; charset=utf-8", text.encode()


class _BrokenPages:
    def render(self, *_given: object) -> tuple[str, bytes]:
        raise RuntimeError("the page of the fault is at fault")


def test_the_page_of_a_fault_is_drawn_in_the_regions_frame(make_town: Callable[..., Town]) -> None:
    town = make_town(error_pages=_Pages())
    answer = town.client().get(f"/{NORTH}/nothing-here/")
    number = answer.headers["x-request-id"]
    region = "Kabupaten Bolaang Mongondow Utara"
    assert answer.text == f"404 There is no such page / This region has no service at this address. / {region} / {number}"
    assert " / none / " in town.client().get("/99.99/").text


def test_a_fault_of_the_page_of_a_fault_still_answers(make_town: Callable[..., Town]) -> None:
    answer = make_town(error_pages=_BrokenPages()).client().get("/99.99/")
    assert (answer.status_code, answer.headers["x-request-id"] in answer.text) == (404, True)


@pytest.mark.parametrize(
    ("accept", "json"),
    [
        ("", False),
        ("*/*", False),
        ("text/html", False),
        ("application/json", True),
        ("application/json, text/html;q=0.9", True),
        ("text/html, application/json", False),
        ("text/html, application/json;q=0.9", False),
        ("application/problem+json", True),
        ("application/json;q=0", False),
        ("application/json;q=x", False),
        ("a" * 5000, False),
    ],
)
def test_json_is_for_who_prefers_it(accept: str, json: bool) -> None:
    assert prefers_json(accept) is json
