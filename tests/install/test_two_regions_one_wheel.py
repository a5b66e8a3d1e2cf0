"""Two regions are brought to the same wheel at once, and one of them fails: it takes no code from under the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from smartcity_share.errors import OperationError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import Instance, install_app, installed_apps, prepared_install, resume_operation
from smartcity_share.install.records import OperationRecord, OperationState
from smartcity_share.install.steps.hooks import HealthProbe
from tests.install.conftest import NOW, OTHER, REGION, new_process

ANSWERS = {"public_name": "Taman"}


@pytest.fixture
def engine() -> str:
    """What is looked at lies on the disk, whatever keeps the ledger."""
    return "sqlite"


def test_code_that_another_operation_goes_on_with_stays(
    instance: Instance, parks_wheel: Path, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def begun_elsewhere_then_failing(_step: HealthProbe, _context: object) -> None:
        with prepared_install(instance, OTHER, "parks", parks_wheel) as prepared:
            plan = prepared.plan(ANSWERS)
        record = OperationRecord(
            id="20260302-013000-other1",
            kind="install",
            region=OTHER,
            app="parks",
            actor="IT officer",
            basis="",
            state=OperationState.RUNNING,
            started_at=NOW,
            finished_at=None,
            owner="gone",
            plan=plan.journal(),
        )
        instance.ledger.begin_operation(record)
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(HealthProbe, "do", begun_elsewhere_then_failing)
        with pytest.raises(OperationError, match="Everything is as it was before"):
            install_app(instance, REGION, parks_wheel, ANSWERS, actor=actor)
    assert installed_apps(instance, REGION) == ()

    with new_process(instance) as later:
        other = later.ledger.operation("20260302-013000-other1")
        assert other is not None
        ended = resume_operation(later, other.id, actor=actor, pause=lambda _seconds: None)
        assert ended.operation.state is OperationState.DONE
        assert [app.app for app in installed_apps(later, OTHER)] == ["parks"]
