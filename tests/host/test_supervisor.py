"""What supervises goes on while the database is away, and never leaves a process behind that waits for it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from smartcity_share.cli.serving import needed_sets
from smartcity_share.host.crew import Post, end_with_parent
from smartcity_share.host.errands import Errands
from smartcity_share.host.supervisor import Supervisor
from smartcity_share.install import Instance
from smartcity_share.install.code_sets import CodeSet

Needed = Callable[[], tuple[CodeSet, ...] | None]


def wait_for_the_end(post: Post) -> None:
    """Work until asked to end."""
    end_with_parent()
    post.ready.send(True)
    signal.pause()


def away() -> OperationalError:
    return OperationalError("SELECT revision", {}, Exception("connection refused"))


def test_a_moment_without_the_database_ends_nothing_and_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    looks: list[str] = []

    def needed() -> None:
        looks.append("ledger")
        if len(looks) > 3:
            os.kill(os.getpid(), signal.SIGTERM)
            return
        raise away()

    def waiting() -> tuple[str, ...]:
        looks.append("left")
        raise away()

    errands = Errands(waiting, wait_for_the_end, ())
    assert Supervisor(needed, wait_for_the_end, (), errands=errands).run() == 0
    assert looks[:2] == ["ledger", "left"]
    assert [record.getMessage() for record in caplog.records] == [
        "What is to be served could not be looked up; it is tried again",
        "What was left could not be looked for; it is tried again",
    ]


def test_an_error_of_its_own_ends_the_processes_before_it_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([(CodeSet((), frozenset({"71.08"})),)])
    supervisor: Supervisor

    def needed() -> tuple[CodeSet, ...] | None:
        found = next(answers, None)
        if found is None and supervisor._crews[0].is_ready:
            monkeypatch.setattr(supervisor, "_dismiss", broken)
        return found

    def broken(_now: float) -> None:
        raise RuntimeError("broken")

    supervisor = Supervisor(needed, wait_for_the_end, ())
    begun = time.monotonic()
    with pytest.raises(RuntimeError, match="broken"):
        supervisor.run()
    assert supervisor._crews[0].has_ended
    assert time.monotonic() - begun < 30


def test_a_change_that_could_not_be_read_is_asked_for_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Instance.create(tmp_path / "instance", ("71.08",))) as instance:
        needed = needed_sets(instance)
        with monkeypatch.context() as patched:
            patched.setattr(instance.ledger, "installations", lambda: (_ for _ in ()).throw(away()))
            with pytest.raises(OperationalError):
                needed()
        assert needed() is not None
        assert needed() is None
