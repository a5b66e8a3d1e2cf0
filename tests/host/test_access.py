"""Roles are enforced before an app sees the request."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from smartcity_share.hooks.installation import VISITOR
from smartcity_share.host.access import Decision, decide
from tests.host.conftest import CITY, ECHO, ECHO_MANIFEST, NORTH, Town

HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
JSON = {"accept": "application/json"}


def test_a_visitor_who_opens_a_protected_page_is_led_to_sign_in_and_back(town: Town) -> None:
    answer = town.client().get(f"/{NORTH}/echo/desk?late=1&q=a%20b", headers=HTML)
    target = urlsplit(answer.headers["location"])
    assert (303, f"/{NORTH}/_/masuk") == (answer.status_code, target.path)
    assert [f"/{NORTH}/echo/desk?late=1&q=a%20b"] == parse_qs(target.query)["next"]


def test_a_visitors_program_is_told_401_in_json(town: Town) -> None:
    answer = town.client().get(f"/{NORTH}/echo/desk", headers=JSON)
    assert (answer.status_code, answer.json()["error"]["status"]) == (401, 401)
    assert f'Session realm="{NORTH}"' == answer.headers["www-authenticate"]


def test_a_visitor_who_posts_is_not_sent_elsewhere(town: Town) -> None:
    assert town.client().post(f"/{NORTH}/echo/desk/1", headers=HTML).status_code == 401


@pytest.mark.parametrize(
    ("roles", "desk", "close"), [({}, 403, 403), ({"echo": ["officer"]}, 200, 403), ({"echo": ["head"]}, 200, 200)]
)
def test_a_role_opens_what_its_permissions_say(town: Town, roles: dict[str, list[str]], desk: int, close: int) -> None:
    account = town.add(roles=roles)
    with town.signed_in(account) as client:
        assert [desk, close] == [
            client.get(f"/{NORTH}/echo/{path}", headers=HTML).status_code for path in ("desk", "desk/close")
        ]


def test_a_page_for_the_signed_in_needs_no_role(town: Town) -> None:
    with town.signed_in(town.add()) as client:
        assert client.get(f"/{NORTH}/echo/staff").status_code == 200


def test_a_page_may_be_open_to_read_and_closed_to_write(town: Town) -> None:
    assert town.client().get(f"/{NORTH}/echo/reports/7").status_code == 200
    assert town.client().post(f"/{NORTH}/echo/reports/7").status_code == 401
    with town.signed_in(town.add(roles={"echo": ["officer"]})) as client:
        assert client.post(f"/{NORTH}/echo/reports/7").status_code == 200


def test_the_app_learns_who_acts_and_never_sees_the_session(town: Town) -> None:
    account = town.add(roles={"echo": ["head"], "console": ["admin"]})
    with town.signed_in(account) as client:
        client.headers["cookie"] += "; basket=3"
        found = client.get(f"/{NORTH}/echo/desk").json()
    assert (account.id, "Ani Mokodompit") == (found["account"], found["name"])
    assert (found["roles"], found["permissions"]) == (["head"], ["desk.close", "desk.open"])
    assert found["cookie"] == "basket=3"


def test_a_role_in_one_app_is_none_in_another(town: Town) -> None:
    town.install("other", plugin=ECHO, manifest=ECHO_MANIFEST)
    with town.signed_in(town.add(roles={"echo": ["head"]})) as client:
        assert [client.get(f"/{NORTH}/{app}/desk").status_code for app in ("echo", "other")] == [200, 403]


def test_a_session_of_one_region_is_none_in_another(town: Town) -> None:
    town.install("echo", region=CITY)
    with town.signed_in(town.add(roles={"echo": ["head"]})) as client:
        assert client.get(f"/{NORTH}/echo/desk").status_code == 200
        assert client.get(f"/{CITY}/echo/desk", headers=JSON).status_code == 401
        assert client.get(f"/{CITY}/echo/show").json()["account"] is None


@pytest.mark.parametrize(
    "token", ["", "x", "A" * 43, "A" * 5000, "ä" * 43, "../../etc/passwd", "' or 1=1 --", "A" * 42 + "\x00"]
)
def test_a_forged_cookie_is_nobody(town: Town, token: str) -> None:
    answer = town.client().get(
        f"/{NORTH}/echo/desk",
        headers=[(b"cookie", f"smartcity_session={token}".encode("latin-1")), (b"accept", b"application/json")],
    )
    assert answer.status_code == 401


def test_who_must_change_the_password_is_led_there_and_acts_as_nobody(town: Town) -> None:
    with town.signed_in(town.add(roles={"echo": ["head"]}, must_change=True)) as client:
        answer = client.get(f"/{NORTH}/echo/desk", headers=HTML)
        assert (303, f"/{NORTH}/_/sandi") == (answer.status_code, answer.headers["location"])
        assert client.post(f"/{NORTH}/echo/desk/1").status_code == 403
        assert client.get(f"/{NORTH}/echo/show").json()["account"] is None


def test_denials_are_recorded_with_who_and_where(town: Town) -> None:
    account = town.add()
    with town.signed_in(account) as client:
        answer = client.get(f"/{NORTH}/echo/desk/1", headers=HTML)
    (entry,) = town.services.audit.entries(NORTH)
    assert ("access.denied", "GET /71.08/echo/desk/1", "echo", account.id) == (
        entry.action,
        entry.subject,
        entry.app,
        entry.account,
    )
    assert {"address": "testclient", "request": answer.headers["x-request-id"]} == entry.detail


def test_a_visitors_denials_are_recorded_once_a_minute(town: Town) -> None:
    for _ in range(5):
        town.client().get(f"/{NORTH}/echo/desk", headers=HTML)
    assert len(town.services.audit.entries(NORTH)) == 1


def test_an_access_nobody_knows_is_denied() -> None:
    assert Decision.SIGN_IN is decide("everybody", None, VISITOR, None)


def test_the_menu_shows_what_its_reader_may_open(town: Town) -> None:
    closed = {
        "role": ECHO_MANIFEST["role"],
        "page": [
            {
                "path": "/",
                "access": "permission",
                "permission": "desk.open",
                "menu": True,
                "title": {"id": "Muka", "en": "Front"},
            }
        ],
    }
    town.install("closed", plugin=ECHO, manifest=closed)
    town.install("away", plugin=ECHO, manifest=ECHO_MANIFEST, state="removing")
    assert [f"/{NORTH}/echo/front"] == town.client().get(f"/{NORTH}/echo/show").json()["menu"]
    with town.signed_in(town.add(roles={"closed": ["officer"]})) as client:
        assert [f"/{NORTH}/closed/", f"/{NORTH}/echo/front"] == client.get(f"/{NORTH}/echo/show").json()["menu"]


def test_the_language_is_the_regions_until_the_reader_chooses(town: Town) -> None:
    assert town.client().get(f"/{NORTH}/echo/show", headers={"accept-language": "en"}).json()["language"] == "id"
    profile = town.instance.profile_folder(NORTH) / "profile.toml"
    profile.write_text(
        profile.read_text(encoding="utf-8").replace('languages = ["id"]', 'languages = ["id", "en"]'), encoding="utf-8"
    )
    town.host._dispatch._regions._contexts.clear()
    assert town.client().get(f"/{NORTH}/echo/show", headers={"cookie": "smartcity_language=en"}).json()["language"] == "en"
    assert town.client().get(f"/{NORTH}/echo/show", headers={"cookie": "smartcity_language=../x"}).json()["language"] == "id"
