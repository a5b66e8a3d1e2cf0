"""Claim: with 200,000 complaints in one region on SQLite a page takes at most 50 ms, filing 20 ms; nobody is locked out.

The tables are filled in bulk, then used only through the app: pages through its ASGI application as the host calls it, filing
through the function the form calls, on the durability of a real installation. At the end two processes file and handle while
eight read: nothing may be lost and no error may show.

    python benchmarks/complaints.py [--reports N] [--runs N] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import multiprocessing
import random
import statistics
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode, urlsplit

from sqlalchemy import func, insert, select

from smartcity_complaints import lookalikes, model, store, upkeep
from smartcity_complaints.draft import Draft
from smartcity_complaints.filing import file_report, new_key
from smartcity_complaints.handling import Order, act
from smartcity_complaints.listing import Wanted, page, tally
from smartcity_complaints.numbers import fingerprint, new_number
from smartcity_complaints.plugin import asgi_app, provision
from smartcity_complaints.settings import Area, ComplaintsSettings
from smartcity_complaints.workflow import Action, Permission, State
from smartcity_share import Actor, Installation, RegionFacts
from smartcity_share.hooks.installation import VISITOR
from smartcity_share.install.storage.files import LocalFileStore
from smartcity_share.install.storage.sqlite import SqliteDatabase
from smartcity_share.install.storage.template import migrate
from smartcity_share.regions.profile import read_profile
from smartcity_share.toolkit.shell import Shell

REPORTS: Final = 200_000
PAGE_MS: Final = 50.0
FILE_MS: Final = 20.0
REGION: Final = "73.71"
NOW: Final = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
YEARS: Final = 5
AREA: Final = Area(south=-5.24, west=119.36, north=-5.05, east=119.55)
WRITERS: Final = 2
READERS: Final = 8
FACTS: Final = frozenset({"time_zone", "offices", "districts", "holidays"})
ROOT: Final = f"/{REGION}/complaints"
COORDINATOR: Final = Actor(account="bench", name="Bench", permissions=frozenset(Permission))
_BATCH: Final = 5_000
_WRITES: Final = 60

SENTENCES: Final = (
    "Jalan berlubang besar di depan {place}, sudah {since}.", "Lampu jalan padam di {place}, gelap sekali {since}.",
    "Sampah menumpuk dan berbau di {place}, belum diangkut {since}.", "Saluran air tersumbat dekat {place}, meluap {since}.",
    "Pohon tua miring ke arah jalan di {place}.", "Air bersih tidak mengalir di {place} {since}.",
    "Pelayanan loket lambat, antre {since} di {place}.", "Trotoar rusak dan besi penutup hilang di {place}.",
)  # fmt: skip
SINCES: Final = ("sejak dua hari", "sejak seminggu", "hampir sebulan", "sejak hujan kemarin", "sejak tadi malam")
SYLLABLES: Final = (
    "ka",
    "li",
    "ma",
    "ra",
    "su",
    "bo",
    "ten",
    "gar",
    "pu",
    "lo",
    "ja",
    "ti",
    "nga",
    "wan",
    "se",
    "ri",
    "mo",
    "tu",
)


class Measured(NamedTuple):
    """The times of one thing in milliseconds, and what they may be at most."""

    label: str
    times: list[float]
    limit: float

    @property
    def p95(self) -> float:
        """What 95 of 100 stay below."""
        return sorted(self.times)[min(len(self.times) - 1, round(0.95 * len(self.times)))]

    @property
    def held(self) -> bool:
        """Whether the claim held."""
        return self.p95 <= self.limit


class NoAudit:
    """An audit trail that keeps nothing: the host's own has its own database."""

    def record(self, *_: object) -> None:
        """Keep nothing."""


def main() -> int:
    """Fill, measure, print the table, say whether the claim held."""
    parser = argparse.ArgumentParser(description="Pages, filing and many at once with many complaints.")
    parser.add_argument("--reports", type=int, default=REPORTS, metavar="N", help=f"complaints (default {REPORTS:,})")
    parser.add_argument("--runs", type=int, default=60, metavar="N", help="runs of each page (default 60)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="fill this folder once and use it again")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="smartcity-bench-") as name:
        folder = options.keep or Path(name)
        folder.mkdir(exist_ok=True, parents=True)
        if not (folder / "filled").exists():
            fill(folder, options.reports)
            (folder / "filled").touch()
        installation = open_installation(folder)
        gc.collect()
        gc.freeze()  # as the server does once it answers
        held = report(installation, measure(installation, options.runs))
        installation.database.close()  # type: ignore[attr-defined] # the class made here has it
        return 0 if together(folder) and held else 1


def open_installation(folder: Path, *, new: bool = False) -> Installation:
    """Return the installation of a folder, as the host makes it; the migrations make the tables of a new one."""
    database = SqliteDatabase(folder / "data.sqlite", durability="FULL", must_exist=not new)
    if new:
        with database.begin() as connection:
            migrate(connection, "smartcity_complaints:migrations")
    profile = read_profile(Path(__file__).parents[1] / "examples" / "regions" / REGION / "profile.toml")
    return Installation(
        app="complaints",
        version="0",
        region=RegionFacts(profile, FACTS),
        settings=ComplaintsSettings(area=AREA),
        database=database,
        files=LocalFileStore(folder / "files"),
        audit=NoAudit(),
        now=lambda: NOW,
    )


# -- filling ---------------------------------------------------------------------------------------------------------------


def fill(folder: Path, count: int) -> None:
    """Fill the tables with complaints of five years, their histories and their offices."""
    installation = open_installation(folder, new=True)
    provision(installation)
    began = time.perf_counter()
    rows = complaints(installation, count)
    with installation.database.begin() as connection:
        while batch := list(islice(rows, _BATCH)):
            connection.execute(insert(model.report), [row["report"] for row in batch])
            connection.execute(insert(model.history), [event for row in batch for event in row["events"]])
            connection.execute(insert(model.reporter), [row["reporter"] for row in batch if row["reporter"]])
            given = [row["forwarding"] for row in batch if row["forwarding"]]
            if given:
                connection.execute(insert(model.forwarding), given)
        connection.execute(insert(model.counter).values(name=f"register-{NOW.year}", value=count))
    print(f"{count:,} complaints in {time.perf_counter() - began:.0f} s", flush=True)
    began = time.perf_counter()
    upkeep.rebuild(installation)
    size = (folder / "data.sqlite").stat().st_size / 1_000_000
    print(f"words, counts and squares in {time.perf_counter() - began:.0f} s; the file has {size:.0f} MB", flush=True)
    installation.database.close()  # type: ignore[attr-defined]


def complaints(installation: Installation, count: int) -> Iterator[dict[str, Any]]:
    """Yield the rows of one complaint after the other, the oldest first."""
    chance = random.Random(1)  # noqa: S311 - data
    kinds = [kind.code for kind in installation.settings.kinds]
    kind_office = {kind: chance.choice([office.id for office in installation.region.offices]) for kind in kinds}
    districts = [district.code for district in installation.region.districts]
    vocabulary = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(30_000)]
    weights = list(accumulate(1 / (rank + 10) for rank in range(len(vocabulary))))
    serials: Counter[int] = Counter()
    for number in range(1, count + 1):
        at = NOW - timedelta(days=365 * YEARS) * (1 - number / (count + 1))
        yield one(chance, number, at, serials, kinds, kind_office, districts, vocabulary, weights)


def one(  # noqa: PLR0917 - one row of the fill, from everything it is drawn from
    chance: random.Random, number: int, at: datetime, serials: Counter[int], kinds: Sequence[str],
    kind_office: dict[str, str], districts: Sequence[str], vocabulary: Sequence[str], weights: Sequence[float],
) -> dict[str, Any]:  # fmt: skip
    """Return the rows of one complaint: the old ones have ended, those of the last weeks are anywhere."""
    old = NOW - at > timedelta(days=30)
    state = (
        chance.choices((State.CLOSED, State.REJECTED, State.ANSWERED), (90, 9, 1))[0]
        if old and chance.random() > 0.004
        else chance.choice([State.NEW, State.VERIFIED, State.FORWARDED, State.IN_PROGRESS, State.ANSWERED, State.RETURNED])
    )
    kind = chance.choices(kinds, range(len(kinds), 0, -1))[0]
    office = kind_office[kind] if state not in {State.NEW, State.RETURNED, State.REJECTED, State.VERIFIED} else None
    words = " ".join(chance.choices(vocabulary, cum_weights=weights, k=chance.randint(4, 14)))
    place = f"Jalan {chance.choices(vocabulary, cum_weights=weights)[0].title()} {chance.randint(1, 200)}"
    text = f"{chance.choice(SENTENCES).format(place=place, since=chance.choice(SINCES))} {words}."
    if chance.random() < 0.02:
        text = text.replace("am", "ma", 1)
    serials[at.year] += 1
    replied = at + timedelta(days=chance.expovariate(1 / 4))
    answered = replied if state in {State.ANSWERED, State.CLOSED} else None
    latitude, longitude = chance.gauss(-5.145, 0.03), chance.gauss(119.45, 0.03)
    somewhere = chance.random() < 0.6
    # Districts lie beside each other, as on the ground.
    strip = min(max(int((longitude - AREA.west) / (AREA.east - AREA.west) * len(districts)), 0), len(districts) - 1)
    due = at + timedelta(days=7) if state in {State.NEW, State.VERIFIED, State.FORWARDED, State.IN_PROGRESS} else None
    row = {
        "id": number, "number": new_number(chance.randrange), "register_year": at.year, "register_serial": serials[at.year],
        "register_month": at.month, "kind": kind, "state": state, "office": office, "district": districts[strip],
        "text": text, "place": place, "latitude": latitude if somewhere else None,
        "longitude": longitude if somewhere else None, "confidential": chance.random() < 0.1,
        "published": state not in {State.NEW, State.RETURNED} and chance.random() < 0.8, "submitted_at": at,
        "updated_at": answered or at, "answered_at": answered, "closed_at": answered if state is State.CLOSED else None,
        "due_at": due, "rating": chance.choice((None, None, 1, 3, 4, 4, 5)) if state is State.CLOSED else None,
        "follow_fingerprint": fingerprint(f"t{number}"), "submission_fingerprint": fingerprint(f"k{number}"),
    }  # fmt: skip
    actions = [Action.SUBMIT, Action.VERIFY, Action.FORWARD, Action.START, Action.REPLY, Action.CLOSE]
    done = actions[: {State.CLOSED: 6, State.ANSWERED: 5, State.IN_PROGRESS: 4, State.FORWARDED: 3, State.NEW: 1}.get(state, 2)]
    events = [
        {
            "report_id": number, "sequence": sequence, "at": at + timedelta(hours=sequence), "action": action,
            "from_state": None, "to_state": state, "author": "official", "audience": "everyone", "text_audience": "everyone",
            "actor_name": "Petugas", "text": "Sudah ditindaklanjuti petugas." if action is Action.REPLY else None,
        }
        for sequence, action in enumerate(done, start=1)
    ]  # fmt: skip
    given = {
        "report_id": number, "office": office, "forwarded_at": at + timedelta(hours=5), "due_at": at + timedelta(days=7),
        "answered_at": max(answered, at + timedelta(hours=6)) if answered else None,
    }  # fmt: skip
    contact = {"report_id": number, "name": f"Warga {number}", "email": f"warga{number}@contoh.example", "consent_at": at}
    return {
        "report": row, "events": events, "forwarding": given if office else None,
        "reporter": contact if chance.random() < 0.6 else None,
    }  # fmt: skip


# -- measuring -------------------------------------------------------------------------------------------------------------


class Browser:
    """Asks the app for pages as the host does, without a network in between.

    Args:
        installation: The installation.
        actor: Who asks.
    """

    def __init__(self, installation: Installation, actor: Actor = VISITOR) -> None:
        self._app = asgi_app()
        self._installation = installation
        self._actor = actor
        self._loop = asyncio.new_event_loop()
        self._shell = Shell(
            region_code=REGION, region_name="Kota Contoh", government="Pemerintah Kota Contoh", home_url=f"/{REGION}/",
            static_url=f"/{REGION}/_/static/", time_zone=installation.region.time_zone,
        )  # fmt: skip

    def ask(self, address: str, form: dict[str, str] | None = None) -> tuple[int, dict[str, str], str]:
        """Return status, headers and page."""
        return self._loop.run_until_complete(self._ask(address, urlencode(form).encode() if form is not None else None))

    async def _ask(self, address: str, body: bytes | None) -> tuple[int, dict[str, str], str]:
        url = urlsplit(address)
        said: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body or b"", "more_body": False}

        async def send(message: Any) -> None:
            said.append(message)

        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "https", "server": ("localhost", 443),
            "method": "GET" if body is None else "POST", "path": ROOT + url.path, "raw_path": (ROOT + url.path).encode(),
            "query_string": url.query.encode(), "root_path": ROOT, "client": ("127.0.0.1", 1),
            "headers": [(b"host", b"localhost"), (b"content-type", b"application/x-www-form-urlencoded")],
            "smartcity.installation": self._installation, "smartcity.actor": self._actor, "smartcity.shell": self._shell,
        }  # fmt: skip
        await self._app(scope, receive, send)
        headers = {name.decode(): value.decode() for name, value in said[0]["headers"]}
        return said[0]["status"], headers, b"".join(part.get("body", b"") for part in said[1:]).decode()


def measure(installation: Installation, runs: int) -> list[Measured]:
    """Return the times of everything, in turn so that a slow moment of the machine hits all alike."""
    chance = random.Random(2)  # noqa: S311 - which page is asked for
    public, official = Browser(installation), Browser(installation, COORDINATOR)
    cases = {
        label: (browser, addresses(installation, chance, label, runs + 1))
        for label, browser in (
            ("public list", public), ("public list, far back", public), ("public list, narrowed", public),
            ("public search", public), ("work list", official), ("work list, narrowed", official),
            ("work list, search", official), ("one report, official", official), ("map", public), ("map, one square", public),
            ("indicators, public", public), ("indicators, official", official), ("front page", public),
        )
    }  # fmt: skip
    times: dict[str, list[float]] = {label: [] for label in cases}
    for turn in range(runs + 1):
        for label, (browser, pages) in cases.items():
            began = time.perf_counter()
            status, _, _ = browser.ask(pages[turn])
            took = (time.perf_counter() - began) * 1000
            if status != 200:
                sys.exit(f"error: {pages[turn]} answered {status}")
            if turn:
                times[label].append(took)
    found = [Measured(label, taken, PAGE_MS) for label, taken in times.items()]
    return [*found, *filings(installation, runs * 3)]


def addresses(installation: Installation, chance: random.Random, label: str, count: int) -> list[str]:
    """Return the addresses of one case: words common and rare, right and wrong, keys and filters at random."""
    with store.reading(installation) as connection:
        sample = connection.execute(
            select(model.report.c.number, model.report.c.text, model.report.c.submitted_at, model.report.c.id)
            .where(model.report.c.id.in_([chance.randint(1, REPORTS) for _ in range(count)]))
        ).all()  # fmt: skip
        cells = list(
            connection.execute(select(model.report.c.cell).where(model.report.c.cell.is_not(None)).limit(count)).scalars()
        )
    kinds = [kind.code for kind in installation.settings.kinds]
    districts = [district.code for district in installation.region.districts]
    found = []
    for turn in range(count):
        row = sample[turn % len(sample)]
        words = chance.sample(row.text.replace(".", " ").replace(",", " ").split(), chance.randint(1, 3))
        if turn % 3 == 0 and len(words[0]) > 4:
            words[0] = words[0][:2] + words[0][3:]
        key = f"{(row.submitted_at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)}-{row.id}"
        narrow = {"jenis": chance.choice(kinds), "wilayah": chance.choice(districts)}
        status = {"status": chance.choice(["terbuka", "semua", *State])}
        found.append(
            {
                "public list": "/laporan",
                "public list, far back": f"/laporan?sesudah={key}",
                "public list, narrowed": f"/laporan?{urlencode(narrow)}",
                "public search": f"/laporan?{urlencode({'cari': ' '.join(words)})}",
                "work list": "/petugas",
                "work list, narrowed": f"/petugas?{urlencode(narrow | status)}",
                "work list, search": f"/petugas?{urlencode({'cari': ' '.join(words), 'status': 'semua'})}",
                "one report, official": f"/petugas/laporan/{row.number}",
                "map": "/peta" if turn % 2 else f"/peta?{urlencode({'jenis': narrow['jenis']})}",
                "map, one square": f"/peta?petak={cells[turn % len(cells)]}",
                "indicators, public": "/angka" if turn % 2 else "/angka?tahun=semua",
                "indicators, official": "/angka" if turn % 2 else "/angka?tahun=semua",
                "front page": "/",
            }[label]
        )
    return found


def filings(installation: Installation, runs: int) -> list[Measured]:
    """Return the times of filing, and of looking for what is alike before it."""
    filed, looked = [], []
    chance = random.Random(3)  # noqa: S311 - data
    for number in range(runs):
        draft = a_draft(installation, chance, number)
        began = time.perf_counter()
        lookalikes.public_alike(installation, draft)
        between = time.perf_counter()
        file_report(installation, draft, key=new_key())
        looked.append((between - began) * 1000)
        filed.append((time.perf_counter() - between) * 1000)
    return [Measured("looking for what is alike", looked, PAGE_MS), Measured("filing one", filed, FILE_MS)]


def a_draft(installation: Installation, chance: random.Random, number: int) -> Draft:
    """Return something to file."""
    place = f"Jalan Baru {number}"
    return Draft(
        kind=chance.choice([kind.code for kind in installation.settings.kinds]),
        text=chance.choice(SENTENCES).format(place=place, since=chance.choice(SINCES)) + f" Tanda {number}.",
        place=place, district=chance.choice([district.code for district in installation.region.districts]),
        latitude=f"{chance.gauss(-5.145, 0.02):.6f}", longitude=f"{chance.gauss(119.45, 0.02):.6f}", consent=True,
    )  # fmt: skip


def report(installation: Installation, measured: Sequence[Measured]) -> bool:
    """Print the table; return whether all of it held."""
    with store.reading(installation) as connection:
        count = connection.execute(select(func.count()).select_from(model.report)).scalar_one()
    print(f"\n{f'{count:,} complaints':<32}{'median ms':>11}{'p95 ms':>9}{'target':>9}")
    for entry in measured:
        print(
            f"{entry.label:<32}{statistics.median(entry.times):>11.1f}{entry.p95:>9.1f}{entry.limit:>9.0f}"
            f"  {'held' if entry.held else 'NOT held'}"
        )
    return all(entry.held for entry in measured)


# -- many at once ----------------------------------------------------------------------------------------------------------


def together(folder: Path) -> bool:
    """Let two processes file and handle while eight read; return whether nothing was lost and nothing failed."""
    installation = open_installation(folder)
    with store.reading(installation) as connection:
        before = tally(connection, NOW).total
    installation.database.close()  # type: ignore[attr-defined]
    context = multiprocessing.get_context("spawn")
    stop, results = context.Event(), context.Queue()
    writers = [context.Process(target=write, args=(folder, number, results)) for number in range(WRITERS)]
    readers = [context.Process(target=read, args=(folder, number, stop, results)) for number in range(READERS)]
    began = time.perf_counter()
    for process in (*writers, *readers):
        process.start()
    said = [results.get(timeout=600) for _ in writers]
    took = time.perf_counter() - began
    stop.set()
    said += [results.get(timeout=600) for _ in readers]
    for process in (*writers, *readers):
        process.join(timeout=60)
    faults = [fault for _, _, found in said for fault in found]
    numbers = [number for kind, done, _ in said if kind == "write" for number in done]
    reads = sum(done for kind, done, _ in said if kind == "read")
    missing = lost(folder, numbers, before)
    print(
        f"\n{WRITERS} writers filed and handled {len(numbers)}, {READERS} readers read {reads:,} pages in {took:.0f} s: "
        f"{missing} lost, {len(faults)} errors, {sum('locked' in fault for fault in faults)} of them `database is locked`"
    )
    for fault in faults[:3]:
        print(fault, file=sys.stderr)
    return not faults and not missing and len(numbers) == WRITERS * _WRITES


def write(folder: Path, writer: int, results: Any) -> None:
    """File reports and take them through three steps each."""
    installation = open_installation(folder)
    chance = random.Random(10 + writer)  # noqa: S311 - data
    numbers, faults = [], []
    for count in range(_WRITES):
        try:
            draft = a_draft(installation, chance, 1_000_000 * (writer + 1) + count)
            number = file_report(installation, draft, key=new_key()).number
            act(installation, COORDINATOR, number, Order(Action.VERIFY, publish=True))
            act(installation, COORDINATOR, number, Order(Action.FORWARD, office=installation.region.offices[0].id))
            act(installation, COORDINATOR, number, Order(Action.REPLY, text="Sudah."))
            numbers.append(number)
        except Exception:  # noqa: BLE001 - whatever goes wrong is counted
            faults.append(traceback.format_exc())
    results.put(("write", numbers, faults))


def read(folder: Path, reader: int, stop: Any, results: Any) -> None:
    """Ask for pages until the writers are done."""
    installation = open_installation(folder)
    browser = Browser(installation, COORDINATOR)
    chance = random.Random(20 + reader)  # noqa: S311 - which page
    pages = ("/laporan", "/petugas", "/peta", "/angka", "/", "/petugas?cari=smpah", "/laporan?cari=lampu+padam")
    count, faults = 0, []
    while not stop.is_set():
        try:
            status, _, _ = browser.ask(chance.choice(pages))
            if status != 200:
                faults.append(f"answered {status}")
            count += 1
        except Exception:  # noqa: BLE001 - whatever goes wrong is counted
            faults.append(traceback.format_exc())
    results.put(("read", count, faults))


def lost(folder: Path, numbers: Sequence[str], before: int) -> int:
    """Return how many of the numbers are not there as they were left, found by search, or counted."""
    installation = open_installation(folder)
    missing = 0
    with store.reading(installation) as connection:
        for number in numbers:
            kept = store.find(connection, number)
            whole = kept is not None and kept.state is State.ANSWERED and len(store.history(connection, kept.id)) == 4
            found = {report.number for report in page(connection, Wanted(words=number)).reports}
            missing += not (whole and number in found)
        missing += abs(tally(connection, NOW).total - before - len(numbers))
    installation.database.close()  # type: ignore[attr-defined]
    return missing


if __name__ == "__main__":
    sys.exit(main())
