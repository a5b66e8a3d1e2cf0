"""Removing in two phases: exported, verified and aside, then erased; what others need stays, and so do the facts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smartcity_share.errors import InstallationNotFoundError, OperationError, RefusedError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import (
    Instance,
    configure_app,
    diagnose,
    erase_app,
    install_app,
    installed_apps,
    open_installation,
    planned_erasure,
    planned_removal,
    reinstate_app,
    remove_app,
    resume_operation,
)
from smartcity_share.install.erasing import keep_until
from smartcity_share.install.records import InstallationState, OperationState, RemovalRecord
from tests.apps.factory import AppFactory
from tests.install.conftest import MANIFEST, NOW, OTHER, PARKS, REGION, tree
from tests.kept import Brought

TEMPLATES = ("ledger.sqlite", "accounts.sqlite", "__pycache__", "templates")
WITHOUT = ("ledger.sqlite", "accounts.sqlite", "__pycache__", "data.sqlite-")


@pytest.fixture
def parks(brought: Brought, parks_wheel: Path, actor: Actor) -> Instance:
    """The instance with the app in one region."""
    answers = {"public_name": "Taman", "token": "marker-1", "sender": "a@b"}
    return brought(__name__, lambda own: install_app(own, REGION, parks_wheel, answers, actor=actor))


def test_a_removed_app_is_served_no_longer_and_everything_of_it_waits(parks: Instance, actor: Actor, tmp_path: Path) -> None:
    before = tree(parks.folder, without=WITHOUT)
    remove_app(parks, REGION, "parks", export=tmp_path / "out", actor=actor, basis="SK 9")
    assert installed_apps(parks, REGION) == ()
    with pytest.raises(InstallationNotFoundError, match=r"was removed from 71\.08; its data wait to be erased") as caught:
        open_installation(parks, REGION, "parks")
    assert "--cancel" in str(caught.value.hint)
    with pytest.raises(InstallationNotFoundError, match="was removed"):
        configure_app(parks, REGION, "parks", {"opening_hour": 9}, actor=actor)
    assert tree(parks.folder, without=WITHOUT) == before
    assert parks.ledger.deletions() == ()
    (waiting,) = parks.ledger.removals()
    assert (waiting.removed_by, waiting.removed_at, waiting.basis, waiting.version) == ("IT officer", NOW, "SK 9", "1.0.0")
    assert (waiting.facts["rows"], waiting.retention) == ({"park": 1}, "P1Y")
    assert waiting.export_digest is not None
    assert parks.audit.entries(REGION)[0].action == "app.removed"
    assert diagnose(parks, timeout=20) == ()


def test_a_removed_app_is_brought_back_as_it_was(parks: Instance, actor: Actor, tmp_path: Path) -> None:
    before = tree(parks.folder, without=WITHOUT)
    remove_app(parks, REGION, "parks", export=tmp_path / "out", actor=actor)
    reinstate_app(parks, REGION, "parks", actor=actor, basis="SK 10")
    assert tree(parks.folder, without=WITHOUT) == before
    assert open_installation(parks, REGION, "parks").settings.token.get_secret_value() == "marker-1"
    assert parks.ledger.removals() == ()
    assert parks.audit.entries(REGION)[0].action == "app.reinstated"
    with pytest.raises(RefusedError) as caught:
        reinstate_app(parks, REGION, "parks", actor=actor)
    assert [fault.code for fault in caught.value.faults] == ["not-removed"]


def test_an_erased_app_leaves_its_export_the_report_and_nothing_else(parks: Instance, actor: Actor, tmp_path: Path) -> None:
    remove_app(parks, REGION, "parks", export=tmp_path / "out", actor=actor, basis="SK 9")
    outcome = erase_app(parks, REGION, "parks", signed_off_by="Sekretaris Daerah", actor=actor, basis="SK 11")
    assert outcome.operation is not None
    assert (parks.ledger.settings(REGION, "parks"), parks.ledger.removals(), parks.ledger.installations()) == ((), (), ())
    report = f"deletions/{REGION}/parks-{outcome.operation.id}"
    left = tree(parks.folder, without=(*TEMPLATES, "_instance"))
    assert not parks.data(REGION, "parks").exists()
    assert parks.storage.asides() == frozenset()
    assert sorted(left) == sorted(
        ["code", "installations", "secrets", "tmp", "instance.toml", "regions"]
        + [f"regions/{code}{name}" for code in (REGION, OTHER) for name in ("", "/profile.toml")]
        + ["deletions", f"deletions/{REGION}", report, f"{report}/report.json", f"{report}/report.txt"]
    )
    (facts,) = parks.ledger.deletions()
    assert (facts.removed_by, facts.removed_at, facts.basis, facts.version) == ("Sekretaris Daerah", NOW, "SK 11", "1.0.0")
    assert parks.audit.entries(REGION)[0].action == "app.erased"
    told = json.loads(left[f"{report}/report.json"])
    assert (told["signed_off_by"], told["carried_out_by"], told["basis"]) == ("Sekretaris Daerah", "IT officer", "SK 11")
    assert (told["removed"]["basis"], told["retention"]) == ("SK 9", {"keeps": [], "period": "P1Y"})
    assert told["erased"] == {"rows": {"park": 1}, "what": ["database", "files", "secrets", "settings", "code"]}
    assert told["stays"] == ["audit-trail", "region-settings", "export", "earlier-backups"]
    assert told["export"] == {"folder": str(tmp_path / "out"), "list_sha256": facts.export_digest}
    text = left[f"{report}/report.txt"].decode()
    assert "Disahkan oleh / Signed off by:\n    Sekretaris Daerah\n" in text
    assert f"SHA-256:\n    {told['sha256']}\n" in text
    assert diagnose(parks, timeout=20) == ()


def test_a_snapshot_no_list_knows_is_erased_and_that_of_another_region_stays(
    parks: Instance, parks_wheel: Path, actor: Actor
) -> None:
    install_app(parks, OTHER, parks_wheel, {"public_name": "Taman"}, actor=actor)
    for region in (REGION, OTHER):
        parks.data(region, "parks").snapshot("op1")
    remove_app(parks, REGION, "parks", export=None, without_export=True, actor=actor)
    erase_app(parks, REGION, "parks", signed_off_by="Sekretaris Daerah", actor=actor)
    assert parks.data(REGION, "parks").snapshots() == frozenset()
    assert parks.data(OTHER, "parks").snapshots() == {"op1"}


def test_nothing_is_erased_that_was_not_removed_or_is_signed_off_by_nobody(
    parks: Instance, actor: Actor, tmp_path: Path
) -> None:
    with pytest.raises(RefusedError) as caught:
        erase_app(parks, REGION, "parks", signed_off_by="Sekretaris Daerah", actor=actor)
    assert [fault.code for fault in caught.value.faults] == ["not-removed"]
    remove_app(parks, REGION, "parks", export=tmp_path / "out", actor=actor)
    with pytest.raises(RefusedError) as caught:
        erase_app(parks, REGION, "parks", signed_off_by=" ", actor=actor)
    assert [fault.code for fault in caught.value.faults] == ["sign-off-missing"]
    with pytest.raises(RefusedError) as caught:
        remove_app(parks, REGION, "parks", export=tmp_path / "again", actor=actor)
    assert [fault.code for fault in caught.value.faults] == ["already-removed"]


@pytest.mark.parametrize("damage", ["changed", "another"])
def test_nothing_is_erased_when_the_export_is_not_the_one_that_was_verified(
    parks: Instance, actor: Actor, tmp_path: Path, damage: str
) -> None:
    remove_app(parks, REGION, "parks", export=tmp_path / "out", actor=actor)
    if damage == "changed":
        (tmp_path / "out" / "files" / "map" / "first.txt").write_text("another map")
    else:
        listed = tmp_path / "out" / "export.json"
        listed.write_text(listed.read_text().replace('"1.0.0"', '"1.0.1"'))
    with pytest.raises(OperationError, match="The export is not whole"):
        erase_app(parks, REGION, "parks", signed_off_by="Sekretaris Daerah", actor=actor)
    reinstate_app(parks, REGION, "parks", actor=actor)
    assert len(installed_apps(parks, REGION)) == 1


def test_data_that_must_be_kept_are_not_erased_without_their_export_before_the_time_is_over(
    instance: Instance, app_factory: AppFactory, actor: Actor, tmp_path: Path
) -> None:
    removal = {"keeps": ["audit", "data"], "retention": "P5Y"}
    wheel = app_factory.wheel("parks", plugin=PARKS, manifest={**MANIFEST, "lifecycle": {"removal": removal}})
    install_app(instance, REGION, wheel, {"public_name": "Taman"}, actor=actor)
    remove_app(instance, REGION, "parks", export=tmp_path / "out", actor=actor)
    (tmp_path / "out").rename(tmp_path / "archive")
    with pytest.raises(RefusedError) as caught:
        erase_app(instance, REGION, "parks", signed_off_by="Sekretaris Daerah", actor=actor)
    (fault,) = caught.value.faults
    assert (fault.code, "data must be kept until 2031-03-02" in fault.message) == ("export-missing", True)
    plan = planned_erasure(instance, REGION, "parks", signed_off_by="Sekretaris", export=tmp_path / "archive")
    assert plan.refusals == ()
    instance.now = lambda: NOW.replace(year=2031, month=3, day=3)
    assert erase_app(instance, REGION, "parks", signed_off_by="Sekretaris Daerah", actor=actor).operation is not None


@pytest.mark.parametrize(
    ("retention", "until"),
    [
        ("P5Y", "2031-03-02"),
        ("P11M", "2027-02-02"),
        ("P2W", "2026-03-16"),
        ("P1Y1M1D", "2027-04-03"),
        ("permanent", "9999-12-31"),
    ],
)
def test_how_long_something_is_kept(retention: str, until: str) -> None:
    removal = RemovalRecord(REGION, "parks", "one", "1", "me", NOW, "", ("data",), retention, None, {})
    assert f"{keep_until(removal):%Y-%m-%d}" == until


def test_the_export_holds_tables_files_settings_and_what_the_app_writes(parks: Instance, actor: Actor, tmp_path: Path) -> None:
    remove_app(parks, REGION, "parks", export=tmp_path / "out", actor=actor)
    out = tmp_path / "out"
    assert (out / "tables" / "park.csv").read_bytes() == b'"id","name","note"\r\n1,"first",\r\n'
    assert (out / "files" / "map" / "first.txt").read_bytes() == b"a map"
    assert json.loads((out / "app" / "parks.json").read_text()) == [{"id": 1, "name": "first", "note": None}]
    settings = json.loads((out / "settings.json").read_text())
    assert settings["public_name"]["value"] == "Taman"
    assert (settings["token"]["value"], settings["token"]["secret"]) == (None, True)
    listed = json.loads((out / "export.json").read_text())
    assert (listed["region"], listed["app"], listed["rows"]) == (REGION, "parks", {"park": 1})
    assert all(b"marker-1" not in content for content in tree(out).values())


def test_what_another_region_uses_stays(parks: Instance, parks_wheel: Path, actor: Actor, tmp_path: Path) -> None:
    install_app(parks, OTHER, parks_wheel, {"public_name": "Kebun", "token": "marker-2"}, actor=actor)
    gone(parks, actor, tmp_path)
    kept = open_installation(parks, OTHER, "parks")
    assert (kept.settings.public_name, kept.settings.token.get_secret_value()) == ("Kebun", "marker-2")
    assert len(parks.code_folders()) == 1
    assert [value.key for value in parks.ledger.settings(REGION, "_region")] == ["sender"]
    assert parks.ledger.deletions()[0].facts["stays"][-1] == "code"


def test_an_erased_app_can_be_installed_again_and_reads_its_export(
    parks: Instance, parks_wheel: Path, actor: Actor, tmp_path: Path
) -> None:
    with open_installation(parks, REGION, "parks").database.begin() as connection:
        connection.exec_driver_sql("INSERT INTO park (name, note) VALUES ('second', '')")
    remove_app(parks, REGION, "parks", export=tmp_path / "out", actor=actor)
    with pytest.raises(RefusedError) as caught:
        install_app(parks, REGION, parks_wheel, {"public_name": "Taman"}, actor=actor)
    assert "--erase" in caught.value.faults[0].mend
    erase_app(parks, REGION, "parks", signed_off_by="Sekretaris Daerah", actor=actor)
    install_app(parks, REGION, parks_wheel, {"public_name": "Taman"}, actor=actor)
    installation = open_installation(parks, REGION, "parks")
    for _ in range(2):
        parks.registry().import_data("parks", installation, tmp_path / "out" / "app")
    with installation.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT name, note FROM park ORDER BY id").all()
    assert [tuple(row) for row in rows] == [("first", None), ("second", "")]


def gone(instance: Instance, actor: Actor, folder: Path) -> None:
    """Remove the app and erase its data."""
    remove_app(instance, REGION, "parks", export=folder / "out", actor=actor)
    erase_app(instance, REGION, "parks", signed_off_by="Sekretaris Daerah", actor=actor)


def test_removing_without_an_export_must_be_said(parks: Instance, actor: Actor) -> None:
    with pytest.raises(RefusedError) as caught:
        remove_app(parks, REGION, "parks", export=None, actor=actor)
    assert "--export DIR" in str(caught.value.hint)
    remove_app(parks, REGION, "parks", export=None, without_export=True, actor=actor)
    erase_app(parks, REGION, "parks", signed_off_by="Sekretaris Daerah", actor=actor)
    (facts,) = parks.ledger.deletions()
    assert (facts.export_digest, facts.facts["export"], facts.facts["rows"]) == (None, None, {"park": 1})
    assert "export" not in facts.facts["stays"]


def test_an_app_that_asks_to_keep_data_is_not_removed_without_an_export(
    instance: Instance, app_factory: AppFactory, actor: Actor, tmp_path: Path
) -> None:
    removal = {"keeps": ["audit", "data"], "retention": "P5Y"}
    wheel = app_factory.wheel("parks", plugin=PARKS, manifest={**MANIFEST, "lifecycle": {"removal": removal}})
    install_app(instance, REGION, wheel, {"public_name": "Taman"}, actor=actor)
    with pytest.raises(RefusedError) as caught:
        remove_app(instance, REGION, "parks", export=None, without_export=True, actor=actor)
    assert [fault.code for fault in caught.value.faults] == ["export-required"]
    plan = planned_removal(instance, REGION, "parks", tmp_path / "out")
    assert "P5Y" in plan.notices[0]


def test_an_export_never_goes_into_a_folder_that_holds_something(parks: Instance, actor: Actor, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letter.txt").write_text("keep me")
    with pytest.raises(RefusedError) as caught:
        remove_app(parks, REGION, "parks", export=tmp_path / "out", actor=actor)
    assert [fault.code for fault in caught.value.faults] == ["export-folder-taken"]
    assert (tmp_path / "out" / "letter.txt").read_text() == "keep me"
    assert len(installed_apps(parks, REGION)) == 1


def test_a_folder_that_fills_up_meanwhile_is_not_touched_by_the_undo(parks: Instance, actor: Actor, tmp_path: Path) -> None:
    def fill(place: int, _count: int, _step: object) -> None:
        if place == 2:
            (tmp_path / "out").mkdir()
            (tmp_path / "out" / "letter.txt").write_text("keep me")

    with pytest.raises(OperationError, match="not an empty folder"):
        remove_app(parks, REGION, "parks", export=tmp_path / "out", actor=actor, watch=fill)
    assert (tmp_path / "out" / "letter.txt").read_text() == "keep me"
    assert len(installed_apps(parks, REGION)) == 1


@pytest.mark.parametrize("damage", ["row", "file", "list"])
def test_nothing_is_removed_when_the_export_is_not_whole(parks: Instance, actor: Actor, tmp_path: Path, damage: str) -> None:
    def spoil(place: int, _count: int, _step: object) -> None:
        if place != 3:
            return
        if damage == "row":
            with open_database(parks) as connection:
                connection.exec_driver_sql("INSERT INTO park (name) VALUES ('late')")
        elif damage == "file":
            (tmp_path / "out" / "files" / "map" / "first.txt").write_text("another map")
        else:
            (tmp_path / "out" / "app" / "parks.json").unlink()

    with pytest.raises(OperationError, match="The export is not whole"):
        remove_app(parks, REGION, "parks", export=tmp_path / "out", actor=actor, watch=spoil)
    assert len(installed_apps(parks, REGION)) == 1
    assert open_installation(parks, REGION, "parks").settings.token.get_secret_value() == "marker-1"


def open_database(instance: Instance):  # type: ignore[no-untyped-def] # noqa: ANN201 - a context manager of SQLAlchemy
    return instance.data(REGION, "parks").database.begin()


def test_an_app_whose_code_is_broken_is_removed_with_the_general_export(parks: Instance, actor: Actor, tmp_path: Path) -> None:
    (folder,) = parks.code_folders()
    next(folder.glob("*/plugin.py")).write_text("import a_module_nobody_has\n")
    parks.close()
    again = Instance.open(parks.folder, now=parks.now)
    import sys

    for name in [name for name in sys.modules if name.startswith("smartcity_test_")]:
        del sys.modules[name]
    outcome = remove_app(again, REGION, "parks", export=tmp_path / "out", actor=actor)
    assert "cannot be loaded" in outcome.plan.notices[0]
    assert (tmp_path / "out" / "tables" / "park.csv").is_file()
    assert installed_apps(again, REGION) == ()
    erased = erase_app(again, REGION, "parks", signed_off_by="Sekretaris Daerah", actor=actor)
    assert any("releases nothing it holds outside" in notice for notice in erased.plan.notices)
    again.close()


def test_an_app_that_cannot_release_what_it_holds_is_not_erased(parks: Instance, actor: Actor, tmp_path: Path) -> None:
    configure_app(parks, REGION, "parks", {"public_name": "clingy"}, actor=actor)
    remove_app(parks, REGION, "parks", export=tmp_path / "out", actor=actor)
    with pytest.raises(OperationError, match="deprovision exploded"):
        erase_app(parks, REGION, "parks", signed_off_by="Sekretaris Daerah", actor=actor)
    assert [one.state for one in parks.ledger.installations()] == [InstallationState.REMOVED]
    reinstate_app(parks, REGION, "parks", actor=actor)
    assert len(installed_apps(parks, REGION)) == 1


def test_what_has_begun_to_be_erased_is_finished_and_never_undone(
    parks: Instance, actor: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove_app(parks, REGION, "parks", export=tmp_path / "out", actor=actor)
    monkeypatch.setattr("smartcity_share.install.steps.erasure.write_whole", _full)
    with pytest.raises(OperationError, match=r"No space left.*There is no way back; done: .*erase") as caught:
        erase_app(parks, REGION, "parks", signed_off_by="Sekretaris Daerah", actor=actor)
    (left,) = parks.ledger.operations(OperationState.NEEDS_PERSON)
    assert f"smartcity resume {left.id}" in str(caught.value.hint)
    with pytest.raises(OperationError, match="cannot be undone any more"):
        resume_operation(parks, left.id, actor=actor, undo=True)
    monkeypatch.undo()
    assert resume_operation(parks, left.id, actor=actor).operation.state is OperationState.DONE
    assert (parks.layout.deletion(REGION, "parks", left.id) / "report.txt").is_file()
    assert diagnose(parks, timeout=20) == ()


def _full(*_: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("required", [True, False])
def test_who_depends_on_a_connector_is_listed_and_one_that_needs_it_keeps_it(
    parks: Instance, app_factory: AppFactory, actor: Actor, tmp_path: Path, required: bool
) -> None:
    carries = {"app": {"provides": ["message"]}}
    install_app(parks, REGION, app_factory.wheel("post", kind="connector", manifest=carries), actor=actor)
    needs = {"needs": {"connectors": [{"contract": "message", "required": required}]}}
    install_app(parks, REGION, app_factory.wheel("news", manifest=needs), actor=actor)
    plan = planned_removal(parks, REGION, "post", tmp_path / "out")
    assert any("`news` uses it for `message`" in notice for notice in plan.notices)
    assert [fault.code for fault in plan.refusals] == (["connector-needed"] if required else [])
    install_app(parks, REGION, app_factory.wheel("pigeon", kind="connector", manifest=carries), actor=actor)
    assert planned_removal(parks, REGION, "post", tmp_path / "out").refusals == ()
