"""Claims: through the host an endpoint keeps 0.85 of its speed on bare Starlette, and 514 regions change nothing.

The same app is served twice by uvicorn, one process each: bare, and by ``smartcity serve`` behind a permission that a signed-
in session carries. A third server has 514 regions configured: the 508 autonomous kabupaten and kota and six provinces. The
table has 514 kabupaten and kota too, but the five kota and the kabupaten of Jakarta are administrative and serve nobody as a
region. All three are measured in turns, always in the same order (a process that is measured twice in a row comes out up to a
fifth faster), in the same run, with the same headers, the session cookie among them. Counted are
requests per second of processor time of the server process, which what else the machine does disturbs least; requests per
second of the clock stand beside it. A ratio is the median of those of the single turns, since a machine that is slow for a
minute is slow for both; and as where a process happens to lie in memory makes it some percent faster or slower as long as it
lives, the servers are started several times. Memory per idle installation is what an instance with two apps opened in every
region takes more, by installation.

    python benchmarks/host.py [--seconds S] [--rounds N] [--starts N]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, NamedTuple
from urllib.request import ProxyHandler, build_opener

from smartcity_share.cli.journey.server import free_port, serving
from smartcity_share.cli.journey.visitor import Visitor
from smartcity_share.cli.main import execute
from smartcity_share.regions.table import all_regions

REGION: Final = "13.10"
MANY: Final = 514
CONNECTIONS: Final = 16
SLOWEST: Final = 0.85
FLAT: Final = 0.95
MOST_KB: Final = 100.0
APPS: Final = ("bench", "second")
PATHS: Final = ("/json", "/page")

PROJECT: Final = {
    "pyproject.toml": """\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "smartcity-bench"
version = "1.0"
description = "An app to measure the host with"
requires-python = ">=3.11"

[project.entry-points."smartcity_share.apps"]
bench = "smartcity_bench.plugin"

[tool.hatch.build.targets.wheel]
packages = ["src/smartcity_bench"]
""",
    "src/smartcity_bench/__init__.py": "",
    "src/smartcity_bench/plugin.py": '''\
"""A JSON endpoint and a page of 50 rows, as the comparison of frameworks in apps.md has them."""

from jinja2 import Environment
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route

from smartcity_share import hookimpl

ROWS = [{"number": n, "text": f"Laporan {n}", "office": "Dinas", "state": "baru"} for n in range(50)]
PAGE = Environment(autoescape=True).from_string(
    "<!doctype html><title>Daftar</title><table>{% for row in rows %}<tr><td>{{ row.number }}</td><td>{{ row.text }}</td>"
    "<td>{{ row.office }}</td><td>{{ row.state }}</td></tr>{% endfor %}</table>"
)


async def data(request):
    return JSONResponse({"number": 7, "state": "baru", "office": "Dinas", "open": True})


async def page(request):
    return HTMLResponse(PAGE.render(rows=ROWS))


app = Starlette(routes=[Route("/json", data), Route("/page", page), Route("/open", data)])


@hookimpl
def asgi_app():
    return app
''',
    "src/smartcity_bench/smartcity.toml": """\
manifest_version = 1
host_api = ">=1.0,<2"

[app]
id = "bench"
title = { id = "Ukur", en = "Bench" }
summary = { id = "Untuk mengukur", en = "To measure with" }
category = "public-service"
status = "stable"

[origin]
agency = "benchmarks"
contacts = [{ name = "Benchmarks", email = "bench@contoh.example" }]

[terms]
agreement_required = false

[audience]
region_kinds = ["provinsi", "kabupaten", "kota"]
users = ["officials"]

[[role]]
id = "reader"
title = { id = "Pembaca", en = "Reader" }
permissions = ["read"]

[[page]]
path = "/"
access = "permission"
permission = "read"

[[page]]
path = "/open"
access = "public"

[lifecycle]
data_epoch = 1

[localisation]
complete = ["id", "en"]
""",
}


class Load(NamedTuple):
    """One measurement of a server.

    Attributes:
        per_cpu: Requests per second of processor time of the server.
        per_second: Requests per second of the clock.
    """

    per_cpu: float
    per_second: float


class Server(NamedTuple):
    """A server under measurement.

    Attributes:
        name: How it is called in the table.
        port: Its port on the loopback address.
        pid: Its process.
        prefix: What stands before the addresses of the app.
        cookie: The session it is asked with.
    """

    name: str
    port: int
    pid: int
    prefix: str
    cookie: str


Samples = dict[tuple[str, str], list[Load]]
"""What was measured, by server and address, turn by turn."""


def smartcity(*words: str | Path) -> None:
    """Run a command of ``smartcity``, and end when it refuses."""
    output = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    try:
        code = execute([str(word) for word in words])
    finally:
        os.dup2(output, 1)
        os.close(output)
    if code:
        sys.exit(f"smartcity {words[0]} ended with code {code}")


def write_project(folder: Path, app: str = "bench") -> Path:
    """Write the measured app as a project, perhaps under another name."""
    for place, text in PROJECT.items():
        name, content = (part.replace("bench", app) for part in (place, text))
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, "utf-8")
    return folder


def make_instance(folder: Path, wheels: list[Path], regions: list[str]) -> Path:
    """Make an instance for regions, with the apps in each of them and an official who may open the first in one."""
    smartcity("init", folder, *(word for code in regions for word in ("--region", code)))
    for code in regions:
        for wheel in wheels:
            smartcity("install", "--from", wheel, "--region", code, "--yes", "--instance", folder)
    read, write = os.pipe()
    os.write(write, b"a-long-enough-passphrase\n")
    os.close(write)
    words = ["user", "add", "reader", "--name", "Reader", "--role", "bench:reader", "--password-stdin", "--region", REGION]
    command = [sys.executable, "-m", "smartcity_share", *words, "--instance", str(folder)]
    with os.fdopen(read) as password:
        subprocess.run(command, stdin=password, check=True, stdout=subprocess.DEVNULL)
    return folder


def signed_in(base: str) -> str:
    """Sign in as a browser does and return the Cookie header of the session."""
    visitor = Visitor(base)
    form = visitor.get(f"/{REGION}/_/masuk").form("login", "password")
    visitor.submit(form, {"login": "reader", "password": "a-long-enough-passphrase"})
    page = visitor.get(f"/{REGION}/bench/json")
    if page.status != 200:
        sys.exit(f"the measured page answered {page.status}")
    return "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())


@contextmanager
def bare(project: Path, port: int) -> Iterator[int]:
    """Serve the app alone with the settings ``smartcity serve`` gives uvicorn."""
    program = (
        "import uvicorn; from smartcity_bench.plugin import app;"
        f"uvicorn.run(app, port={port}, log_level='warning', access_log=False,"
        "server_header=False, proxy_headers=False, ws='none')"
    )
    with subprocess.Popen([sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": str(project / "src")}) as server:
        opener = build_opener(ProxyHandler({}))
        for _ in range(200):
            try:
                opener.open(f"http://127.0.0.1:{port}/json", timeout=2).close()
                break
            except OSError:
                time.sleep(0.05)
        yield server.pid
        server.terminate()


def processor_seconds(pid: int) -> float:
    """Return what a process has used of the processor so far: its own clock, as clock_getcpuclockid(3) numbers it."""
    return time.clock_gettime((~pid << 3) | 2)


def resident_kb(pid: int) -> float:
    """Return the memory a process shares with nobody, in kB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return float(sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Clean", "Private_Dirty"))))


def process_of(port: int) -> int:
    """Return the process that answers on a port of the loopback address: its parent holds the socket as well."""
    wanted = f"0100007F:{port:04X}"
    inode = next(line.split()[9] for line in Path("/proc/net/tcp").read_text().splitlines() if line.split()[1] == wanted)
    found: set[int] = set()
    for entry in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(entry.readlink()) == f"socket:[{inode}]":
                found.add(int(entry.parts[2]))
        except OSError:
            continue
    for pid in found:
        parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        if len(found) == 1 or parent in found:
            return pid
    sys.exit(f"no process listens on {port}")


async def _connection(port: int, request: bytes, until: float, done: list[int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.monotonic() < until:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            sys.exit(f"a measured request was answered {head[:60]!r}")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        await reader.readexactly(length)
        done[0] += 1
    writer.close()


async def _drive(port: int, request: bytes, seconds: float) -> int:
    done = [0]
    until = time.monotonic() + seconds
    await asyncio.gather(*(_connection(port, request, until, done) for _ in range(CONNECTIONS)))
    return done[0]


def measure(server: Server, path: str, seconds: float) -> Load:
    """Ask a server for one address over kept connections, for some seconds."""
    cookie = f"Cookie: {server.cookie}\r\n" if server.cookie else ""
    request = f"GET {server.prefix}{path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n{cookie}\r\n".encode()
    before, began = processor_seconds(server.pid), time.monotonic()
    count = asyncio.run(_drive(server.port, request, seconds))
    took = time.monotonic() - began
    return Load(count / (processor_seconds(server.pid) - before), count / took)


def many_regions() -> list[str]:
    """Return the codes of exactly :data:`MANY` autonomous regions: every kabupaten and kota, then provinces to fill up."""
    autonomous = [region.code for region in all_regions() if region.autonomous]
    return sorted(sorted(autonomous, key=lambda code: -len(code))[:MANY])


def main() -> int:
    """Measure, print, and return 1 where a claim does not hold."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--seconds", type=float, default=1.0)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--starts", type=int, default=5)
    chosen = options.parse_args()
    regions = many_regions()
    samples: Samples = {}
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        project = write_project(folder / "project")
        for source in (project, write_project(folder / "second", "second")):
            smartcity("build", source, "-o", folder)
        wheel, second = sorted(folder.glob("*.whl"))
        instances = {
            "one region": make_instance(folder / "one", [wheel], [REGION]),
            f"{len(regions)} regions": make_instance(folder / "many", [wheel, second], regions),
        }
        for _ in range(chosen.starts):
            with started(project, instances) as known:
                compare(known, chosen.seconds, chosen.rounds, samples)
                names = [server.name for server in known]
                memory = memory_per_installation(known[2], regions)
    failed = report(names, samples)
    print(f"\nmemory per idle installation: {memory:.1f} kB (claim: at most {MOST_KB:g})")
    return int(failed or memory > MOST_KB)


@contextmanager
def started(project: Path, instances: dict[str, Path]) -> Iterator[list[Server]]:
    """Start the app alone and an instance after the other, each a process; all of them are asked with one session."""
    with ExitStack() as servers:
        port = free_port()
        known = [Server("bare Starlette", port, servers.enter_context(bare(project, port)), "", "")]
        for name, instance in instances.items():
            base = servers.enter_context(serving(instance, free_port()))
            port = int(base.rpartition(":")[2])
            known.append(Server(name, port, process_of(port), f"/{REGION}/bench", signed_in(base)))
        known[0] = known[0]._replace(cookie=known[1].cookie)
        yield known


def compare(known: list[Server], seconds: float, rounds: int, samples: Samples) -> None:
    """Measure every server in turns, and keep what was measured by server and address."""
    for server in known:
        measure(server, "/json", 1.0)  # everything is loaded and opened
    for _ in range(rounds):
        for path in PATHS:
            for server in known:
                samples.setdefault((server.name, path), []).append(measure(server, path, seconds))


def memory_per_installation(server: Server, regions: list[str]) -> float:
    """Open the apps in every region and return what that took, in kB for each installation."""
    visitor = Visitor(f"http://127.0.0.1:{server.port}")
    before = resident_kb(server.pid)
    for code in regions:
        for app in APPS:
            if visitor.get(f"/{code}/{app}/open").status != 200:
                sys.exit(f"{app} did not open in {code}")
    return (resident_kb(server.pid) - before) / (len(regions) * len(APPS))


def ratio(samples: Samples, first: str, second: str, path: str) -> float:
    """Return how much of the speed of the first the second keeps: the median over the turns."""
    pairs = zip(samples[first, path], samples[second, path], strict=True)
    return statistics.median(kept.per_cpu / whole.per_cpu for whole, kept in pairs)


def report(names: list[str], samples: Samples) -> bool:
    """Print the table; return whether a claim about speed does not hold."""
    first, single, many = names
    failed = False
    print(f"{'':<16}{'address':<9}{'requests/CPU s':>15}{'requests/s':>12}{'ratio':>8}")
    for path in PATHS:
        for name in names:
            per_cpu, per_second = (statistics.median(values) for values in zip(*samples[name, path], strict=True))
            print(f"{name:<16}{path:<9}{per_cpu:>15.0f}{per_second:>12.0f}{ratio(samples, first, name, path):>8.2f}")
        slow, flat = ratio(samples, first, single, path), ratio(samples, single, many, path)
        failed = failed or slow < SLOWEST or flat < FLAT
        print(f"  {path}: host/bare {slow:.2f} (claim: {SLOWEST}), many/one {flat:.2f} (claim: {FLAT})")
    return failed


if __name__ == "__main__":
    sys.exit(main())
