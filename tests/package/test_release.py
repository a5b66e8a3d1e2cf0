"""A release carries its facts, is the same bytes wherever and whenever it is built, and is judged as it will travel."""

from __future__ import annotations

import errno
import hashlib
import importlib.metadata
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import jsonschema
import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from smartcity_share.errors import BuildError, ManifestMissingError, PackageError, ReleaseError, ReleaseExistsError
from smartcity_share.package import normal
from smartcity_share.package.facts import FACTS, SBOM, SETTINGS_SCHEMA, ReleaseFacts, facts_of_distribution, facts_of_wheel
from smartcity_share.package.release import Release, make_release
from smartcity_share.package.wheel import Wheel
from tests.apps.factory import AppFactory, AppProject, write_app

SETTINGS = """
from smartcity_share import Settings, hookimpl, setting


class Mine(Settings):
    rows: int = setting(10, title={"id": "Baris", "en": "Rows"}, ge=1)


@hookimpl
def settings_model():
    return Mine
"""


NO_PAGE = {"page": None}


@pytest.fixture
def app(tmp_path: Path) -> AppProject:
    """An app with a setting and a dependency."""
    return write_app(
        tmp_path / "p", plugin=SETTINGS, package="smartcity_test_release", dependencies=["attrs>=20", "click"], manifest=NO_PAGE
    )


def inside(release: Release, name: str) -> bytes:
    """A file of the dist-info folder of a release."""
    with zipfile.ZipFile(release.wheel.path) as file:
        return file.read(f"{release.wheel.dist_info}/{name}")


def codes(project: AppProject, target: Path) -> list[str]:
    """The codes of the faults a release is refused with; nothing may be left in the target."""
    with pytest.raises(ReleaseError) as caught:
        make_release(project.folder, target)
    assert not target.exists()
    # A fault of the manifest is told in the author's own file, every other in the wheel.
    assert all(fault.mend and (".whl!" in fault.where.file or fault.where.key) for fault in caught.value.faults)
    return [fault.code for fault in caught.value.faults]


def test_two_builds_in_unlike_surroundings_give_identical_bytes(tmp_path: Path) -> None:
    built = []
    for folder, order, umask, locale, zone in (
        ("one", 1, 0o022, "C", "UTC"),
        ("b/two", -1, 0o077, "id_ID.UTF-8", "Asia/Tokyo"),
    ):
        files = [("static/a.txt", "a"), ("static/b.txt", "b"), ("c.txt", "c")]
        old = os.umask(umask)
        try:
            project = write_app(
                tmp_path / folder, package="smartcity_test_twice", plugin=SETTINGS, manifest=NO_PAGE, files=dict(files[::order])
            )
            for path in project.folder.rglob("*"):
                os.utime(path, (1_000_000_000 * (2 + order), 1_000_000_000))
            out = tmp_path / folder / "out"
            command = [sys.executable, "-m", "smartcity_share", "build", str(project.folder), "-o", str(out)]
            environ = {**os.environ, "LC_ALL": locale, "TZ": zone}
            subprocess.run(command, check=True, env=environ, capture_output=True)
        finally:
            os.umask(old)
        built.append(next(out.iterdir()))

    assert built[0].read_bytes() == built[1].read_bytes()
    assert subprocess.run(["cmp", *built], check=False).returncode == 0


def test_the_facts_name_the_release_and_the_digests_of_what_lies_beside_them(app: AppProject, tmp_path: Path) -> None:
    release = make_release(app.folder, tmp_path / "out")
    facts = release.facts

    assert facts_of_wheel(release.wheel.path) == facts
    assert (facts.app, facts.distribution, facts.version) == ("parks", "smartcity-test-parks", "1.0.0")
    assert (facts.host_api, facts.requires_python) == (">=1.0,<2", ">=3.11")
    assert facts.sbom_sha256 == hashlib.sha256(inside(release, SBOM)).hexdigest()
    assert facts.settings_schema_sha256 == hashlib.sha256(inside(release, SETTINGS_SCHEMA)).hexdigest()
    assert facts.manifest_sha256 == hashlib.sha256(app.manifest.read_bytes()).hexdigest()


def test_the_facts_of_an_installed_release_are_read_without_an_import(
    app: AppProject, app_factory: AppFactory, tmp_path: Path
) -> None:
    release = make_release(app.folder, tmp_path / "out")
    site = app_factory.unpack(release.wheel.path)
    (distribution,) = importlib.metadata.distributions(path=[str(site)])

    assert facts_of_distribution(distribution) == release.facts
    assert "smartcity_test_release" not in sys.modules


@pytest.mark.parametrize(("name", "key"), [(SBOM, "sbom_sha256"), (SETTINGS_SCHEMA, "settings_schema_sha256")])
def test_facts_of_other_files_are_refused(
    app: AppProject, app_factory: AppFactory, tmp_path: Path, name: str, key: str
) -> None:
    release = make_release(app.folder, tmp_path / "out")
    files = normal.contents(release.wheel.path)
    files[f"{release.wheel.dist_info}/{name}"] = b"{}"
    other = tmp_path / release.wheel.path.name
    normal.write(other, files, release.wheel.dist_info, 0)
    (distribution,) = importlib.metadata.distributions(path=[str(app_factory.unpack(other))])

    assert Wheel.checked(other).sha256 != release.wheel.sha256  # RECORD agrees with the files; only the facts do not
    for read in (lambda: Wheel.open(other).facts, lambda: facts_of_distribution(distribution)):
        with pytest.raises(PackageError, match="are not those of") as caught:
            read()
        assert caught.value.where is not None
        assert caught.value.where.key == key


def test_a_wheel_of_another_builder_has_no_facts(good_wheel: Path) -> None:
    assert facts_of_wheel(good_wheel) is None


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"\xff", b'{"facts_version": 2}', b'{"app": "' + b"x" * 300 + b'"}', b"[" * 90_000]
)
def test_facts_that_are_none_are_told(spoiled: object, content: bytes) -> None:
    with pytest.raises(PackageError, match="release facts are not valid"):
        facts_of_wheel(spoiled({f"INFO/{FACTS}": content}))  # type: ignore[operator]


def test_the_schema_of_the_settings_is_one_and_knows_their_limits(app: AppProject, tmp_path: Path) -> None:
    schema = json.loads(inside(make_release(app.folder, tmp_path / "out"), SETTINGS_SCHEMA))

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate({"rows": 3}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"rows": 0}, schema)


def test_an_app_without_settings_has_no_schema(tmp_path: Path) -> None:
    release = make_release(write_app(tmp_path / "p").folder, tmp_path / "out")

    assert release.facts.settings_schema_sha256 is None
    assert f"{release.wheel.dist_info}/{SETTINGS_SCHEMA}" not in release.wheel.files


def test_the_bill_of_materials_is_valid_and_names_what_the_app_declares(app: AppProject, tmp_path: Path) -> None:
    text = inside(make_release(app.folder, tmp_path / "out"), SBOM).decode()

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bom = json.loads(text)
    assert bom["metadata"]["timestamp"] == "2020-02-02T00:00:00+00:00"
    assert bom["metadata"]["component"]["purl"] == "pkg:pypi/smartcity-test-parks@1.0.0"
    assert bom["metadata"]["component"]["licenses"] == [{"expression": "Apache-2.0"}]
    assert [(part["purl"], part["properties"][0]["value"]) for part in bom["components"]] == [
        ("pkg:pypi/attrs", "attrs>=20"),
        ("pkg:pypi/click", "click"),
    ]
    assert {"ref": "pkg:pypi/smartcity-test-parks@1.0.0", "dependsOn": ["pkg:pypi/attrs", "pkg:pypi/click"]} in bom[
        "dependencies"
    ]


def test_other_content_has_another_serial_number(app: AppProject, tmp_path: Path) -> None:
    first = json.loads(inside(make_release(app.folder, tmp_path / "one"), SBOM))
    (app.manifest.parent / "more.txt").write_text("more")
    second = json.loads(inside(make_release(app.folder, tmp_path / "two"), SBOM))

    assert first["serialNumber"] != second["serialNumber"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"CHANGELOG.md": "# Log\n\n## 1.1\n\nLater.\n\n## [1.0] (2026-11-01)\n\nA list.\n\n## 0.9\n\nOld.\n"}, "A list."),
        ({"CHANGELOG.md": "## v1.0.0\r\n\r\nA list.\r\n"}, "A list."),
        (
            {"changelog.d/b.feature.md": "New list.\n", "changelog.d/a.bugfix.md": "Mended\nline.\n"},
            "- Mended line.\n- New list.",
        ),
        ({"CHANGELOG.md": "## 0.9\n\nOld.\n"}, None),
        ({"changelog.d/README.md": "How to.\n"}, None),
        ({}, None),
    ],
)
def test_the_changes_come_from_the_changelog_of_the_app(
    app: AppProject, tmp_path: Path, files: dict[str, str], expected: str | None
) -> None:
    for name, text in files.items():
        (app.folder / name).parent.mkdir(exist_ok=True)
        (app.folder / name).write_text(text, newline="")

    release = make_release(app.folder, tmp_path / "out")

    assert release.facts.changes == expected
    assert [notice.code for notice in release.notices] == ([] if expected else ["changes-missing"])


def test_another_wheel_of_the_version_is_kept_unless_told(app: AppProject, tmp_path: Path) -> None:
    first = make_release(app.folder, tmp_path / "out")
    assert make_release(app.folder, tmp_path / "out").wheel.sha256 == first.wheel.sha256
    old = first.wheel.path.read_bytes()
    (app.manifest.parent / "more.txt").write_text("more")

    with pytest.raises(ReleaseExistsError, match="Another wheel of this version"):
        make_release(app.folder, tmp_path / "out")
    assert [path.read_bytes() for path in (tmp_path / "out").iterdir()] == [old]

    make_release(app.folder, tmp_path / "out", replace=True)
    assert [path.read_bytes() == old for path in (tmp_path / "out").iterdir()] == [False]


@pytest.mark.parametrize("there", [True, False])
def test_a_full_disk_leaves_the_folder_as_it_was(
    app: AppProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    out = tmp_path / "out"
    if there:
        out.mkdir()
        (out / "kept.txt").write_text("kept")

    def full(source: Path, target: Path) -> None:
        target.write_bytes(source.read_bytes()[:10])
        raise OSError(errno.ENOSPC, "No space left on device", str(target))

    monkeypatch.setattr("shutil.copyfile", full)
    with pytest.raises(OSError, match="No space"):
        make_release(app.folder, out)

    assert [path.name for path in out.iterdir()] == ["kept.txt"] if there else not out.exists()


def test_a_link_out_of_the_project_is_refused(app: AppProject, tmp_path: Path) -> None:
    (app.manifest.parent / "passwd").symlink_to("/etc/passwd")

    with pytest.raises(BuildError, match="leads out of the project"):
        make_release(app.folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_entry_point_that_imports_what_is_not_declared_is_found(tmp_path: Path) -> None:
    # hypothesis is installed where this test runs; the app does not declare it.
    assert codes(write_app(tmp_path / "p", plugin="import hypothesis\n", manifest=NO_PAGE), tmp_path / "out") == [
        "entry-point-not-importable"
    ]


def test_what_the_app_declares_can_be_imported(tmp_path: Path) -> None:
    project = write_app(tmp_path / "p", plugin="import hypothesis\n", manifest=NO_PAGE, dependencies=["hypothesis"])

    assert make_release(project.folder, tmp_path / "out").facts.app == "parks"


def test_what_the_developer_has_on_the_path_is_not_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside" / "only_mine.py").write_text("")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "beside"))

    assert codes(write_app(tmp_path / "p", plugin="import only_mine\n", manifest=NO_PAGE), tmp_path / "out") == [
        "entry-point-not-importable"
    ]


def test_a_manifest_that_the_build_changed_is_found(tmp_path: Path) -> None:
    project = write_app(tmp_path / "p", extra_metadata=False)
    other = project.folder / "other.toml"
    other.write_text(project.manifest.read_text().replace("An app for tests", "Another app"))
    pyproject = project.folder / "pyproject.toml"
    home = f"src/{project.package}"
    pyproject.write_text(
        pyproject.read_text()
        + f'\n[tool.hatch.build.targets.wheel.force-include]\n"other.toml" = "{project.package}/smartcity.toml"\n'
        + f'[tool.hatch.build]\nexclude = ["{home}/smartcity.toml"]\n'
    )

    assert codes(project, tmp_path / "out") == ["wheel-manifest-differs"]


def test_every_fault_is_told_in_one_pass(tmp_path: Path) -> None:
    files = {".env": "A=1", "tests/test_a.py": "", "people.db": "x"}
    project = write_app(tmp_path / "p", plugin="import surely_not_there\n", manifest=NO_PAGE, files=files)

    assert sorted(codes(project, tmp_path / "out")) == [
        "entry-point-not-importable",
        "wheel-has-data",
        "wheel-has-secret",
        "wheel-has-tests",
    ]


def test_a_project_without_a_manifest_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ManifestMissingError):
        make_release(write_app(tmp_path / "p", manifest="").folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("text", ["soon", "9" * 30])
def test_a_build_time_that_is_none_is_told(app: AppProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", text)

    with pytest.raises(BuildError, match="SOURCE_DATE_EPOCH"):
        make_release(app.folder, tmp_path / "out")


def test_every_fact_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "release-facts.md").read_text("utf-8")

    assert [name for name in ReleaseFacts.model_fields if f"| `{name}` |" not in page] == []
