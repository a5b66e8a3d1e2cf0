"""The registry is the only caller: one app at a time, foreign exceptions named, results checked."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable

import pytest

from smartcity_share.errors import AppImportError, AppNotFoundError, HookCallError, HookError, RegionFactNotDeclaredError
from smartcity_share.hooks.contract import hook_arguments
from smartcity_share.hooks.installation import Installation
from smartcity_share.hooks.load import LoadedApp
from smartcity_share.hooks.registry import AppRegistry

Make = Callable[..., AppRegistry]


def test_an_exception_of_an_app_is_named_with_hook_place_and_cause(registry: Make, installation: Installation) -> None:
    apps = registry(parks="@hookimpl\ndef indicators(installation):\n    raise ValueError('no rows')\n")
    with pytest.raises(HookCallError) as caught:
        apps.indicators("parks", installation)
    assert str(caught.value).endswith("App `parks` raised in hook `indicators`: ValueError: no rows.")
    assert caught.value.where is not None
    assert (caught.value.where.file.rpartition(".")[2], caught.value.where.line) == ("plugin", 4)
    assert isinstance(caught.value.__cause__, ValueError)
    assert "send this message to its maker" in str(caught.value.hint)


def test_an_error_of_this_library_raised_in_a_hook_keeps_its_own_mend(registry: Make, installation: Installation) -> None:
    apps = registry(parks="@hookimpl\ndef provision(installation):\n    installation.region.offices\n")
    with pytest.raises(HookCallError) as caught:
        apps.provision("parks", installation)
    assert isinstance(caught.value.__cause__, RegionFactNotDeclaredError)
    assert "Add `offices` to `region_uses`" in str(caught.value.hint)


def test_an_app_that_ends_the_process_in_a_hook_is_held(registry: Make, installation: Installation) -> None:
    apps = registry(parks="@hookimpl\ndef provision(installation):\n    raise SystemExit(1)\n")
    with pytest.raises(HookCallError):
        apps.provision("parks", installation)


def test_a_stop_by_the_user_during_a_hook_is_not_swallowed(registry: Make, installation: Installation) -> None:
    apps = registry(parks="@hookimpl\ndef provision(installation):\n    raise KeyboardInterrupt\n")
    with pytest.raises(KeyboardInterrupt):
        apps.provision("parks", installation)


def test_an_exception_that_cannot_even_be_shown_is_named_by_its_class(registry: Make, installation: Installation) -> None:
    source = "class Odd(Exception):\n    def __str__(self):\n        raise ValueError\n"
    apps = registry(parks=source + "@hookimpl\ndef provision(installation):\n    raise Odd\n")
    with pytest.raises(HookCallError, match=r"Odd: \(its message cannot be shown\)"):
        apps.provision("parks", installation)


def test_a_generator_is_read_inside_the_guard(registry: Make, installation: Installation) -> None:
    apps = registry(parks="@hookimpl\ndef indicators(installation):\n    yield 1 / 0\n")
    with pytest.raises(HookCallError, match="ZeroDivisionError"):
        apps.indicators("parks", installation)


def test_the_rows_of_a_data_set_are_read_inside_the_guard(registry: Make, installation: Installation) -> None:
    source = "from smartcity_share import Dataset\n@hookimpl\ndef datasets(installation):\n"
    apps = registry(
        parks=source + "    return [Dataset('trees', ({'n': n} for n in range(2)))]\n",
        waste=source + "    return [Dataset('bins', ({'n': 1 / n} for n in (1, 0)))]\n",
        roads=source + "    return [Dataset('holes', ['text'])]\n",
    )
    assert apps.datasets("parks", installation)[0].rows == ({"n": 0}, {"n": 1})
    with pytest.raises(HookCallError, match="ZeroDivisionError"):
        apps.datasets("waste", installation)
    with pytest.raises(HookError, match="returned data set `holes` with a str; wanted: an iterable of Mapping"):
        apps.datasets("roads", installation)


def test_one_app_that_raises_takes_nothing_from_another(registry: Make, installation: Installation) -> None:
    source = "from smartcity_share import IndicatorValue\n@hookimpl\ndef indicators(installation):\n"
    apps = registry(parks=source + "    return [IndicatorValue('trees', 7)]\n", waste=source + "    raise OSError\n")
    with pytest.raises(HookCallError):
        apps.indicators("waste", installation)
    assert [value.value for value in apps.indicators("parks", installation)] == [7]


def test_the_value_of_a_wrong_result_is_never_shown(registry: Make) -> None:
    apps = registry(parks="@hookimpl\ndef database_schema():\n    return 'the-password'\n")
    with pytest.raises(HookError, match="returned a str; wanted: DatabaseSchema or None") as caught:
        apps.database_schema("parks")
    assert "the-password" not in str(caught.value)


# -- loading ---------------------------------------------------------------------------------------------------------------


def test_an_app_is_loaded_once(registry: Make) -> None:
    apps = registry(parks="@hookimpl\ndef asgi_app(): ...\n")
    assert apps.app("parks") is apps.app("parks")
    assert apps.fault("parks") is None
    assert apps.implements("parks", "asgi_app")
    assert not apps.implements("parks", "jobs")


def test_a_fault_at_load_is_remembered_and_raised_again(registry: Make) -> None:
    apps = registry(parks="raise ValueError('broken')\n")
    with pytest.raises(AppImportError) as first:
        apps.app("parks")
    with pytest.raises(AppImportError) as second:
        apps.asgi_app("parks")
    assert first.value is second.value is apps.fault("parks")


def test_an_unknown_app_is_refused(registry: Make) -> None:
    with pytest.raises(AppNotFoundError):
        registry().asgi_app("parks")


def test_many_threads_load_an_app_once(registry: Make) -> None:
    apps = registry(parks="import threading\nloads = threading.active_count()\n@hookimpl\ndef asgi_app(): ...\n")
    gate = threading.Barrier(8)
    seen: list[LoadedApp] = []

    def ask() -> None:
        gate.wait()
        seen.append(apps.app("parks"))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8
    assert len({id(app) for app in seen}) == 1


# -- tracing ---------------------------------------------------------------------------------------------------------------


def test_the_trace_prints_each_call_and_no_value(
    registry: Make, installation: Installation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SMARTCITY_TRACE_HOOKS", "1")
    apps = registry(parks="@hookimpl\ndef migrate_settings(values): ...\n@hookimpl\ndef provision(): raise ValueError\n")
    apps.migrate_settings("parks", {"token": "the-password"}, "0.9")
    with pytest.raises(HookCallError):
        apps.provision("parks", installation)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("hook parks.migrate_settings(values=dict, from_version=str): ok, ")
    assert lines[1].startswith("hook parks.provision(installation=71.08/parks): HookCallError, ")


def test_without_the_variable_nothing_is_printed(
    registry: Make, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SMARTCITY_TRACE_HOOKS", raising=False)
    registry(parks="@hookimpl\ndef jobs(): ...\n").jobs("parks")
    assert capsys.readouterr().err == ""


# -- the house rules -------------------------------------------------------------------------------------------------------


def test_the_registry_has_one_method_for_each_hook_with_the_app_first() -> None:
    for hook, arguments in hook_arguments().items():
        parameters = tuple(inspect.signature(getattr(AppRegistry, hook)).parameters)
        extra = ("timeout",) if hook == "check_health" else ()
        assert parameters == ("self", "app_id", *arguments, *extra)
