"""The host under a real server: graceful stop, port in use, several workers, what the wire carries."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from smartcity_share.errors import PortInUseError, SystemRefusedError
from smartcity_share.host.port import refuse_port_in_use, take_port
from tests.host.conftest import NORTH, Town

SLOW = '''\
import contextlib
import pathlib

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from smartcity_share import hookimpl
from smartcity_share.toolkit.request import installation_of

stopped = []


@contextlib.asynccontextmanager
async def lifespan(app):
    yield
    for write in stopped:
        write("stopped")


async def gate(request):
    """Answer when a file appears: the test decides how long it takes."""
    import asyncio

    files = installation_of(request).files
    files.write("entered", b"1")
    stopped.append(lambda word: files.write(word, b"1"))
    while "open" not in list(files.names()):
        await asyncio.sleep(0.01)
    return PlainTextResponse("through the gate")


async def echo(request):
    return PlainTextResponse(str(len(await request.body())))


@hookimpl
def asgi_app():
    return Starlette(routes=[Route("/gate", gate), Route("/body", echo, methods=["POST"])], lifespan=lifespan)
'''


def _installed(town: Town) -> Path:
    town.install(
        "slow", plugin=SLOW, manifest={"page": [{"path": "/gate", "access": "public"}, {"path": "/body", "access": "public"}]}
    )
    town.instance.close()
    return town.instance.layout.files(NORTH, "slow")


@contextmanager
def _serving(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    command = [
        sys.executable,
        "-m",
        "smartcity_share",
        "serve",
        "--instance",
        str(folder),
        "--port",
        "0",
        "--no-jobs",
        *options,
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    ) as process:
        assert process.stdout is not None
        try:
            first = process.stdout.readline()
            assert first.startswith("Serving "), first + process.stdout.read()
            yield process, int(first.rsplit(":", 1)[1].strip().strip("/"))
        finally:
            if process.poll() is None:
                process.kill()


def _get(port: int, path: str, method: str = "GET", body: bytes | None = None) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_request_under_way_is_finished_and_apps_are_stopped_before_the_server_ends(town: Town, workers: str) -> None:
    files = _installed(town)
    with _serving(town.instance.folder, "--workers", workers) as (process, port):
        assert _get(port, "/healthz") == (200, '{"status":"ok"}')
        answers: list[tuple[int, str]] = []
        visitor = threading.Thread(target=lambda: answers.append(_get(port, f"/{NORTH}/slow/gate")))
        visitor.start()
        _wait_for(files / "entered")
        process.send_signal(signal.SIGTERM)
        _wait_until_refused(port)
        assert answers == []
        (files / "open").write_bytes(b"1")
        visitor.join(20)
        assert process.wait(20) in (0, -signal.SIGTERM)
    assert answers == [(200, "through the gate")]
    assert (files / "stopped").exists()


def _wait_for(path: Path) -> None:
    ticker = threading.Event()
    for _ in range(2000):
        if path.exists():
            return
        ticker.wait(0.01)
    raise AssertionError(path)


def _wait_until_refused(port: int) -> None:
    ticker = threading.Event()
    for _ in range(2000):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            return
        ticker.wait(0.01)
    raise AssertionError(port)


def test_a_body_over_the_limit_and_a_crooked_path_are_refused_on_the_wire(town: Town) -> None:
    _installed(town)
    with _serving(town.instance.folder) as (_, port):
        assert _get(port, f"/{NORTH}/slow/body", "POST", b"x" * 1_000_000) == (200, "1000000")
        with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
            line.sendall(f"POST /{NORTH}/slow/body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n".encode())
            assert line.recv(100).startswith(b"HTTP/1.1 413 ")
        for path in ("/%2e%2e/etc/passwd", f"/{NORTH}//slow/gate", f"/{NORTH}/slow%2fgate"):
            assert _get(port, path)[0] == 400
        with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
            line.sendall(
                f"GET /{NORTH}/none/ HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                "Sec-WebSocket-Key: eA==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
            )
            assert line.recv(100).startswith(b"HTTP/1.1 404 ")


def test_a_port_in_use_is_said_with_its_mend() -> None:
    with take_port("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortInUseError, match=f"127.0.0.1:{port}") as refused:
            refuse_port_in_use("127.0.0.1", port)
    assert refused.value.hint == f"Stop it, or choose another port: `--port {min(port + 1, 65535)}`."
    refuse_port_in_use("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused_with_its_mend() -> None:
    with pytest.raises(SystemRefusedError) as refused:
        take_port("192.0.2.1", 0)
    assert "127.0.0.1" in str(refused.value.hint)
