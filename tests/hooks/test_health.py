"""check_health is asked with a time limit; whatever goes wrong is the answer, and no thread is left for each question."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from smartcity_share.hooks.installation import Installation
from smartcity_share.hooks.registry import HEALTH_TIMEOUT, AppRegistry
from smartcity_share.hooks.values import HealthState
from smartcity_share.hooks.waiting import NoAnswerError, SharedCalls

Make = Callable[..., AppRegistry]

HANGING = """
import threading
release = threading.Event()
asked = []

@hookimpl
def check_health(installation):
    asked.append(installation.id)
    release.wait(30)
"""


@pytest.fixture
def hanging(registry: Make) -> Iterator[AppRegistry]:
    """A registry of an app that hangs for 30 seconds, unless the test lets it go."""
    apps = registry(parks=HANGING)
    yield apps
    release(apps)


def release(apps: AppRegistry) -> None:
    sys.modules[apps.app("parks").discovered.module].release.set()


def test_slow_plugin_is_failed_when_the_time_is_over(hanging: AppRegistry, installation: Installation) -> None:
    health = hanging.check_health("parks", installation, timeout=0.02)
    assert health.state is HealthState.FAILED
    assert health.message == "App `parks`: check_health did not answer in 0.02 s."
    assert "ask again" in health.mend


def test_asking_again_joins_the_open_question_and_starts_no_other_thread(
    hanging: AppRegistry, installation: Installation
) -> None:
    threads = threading.active_count()
    for _ in range(5):
        assert hanging.check_health("parks", installation, timeout=0.01).state is HealthState.FAILED
    assert threading.active_count() == threads + 1
    assert sys.modules[hanging.app("parks").discovered.module].asked == ["71.08/parks"]


def test_an_app_that_comes_back_is_ok_again(hanging: AppRegistry, installation: Installation) -> None:
    hanging.check_health("parks", installation, timeout=0.01)
    release(hanging)
    assert hanging.check_health("parks", installation).state is HealthState.OK


def test_the_thread_of_an_app_that_hangs_does_not_keep_the_process_alive(
    hanging: AppRegistry, installation: Installation
) -> None:
    before = set(threading.enumerate())
    hanging.check_health("parks", installation, timeout=0.01)
    (thread,) = set(threading.enumerate()) - before
    assert thread.daemon


def test_an_app_that_does_not_implement_the_hook_is_ok(registry: Make, installation: Installation) -> None:
    assert registry(parks="@hookimpl\ndef jobs(): ...\n").check_health("parks", installation).state is HealthState.OK


def test_an_app_that_raises_is_failed_and_named_with_its_mend(registry: Make, installation: Installation) -> None:
    health = registry(parks="@hookimpl\ndef check_health(): raise OSError('disk')\n").check_health("parks", installation)
    assert health.state is HealthState.FAILED
    assert "App `parks` raised in hook `check_health`: OSError: disk." in health.message
    assert health.mend


def test_an_app_that_raises_its_own_time_out_is_named_as_raising(registry: Make, installation: Installation) -> None:
    health = registry(parks="@hookimpl\ndef check_health(): raise TimeoutError\n").check_health("parks", installation)
    assert "raised in hook" in health.message


def test_an_app_that_returns_the_wrong_type_is_failed(registry: Make, installation: Installation) -> None:
    health = registry(parks="@hookimpl\ndef check_health(): return True\n").check_health("parks", installation)
    assert "returned a bool; wanted: Health or None" in health.message


def test_an_app_that_cannot_be_loaded_is_failed_with_the_mend_of_its_fault(registry: Make, installation: Installation) -> None:
    health = registry(parks="import not_there_at_all\n").check_health("parks", installation)
    assert health.state is HealthState.FAILED
    assert "pip install not_there_at_all" in health.mend


def test_an_app_gets_five_seconds() -> None:
    assert HEALTH_TIMEOUT == 5.0


def test_different_questions_do_not_wait_for_each_other() -> None:
    calls, go = SharedCalls(), threading.Event()
    with pytest.raises(NoAnswerError):
        calls.ask("slow", go.wait, 0.01)
    assert calls.ask("quick", lambda: "answer", 5) == "answer"
    go.set()
