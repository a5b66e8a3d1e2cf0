"""What people do with the complaints is the same on SQLite and on PostgreSQL: file, find, list, map, count, export, erase."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import attrs
import pytest
from sqlalchemy import select
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from smartcity_complaints import model, store
from smartcity_complaints.draft import Draft
from smartcity_complaints.errors import ComplaintsError
from smartcity_complaints.filing import file_report, new_key
from smartcity_complaints.handling import Order, act
from smartcity_complaints.listing import Wanted, page
from smartcity_complaints.open311.answers import Answer
from smartcity_complaints.plugin import asgi_app, indicators, jobs
from smartcity_complaints.privacy.requests import ask_erasure, decide, open_requests
from smartcity_complaints.workflow import Action
from smartcity_share import Actor, Installation
from smartcity_share.install import Instance, install_app, open_installation
from smartcity_share.testing import VISITOR, AppUnderTest, app_under_test
from smartcity_share.toolkit import Shell
from tests.postgresql import Server

ROOT = Path(__file__).resolve().parents[2]
REGION, OTHER = "71.08", "13.10"
FORMS = 14
"""Reports that are there; every third has a place on the map and was released."""


@attrs.define
class Clock:
    """A clock that stands until it is moved."""

    moment: datetime = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


@attrs.frozen
class Town:
    """A region with reports, and an empty one.

    Attributes:
        here: The app in the region.
        there: The app in the empty region.
        clock: The clock of both.
        numbers: The reports in the order they were filed.
        app: The app, for its officials.
    """

    here: Installation
    there: Installation
    clock: Clock
    numbers: tuple[str, ...]
    app: AppUnderTest

    def act(self, number: str, action: Action, text: str = "", **order: object) -> None:
        act(self.here, self.app.official("coordinator"), number, Order(action, text, **order))  # type: ignore[arg-type]


def draft(**changes: object) -> Draft:
    text = "Sampah menumpuk di depan pasar sejak tiga hari."
    return attrs.evolve(Draft(kind="waste", text=text, place="Depan pasar", consent=True), **changes)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One for all tests of an engine: each adds reports of its own, and none takes what others look at."""
    clock = Clock()
    with ExitStack() as stack:
        url = "sqlite"
        if request.param == "postgresql":
            server: Server = request.getfixturevalue("postgresql")
            url = stack.enter_context(server.database())
        folder = tmp_path_factory.mktemp("town") / "instance"
        profiles = {code: ROOT / "examples" / "regions" / code for code in (REGION, OTHER)}
        instance = Instance.create(folder, [REGION, OTHER], profiles, now=clock, database=url)
        stack.callback(instance.close)
        for region in (REGION, OTHER):
            install_app(instance, region, None, {}, app="complaints", actor=Actor(account="system:tests", name="IT officer"))
        here, there = (open_installation(instance, region, "complaints") for region in (REGION, OTHER))
        assert instance.storage.engine_name == request.param
        town = Town(here, there, clock, (), app_under_test(ROOT / "plugins" / "complaints"))
        yield attrs.evolve(town, numbers=tuple(_filed(town)))


def _filed(town: Town) -> Iterator[str]:
    kinds = ("waste", "road", "water")
    for place in range(FORMS):
        where = (
            {"latitude": f"0.91{place:02}", "longitude": f"123.41{place:02}", "district": "71.08.01"} if place % 3 == 0 else {}
        )
        number = file_report(town.here, draft(kind=kinds[place % 3], **where), key=new_key()).number
        town.clock.moment += timedelta(minutes=place % 2)  # several of one moment
        if place % 3 == 0:
            town.act(number, Action.VERIFY, publish=True)
        yield number


def rows(installation: Installation) -> str:
    with store.reading(installation) as connection:
        return "\n".join(str(connection.execute(select(table)).all()) for table in model.metadata.sorted_tables)


@pytest.fixture
def browse(town: Town) -> Callable[[str], str]:
    """Return a page as a visitor sees it."""
    app = asgi_app()

    async def host(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            shell = Shell(
                region_code=REGION,
                region_name="Kabupaten Contoh",
                government="Pemerintah Kabupaten Contoh",
                home_url=f"/{REGION}/",
                static_url=f"/{REGION}/_/static/",
                language="id",
                time_zone=town.here.region.time_zone,
            )
            known = {"smartcity.installation": town.here, "smartcity.actor": VISITOR, "smartcity.shell": shell}
            scope = {**scope, "root_path": f"/{REGION}/complaints", **known}
        await app(scope, receive, send)

    def get(path: str) -> str:
        answer = TestClient(host).get(f"/{REGION}/complaints{path}")
        assert answer.status_code == 200, path
        return str(answer.text)

    return get


def test_a_form_that_is_sent_twice_is_one_report(town: Town) -> None:
    key = new_key()
    first, again = (file_report(town.here, draft(text="Pohon tumbang."), key=key) for _ in range(2))
    assert (again.number, first.again, again.again) == (first.number, False, True)


def test_a_slip_is_forgiven(town: Town) -> None:
    number = file_report(town.here, draft(text="Jembatan gantung roboh."), key=new_key()).number
    for typed in ("jembatan", "JEMBTAN", "jembatna gantung", "jembattan"):
        with store.reading(town.here) as connection:
            assert [one.number for one in page(connection, Wanted(words=typed)).reports] == [number], typed


def test_every_page_of_the_list_follows_the_one_before(town: Town) -> None:
    seen: list[str] = []
    after = None
    with store.reading(town.here) as connection:
        while True:
            found = page(connection, Wanted(), after, size=4)
            seen += [report.number for report in found.reports]
            after = found.following
            if after is None:
                break
    assert len(seen) == len(set(seen))
    assert [number for number in seen if number in town.numbers] == list(town.numbers[::-1])


def test_the_map_and_the_public_list_show_what_was_released(town: Town, browse: Callable[[str], str]) -> None:
    shown = browse("/laporan")
    assert [number for number in town.numbers if number in shown] == list(town.numbers[::3])
    assert "<circle" in browse("/peta")
    assert "0.9100" not in browse("/peta") + browse("/data/laporan.csv")


def test_figures_count_what_happened(town: Town, browse: Callable[[str], str]) -> None:
    def found() -> dict[str, float | None]:
        return {one.indicator: one.value for one in indicators(town.here) if not one.dimension}

    before, page_before = found(), browse("/angka")
    number = file_report(town.here, draft(kind="road"), key=new_key()).number
    for action, text, order in ((Action.VERIFY, "", {}), (Action.FORWARD, "Segera.", {"office": "dinas-lh"})):
        town.act(number, action, text, **order)
    town.clock.moment += timedelta(days=2)
    town.act(number, Action.REPLY, "Sudah.")
    after = found()
    assert (after["reports-total"], before["reports-total"]) == ((before["reports-total"] or 0) + 1, before["reports-total"])
    assert (after["reply-days"], after["replies-in-time"]) == (2.0, 100)
    assert browse("/angka") != page_before


def test_what_is_exported_is_the_same_after_it_was_taken_over_elsewhere(town: Town, tmp_path: Path) -> None:
    from smartcity_complaints.exchange import export_to, import_from

    lines = []
    for installation, name in ((town.here, "here"), (town.there, "there")):
        (tmp_path / name).mkdir()
        count = export_to(installation, tmp_path / name)
        lines.append([json.loads(line) for line in (tmp_path / name / "reports.jsonl").read_text("utf-8").splitlines()])
        assert len(lines[-1]) == count
        if installation is town.here:
            assert import_from(town.there, tmp_path / name) == count
            assert import_from(town.there, tmp_path / name) == 0
    assert lines[0] == lines[1]
    assert len(lines[0]) >= FORMS


def test_what_a_person_had_erased_is_in_no_table(town: Town) -> None:
    marks = {"name": "TANDANAMA", "email": "tandasurel@contoh.example", "text": "TANDAISI terganggu.", "place": "TANDATEMPAT"}
    answers = [Answer("pole-number", "TANDAJAWABAN")]
    filed = file_report(town.here, draft(**marks, notices=True), key=new_key(), answers=answers)
    assert "TANDANAMA" in rows(town.here)
    ask_erasure(town.here, filed.number, filed.token, "Mohon dihapus.")
    with store.reading(town.here) as connection:
        request = open_requests(connection)[-1].id
    decide(town.here, town.app.official("data-officer"), request, grant=True, answer="Dikabulkan.")
    left = rows(town.here).lower()
    assert "tanda" not in left
    assert filed.number.lower() in left


def test_the_job_ends_what_was_kept_long_enough(town: Town) -> None:
    number = file_report(town.here, draft(name="LAMANAMA", text="LAMAISI di jalan."), key=new_key()).number
    town.act(number, Action.REJECT, "Bukan kewenangan daerah.")
    (job,) = (one for one in jobs() if one.job == "end-retention")
    job.run(town.here)
    assert "LAMANAMA" in rows(town.here)
    assert "lamaisi" in rows(town.here)
    moment = town.clock.moment
    town.clock.moment += timedelta(days=6 * 365)
    job.run(town.here)
    town.clock.moment = moment
    assert "lamanama" not in rows(town.here).lower()
    assert "lamaisi" not in rows(town.here).lower()
    with store.reading(town.here) as connection:
        assert store.find(connection, number) is not None


def test_two_who_write_at_once_lose_nothing_and_take_no_step_twice(town: Town) -> None:
    def file(place: int) -> str:
        return file_report(town.here, draft(text=f"Lubang nomor {place}."), key=new_key()).number

    def verify(number: str) -> bool:
        try:
            town.act(number, Action.VERIFY)
        except ComplaintsError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(file, range(16)))
        assert len(set(numbers)) == 16
        for number in numbers[:4]:
            assert sorted(pool.map(verify, [number] * 2)) == [False, True]
    with store.reading(town.here) as connection:
        assert all(store.find(connection, number) is not None for number in numbers)
