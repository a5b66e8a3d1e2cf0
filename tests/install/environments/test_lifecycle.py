"""What an app needs beyond the host comes with its install, is shared, and goes with its removal."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from smartcity_share.hooks.installation import Actor
from smartcity_share.install import Instance, diagnose, erase_app, install_app, prepared_install, remove_app
from smartcity_share.install.environments import tools
from smartcity_share.install.environments.place import EnvironmentSet
from tests.apps.factory import AppFactory
from tests.apps.libraries import asking, library
from tests.install.conftest import OTHER, REGION, tree
from tests.install.environments.conftest import with_tool

pytestmark = pytest.mark.timeout(400)  # each installs several times, and a busy machine takes its time


def answer(instance: Instance, app: str) -> str:
    """What the app says in a process of its own that serves it."""
    script = (
        "import sys; from pathlib import Path; from smartcity_share.install import Instance, open_installation\n"
        "instance = Instance.open(Path(sys.argv[1]))\n"
        "print(instance.registry().check_health(sys.argv[2], open_installation(instance, '71.08', sys.argv[2])).message)"
    )
    command = [sys.executable, "-c", script, str(instance.folder), app]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def names(environments: EnvironmentSet) -> list[str]:
    """The packages of the environment in use."""
    current = environments.pointer().current
    return [] if current is None else [one.label.removeprefix("smartcity-test-") for one in environments.lock(current)]


@pytest.mark.parametrize("tool", ["uv", "pip"])
def test_an_app_gets_what_it_needs(
    instance: Instance,
    environments: EnvironmentSet,
    parks: Path,
    wheels: Path,
    actor: Actor,
    tool: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    with_tool(monkeypatch, tool, tmp_path)
    outcome = install_app(instance, REGION, parks, actor=actor, wheels=[wheels])
    assert [step.name for step in outcome.plan.steps][:4] == [
        "store-packages",
        "build-environment",
        "store-code",
        "switch-environment",
    ]
    assert names(environments) == ["trees==1.0"]
    assert answer(instance, "parks") == "1.0"
    assert diagnose(instance, timeout=20) == ()


def test_wheels_beside_the_wheel_of_the_app_are_found(
    instance: Instance, environments: EnvironmentSet, parks: Path, actor: Actor
) -> None:
    library(parks.parent, "trees", "1.5")
    install_app(instance, REGION, parks, actor=actor)
    assert names(environments) == ["trees==1.5"]


def test_an_app_without_further_requirements_costs_nothing(
    instance: Instance, app_factory: AppFactory, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tools, "find_tool", None)
    monkeypatch.setattr(subprocess, "run", None)
    install_app(instance, REGION, app_factory.wheel("hello", dependencies=["attrs>=1", "starlette"]), actor=actor)
    assert not instance.layout.environments.exists()
    assert not instance.layout.packages.exists()


def test_another_region_with_the_same_app_uses_the_same_environment(
    instance: Instance, environments: EnvironmentSet, parks: Path, wheels: Path, actor: Actor
) -> None:
    install_app(instance, REGION, parks, actor=actor, wheels=[wheels])
    before = environments.pointer()
    outcome = install_app(instance, OTHER, parks, actor=actor)
    assert {"store-packages", "build-environment", "switch-environment"}.isdisjoint(s.name for s in outcome.plan.steps)
    remove_app(instance, REGION, "parks", export=None, without_export=True, actor=actor)
    erase_app(instance, REGION, "parks", signed_off_by="Sekretaris Daerah", actor=actor)
    assert environments.pointer() == before


def test_a_second_app_adds_and_what_is_there_keeps_its_version(
    instance: Instance, environments: EnvironmentSet, parks: Path, roads: Path, wheels: Path, actor: Actor
) -> None:
    library(wheels, "stones")
    install_app(instance, REGION, parks, actor=actor, wheels=[wheels])
    first = environments.pointer().current
    install_app(instance, REGION, roads, actor=actor, wheels=[wheels])
    assert names(environments) == ["stones==1.0", "trees==1.0"]
    assert environments.pointer().earlier == (first,)
    assert (answer(instance, "parks"), answer(instance, "roads")) == ("1.0", "1.0 1.0")


def test_a_removal_leaves_the_environment_of_what_is_left(
    instance: Instance, environments: EnvironmentSet, parks: Path, roads: Path, wheels: Path, actor: Actor
) -> None:
    library(wheels, "stones")
    install_app(instance, REGION, parks, actor=actor, wheels=[wheels])
    first = environments.pointer().current
    install_app(instance, REGION, roads, actor=actor, wheels=[wheels])
    remove_app(instance, REGION, "roads", export=None, without_export=True, actor=actor)
    erase_app(instance, REGION, "roads", signed_off_by="Sekretaris Daerah", actor=actor)
    assert environments.pointer().current == first
    assert answer(instance, "parks") == "1.0"
    remove_app(instance, REGION, "parks", export=None, without_export=True, actor=actor)
    erase_app(instance, REGION, "parks", signed_off_by="Sekretaris Daerah", actor=actor)
    assert environments.pointer().current is None
    assert diagnose(instance, timeout=20) == ()


def test_what_was_installed_once_comes_back_from_the_wheels_that_are_kept(
    instance: Instance, environments: EnvironmentSet, parks: Path, wheels: Path, actor: Actor
) -> None:
    install_app(instance, REGION, parks, actor=actor, wheels=[wheels])
    remove_app(instance, REGION, "parks", export=None, without_export=True, actor=actor)
    erase_app(instance, REGION, "parks", signed_off_by="Sekretaris Daerah", actor=actor)
    outcome = install_app(instance, REGION, parks, actor=actor)
    assert "use the kept environment" in outcome.plan.steps[1].describe()
    assert names(environments) == ["trees==1.0"]


def test_only_the_last_environments_are_kept_and_the_wheels_they_are_made_of(
    instance: Instance, environments: EnvironmentSet, app_factory: AppFactory, tmp_path: Path, actor: Actor
) -> None:
    letters = ["alpha", "beta", "gamma", "delta", "epsilon"]
    for letter in letters:
        library(tmp_path / "wheels", f"lib_{letter}")
        app = app_factory.wheel(letter, plugin=asking(f"lib_{letter}"), dependencies=[f"smartcity_test_lib_{letter}"])
        install_app(instance, REGION, app, actor=actor, wheels=[tmp_path / "wheels"])
    for letter in letters[:4]:
        remove_app(instance, REGION, letter, export=None, without_export=True, actor=actor)
        erase_app(instance, REGION, letter, signed_off_by="Sekretaris Daerah", actor=actor)
    assert names(environments) == ["lib-epsilon==1.0"]
    assert set(environments.names()) == set(environments.pointer().kept)
    kept = {one.sha256 for name in environments.names() for one in environments.lock(name)}
    assert {folder.name for folder in instance.layout.packages.iterdir()} == kept
    assert len(kept) == 3


def test_a_plan_that_is_not_applied_leaves_nothing(instance: Instance, parks: Path, wheels: Path) -> None:
    before = tree(instance.folder)
    path = list(sys.path)
    with prepared_install(instance, REGION, None, parks, wheels=[wheels]) as prepared:
        told = [step.describe() for step in prepared.plan().steps]
    assert told[0] == "keep the wheels of smartcity-test-trees==1.0"
    assert told[1].startswith("make the environment main/py")
    assert tree(instance.folder) == before
    assert [entry for entry in sys.path if "environments" in entry] == [entry for entry in path if "environments" in entry]


def test_an_app_that_pip_installed_has_what_pip_gave_it(
    instance: Instance, app_factory: AppFactory, actor: Actor, monkeypatch: pytest.MonkeyPatch, wheels: Path
) -> None:
    site = app_factory.installed("parks", plugin=asking("trees"), dependencies=["smartcity_test_trees<2"])
    app_factory.unpack(wheels / "smartcity_test_trees-1.0-py3-none-any.whl", site)
    monkeypatch.syspath_prepend(site)
    outcome = install_app(instance, REGION, None, app="parks", actor=actor)
    assert {"store-packages", "store-code"}.isdisjoint(step.name for step in outcome.plan.steps)
    assert not instance.layout.environments.exists()
