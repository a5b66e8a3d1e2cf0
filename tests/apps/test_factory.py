from __future__ import annotations

import zipfile

from tests.apps.factory import AppFactory


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
