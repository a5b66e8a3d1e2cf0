"""Regions that use different versions of an app are served at the same time, and a new version without a restart."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import attrs
import pytest

from smartcity_share.hooks.installation import Actor
from smartcity_share.install import Instance, install_app
from tests.apps.factory import AppFactory, forgetting_imports

OLD, NEW = "71.08", "73.71"
APP = """\
import os

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from smartcity_share import hookimpl


async def version(request):
    return PlainTextResponse("{version}", headers={{"x-process": str(os.getpid())}})


async def echo(request):
    body = await request.body()
    url = request.url
    text = f"{{len(body)}} {{request.client.host}} {{url.path}}?{{url.query}} {{request.headers.get('x-mine')}}"
    answer = PlainTextResponse(text, 201)
    answer.set_cookie("one", "1")
    answer.set_cookie("two", "2")
    return answer


async def parts(request):
    async def give():
        for number in range(3):
            yield f"part {{number}};"

    return StreamingResponse(give(), media_type="text/plain")


@hookimpl
def asgi_app():
    return Starlette(routes=[Route("/", version), Route("/echo", echo, methods=["POST"]), Route("/parts", parts)])
"""
MANIFEST = {"page": [{"path": path, "access": "public"} for path in ("/", "/echo", "/parts")]}


@attrs.frozen
class Served:
    """An instance that is served.

    Attributes:
        folder: Its folder.
        process: The parent of the processes.
        port: Its port.
    """

    folder: Path
    process: subprocess.Popen[str]
    port: int

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, str, http.client.HTTPMessage]:
        """Ask on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with closing(connection):
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.headers

    def workers(self) -> list[int]:
        """Return the processes that answer."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(child) for child in children if b"spawn_main" in _command_line(child)]


def _command_line(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:  # it has just ended
        return b""


@pytest.fixture(scope="module")
def wheels(shared_app_factory: AppFactory) -> dict[str, Path]:
    """One app in two versions."""
    return {
        version: shared_app_factory.wheel(
            "signs",
            plugin=APP.format(version=version),
            manifest=MANIFEST,
            version=version,
            package="smartcity_test_signs_served",
        )
        for version in ("1.0.0", "2.0.0")
    }


@pytest.fixture
def served(tmp_path: Path, wheels: dict[str, Path]) -> Iterator[Served]:
    """An instance whose first region has 1.0.0 and whose second has 2.0.0."""
    folder = tmp_path / "instance"
    Instance.create(folder, [OLD, NEW]).close()
    for region, version in ((OLD, "1.0.0"), (NEW, "2.0.0")):
        with forgetting_imports(), closing(Instance.open(folder)) as instance:
            install_app(instance, region, wheels[version], {}, actor=Actor(name="tests"))
    command = [sys.executable, "-m", "smartcity_share", "serve", "--instance", str(folder), "--port", "0", "--no-jobs"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}) as process:
        assert process.stdout is not None
        try:
            yield Served(folder, process, int(process.stdout.readline().rsplit(":", 1)[1].strip().strip("/")))
        finally:
            process.kill()


def _until(met: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not met():
        assert time.monotonic() < end, "it did not happen within a minute"
        time.sleep(0.02)


def test_each_region_is_answered_by_its_own_version_whichever_process_takes_the_connection(served: Served) -> None:
    _until(lambda: len(served.workers()) == 2)
    seen = set()
    for _ in range(12):
        for region, version in ((OLD, "1.0.0"), (NEW, "2.0.0")):
            status, text, headers = served.ask(f"/{region}/signs/")
            assert (status, text) == (200, version)
            assert len(headers.get_all("x-content-type-options")) == 1
            seen.add((region, headers["x-process"]))
    assert len(seen) == 2
    body = b"x" * 1_000_000
    for region in (OLD, NEW):
        status, text, headers = served.ask(
            f"/{region}/signs/echo?a=%20b", "POST", body, {"X-Mine": "kept", "X-Forwarded-For": "203.0.113.9"}
        )
        assert (status, text) == (201, f"1000000 203.0.113.9 /{region}/signs/echo?a=%20b kept")
        assert [value.partition("=")[0] for value in headers.get_all("set-cookie")] == ["one", "two"]
        assert served.ask(f"/{region}/signs/parts")[:2] == (200, "part 0;part 1;part 2;")
        assert served.ask(f"/{region}/signs/", "HEAD")[:2] == (200, "")
        assert served.ask(f"/{region}/none/")[0] == 404
        assert served.ask(f"/{region}/signs/echo", "POST", b"x", {"Content-Length": "99999999"})[0] == 413
    assert served.ask("/healthz")[0] == 200


def test_a_region_that_moves_to_another_version_is_served_with_it_and_what_nobody_uses_ends(served: Served) -> None:
    assert served.ask(f"/{OLD}/signs/")[1] == "1.0.0"
    _until(lambda: len(served.workers()) == 2)
    with closing(Instance.open(served.folder)) as instance:
        old, new = (instance.ledger.installation(region, "signs") for region in (OLD, NEW))
        assert old is not None
        assert new is not None
        instance.ledger.put_installation(attrs.evolve(new, region=OLD))
        answers = []

        def moved() -> bool:
            answers.append(served.ask(f"/{OLD}/signs/")[:2])
            return answers[-1] == (200, "2.0.0")

        _until(moved)
        assert {status for status, _ in answers} <= {200, 503}
        _until(lambda: len(served.workers()) == 1)
        assert [served.ask(f"/{region}/signs/")[1] for region in (OLD, NEW)] == ["2.0.0", "2.0.0"]
        instance.ledger.put_installation(old)
        _until(lambda: len(served.workers()) == 2)
    _until(lambda: served.ask(f"/{OLD}/signs/")[:2] == (200, "1.0.0"))
    assert served.ask(f"/{NEW}/signs/")[1] == "2.0.0"


def test_a_process_that_dies_is_begun_again(served: Served) -> None:
    assert served.ask(f"/{NEW}/signs/")[1] == "2.0.0"
    _until(lambda: len(served.workers()) == 2)
    before = served.workers()
    os.kill(int(served.ask(f"/{NEW}/signs/")[2]["x-process"]), signal.SIGKILL)
    _until(lambda: len(served.workers()) == 2 and served.workers() != before)
    assert served.ask(f"/{NEW}/signs/")[:2] == (200, "2.0.0")
    assert served.ask(f"/{OLD}/signs/")[:2] == (200, "1.0.0")


def test_no_process_outlives_the_one_that_began_it(served: Served) -> None:
    assert served.ask(f"/{OLD}/signs/")[1] == "1.0.0"
    _until(lambda: len(served.workers()) == 2)
    children = served.workers()
    served.process.kill()
    served.process.wait()
    _until(lambda: not any(Path(f"/proc/{child}/cmdline").exists() for child in children))
