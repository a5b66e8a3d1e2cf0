"""Whatever step about packages fails, or whenever the process is killed: everything is as it was before, byte for byte."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from smartcity_share.errors import OperationError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import Instance, diagnose, erase_app, install_app, remove_app
from smartcity_share.install.environments.place import environment_set
from smartcity_share.install.resuming import resume_operation
from smartcity_share.install.steps import environment as steps
from smartcity_share.install.steps.all import STEPS
from smartcity_share.install.steps.base import Probe, Step, StepContext
from smartcity_share.install.unfinished import unfinished
from tests.apps.factory import AppFactory
from tests.apps.libraries import asking, library
from tests.install.conftest import REGION, tree
from tests.install.environments.conftest import with_tool

pytestmark = pytest.mark.timeout(400)  # each installs several times, and a busy machine takes its time

STAGED = ("store-packages", "build-environment")
KINDS = (*STAGED, "switch-environment", "drop-environments")


@pytest.fixture
def apps(instance: Instance, app_factory: AppFactory, tmp_path: Path, actor: Actor, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three apps with a library each; the first is installed, and of environments one beside that in use is kept."""
    with_tool(monkeypatch, "uv", tmp_path)
    monkeypatch.setattr("smartcity_share.install.environments.place.KEEP", 1)
    folder = tmp_path / "dist"
    folder.mkdir()
    for name in ("one", "two"):
        library(folder, f"lib_{name}")
        app = app_factory.wheel(name, plugin=asking(f"lib_{name}"), dependencies=[f"smartcity_test_lib_{name}"])
        app.rename(folder / f"{name}.whl").rename(folder / app.name)
    install_app(instance, REGION, wheel(folder, "one"), actor=actor)
    return folder


def wheel(folder: Path, app: str) -> Path:
    """The wheel of an app."""
    return next(folder.glob(f"smartcity_test_{app}-*.whl"))


def act(instance: Instance, folder: Path, actor: Actor, what: str) -> None:
    """Install the second app, or erase the first, which is removed."""
    if what == "install":
        install_app(instance, REGION, wheel(folder, "two"), actor=actor)
    else:
        erase_app(instance, REGION, "one", signed_off_by="Sekretaris Daerah", actor=actor)


def ready(instance: Instance, actor: Actor, what: str) -> tuple[object, ...]:
    """Remove the first app where it is to be erased; what is there then."""
    if what == "erase":
        remove_app(instance, REGION, "one", export=None, without_export=True, actor=actor)
    return state(instance)


CASES = [
    ("install", "store-packages"),
    ("install", "build-environment"),
    ("install", "switch-environment"),
    ("install", "drop-environments"),
    ("erase", "switch-environment"),
]


def state(instance: Instance) -> tuple[object, ...]:
    """Every byte on the disk, and the records."""
    return tree(instance.folder), [(one.id, one.version, one.state) for one in instance.ledger.installations()]


def _full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def _not_done(*_: object) -> Probe:
    return Probe.NOT


@pytest.mark.parametrize(("what", "name"), CASES)
def test_enospc_during_switch_leaves_everything_as_it_was(
    instance: Instance, apps: Path, actor: Actor, monkeypatch: pytest.MonkeyPatch, what: str, name: str
) -> None:
    before = ready(instance, actor, what)
    kind: Any = STEPS[name]
    original = kind.do

    def failing(self: Step, context: StepContext) -> None:
        original(self, context)
        _full()

    monkeypatch.setattr(kind, "do", failing)
    if name in STAGED:  # planning has made it already: the step finds it done
        monkeypatch.setattr(kind, "probe", _not_done)
    with pytest.raises(OperationError, match="Everything is as it was before"):
        act(instance, apps, actor, what)
    monkeypatch.setattr(kind, "do", original)
    assert state(instance) == before


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("what", "name"), CASES)
def test_a_killed_process_is_undone_from_the_journal(
    instance: Instance, apps: Path, actor: Actor, what: str, name: str, when: str
) -> None:
    before = ready(instance, actor, what)
    instance.close()
    child = os.fork()
    if child == 0:
        _killed_at(instance.folder, apps, actor, what, name, when)
    os.waitpid(child, 0)
    after = Instance.open(instance.folder, now=instance.now)
    (left,) = unfinished(after)
    resume_operation(after, left.id, actor=actor, undo=True, pause=lambda _: None)
    assert state(after) == before
    act(after, apps, actor, what)
    assert [one for one in diagnose(after, timeout=20) if one.code.startswith(("environment", "code"))] == []
    after.close()


def _killed_at(folder: Path, apps: Path, actor: Actor, what: str, name: str, when: str) -> None:
    """Run the operation in this child process and die in the middle of a step, with nothing cleaned up."""
    kind: Any = STEPS[name]
    original = kind.do

    def dying(self: Step, context: StepContext) -> None:
        if when == "after":
            original(self, context)
        os._exit(9)

    try:
        kind.do = dying
        if name in STAGED:
            kind.probe = _not_done
        act(Instance.open(folder), apps, actor, what)
    finally:
        os._exit(1)


def test_every_step_about_packages_is_one_of_those() -> None:
    assert set(KINDS) == {name for name, kind in STEPS.items() if kind.__module__ == steps.__name__}
    assert {name for _, name in CASES} == set(KINDS)


def test_an_environment_that_was_changed_meanwhile_is_not_overwritten(
    instance: Instance, apps: Path, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    environments = environment_set(instance.layout)
    pointer = environments.pointer()
    original = steps.SwitchEnvironment.do

    def overtaken(self: steps.SwitchEnvironment, context: StepContext) -> None:
        environments.point_to(pointer.turned_to("py311-of-another-operation"))
        original(self, context)

    monkeypatch.setattr(steps.SwitchEnvironment, "do", overtaken)
    with pytest.raises(OperationError, match="Another operation changed the environment meanwhile"):
        act(instance, apps, actor, "install")
    assert environments.pointer().current == "py311-of-another-operation"
