"""Two regions use two versions of one app: each operation runs the code of its region, a process never mixes them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from smartcity_share.errors import AppImportError
from smartcity_share.hooks.installation import Actor
from smartcity_share.host.job_store import JobStore
from smartcity_share.host.jobs import JobRunner
from smartcity_share.install import Instance, configure_app, diagnose, erase_app, install_app, open_installation, remove_app
from smartcity_share.install.registries import choose
from tests.apps.factory import AppFactory
from tests.install.conftest import NOW, OTHER, REGION, new_process
from tests.kept import Brought

APP = """\
from smartcity_share import Health, HealthState, Job, Settings, hookimpl, setting


class Own(Settings):
    name: str = setting("a", title={{"id": "Nama", "en": "Name"}})
    {extra}: int = setting(1, title={{"id": "Angka", "en": "Number"}})


@hookimpl
def settings_model():
    return Own


@hookimpl
def check_health(installation):
    return Health(HealthState.DEGRADED, "version {version}")


@hookimpl
def jobs():
    return [Job("tidy", lambda installation: None)]


@hookimpl
def export_data(installation, target):
    (target / "version.txt").write_text("{version}")
"""
MANIFEST = {
    "needs": {"jobs": True},
    "job": [{"id": "tidy", "title": {"id": "Rapi", "en": "Tidy"}, "schedule": "0 * * * *", "time_limit_minutes": 5}],
}


@pytest.fixture(scope="session")
def built(shared_app_factory: AppFactory) -> dict[str, Path]:
    """One app in three versions, all with one package."""
    return {
        version: shared_app_factory.wheel(
            "signs",
            plugin=APP.format(version=version, extra=f"only_in_{version[0]}"),
            manifest=MANIFEST,
            version=version,
            package="smartcity_test_two_signs",
        )
        for version in ("1.0.0", "2.0.0")
    }


@pytest.fixture
def both(brought: Brought, built: dict[str, Path], actor: Actor) -> Instance:
    """An instance whose first region has 1.0.0 and whose second has 2.0.0."""

    def make(first: Instance) -> None:
        for region, version in ((REGION, "1.0.0"), (OTHER, "2.0.0")):
            with new_process(first) as own:
                install_app(own, region, built[version], {}, actor=actor)

    return brought(__name__, make)


def test_each_region_keeps_its_own_code(both: Instance) -> None:
    records = both.ledger.installations(app="signs")
    assert [(record.region, record.version) for record in records] == [(OTHER, "2.0.0"), (REGION, "1.0.0")]
    assert len(both.code_folders()) == 2


@pytest.mark.parametrize(("region", "own"), [(REGION, "only_in_1"), (OTHER, "only_in_2")])
def test_an_operation_runs_the_code_of_its_region(both: Instance, actor: Actor, tmp_path: Path, region: str, own: str) -> None:
    version = f"{own[-1]}.0.0"
    with new_process(both) as instance:
        configure_app(instance, region, "signs", {own: 5}, actor=actor)
        assert open_installation(instance, region, "signs").version == version
        assert instance.discovered(instance.ledger.installations(region)[0]).version == version
        remove_app(instance, region, "signs", export=tmp_path / "out", actor=actor)
        assert (tmp_path / "out" / "app" / "version.txt").read_text() == version
        erase_app(instance, region, "signs", signed_off_by="Sekretaris Daerah", actor=actor)
        assert [record.region for record in instance.ledger.installations()] == [OTHER if region == REGION else REGION]
        assert len(instance.code_folders()) == 1


def test_a_process_that_imported_one_version_refuses_the_other(both: Instance) -> None:
    with new_process(both) as instance:
        open_installation(instance, OTHER, "signs")
        with pytest.raises(AppImportError, match="another version") as caught:
            open_installation(instance, REGION, "signs")
        assert "One process runs one version" in str(caught.value.hint)
        assert open_installation(instance, OTHER, "signs").version == "2.0.0"


def test_the_same_version_from_another_wheel_is_another_code(instance: Instance, app_factory: AppFactory, actor: Actor) -> None:
    for region, extra in ((REGION, "one"), (OTHER, "two")):
        wheel = app_factory.wheel("signs", plugin=APP.format(version="1", extra=extra), package="smartcity_test_same_signs")
        with new_process(instance) as own:
            install_app(own, region, wheel, {}, actor=actor)
    with new_process(instance) as own:
        open_installation(own, REGION, "signs")
        with pytest.raises(AppImportError):
            open_installation(own, OTHER, "signs")


def test_what_works_on_all_leaves_the_other_version_out(both: Instance) -> None:
    with new_process(both) as instance:
        records = instance.ledger.installations()
        here = instance.run_here(records)
        assert [record.version for record in here] == ["1.0.0"]
        assert instance.registry().app("signs").version == "1.0.0"


def test_a_process_runs_the_jobs_of_the_version_it_runs(both: Instance) -> None:
    with new_process(both) as instance:
        due = JobRunner(instance, JobStore(instance.storage.jobs)).due(NOW + timedelta(hours=2))
        assert [job.key.region for job in due] == [REGION]


def test_a_process_can_be_told_which_version_it_runs(both: Instance) -> None:
    with new_process(both) as instance:
        other = instance.ledger.installation(OTHER, "signs")
        assert other is not None
        instance.prefer_code({"signs": other.code_location})
        assert instance.registry().app("signs").version == "2.0.0"
        assert instance.run_here(instance.ledger.installations()) == (other,)


def test_doctor_names_the_region_it_did_not_ask_and_asks_it_alone(both: Instance) -> None:
    with new_process(both) as instance:
        found = {(finding.code, finding.region, finding.message) for finding in diagnose(instance) if finding.app == "signs"}
        assert {(code, region) for code, region, _ in found} == {("health-degraded", REGION), ("app-not-asked", OTHER)}
    with new_process(both) as instance:
        (finding,) = [finding for finding in diagnose(instance, region=OTHER) if finding.app == "signs"]
        assert (finding.code, finding.message) == ("health-degraded", "version 2.0.0")


def test_code_that_is_gone_is_never_replaced_by_that_of_another_region(both: Instance) -> None:
    import shutil

    from smartcity_share.errors import AppNotFoundError

    record = both.ledger.installation(OTHER, "signs")
    assert record is not None
    assert record.code_location is not None
    shutil.rmtree(both.folder / record.code_location)
    with new_process(both) as instance:
        with pytest.raises(AppNotFoundError):
            open_installation(instance, OTHER, "signs")
        assert open_installation(instance, REGION, "signs").version == "1.0.0"


@pytest.mark.parametrize("before", [{}, {"a": "code/a/9"}, {"a": None}, {"a": "code/a/gone"}])
def test_a_process_keeps_the_code_it_runs_as_long_as_somebody_uses_it(before: dict[str, str | None]) -> None:
    used = (("a", None), ("a", "code/a/10"), ("a", "code/a/9"), ("b", "code/b/1"))
    expected = before["a"] if before.get("a") == "code/a/9" else None
    assert choose(used, before) == {"a": expected, "b": "code/b/1"}
