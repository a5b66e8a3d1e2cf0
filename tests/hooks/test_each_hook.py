"""Each hook once: called with the right arguments, silent where the app has nothing to say, named where it raises."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from smartcity_share.errors import HookCallError, HookError
from smartcity_share.hooks.contract import hook_arguments
from smartcity_share.hooks.installation import Installation
from smartcity_share.hooks.registry import AppRegistry
from smartcity_share.hooks.values import Health, HealthState, Message

IMPORTS = """
import click
from sqlalchemy import MetaData
from smartcity_share import (
    DatabaseSchema, Dataset, Delivery, Health, HealthState, IndicatorValue, Job, ReadinessAnswer, Settings,
)
seen = {}
"""
MESSAGE = Message("a@example.org", "Subject", "Text", "en", "report-1")


@attrs.frozen
class Probe:
    """Calls one hook of apps that implement it with a given body, or not at all."""

    registry: Callable[..., AppRegistry]
    hook: str
    arguments: dict[str, object]

    def returning(self, expression: str) -> Any:
        """Return what the registry gives for an app whose hook returns the expression; the arguments have arrived."""
        names = ", ".join(hook_arguments()[self.hook])
        keep = "".join(f"    seen[{name!r}] = {name}\n" for name in self.arguments)
        apps = self.registry(
            parks=f"{IMPORTS}@hookimpl\ndef {self.hook}({names}):\n{keep}    return {expression}\n",
        )
        result = self.ask(apps)
        seen = sys.modules[apps.app("parks").discovered.module].seen
        assert seen == self.arguments
        return result

    def silent(self) -> Any:
        """Return what the registry gives for an app without the hook."""
        other = "jobs" if self.hook != "jobs" else "commands"
        return self.ask(self.registry(parks=f"@hookimpl\ndef {other}(): ...\n"))

    def none(self) -> Any:
        """Return what the registry gives for an app whose hook returns None and takes no argument."""
        return self.ask(self.registry(parks=f"@hookimpl\ndef {self.hook}(): ...\n"))

    def raising(self) -> None:
        """Check that an app which raises is named with the hook."""
        with pytest.raises(HookCallError, match=f"App `parks` raised in hook `{self.hook}`: RuntimeError: no."):
            self.ask(self.registry(parks=f"@hookimpl\ndef {self.hook}(): raise RuntimeError('no')\n"))

    def wrong(self, expression: str, wanted: str) -> None:
        """Check that a result of the wrong type is named with what was wanted."""
        with pytest.raises(HookError, match=f"hook `{self.hook}` returned .*; wanted: .*{wanted}"):
            self.ask(self.registry(parks=f"@hookimpl\ndef {self.hook}(): return {expression}\n"))

    def ask(self, apps: AppRegistry) -> Any:
        """Call the method of the registry."""
        return getattr(apps, self.hook)("parks", **self.arguments)


@pytest.fixture
def probe(registry: Callable[..., AppRegistry]) -> Callable[..., Probe]:
    """Make a probe of a hook with its arguments."""
    return lambda hook, **arguments: Probe(registry, hook, arguments)


Make = Callable[..., Probe]


# -- describe --------------------------------------------------------------------------------------------------------------


def test_hook_settings_model(probe: Make) -> None:
    hook = probe("settings_model")
    assert hook.returning("type('Mine', (Settings,), {})").__name__ == "Mine"
    assert hook.silent() is None
    assert hook.none() is None
    hook.wrong("dict", "a subclass of smartcity_share.Settings")
    hook.raising()


def test_hook_check_readiness(probe: Make, installation: Installation) -> None:
    hook = probe("check_readiness", region=installation.region)
    assert hook.returning("[ReadinessAnswer('offices', True, 'one office')]")[0].met is True
    assert hook.silent() == ()
    assert hook.none() == ()
    hook.wrong("[True]", "an iterable of ReadinessAnswer")
    hook.wrong("5", "an iterable of ReadinessAnswer")
    hook.raising()


# -- install ---------------------------------------------------------------------------------------------------------------


def test_hook_database_schema(probe: Make) -> None:
    hook = probe("database_schema")
    assert hook.returning("DatabaseSchema(MetaData())").migrations is None
    assert hook.silent() is None
    assert hook.none() is None
    hook.wrong("'x'", "DatabaseSchema")
    hook.raising()


def test_hook_provision(probe: Make, installation: Installation) -> None:
    hook = probe("provision", installation=installation)
    assert hook.returning("None") is None
    assert hook.silent() is None
    hook.wrong("False", "nothing")
    hook.raising()


def test_hook_migrate_settings(probe: Make) -> None:
    hook = probe("migrate_settings", values={"colour": "red"}, from_version="0.9")
    assert hook.returning("{'color': values['colour']}") == {"color": "red"}
    assert hook.silent() == {"colour": "red"}, "values are kept as they are"
    assert hook.none() == {"colour": "red"}
    hook.wrong("['colour']", "a mapping with the keys of settings")
    hook.wrong("{1: 2}", "a mapping with the keys of settings")
    hook.raising()


def test_hook_after_upgrade(probe: Make, installation: Installation) -> None:
    hook = probe("after_upgrade", installation=installation, from_version="0.9")
    assert hook.returning("None") is None
    assert hook.silent() is None
    hook.wrong("1", "nothing")
    hook.raising()


# -- serve -----------------------------------------------------------------------------------------------------------------


def test_hook_asgi_app(probe: Make) -> None:
    hook = probe("asgi_app")
    assert callable(hook.returning("lambda scope, receive, send: None"))
    assert hook.silent() is None
    assert hook.none() is None
    hook.wrong("'page'", "an ASGI application")
    hook.raising()


def test_hook_jobs(probe: Make) -> None:
    hook = probe("jobs")
    assert [job.job for job in hook.returning("(Job(name, print) for name in ('a', 'b'))")] == ["a", "b"]
    assert hook.silent() == ()
    assert hook.none() == ()
    hook.wrong("[print]", "an iterable of Job")
    hook.raising()


def test_hook_commands(probe: Make) -> None:
    hook = probe("commands")
    assert [command.name for command in hook.returning("[click.Command('tidy')]")] == ["tidy"]
    assert hook.silent() == ()
    assert hook.none() == ()
    hook.wrong("[print]", "an iterable of Command")
    hook.raising()


def test_hook_deliver_message(probe: Make, installation: Installation) -> None:
    hook = probe("deliver_message", installation=installation, message=MESSAGE)
    assert hook.returning("Delivery(True, 'id-1')").receipt == "id-1"
    assert hook.silent() is None
    assert hook.none() is None
    hook.wrong("True", "Delivery")
    hook.raising()


# -- report ----------------------------------------------------------------------------------------------------------------


def test_hook_check_health(probe: Make, installation: Installation) -> None:
    hook = probe("check_health", installation=installation)
    assert hook.returning("Health(HealthState.DEGRADED, 'full', 'Tidy up.')") == Health(
        HealthState.DEGRADED, "full", "Tidy up."
    )
    assert hook.silent() == hook.none() == Health(HealthState.OK)
    failed = hook.ask(hook.registry(parks="@hookimpl\ndef check_health(): raise RuntimeError('no')\n"))
    assert failed.state is HealthState.FAILED
    assert "RuntimeError: no" in failed.message


def test_hook_indicators(probe: Make, installation: Installation) -> None:
    hook = probe("indicators", installation=installation)
    assert hook.returning("[IndicatorValue('trees', 3)]")[0].value == 3
    assert hook.silent() == ()
    assert hook.none() == ()
    hook.wrong("{'trees': 3}", "an iterable of IndicatorValue")
    hook.raising()


def test_hook_datasets(probe: Make, installation: Installation) -> None:
    hook = probe("datasets", installation=installation)
    assert hook.returning("[Dataset('trees', [{'n': 1}])]")[0].rows == ({"n": 1},)
    assert hook.silent() == ()
    assert hook.none() == ()
    hook.wrong("[[1]]", "an iterable of Dataset")
    hook.raising()


# -- leave -----------------------------------------------------------------------------------------------------------------


def test_hook_export_data(probe: Make, installation: Installation, tmp_path: Path) -> None:
    hook = probe("export_data", installation=installation, target=tmp_path)
    assert hook.returning("None") is None
    assert hook.silent() is None
    hook.wrong("'done'", "nothing")
    hook.raising()


def test_hook_import_data(probe: Make, installation: Installation, tmp_path: Path) -> None:
    hook = probe("import_data", installation=installation, source=tmp_path)
    assert hook.returning("None") is None
    assert hook.silent() is None
    hook.wrong("12", "nothing")
    hook.raising()


def test_hook_deprovision(probe: Make, installation: Installation) -> None:
    hook = probe("deprovision", installation=installation)
    assert hook.returning("None") is None
    assert hook.silent() is None
    hook.wrong("True", "nothing")
    hook.raising()


# -- the rule --------------------------------------------------------------------------------------------------------------


def test_every_hook_has_a_test_of_its_name() -> None:
    here = Path(__file__).parent.parent
    source = "".join(path.read_text(encoding="utf-8") for path in here.rglob("test_*.py"))
    assert [hook for hook in hook_arguments() if f"def test_hook_{hook}(" not in source] == []
