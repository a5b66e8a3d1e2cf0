"""Two regions with two versions of one app share an environment: what fits both is had, what does not is refused by name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from smartcity_share.errors import RefusedError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import Instance, install_app
from smartcity_share.install.environments.place import EnvironmentSet
from smartcity_share.install.rollouts.beginning import begin_rollout, plan_rollout
from smartcity_share.install.rollouts.records import RolloutState
from smartcity_share.install.rollouts.running import run_rollout
from tests.apps.factory import AppFactory
from tests.apps.libraries import asking, library
from tests.install.conftest import OTHER, REGION, new_process, tree

pytestmark = pytest.mark.timeout(400)  # each installs several times, and a busy machine takes its time


@pytest.fixture
def both(instance: Instance, parks: Path, wheels: Path, actor: Actor) -> Instance:
    """An instance with the first version, which needs an older ``trees``, in both regions."""
    for region in (REGION, OTHER):
        install_app(instance, region, parks, actor=actor, wheels=[wheels])
    return instance


def test_a_rollout_keeps_what_the_version_needs_and_brings_it_beside_the_old_version(
    both: Instance, environments: EnvironmentSet, app_factory: AppFactory, tmp_path: Path, actor: Actor
) -> None:
    needs = ["smartcity_test_trees>=1", "smartcity_test_stones"]
    wheel = app_factory.wheel("parks", version="2.0.0", plugin=asking("trees"), dependencies=needs)
    more = tmp_path / "more"
    library(more, "stones")
    library(more, "sand")
    with new_process(both) as process:
        (fault,) = plan_rollout(process, "parks", wheel).faults
        assert (fault.code, "no wheel of it is there" in fault.message) == ("dependency-unmet", True)
        plan = plan_rollout(process, "parks", wheel, pilots=[REGION], shares=[100], wheels=[more])
        rollout = begin_rollout(process, plan, wheel, actor)
        kept = {path.name for path in process.layout.rollout(rollout.id).iterdir()}
        assert kept == {wheel.name, "smartcity_test_stones-1.0-py3-none-any.whl"}
        shutil.rmtree(more)
        assert run_rollout(process, rollout.id, actor).rollout.state is RolloutState.AWAITS_APPROVAL
    assert {one.region: one.version for one in both.ledger.installations()} == {REGION: "2.0.0", OTHER: "1.0.0"}
    current = environments.pointer().current
    assert current is not None
    assert [one.label for one in environments.lock(current)] == ["smartcity-test-stones==1.0", "smartcity-test-trees==1.0"]


def test_a_version_that_needs_what_the_one_before_excludes_is_refused_with_both_ranges(
    both: Instance, app_factory: AppFactory, wheels: Path, actor: Actor
) -> None:
    wheel = app_factory.wheel("parks", version="2.0.0", plugin=asking("trees"), dependencies=["smartcity_test_trees>=2"])
    before = tree(both.folder)
    with new_process(both) as process:
        plan = plan_rollout(process, "parks", wheel, wheels=[wheels])
        with pytest.raises(RefusedError) as caught:
            begin_rollout(process, plan, wheel, actor)
    (fault,) = caught.value.faults
    assert fault.message == (
        "`parks` 2.0.0 and `parks` 1.0.0 cannot share an environment. smartcity-test-trees: `parks` 2.0.0 needs >=2; "
        "`parks` 1.0.0 needs <2"
    )
    assert "widens the range" in fault.mend
    after = tree(both.folder)
    assert {name for name in after if "jobs" not in name} == {name for name in before if "jobs" not in name}
