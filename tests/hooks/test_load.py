"""An app is gated, imported and registered alone; whatever is wrong with it is told with its mend."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from smartcity_share.errors import (
    AppConflictError,
    AppImportError,
    HookError,
    HostApiError,
    ManifestError,
    SmartCityError,
)
from smartcity_share.hooks import code_folders
from smartcity_share.hooks.discover import discover
from smartcity_share.hooks.discovered import DiscoveredApp
from smartcity_share.hooks.load import load
from tests.apps.factory import AppFactory, unpack

Make = Callable[..., DiscoveredApp]
PAGES = "@hookimpl\ndef asgi_app():\n    return None\n"
HEALTH = "@hookimpl\ndef check_health(installation):\n    return None\n"


def refused(error: type[SmartCityError], app: DiscoveredApp) -> SmartCityError:
    with pytest.raises(error) as caught:
        load(app)
    assert caught.value.hint, "every fault of an app says its mend"
    return caught.value


def test_a_loaded_app_tells_its_manifest_and_the_hooks_it_implements(discovered: Make) -> None:
    app = load(discovered(PAGES + HEALTH))
    assert app.hooks == {"asgi_app", "check_health"}
    assert (app.app_id, app.version, app.manifest.app.id) == ("parks", "1.0.0", "parks")


def test_the_hooks_may_be_methods_of_an_object_the_entry_point_names(discovered: Make) -> None:
    source = "class Parks:\n    @hookimpl\n    def check_health(self, installation):\n        return None\nplugin = Parks()\n"
    assert load(discovered(source, package="smartcity_test_object", entry_point="smartcity_test_object.plugin:plugin")).hooks


# -- the gate --------------------------------------------------------------------------------------------------------------


def test_an_app_for_another_host_api_is_refused_before_it_is_imported(discovered: Make) -> None:
    app = discovered("raise RuntimeError('imported')\n", manifest={"host_api": ">=2,<3"})
    error = refused(HostApiError, app)
    assert "needs host API >=2,<3; this is host API 1.0" in str(error)
    assert error.where is not None
    assert (error.where.key, error.where.line) == ("host_api", 2)
    assert app.module not in sys.modules


def test_the_host_api_is_judged_before_the_rest_of_a_manifest_this_host_may_not_understand(discovered: Make) -> None:
    refused(HostApiError, discovered(PAGES, manifest={"host_api": ">=2", "something_of_api_2": True}))


def test_a_manifest_with_faults_keeps_the_app_from_being_imported(discovered: Make) -> None:
    app = discovered(PAGES, manifest={"terms": None, "app": {"category": "nonsense"}})
    error = refused(ManifestError, app)
    assert isinstance(error, ManifestError)
    assert len(error.faults) == 2
    assert app.module not in sys.modules


@pytest.mark.parametrize("wanted", ["not a range", 1])
def test_a_host_api_that_is_no_range_is_a_fault_of_the_manifest(discovered: Make, wanted: object) -> None:
    refused(ManifestError, discovered(PAGES, manifest={"host_api": wanted}))


# -- the import ------------------------------------------------------------------------------------------------------------


def test_an_import_error_names_module_cause_place_and_keeps_the_exception(discovered: Make) -> None:
    error = refused(AppImportError, discovered("\nvalue = 1 / 0\n"))
    assert "ZeroDivisionError: division by zero" in str(error)
    assert isinstance(error.__cause__, ZeroDivisionError)
    assert error.where is not None
    assert error.where.file.endswith(".plugin")
    assert error.where.line == 3


def test_a_module_that_ends_the_process_at_import_is_a_fault_like_any_other(discovered: Make) -> None:
    assert "SystemExit: 3" in str(refused(AppImportError, discovered("raise SystemExit(3)\n")))


def test_a_stop_by_the_user_during_an_import_is_not_swallowed(discovered: Make) -> None:
    with pytest.raises(KeyboardInterrupt):
        load(discovered("raise KeyboardInterrupt\n"))


def test_a_missing_declared_dependency_is_mended_by_the_exact_pip_command(discovered: Make) -> None:
    app = discovered("import not_there_at_all\n", dependencies=["click>=8", "not-there-at-all>=2,<3", "x; extra == 'y'"])
    assert refused(AppImportError, app).hint == "Install what it needs: `pip install 'not-there-at-all<3,>=2'`."


def test_a_missing_dependency_nobody_declared_is_named_to_user_and_maker(discovered: Make) -> None:
    hint = refused(AppImportError, discovered("import not_there_at_all.part\n")).hint
    assert hint is not None
    assert "`pip install not_there_at_all`" in hint
    assert "Its maker adds it to the dependencies of `smartcity-test-parks`" in hint


def test_an_entry_point_to_a_missing_module_says_what_the_maker_corrects(discovered: Make) -> None:
    app = discovered(PAGES, package="smartcity_test_gone", entry_point="smartcity_test_gone.pulgin")
    assert "`parks = smartcity_test_gone.pulgin` in pyproject.toml" in str(refused(AppImportError, app).hint)


def test_an_entry_point_to_a_missing_object_says_what_the_maker_corrects(discovered: Make) -> None:
    app = discovered(PAGES, package="smartcity_test_object_gone", entry_point="smartcity_test_object_gone.plugin:nothing")
    assert "corrects the entry point" in str(refused(AppImportError, app).hint)


def test_an_entry_point_to_none_is_refused(discovered: Make) -> None:
    app = discovered("plugin = None\n", package="smartcity_test_none", entry_point="smartcity_test_none.plugin:plugin")
    assert "is None" in str(refused(HookError, app))


def test_an_app_written_for_another_release_of_the_library_says_which_one_is_here(discovered: Make) -> None:
    error = refused(AppImportError, discovered("from smartcity_share import something_newer\n"))
    assert "another version of smartcity-share" in str(error.hint)


def test_a_fault_of_one_app_leaves_the_next_one_working(discovered: Make) -> None:
    refused(AppImportError, discovered("raise ValueError\n", app_id="waste"))
    assert load(discovered(PAGES)).app_id == "parks"


# -- the hooks -------------------------------------------------------------------------------------------------------------


def test_an_unknown_argument_is_named_with_the_known_ones_and_the_near_match(discovered: Make) -> None:
    error = refused(HookError, discovered("@hookimpl\ndef check_health(instalation):\n    return None\n"))
    assert "hook `check_health` takes no argument `instalation` in host API 1.0; it has `installation`." in str(error)
    assert str(error.hint).startswith("Did you mean `installation`?")
    assert error.where is not None
    assert error.where.line == 2


def test_an_argument_of_a_hook_that_has_none_is_told_to_be_removed(discovered: Make) -> None:
    error = refused(HookError, discovered("@hookimpl\ndef asgi_app(settings):\n    return None\n"))
    assert "it has none" in str(error)
    assert "Remove `settings` from `asgi_app`." in str(error.hint)


def test_star_arguments_are_shown_with_their_stars(discovered: Make) -> None:
    error = refused(HookError, discovered("@hookimpl\ndef check_health(**more):\n    return None\n"))
    assert "`**more`" in str(error)


def test_misspelt_hook_plugin_is_named_with_the_near_match(discovered: Make) -> None:
    error = refused(HookError, discovered("@hookimpl\ndef chek_health(installation):\n    return None\n"))
    assert "`chek_health` is no hook of host API 1.0." in str(error)
    assert str(error.hint).startswith("Did you mean `check_health`?")


def test_a_hook_of_a_later_host_may_be_marked_optional(discovered: Make) -> None:
    source = PAGES + "@hookimpl(optionalhook=True)\ndef a_hook_of_api_1_7(later):\n    return None\n"
    assert "asgi_app" in load(discovered(source)).hooks


def test_every_problem_of_the_hooks_is_told_at_once(discovered: Make) -> None:
    source = "@hookimpl\ndef chek_health(installation): ...\n@hookimpl\ndef jobs(region): ...\n"
    error = refused(HookError, discovered(source))
    assert "chek_health" in str(error)
    assert "`jobs` takes no argument `region`" in str(error)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("@hookimpl\nasync def check_health(installation): ...\n", "is async"),
        ("@hookimpl(wrapper=True)\ndef check_health(installation):\n    return (yield)\n", "is a wrapper"),
        ("def check_health(installation): ...\n", "marks no hook; `check_health` has the name of one"),
        ("value = 1\n", "marks no hook."),
    ],
)
def test_what_the_host_could_not_call_is_refused_at_load(discovered: Make, source: str, said: str) -> None:
    assert said in str(refused(HookError, discovered(source)))


def test_a_class_in_the_entry_point_is_told_to_be_an_instance(discovered: Make) -> None:
    source = "class Parks:\n    @hookimpl\n    def check_health(self, installation): ...\n"
    app = discovered(source, package="smartcity_test_class", entry_point="smartcity_test_class.plugin:Parks")
    assert "Name an instance of the class" in str(refused(HookError, app).hint)


def test_an_object_that_raises_while_it_is_looked_at_is_a_fault_of_its_app(discovered: Make) -> None:
    source = "class Parks:\n    def __dir__(self):\n        raise OSError('no')\nplugin = Parks()\n"
    app = discovered(source, package="smartcity_test_dir", entry_point="smartcity_test_dir.plugin:plugin")
    assert "OSError: no" in str(refused(HookError, app))


# -- code folders ----------------------------------------------------------------------------------------------------------


def test_a_code_folder_is_put_on_the_path_once_and_is_no_part_of_the_environment(discovered: Make) -> None:
    app = discovered(PAGES)
    load(app)
    load(app)
    assert sys.path.count(str(app.location)) == 1
    assert sys.path[-1] == str(app.location)
    assert "parks" not in discover()


def test_an_app_in_a_code_folder_finds_its_own_metadata(discovered: Make) -> None:
    load(discovered(PAGES, distribution="smartcity-test-own-metadata"))
    assert importlib.metadata.version("smartcity-test-own-metadata") == "1.0.0"


def test_a_code_folder_given_by_a_relative_path_is_recognised_by_what_was_imported_from_it(
    app_factory: AppFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = app_factory.installed("parks", plugin="from smartcity_share import hookimpl\n" + PAGES)
    monkeypatch.chdir(folder.parent)
    app = discover([Path(folder.name)], environment=[]).get("parks")
    load(app)
    assert code_folders.home_of(sys.modules[app.module]) == folder


def test_the_code_folder_wins_over_the_copy_in_the_environment(
    app_factory: AppFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {"package": "smartcity_test_twice", "plugin": "from smartcity_share import hookimpl\n" + PAGES}
    environment = app_factory.installed("parks", version="1.0.0", **options)
    monkeypatch.syspath_prepend(str(environment))
    folder = app_factory.installed("parks", version="2.0.0", **options)
    load(discover([folder]).get("parks"))
    assert Path(str(sys.modules["smartcity_test_twice"].__file__)).is_relative_to(folder)


def test_another_version_already_imported_is_refused_with_the_restart(app_factory: AppFactory) -> None:
    options = {"package": "smartcity_test_versions", "plugin": "from smartcity_share import hookimpl\n" + PAGES}
    old = app_factory.unpack(app_factory.wheel("parks", version="1.0.0", **options), app_factory.folder / "1.0.0-old")
    new = app_factory.installed("parks", version="2.0.0", **options)
    load(discover([old], environment=[]).get("parks"))
    error = refused(AppImportError, discover([new], environment=[]).get("parks"))
    assert "already imported in this process, from the code folder `1.0.0-old`" in str(error)
    assert "smartcity serve" in str(error.hint)


def test_a_package_named_like_a_module_of_python_is_refused(discovered: Make) -> None:
    assert "a module of Python" in str(refused(AppConflictError, discovered(PAGES, package="json")))


def test_a_package_that_would_hide_one_of_the_environment_is_refused(discovered: Make) -> None:
    error = refused(AppConflictError, discovered(PAGES, package="starlette"))
    assert "would hide another package of that name" in str(error)


def test_the_same_wheel_in_two_instances_is_one_release_and_may_be_used_by_both(
    app_factory: AppFactory, tmp_path: Path
) -> None:
    wheel = app_factory.wheel("parks", plugin="from smartcity_share import hookimpl\n" + PAGES)
    first, second = unpack(wheel, tmp_path / "a"), unpack(wheel, tmp_path / "b")
    load(discover([first], environment=[]).get("parks"))
    assert load(discover([second], environment=[]).get("parks")).hooks == {"asgi_app"}


def test_a_wheel_of_the_same_version_with_other_content_is_another_release(app_factory: AppFactory) -> None:
    options = {"package": "smartcity_test_same", "plugin": "from smartcity_share import hookimpl\n" + PAGES}
    first = app_factory.installed("parks", **options)
    second = app_factory.installed("parks", files={"more.py": "value = 1\n"}, **options)
    load(discover([first], environment=[]).get("parks"))
    refused(AppImportError, discover([second], environment=[]).get("parks"))


@pytest.mark.parametrize(("version", "same"), [("1.0.0", True), ("2.0.0", False)])
def test_the_environment_counts_by_its_version(
    app_factory: AppFactory, monkeypatch: pytest.MonkeyPatch, version: str, *, same: bool
) -> None:
    options = {"package": "smartcity_test_env", "plugin": "from smartcity_share import hookimpl\n" + PAGES}
    site = app_factory.installed("parks", version="1.0.0", **options)
    monkeypatch.syspath_prepend(str(site))
    load(discover().get("parks"))
    newer = discover([app_factory.installed("parks", version=version, **options)]).get("parks")
    if same:
        assert load(newer).version == version
    else:
        assert "from the environment" in str(refused(AppImportError, newer))


def test_a_code_folder_that_is_taken_off_leaves_no_trace_on_the_import_path(discovered: Make) -> None:
    app = discovered(PAGES)
    load(app)
    code_folders.remove(app.location)
    assert str(app.location) not in sys.path
    assert app.location not in code_folders.added()


def test_a_code_folder_is_no_part_of_the_environment_when_an_older_import_path_brings_it_back(
    discovered: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = discovered(PAGES)
    load(app)
    kept = list(sys.path)
    code_folders.remove(app.location)
    monkeypatch.setattr(sys, "path", kept)
    assert "parks" not in discover()
    assert code_folders.environment_version(app.distribution) is None


def test_another_version_is_refused_also_after_the_first_one_was_removed(app_factory: AppFactory) -> None:
    options = {"package": "smartcity_test_removed", "plugin": "from smartcity_share import hookimpl\n" + PAGES}
    old = app_factory.installed("parks", version="1.0.0", **options)
    load(discover([old], environment=[]).get("parks"))
    code_folders.remove(old)
    new = app_factory.installed("parks", version="2.0.0", **options)
    refused(AppImportError, discover([new], environment=[]).get("parks"))


def test_a_module_without_a_file_counts_as_the_environment() -> None:
    assert code_folders.home_of(ModuleType("made_by_hand")) is None
