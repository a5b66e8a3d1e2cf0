"""A manifest is found in a file, a project folder, a wheel and an installed distribution, and the app is never imported."""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Callable
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest

from smartcity_share.errors import ManifestError, ManifestMissingError, PackageError
from smartcity_share.hooks import markers
from smartcity_share.manifest import metadata
from smartcity_share.manifest.find import FoundManifest, from_distribution, from_path, from_project, from_wheel
from tests.apps.factory import AppFactory, AppProject

RAISES = 'raise RuntimeError("the app was imported")\n'
Way = Callable[[AppFactory, AppProject], FoundManifest]


def installed(site: Path) -> Distribution:
    """The one distribution in a folder."""
    (found,) = distributions(path=[str(site)])
    return found


def through_file(factory: AppFactory, project: AppProject) -> FoundManifest:
    return from_path(project.manifest)


def through_project(factory: AppFactory, project: AppProject) -> FoundManifest:
    return from_path(project.folder)


def through_pyproject(factory: AppFactory, project: AppProject) -> FoundManifest:
    return from_path(project.folder / "pyproject.toml")


def through_wheel(factory: AppFactory, project: AppProject) -> FoundManifest:
    return from_path(factory.build(project))


def through_distribution(factory: AppFactory, project: AppProject) -> FoundManifest:
    return from_distribution(installed(factory.unpack(factory.build(project))))


def through_editable(factory: AppFactory, project: AppProject) -> FoundManifest:
    return from_distribution(editable(factory, project))


def editable(factory: AppFactory, project: AppProject) -> Distribution:
    """The distribution of an editable install."""
    site = factory.unpack(factory.build(project, editable=True))
    found = installed(site)
    (info,) = site.glob("*.dist-info")
    (info / "direct_url.json").write_text(json.dumps({"url": project.folder.as_uri(), "dir_info": {"editable": True}}))
    return found


WAYS = [through_file, through_project, through_pyproject, through_wheel, through_distribution, through_editable]
PACKAGED = [through_project, through_wheel, through_distribution]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("extra_metadata", [True, False])
def test_an_app_that_cannot_be_imported_is_read(app_factory: AppFactory, way: Way, extra_metadata: bool) -> None:
    project = app_factory.write("parks", plugin=RAISES, files={"__init__.py": RAISES}, extra_metadata=extra_metadata)

    found = way(app_factory, project)

    assert found.manifest.app.id == "parks"
    assert found.document.data["app"]["id"] == "parks"
    assert [name for name in sys.modules if name.startswith(project.package)] == []


@pytest.mark.parametrize("way", [through_project, through_wheel, through_distribution, through_editable])
def test_the_metadata_comes_along(app_factory: AppFactory, way: Way) -> None:
    project = app_factory.write("parks", version="1.2.3", dependencies=["attrs>=24"])

    found = way(app_factory, project).metadata

    assert (found.name, found.version, found.summary) == ("smartcity-test-parks", "1.2.3", "An app for tests")
    assert found.requires_dist == ("attrs>=24",)
    assert (found.requires_python, found.license) == (">=3.11", "Apache-2.0")
    assert found.entry_points["smartcity_share.apps"] == {"parks": f"{project.package}.plugin"}


@pytest.mark.parametrize("way", WAYS)
def test_faults_name_the_document_and_the_line(app_factory: AppFactory, way: Way) -> None:
    project = app_factory.write("parks", manifest={"host_api": "new"})

    with pytest.raises(ManifestError) as caught:
        way(app_factory, project)

    (fault,) = caught.value.faults
    assert (fault.code, fault.where.line) == ("version-range-invalid", 2)
    assert fault.where.file.endswith("smartcity.toml")


@pytest.mark.parametrize("way", PACKAGED)
@pytest.mark.parametrize(
    ("options", "code", "mend"),
    [
        ({"entry_point_name": ""}, "entry-point-missing", "your_package.plugin"),
        ({"entry_point_name": "park"}, "entry-point-name", "Give both the same name"),
        ({"kind": "connector", "manifest": {"app": {"kind": "app"}}}, "entry-point-group", "smartcity_share.apps"),
    ],
)
def test_an_entry_point_that_does_not_agree_is_told(
    app_factory: AppFactory, way: Way, options: dict[str, object], code: str, mend: str
) -> None:
    project = app_factory.write("parks", **options)

    with pytest.raises(ManifestError) as caught:
        way(app_factory, project)

    (fault,) = caught.value.faults
    assert fault.code == code
    assert mend in fault.mend
    assert fault.where.line


def test_two_apps_in_one_package_are_told(app_factory: AppFactory) -> None:
    project = app_factory.write("parks")
    pyproject = project.folder / "pyproject.toml"
    pyproject.write_text(
        pyproject.read_text() + f'[project.entry-points."smartcity_share.connectors"]\nsms = "{project.package}"\n'
    )

    with pytest.raises(ManifestError) as caught:
        from_project(project.folder)

    assert [fault.code for fault in caught.value.faults] == ["entry-point-repeated"]


def test_faults_of_the_manifest_and_of_the_package_are_told_together(app_factory: AppFactory) -> None:
    project = app_factory.write("parks", entry_point_name="park", manifest={"host_api": "new", "media": {"icon": "icon.svg"}})

    with pytest.raises(ManifestError) as caught:
        from_project(project.folder)

    assert [fault.code for fault in caught.value.faults] == ["version-range-invalid", "entry-point-name", "media-file-missing"]


@pytest.mark.parametrize("way", [through_project, through_wheel])
def test_pictures_are_looked_for_beside_the_manifest(app_factory: AppFactory, way: Way) -> None:
    shots = [{"path": "media/a.png", "alt": {"id": "a", "en": "b"}}, {"path": "media/b.png", "alt": {"id": "a", "en": "b"}}]
    project = app_factory.write("parks", manifest={"media": {"screenshots": shots}}, files={"media/a.png": b"png"})

    with pytest.raises(ManifestError) as caught:
        way(app_factory, project)

    assert [(fault.code, fault.where.key) for fault in caught.value.faults] == [
        ("media-file-missing", "media.screenshots[2].path")
    ]


def test_copies_that_differ_are_told(app_factory: AppFactory) -> None:
    site = app_factory.installed("parks")
    (copy,) = site.glob("*.dist-info/extra_metadata/smartcity.toml")
    copy.write_text(copy.read_text().replace("stable", "beta"))

    with pytest.raises(ManifestError) as caught:
        from_distribution(installed(site))

    assert [fault.code for fault in caught.value.faults] == ["manifest-copies-differ"]


def test_copies_that_differ_in_a_wheel_are_told(app_factory: AppFactory) -> None:
    project = app_factory.write("parks")
    wheel = app_factory.build(project)
    changed = wheel.with_name(f"changed-{wheel.name}")
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace(b"stable", b"beta") if "extra_metadata" in name else content)

    with pytest.raises(ManifestError) as caught:
        from_wheel(changed)

    assert [fault.code for fault in caught.value.faults] == ["manifest-copies-differ"]


def test_of_an_editable_install_the_file_its_author_edits_counts(app_factory: AppFactory) -> None:
    project = app_factory.write("parks")
    found = editable(app_factory, project)
    project.manifest.write_text(project.manifest.read_text().replace("stable", "beta"))

    assert from_distribution(found).manifest.app.status == "beta"


@pytest.mark.parametrize("way", PACKAGED)
def test_a_package_without_a_manifest_is_refused_with_the_mend(app_factory: AppFactory, way: Way) -> None:
    project = app_factory.write("parks", manifest="")

    with pytest.raises(ManifestMissingError) as caught:
        way(app_factory, project)

    assert "smartcity.toml" in (caught.value.hint or "")


def test_several_manifests_in_a_project_are_told(app_factory: AppFactory) -> None:
    project = app_factory.write("parks", entry_point="elsewhere.plugin")
    for name in ("one", "two"):
        (project.folder / "src" / name).mkdir()
        (project.folder / "src" / name / "smartcity.toml").write_bytes(project.manifest.read_bytes())

    with pytest.raises(ManifestError) as caught:
        from_project(project.folder)

    assert [fault.code for fault in caught.value.faults] == ["manifest-ambiguous"] * 3


def test_of_several_manifests_the_one_of_the_entry_point_counts(app_factory: AppFactory) -> None:
    project = app_factory.write("parks")
    (project.folder / "other").mkdir()
    (project.folder / "other" / "smartcity.toml").write_text("nonsense")

    assert from_project(project.folder).manifest.app.id == "parks"


def test_a_manifest_of_a_flat_project_is_found(app_factory: AppFactory) -> None:
    project = app_factory.write("parks")
    (project.folder / "src" / project.package).rename(project.folder / project.package)
    (project.folder / "tests").mkdir()
    (project.folder / "tests" / "smartcity.toml").write_text("nonsense")

    assert from_project(project.folder).document.label.endswith(f"{project.package}/smartcity.toml")


def test_a_version_the_build_works_out_is_left_empty(app_factory: AppFactory) -> None:
    project = app_factory.write("parks")
    pyproject = project.folder / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace('version = "1.0.0"', 'dynamic = ["version"]'))

    assert from_project(project.folder).metadata.version == ""


@pytest.mark.parametrize(
    ("content", "code"),
    [("[tool.x]\n", "project-table-missing"), ("project = 1\n", "project-table-missing"), ("[", "toml-syntax")],
)
def test_a_pyproject_that_is_none_is_told(tmp_path: Path, content: str, code: str) -> None:
    (tmp_path / "pyproject.toml").write_text(content)

    with pytest.raises(ManifestError) as caught:
        from_project(tmp_path)

    assert [fault.code for fault in caught.value.faults] == [code]


def test_a_path_that_is_nothing_of_this_is_refused(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"x")

    with pytest.raises(PackageError, match="neither a manifest"):
        from_path(tmp_path / "picture.png")
    with pytest.raises(PackageError, match=r"no pyproject\.toml"):
        from_path(tmp_path)
    with pytest.raises(ManifestError) as caught:
        from_path(tmp_path / "missing")
    assert [fault.code for fault in caught.value.faults] == ["file-missing"]


def test_a_distribution_that_lost_its_files_does_not_break_the_reader(tmp_path: Path) -> None:
    info = tmp_path / "broken-1.0.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_text("not an ini file\n[")

    with pytest.raises(ManifestMissingError):
        from_distribution(installed(tmp_path))


def test_a_copy_that_is_not_utf8_is_told(app_factory: AppFactory) -> None:
    site = app_factory.installed("parks")
    (copy,) = site.glob("*.dist-info/extra_metadata/smartcity.toml")
    copy.write_bytes(b'a = "\xe9"')

    with pytest.raises(ManifestError) as caught:
        from_distribution(installed(site))

    assert [fault.code for fault in caught.value.faults] == ["document-not-utf8"]


def test_the_groups_of_entry_points_are_those_the_hooks_look_in() -> None:
    assert (metadata.APPS_GROUP, metadata.CONNECTORS_GROUP) == (markers.APPS_GROUP, markers.CONNECTORS_GROUP)
