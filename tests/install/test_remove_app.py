"""Removing: exported and verified first, then gone; what other installations need stays, and so do the facts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smartcity_share.errors import OperationError, RefusedError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import (
    Instance,
    configure_app,
    install_app,
    installed_apps,
    open_installation,
    planned_removal,
    remove_app,
)
from tests.apps.factory import AppFactory
from tests.install.conftest import MANIFEST, NOW, OTHER, PARKS, REGION, tree

TEMPLATES = ("ledger.sqlite", "accounts.sqlite", "__pycache__", "templates")


@pytest.fixture
def parks(instance: Instance, parks_wheel: Path, actor: Actor) -> Instance:
    """The instance with the app in one region."""
    install_app(instance, REGION, parks_wheel, {"public_name": "Taman", "token": "marker-1", "sender": "a@b"}, actor=actor)
    return instance


def test_a_removed_app_leaves_its_export_and_the_facts_and_nothing_else(parks: Instance, actor: Actor, tmp_path: Path) -> None:
    remove_app(parks, REGION, "parks", export=tmp_path / "out", actor=actor, basis="SK 9")
    assert installed_apps(parks, REGION) == ()
    assert parks.ledger.settings(REGION, "parks") == ()
    left = tree(parks.folder, without=(*TEMPLATES, "_instance"))
    assert not parks.data(REGION, "parks").exists()
    assert parks.storage.asides() == frozenset()
    assert sorted(left) == sorted(
        ["code", "installations", "secrets", "tmp", "instance.toml", "regions"]
        + [f"regions/{code}{name}" for code in (REGION, OTHER) for name in ("", "/profile.toml")]
    )
    (facts,) = parks.ledger.deletions()
    assert (facts.removed_by, facts.removed_at, facts.basis, facts.version) == ("IT officer", NOW, "SK 9", "1.0.0")
    assert facts.facts["rows"] == {"park": 1}
    assert facts.export_digest is not None
    assert parks.audit.entries(REGION)[0].action == "app.removed"


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
    remove_app(parks, REGION, "parks", export=tmp_path / "out", actor=actor)
    kept = open_installation(parks, OTHER, "parks")
    assert (kept.settings.public_name, kept.settings.token.get_secret_value()) == ("Kebun", "marker-2")
    assert len(parks.code_folders()) == 1
    assert [value.key for value in parks.ledger.settings(REGION, "_region")] == ["sender"]


def test_an_app_can_be_installed_again_and_reads_its_export(
    parks: Instance, parks_wheel: Path, actor: Actor, tmp_path: Path
) -> None:
    with open_installation(parks, REGION, "parks").database.begin() as connection:
        connection.exec_driver_sql("INSERT INTO park (name, note) VALUES ('second', '')")
    remove_app(parks, REGION, "parks", export=tmp_path / "out", actor=actor)
    install_app(parks, REGION, parks_wheel, {"public_name": "Taman"}, actor=actor)
    installation = open_installation(parks, REGION, "parks")
    for _ in range(2):
        parks.registry().import_data("parks", installation, tmp_path / "out" / "app")
    with installation.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT name, note FROM park ORDER BY id").all()
    assert [tuple(row) for row in rows] == [("first", None), ("second", "")]


def test_removing_without_an_export_must_be_said(parks: Instance, actor: Actor) -> None:
    with pytest.raises(RefusedError) as caught:
        remove_app(parks, REGION, "parks", export=None, actor=actor)
    assert "--export DIR" in str(caught.value.hint)
    remove_app(parks, REGION, "parks", export=None, without_export=True, actor=actor)
    (facts,) = parks.ledger.deletions()
    assert (facts.export_digest, facts.facts) == (None, {"exported": False})


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
    again.close()


def test_an_app_that_cannot_release_what_it_holds_stays(parks: Instance, actor: Actor, tmp_path: Path) -> None:
    configure_app(parks, REGION, "parks", {"public_name": "clingy"}, actor=actor)
    with pytest.raises(OperationError, match="deprovision exploded"):
        remove_app(parks, REGION, "parks", export=tmp_path / "out", actor=actor)
    assert len(installed_apps(parks, REGION)) == 1
    assert not (tmp_path / "out").exists()
