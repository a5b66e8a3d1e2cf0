from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest

from smartcity_share.hooks.discover import discover
from smartcity_share.hooks.load import load
from tests.apps.factory import AppFactory, forgetting_imports


def test_a_written_app_is_built_into_a_wheel_that_carries_its_manifest_twice(app_factory: AppFactory) -> None:
    app = app_factory.write("parks")
    names = zipfile.ZipFile(app_factory.build(app)).namelist()
    assert f"{app.package}/smartcity.toml" in names
    assert "smartcity_test_parks-1.0.0.dist-info/extra_metadata/smartcity.toml" in names


def test_an_unpacked_app_lies_as_an_installer_leaves_it(app_factory: AppFactory) -> None:
    site = app_factory.installed("parks", kind="connector")
    info = site / "smartcity_test_parks-1.0.0.dist-info"
    assert {"METADATA", "RECORD", "entry_points.txt", "INSTALLER"} <= {path.name for path in info.iterdir()}
    assert "[smartcity_share.connectors]\nparks = smartcity_test_parks_" in (info / "entry_points.txt").read_text()


def test_two_projects_never_share_a_package_name(app_factory: AppFactory) -> None:
    assert app_factory.write("parks").package != app_factory.write("parks").package


def test_a_test_that_leaves_an_import_path_behind_is_told_and_the_next_one_does_not_have_it(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"left on the import path: .*lost"), forgetting_imports():
        sys.path.append(str(tmp_path / "lost"))
    assert str(tmp_path / "lost") not in sys.path


def test_an_import_path_that_was_saved_with_a_code_folder_and_put_back_leaves_nothing(app_factory: AppFactory) -> None:
    folder = app_factory.installed("parks")
    with forgetting_imports():
        load(discover([folder], environment=[]).get("parks"))
        with pytest.MonkeyPatch.context() as changes:
            changes.syspath_prepend(app_factory.folder)
    assert str(folder) not in sys.path
    assert "parks" not in discover()
