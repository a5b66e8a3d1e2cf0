"""Discovery reads what installers recorded and never runs anything of an app."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartcity_share.errors import AppConflictError, AppMetadataError, AppNotFoundError, ManifestError, ManifestMissingError
from smartcity_share.hooks.discover import AppIndex, discover
from smartcity_share.hooks.discovered import DiscoveredApp
from tests.apps.factory import AppFactory, unpack


def found_in(*sites: Path) -> AppIndex:
    return discover(environment=[str(site) for site in sites])


def only(index: AppIndex) -> DiscoveredApp:
    (app_id,) = index
    return index.get(app_id)


def info_of(site: Path) -> Path:
    (info,) = site.glob("*.dist-info")
    return info


def test_an_app_is_found_with_what_its_installation_recorded(app_factory: AppFactory) -> None:
    site = app_factory.installed("parks", version="2.5.0")
    app = only(found_in(site))
    assert (app.app_id, app.kind, app.distribution, app.version) == ("parks", "app", "smartcity-test-parks", "2.5.0")
    assert app.location == site
    assert not app.in_code_folder
    assert app.fault is None
    assert app.manifest.app.title["en"] == "App parks"


def test_a_connector_is_found_by_its_group(app_factory: AppFactory) -> None:
    assert only(found_in(app_factory.installed("mail", kind="connector"))).kind == "connector"


def test_nothing_of_an_app_is_imported_or_run(app_factory: AppFactory, tmp_path: Path) -> None:
    witness = tmp_path / "was-run"
    source = f"from pathlib import Path\nPath({str(witness)!r}).touch()\nraise RuntimeError('imported')\n"
    site = app_factory.installed("parks", plugin=source, files={"__init__.py": source})
    index = found_in(site)
    assert [app.manifest.app.id for app in index.apps] == ["parks"]
    assert index.broken == ()
    assert not witness.exists()


def test_manifests_are_read_when_asked_for_and_not_before(app_factory: AppFactory) -> None:
    site = app_factory.installed("parks")
    index = found_in(site)
    (info_of(site) / "extra_metadata" / "smartcity.toml").write_text("not TOML at all")
    assert list(index) == ["parks"]
    assert isinstance(index.get("parks").fault, ManifestError)


def test_a_wheel_without_the_copy_in_its_dist_info_is_read_from_the_package_folder(app_factory: AppFactory) -> None:
    app = only(found_in(app_factory.installed("parks", extra_metadata=False)))
    assert app.fault is None
    assert app.document.label == f"{app.module.partition('.')[0]}/smartcity.toml"


def test_an_editable_install_is_read_from_the_source_its_author_edits(app_factory: AppFactory) -> None:
    project = app_factory.write("parks")
    site = app_factory.unpack(app_factory.build(project, editable=True))
    direct = {"url": project.folder.as_uri(), "dir_info": {"editable": True}}
    (info_of(site) / "direct_url.json").write_text(json.dumps(direct))
    project.manifest.write_text(project.manifest.read_text().replace("App parks", "App that was edited"))
    assert only(found_in(site)).manifest.app.title["en"] == "App that was edited"


def test_a_folder_that_is_not_there_holds_no_app(tmp_path: Path) -> None:
    assert len(found_in(tmp_path / "gone")) == 0


def test_a_distribution_that_is_no_app_is_passed_over(tmp_path: Path) -> None:
    info = tmp_path / "other-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: other\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[console_scripts]\nother = other:main\n")
    index = found_in(tmp_path)
    assert (index.apps, index.broken) == ((), ())


def test_an_unknown_id_is_refused_with_the_near_match(app_factory: AppFactory) -> None:
    index = found_in(app_factory.installed("parks"))
    with pytest.raises(AppNotFoundError) as caught:
        index.get("park")
    assert caught.value.hint == "Did you mean `parks`?"
    with pytest.raises(AppNotFoundError) as caught:
        index.get("waste")
    assert "smartcity install waste --from WHEEL" in str(caught.value.hint)


# -- shadows and conflicts -------------------------------------------------------------------------------------------------


def test_the_code_folder_of_an_instance_shadows_the_same_distribution_of_the_environment(app_factory: AppFactory) -> None:
    environment = app_factory.installed("parks", version="1.0.0")
    folder = app_factory.installed("parks", version="1.1.0")
    app = only(discover([folder], environment=[str(environment)]))
    assert (app.version, app.in_code_folder, app.fault) == ("1.1.0", True, None)


def test_a_folder_earlier_on_the_path_shadows_a_later_one(app_factory: AppFactory) -> None:
    first, second = app_factory.installed("parks", version="1.0.0"), app_factory.installed("parks", version="2.0.0")
    app = only(found_in(first, second))
    assert (app.version, app.fault) == ("1.0.0", None)


def test_same_app_id_from_two_publishers_is_a_fault_that_names_both_and_spares_the_rest(app_factory: AppFactory) -> None:
    site = app_factory.installed("parks")
    app_factory.installed("parks", distribution="parks-of-somebody-else", target=site)
    app_factory.installed("waste", target=site)
    index = found_in(site)
    fault = index.get("parks").fault
    assert isinstance(fault, AppConflictError)
    assert "`parks-of-somebody-else 1.0.0` and `smartcity-test-parks 1.0.0`" in str(fault)
    assert [app.app_id for app in index.apps] == ["waste"]
    assert [app.distribution for app in index.broken] == ["parks-of-somebody-else", "smartcity-test-parks"]


def test_an_id_claimed_by_a_code_folder_and_by_another_distribution_of_the_environment_is_a_conflict(
    app_factory: AppFactory,
) -> None:
    environment = app_factory.installed("parks", distribution="parks-of-somebody-else")
    index = discover([app_factory.installed("parks")], environment=[str(environment)])
    assert isinstance(index.get("parks").fault, AppConflictError)


def test_two_versions_recorded_in_one_folder_are_not_guessed_between(app_factory: AppFactory) -> None:
    site = app_factory.installed("parks", version="1.0.0")
    app_factory.installed("parks", version="1.1.0", target=site)
    fault = found_in(site).get("parks").fault
    assert isinstance(fault, AppMetadataError)
    assert "1.0.0 and 1.1.0" in str(fault)


# -- broken metadata -------------------------------------------------------------------------------------------------------


def test_stale_plugin_is_named_and_the_good_one_beside_it_works(app_factory: AppFactory) -> None:
    site = app_factory.installed("parks", version="1.1.0")
    stale = site / "smartcity_test_parks-1.0.0.dist-info"
    stale.mkdir()
    shutil.copy(site / "smartcity_test_parks-1.1.0.dist-info" / "entry_points.txt", stale)
    index = found_in(site)
    assert index.get("parks").fault is None
    assert index.get("parks").version == "1.1.0"
    (broken,) = index.broken
    assert "smartcity_test_parks-1.0.0.dist-info" in str(broken.fault)
    assert "pip install --force-reinstall smartcity_test_parks" in str(broken.fault.hint)


def test_an_app_of_which_only_a_stale_record_is_left_says_so(app_factory: AppFactory) -> None:
    site = app_factory.installed("parks")
    (info_of(site) / "METADATA").write_bytes(b"")
    app = only(found_in(site))
    assert isinstance(app.fault, AppMetadataError)


def test_an_app_without_a_manifest_is_named(app_factory: AppFactory) -> None:
    app = only(found_in(app_factory.installed("parks", manifest="")))
    assert isinstance(app.fault, ManifestMissingError)
    assert "`parks` (smartcity-test-parks 1.0.0)" in str(app.fault)


def test_a_manifest_without_an_entry_point_is_named_with_the_group_to_add(app_factory: AppFactory) -> None:
    (broken,) = found_in(app_factory.installed("parks", entry_point_name="")).broken
    assert isinstance(broken.fault, AppMetadataError)
    assert "smartcity_share.apps" in str(broken.fault.hint)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"entry_point_name": "gardens"}, "the name of the entry point"),
        ({"manifest": {"app": {"kind": "connector"}}}, "the group of the entry point"),
    ],
)
def test_an_entry_point_that_contradicts_the_manifest_is_a_fault_with_its_line(
    app_factory: AppFactory, options: dict[str, object], said: str
) -> None:
    (broken,) = found_in(app_factory.installed("parks", **options)).broken
    assert isinstance(broken.fault, AppMetadataError)
    assert said in str(broken.fault).replace("The ", "the ")
    assert broken.fault.where is not None
    assert broken.fault.where.line is not None


def test_entry_points_that_cannot_be_read_are_a_fault(app_factory: AppFactory) -> None:
    site = app_factory.installed("parks")
    (info_of(site) / "entry_points.txt").write_text("[smartcity_share.apps]\nno value here\n")
    (broken,) = found_in(site).broken
    assert isinstance(broken.fault, AppMetadataError)
    assert "cannot be read" in str(broken.fault)


@pytest.fixture
def _clean_path() -> Iterator[None]:
    kept = list(sys.path)
    yield
    sys.path[:] = kept


def test_every_app_of_this_environment_is_found_without_a_path_given() -> None:
    assert "complaints" in discover()


@pytest.mark.usefixtures("_clean_path")
def test_a_site_folder_put_on_sys_path_is_part_of_the_environment(app_factory: AppFactory) -> None:
    sys.path.append(str(app_factory.installed("parks")))
    assert "parks" in discover()


def test_the_same_wheel_in_two_code_folders_is_taken_from_the_first(app_factory: AppFactory, tmp_path: Path) -> None:
    wheel = app_factory.wheel("parks")
    first, second = unpack(wheel, tmp_path / "a"), unpack(wheel, tmp_path / "b")
    assert only(discover([first, second], environment=[])).location == first
