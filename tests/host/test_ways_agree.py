"""Whatever happened before, the short way of a repeated request gives the answer the long way gives."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Final
from unittest import mock

import attrs
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from smartcity_share.console import console_app
from smartcity_share.errors import AccountError
from smartcity_share.host.account import Account
from smartcity_share.host.sessions import Sessions
from smartcity_share.host.tickets import Tickets
from smartcity_share.install.instance import Instance
from smartcity_share.install.records import InstallationState
from tests.apps.factory import AppFactory
from tests.host.conftest import CITY, ECHO, ECHO_MANIFEST, NORTH, PASSWORD, Clock, Town, town_of

HOSTS: Final = ("localhost", "kota.example.go.id", "utara.example.go.id")
PATHS: Final = (
    *(f"/{NORTH}/echo/{page}" for page in ("show", "desk", "desk/close", "staff")),
    *(f"/{CITY}/echo/{page}" for page in ("show", "desk")),
    *("/echo/show", "/echo/desk", "/echo/staff"),
    f"/{NORTH}/echo/undeclared",
    f"/{NORTH}/echo/inner/leaf/7?x=1",
    f"/{NORTH}/parks/",
    f"/{NORTH}/",
    f"/{NORTH}/_/sandi",
)
HEADERS: Final[tuple[Mapping[str, str], ...]] = (
    {},
    {"accept": "application/json"},
    {"x-forwarded-proto": "https"},
    {"x-forwarded-for": "203.0.113.7"},
    {"sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "cross-site"},
)
ROLES: Final = ((), ("officer",), ("head",), ("head", "officer"))
LOGINS: Final = ("ani", "budi")
_NOTHING: Final = st.none()
_LOGIN: Final = st.sampled_from(LOGINS)
_REGION: Final = st.sampled_from((NORTH, CITY))
_STATE: Final = st.sampled_from((None, *InstallationState, *(InstallationState.ACTIVE,) * 4))
CHANGES: Final = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from((0.1, 0.4, 0.5, 1.0, 2.0, 5.0, 600.0, 3600.0)), _NOTHING),
    st.tuples(st.just("sign_in"), _LOGIN, _NOTHING),
    st.tuples(st.just("sign_out"), st.integers(min_value=0), _NOTHING),
    st.tuples(st.just("roles"), _LOGIN, st.sampled_from(ROLES)),
    st.tuples(st.just("disabled"), _LOGIN, st.booleans()),
    st.tuples(st.just("password"), _LOGIN, st.booleans()),
    st.tuples(st.just("state"), _REGION, _STATE),
    st.tuples(st.just("languages"), _REGION, st.sampled_from(('["id"]', '["id", "en"]', '["en"]'))),
)


@attrs.frozen
class Request:
    """What a visitor sends."""

    method: str
    host: str
    path: str
    headers: Mapping[str, str] = attrs.field(repr=False)


class Ways(RuleBasedStateMachine):
    """Requests of several visitors, and everything that may change what they are allowed, in any order."""

    make: Callable[[], Town]
    short = 0

    def __init__(self) -> None:
        super().__init__()
        self.town = type(self).make()
        accounts = [self.town.add(login, name=login.title(), roles={"echo": ["head"]}) for login in LOGINS]
        self.recent: list[Request] = []
        self.records = {region: self.town.instance.ledger.installations(region, "echo")[0] for region in (NORTH, CITY)}
        self.cookies = ["", "smartcity_language=en", f"smartcity_session={'A' * 43}"]
        self.cookies += [f"smartcity_session={self.town.token(account)}" for account in accounts]

    @rule(
        visitors=st.lists(st.integers(min_value=0), min_size=1, max_size=3),
        pages=st.lists(st.sampled_from(PATHS), min_size=1, max_size=3),
        host=st.sampled_from(HOSTS),
        headers=st.sampled_from(HEADERS),
        method=st.sampled_from(("GET", "GET", "GET", "HEAD", "POST", "OPTIONS")),
    )
    def ask(self, visitors: list[int], pages: list[str], host: str, headers: Mapping[str, str], method: str) -> None:
        for who, path in itertools.product(visitors, pages):
            cookie = self.cookies[-1 - who % len(self.cookies)]
            request = Request(method, host, path, {**headers, **({"cookie": cookie} if cookie else {})})
            self.recent.append(request)
            self.compare(request)

    @rule(what=CHANGES)
    def change(self, what: tuple[str, Any, Any]) -> None:
        """Change something, and ask again what was asked lately."""
        name, subject, value = what
        getattr(self, name)(subject, value)
        for request in self.recent[-8:]:
            self.compare(request)

    def compare(self, request: Request) -> None:
        """Ask as often as it takes to go the short way, then the long way."""
        client = self.town.client(host=request.host)
        with _counted(type(self)):
            short = [_told(client.request(request.method, request.path, headers=request.headers)) for _ in range(2)]
        with mock.patch.object(Tickets, "find", return_value=None):
            long = _told(client.request(request.method, request.path, headers=request.headers))
        assert short == [long, long], request

    def roles(self, login: str, roles: tuple[str, ...]) -> None:
        with suppress(AccountError):  # roles of an app that is not there
            self.town.services.accounts.set_roles(NORTH, self._account(login).id, {"echo": roles})

    def disabled(self, login: str, disabled: bool) -> None:
        self.town.services.accounts.set_disabled(NORTH, self._account(login).id, disabled=disabled)

    def password(self, login: str, must_change: bool) -> None:
        self.town.services.accounts.set_password(NORTH, self._account(login).id, PASSWORD, must_change=must_change)

    def sign_in(self, login: str, _: None) -> None:
        self.cookies.append(f"smartcity_session={self.town.token(self._account(login))}")

    def sign_out(self, who: int, _: None) -> None:
        headers = {"cookie": self.cookies[-1 - who % len(self.cookies)], "sec-fetch-site": "same-origin"}
        self.town.client().post(f"/{NORTH}/_/keluar", headers=headers)

    def state(self, region: str, state: InstallationState | None) -> None:
        ledger = self.town.instance.ledger
        if state is None:
            ledger.drop_installation(region, "echo")
        else:
            ledger.put_installation(attrs.evolve(self.records[region], state=state))

    def languages(self, region: str, languages: str) -> None:
        path = self.town.instance.layout.region(region) / "profile.toml"
        text = path.read_text("utf-8")
        path.write_text(re.sub(r"^languages = .*$", f"languages = {languages}", text, flags=re.MULTILINE), "utf-8")

    def wait(self, seconds: float, _: None) -> None:
        self.town.clock.forward(seconds=seconds)

    def _account(self, login: str) -> Account:
        account = self.town.services.accounts.find(NORTH, login)
        assert account is not None
        return account

    @invariant()
    def what_is_remembered_is_bounded(self) -> None:
        assert len(self.town.host._dispatch._tickets.book()) <= len(PATHS) * len(HOSTS) * len(self.cookies) * len(HEADERS) * 2


def _told(answer: Any) -> tuple[int, str, list[tuple[str, str]]]:
    """Return an answer without what names the request."""
    number = answer.headers["x-request-id"]
    headers = sorted((name, value) for name, value in answer.headers.multi_items() if name not in {"x-request-id", "date"})
    return answer.status_code, answer.text.replace(number, "N"), headers


@contextmanager
def _counted(machine: type[Ways]) -> Any:
    found = Tickets.find

    def counted(self: Tickets, *args: Any) -> Any:
        ticket = found(self, *args)
        machine.short += ticket is not None
        return ticket

    with mock.patch.object(Tickets, "find", counted):
        yield


@pytest.fixture
def machine(tmp_path_factory: pytest.TempPathFactory, app_factory: AppFactory) -> Iterator[type[Ways]]:
    """The machine; each example gets an instance and a host of its own, with the same wheels."""
    wheels = {"echo": app_factory.wheel("echo", plugin=ECHO, manifest=ECHO_MANIFEST), "parks": app_factory.wheel("parks")}
    made: list[Instance] = []

    def make() -> Town:
        while made:
            made.pop().close()
        clock = Clock()
        instance = Instance.create(tmp_path_factory.mktemp("ways") / "instance", [NORTH, CITY], now=clock)
        made.append(instance)
        hosts = {"kota.example.go.id": CITY, "utara.example.go.id": NORTH}
        town = town_of(instance, app_factory, clock, config={"hosts": hosts}, console=console_app)
        for region, app in ((NORTH, "echo"), (CITY, "echo"), (NORTH, "parks")):
            town.install_wheel(wheels[app], app, region=region)
        return town

    yield type("WaysHere", (Ways,), {"make": staticmethod(make), "short": 0})
    for instance in made:
        instance.close()


FEW: Final = settings(max_examples=12, stateful_step_count=25, suppress_health_check=[*HealthCheck])


def test_the_short_way_gives_the_answer_of_the_long_way(machine: type[Ways]) -> None:
    run_state_machine_as_test(machine, settings=FEW)
    assert machine.short > 50, "the short way was hardly ever taken, so nothing was compared"


@pytest.mark.parametrize(
    ("place", "name", "fault", "change"),
    [
        (Tickets, "drop", lambda _self: None, ("state", NORTH, None)),
        (Sessions, "holds", lambda _self, _session: True, ("roles", "budi", ("officer",))),
    ],
)
def test_a_ticket_that_outlives_what_it_rests_on_is_found_out(
    machine: type[Ways], monkeypatch: pytest.MonkeyPatch, place: type, name: str, fault: Any, change: tuple[str, Any, Any]
) -> None:
    def play() -> None:
        example = machine()
        example.ask([0], [f"/{NORTH}/echo/desk"], "localhost", {}, "GET")
        example.change(change)
        example.change(("wait", 0.5, None))

    play()
    monkeypatch.setattr(place, name, fault)
    with pytest.raises(AssertionError):
        play()
