"""Whatever keeps an app from being installed is told with its mend before anything is changed."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from smartcity_share.errors import (
    AppImportError,
    AppNotFoundError,
    DocumentError,
    HookError,
    HostApiError,
    ManifestError,
    ManifestMissingError,
    PackageError,
    RefusedError,
    RegionNotFoundError,
    SettingsError,
    SmartCityError,
)
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import Instance, install_app
from tests.apps.factory import HELLO, AppFactory, forgetting_imports
from tests.install.conftest import MANIFEST, OTHER, PARKS, REGION, tree

Prepare = Callable[[AppFactory, Path], Path]


def not_a_wheel(_apps: AppFactory, folder: Path) -> Path:
    (folder / "letter-1.0-py3-none-any.whl").write_text("Dear region")
    return folder / "letter-1.0-py3-none-any.whl"


def a_stranger(apps: AppFactory, _folder: Path) -> Path:
    return apps.wheel("parks", manifest="", entry_point_name="")


def altered(apps: AppFactory, folder: Path) -> Path:
    wheel = apps.wheel("parks")
    changed = folder / wheel.name
    with zipfile.ZipFile(wheel) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content + b"# changed\n" if name.endswith("plugin.py") else content)
    return changed


def for_another_host(apps: AppFactory, _folder: Path) -> Path:
    return apps.wheel("parks", manifest={"host_api": ">=9"})


def faulty_manifest(apps: AppFactory, _folder: Path) -> Path:
    return apps.wheel("parks", manifest={"app": {"categori": "x", "status": "old"}, "origin": {"region": "13.1"}})


def faulty_manifest_in_a_folder(apps: AppFactory, _folder: Path) -> Path:
    return apps.write("parks", manifest={"app": {"status": "old"}}).folder


def not_a_project(_apps: AppFactory, folder: Path) -> Path:
    (folder / "empty").mkdir()
    return folder / "empty"


def broken_import(apps: AppFactory, _folder: Path) -> Path:
    return apps.wheel("parks", plugin="import a_module_nobody_has\n")


def misspelt_hook(apps: AppFactory, _folder: Path) -> Path:
    return apps.wheel("parks", plugin="from smartcity_share import hookimpl\n@hookimpl\ndef asgi_ap():\n    return None\n")


def unmet_dependency(apps: AppFactory, _folder: Path) -> Path:
    return apps.wheel("parks", dependencies=["a-package-nobody-has>=2", "attrs>=9999", "absent; python_version < '3'"])


def missing_connector(apps: AppFactory, _folder: Path) -> Path:
    return apps.wheel("parks", manifest={"needs": {"connectors": [{"contract": "message", "required": True}]}})


@pytest.mark.parametrize(
    ("prepare", "error", "told"),
    [
        (not_a_wheel, PackageError, "wheel"),
        (a_stranger, ManifestMissingError, "smartcity.toml"),
        (altered, PackageError, "plugin.py"),
        (for_another_host, HostApiError, "host API >=9"),
        (faulty_manifest, ManifestError, "fault"),
        (faulty_manifest_in_a_folder, ManifestError, "1 fault"),
        (not_a_project, PackageError, "pyproject.toml"),
        (broken_import, AppImportError, "a_module_nobody_has"),
        (misspelt_hook, HookError, "asgi_ap"),
        (unmet_dependency, RefusedError, "nothing was changed"),
        (missing_connector, RefusedError, "nothing was changed"),
    ],
)
def test_an_app_that_cannot_work_is_refused_before_anything_changes(
    instance: Instance,
    app_factory: AppFactory,
    actor: Actor,
    tmp_path: Path,
    prepare: Prepare,
    error: type[SmartCityError],
    told: str,
) -> None:
    source = prepare(app_factory, tmp_path)
    before = tree(instance.folder)
    with pytest.raises(error, match=told) as caught:
        install_app(instance, REGION, source, actor=actor)
    faults = caught.value.faults if isinstance(caught.value, DocumentError | RefusedError) else ()
    assert caught.value.hint or all(fault.mend for fault in faults)
    assert tree(instance.folder) == before
    assert instance.ledger.operations() == ()
    assert instance.audit.entries(REGION) == ()


def test_a_manifest_full_of_faults_tells_all_of_them(
    instance: Instance, app_factory: AppFactory, actor: Actor, tmp_path: Path
) -> None:
    with pytest.raises(ManifestError) as caught:
        install_app(instance, REGION, faulty_manifest(app_factory, tmp_path), actor=actor)
    keys = {fault.where.key for fault in caught.value.faults}
    assert {"app.categori", "app.status", "origin.region"} <= keys
    assert all(fault.where.line and fault.mend for fault in caught.value.faults)


def test_unmet_dependencies_are_told_with_the_mend(
    instance: Instance, app_factory: AppFactory, actor: Actor, tmp_path: Path
) -> None:
    with pytest.raises(RefusedError) as caught:
        install_app(instance, REGION, unmet_dependency(app_factory, tmp_path), actor=actor)
    mends = {fault.message.split(",")[0]: fault.mend for fault in caught.value.faults}
    assert set(mends) == {"It needs a-package-nobody-has>=2", "It needs attrs>=9999"}
    assert "`--wheels DIR`" in mends["It needs a-package-nobody-has>=2"]
    assert '-m pip install "attrs>=9999"' in mends["It needs attrs>=9999"]


def refused_codes(instance: Instance, region: str, source: Path | None, actor: Actor) -> set[str]:
    with pytest.raises(RefusedError) as caught:
        install_app(instance, region, source, {"public_name": "Taman"}, actor=actor)
    return {fault.code for fault in caught.value.faults}


def test_an_app_that_is_installed_already_is_refused(instance: Instance, parks_wheel: Path, actor: Actor) -> None:
    install_app(instance, REGION, parks_wheel, {"public_name": "Taman"}, actor=actor)
    before = tree(instance.folder)
    assert refused_codes(instance, REGION, parks_wheel, actor) == {"already-installed"}
    assert tree(instance.folder) == before


def test_an_id_that_another_region_has_from_another_publisher_is_refused(
    instance: Instance, parks_wheel: Path, app_factory: AppFactory, actor: Actor
) -> None:
    install_app(instance, REGION, parks_wheel, {"public_name": "Taman"}, actor=actor)
    other = app_factory.wheel("parks", plugin=PARKS, manifest=MANIFEST, distribution="somebody-elses-parks")
    assert refused_codes(instance, OTHER, other, actor) == {"other-publisher-in-use"}


def test_data_of_an_installation_the_ledger_does_not_know_is_never_taken_over(
    instance: Instance, parks_wheel: Path, actor: Actor
) -> None:
    left = instance.layout.installation(REGION, "parks")
    left.mkdir(parents=True)
    (left / "data.sqlite").write_bytes(b"precious")
    assert refused_codes(instance, REGION, parks_wheel, actor) == {"data-left-over"}
    assert (left / "data.sqlite").read_bytes() == b"precious"


def test_faulty_answers_are_told_all_at_once_and_nothing_changes(instance: Instance, parks_wheel: Path, actor: Actor) -> None:
    before = tree(instance.folder)
    with pytest.raises(SettingsError) as caught:
        install_app(instance, REGION, parks_wheel, {"public_name": "x", "opening_hour": 24, "nam": 1}, actor=actor)
    assert {fault.where.key for fault in caught.value.faults} == {"public_name", "opening_hour", "nam"}
    assert tree(instance.folder) == before


def test_a_region_that_is_not_served_is_refused(instance: Instance, parks_wheel: Path, actor: Actor) -> None:
    with pytest.raises(RegionNotFoundError, match=r"73\.71"):
        install_app(instance, "73.71", parks_wheel, actor=actor)


@pytest.mark.parametrize(("named", "told"), [("zoo", "not `zoo`"), ("parks==9.9", "not 9.9")])
def test_a_wheel_of_another_app_or_version_than_named_is_refused(
    instance: Instance, parks_wheel: Path, actor: Actor, named: str, told: str
) -> None:
    with pytest.raises(PackageError, match=told):
        install_app(instance, REGION, parks_wheel, app=named, actor=actor)


def test_an_app_nobody_has_is_told(instance: Instance, actor: Actor) -> None:
    with pytest.raises(AppNotFoundError, match="`absent-app`"):
        install_app(instance, REGION, None, app="absent-app", actor=actor)
    with pytest.raises(PackageError, match="No app is named"):
        install_app(instance, REGION, None, actor=actor)


def test_an_app_of_the_environment_does_not_mix_with_one_from_a_wheel_in_one_process(
    instance: Instance, app_factory: AppFactory, parks_wheel: Path, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(app_factory.unpack(parks_wheel))
    with forgetting_imports():
        install_app(instance, OTHER, parks_wheel, {"public_name": "Taman"}, actor=actor)
        with pytest.raises(AppImportError, match="from the code folder"):
            install_app(instance, REGION, None, {"public_name": "Taman"}, app="parks", actor=actor)
    install_app(instance, REGION, None, {"public_name": "Taman"}, app="parks", actor=actor)
    record = instance.ledger.installation(REGION, "parks")
    assert record is not None
    assert record.code_location is None


def test_a_changed_code_folder_is_not_used_for_another_region(instance: Instance, parks_wheel: Path, actor: Actor) -> None:
    install_app(instance, OTHER, parks_wheel, {"public_name": "Taman"}, actor=actor)
    (folder,) = instance.code_folders()
    next(folder.glob("*/__init__.py")).write_text("# changed\n")
    before = tree(instance.folder)
    with pytest.raises(SmartCityError, match="was changed"):
        install_app(instance, REGION, parks_wheel, {"public_name": "Taman"}, actor=actor)
    assert tree(instance.folder) == before


READINESS = (
    HELLO
    + """

from smartcity_share import ReadinessAnswer


@hookimpl
def check_readiness(region):
    return [ReadinessAnswer("offices", False, "No office is in the profile.", "Fill in [[offices]].")]
"""
)


@pytest.mark.parametrize("blocking", [True, False])
def test_a_region_that_is_not_ready_is_told_and_kept_out_where_it_matters(
    instance: Instance, app_factory: AppFactory, actor: Actor, blocking: bool
) -> None:
    requirement = {
        "id": "offices",
        "area": "institutional",
        "question": {"id": "Ada perangkat daerah?", "en": "Are there offices?"},
        "check": "probe",
        "blocking": blocking,
    }
    wheel = app_factory.wheel("parks", plugin=READINESS, manifest={"requirement": [requirement]})
    if blocking:
        assert refused_codes(instance, REGION, wheel, actor) >= {"requirement-unmet"}
    else:
        outcome = install_app(instance, REGION, wheel, actor=actor)
        assert "No office is in the profile." in outcome.plan.notices[0]


def test_a_disk_that_is_full_while_unpacking_leaves_nothing(
    instance: Instance, parks_wheel: Path, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from smartcity_share.install import code_store

    def full(folder: Path) -> None:
        raise OSError(28, "No space left on device", str(folder))

    before = tree(instance.folder)
    monkeypatch.setattr(code_store, "sync_tree", full)
    with pytest.raises(OSError, match="No space left"):
        install_app(instance, REGION, parks_wheel, {"public_name": "Taman"}, actor=actor)
    assert tree(instance.folder) == before
