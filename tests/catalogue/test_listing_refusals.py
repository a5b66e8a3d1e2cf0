"""What an origin cannot list: another file under a known name, a version twice, what is not its own, what was altered."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from smartcity_share.catalogue.offering import offer
from smartcity_share.errors import CatalogueRefusedError, PackageError
from tests.apps.factory import AppFactory
from tests.catalogue.conftest import CITY
from tests.catalogue.made import Made, signer


def refusal(made: Made, *wheels: Path, folder: Path | None = None) -> CatalogueRefusedError:
    """Add wheels and return why they were refused; nothing may have changed."""
    before = made.published_files()
    with pytest.raises(CatalogueRefusedError) as caught:
        made.add(*wheels, folder=folder)
    assert made.published_files() == before
    assert all(fault.mend for fault in caught.value.faults)
    return caught.value


def test_a_released_file_never_gets_other_bytes(city: Made, parks: Path, app_factory: AppFactory) -> None:
    city.add(parks)
    other = app_factory.wheel("parks", version="1.0.0", files={"more.txt": "more"})
    renamed = other.with_name(parks.name)
    other.rename(renamed)

    assert [fault.code for fault in refusal(city, renamed).faults] == ["release-changed"]


def test_one_version_is_one_wheel(city: Made, parks: Path, tmp_path: Path) -> None:
    city.add(parks)
    second = tmp_path / parks.name.replace("-1.0.0-", "-1.0.0-1-")
    shutil.copyfile(parks, second)

    assert [fault.code for fault in refusal(city, second).faults] == ["release-twice"]


def test_an_altered_wheel_is_refused(parks: Path, tmp_path: Path) -> None:
    altered = tmp_path / parks.name
    shutil.copyfile(parks, altered)
    with zipfile.ZipFile(altered, "a") as archive:
        archive.writestr("smartcity_test_parks_of_a_catalogue/more.py", "import os\n")

    with pytest.raises(PackageError, match="RECORD") as caught:
        offer(altered)
    assert caught.value.hint


def test_a_wheel_that_names_no_region_is_refused(app_factory: AppFactory) -> None:
    wheel = app_factory.wheel("parks", manifest={"origin": {"region": None}})

    with pytest.raises(PackageError, match="which region shares it") as caught:
        offer(wheel)
    assert "--origin" in (caught.value.hint or "")
    assert offer(wheel, sharer=CITY).origin == CITY


def test_the_manifest_has_the_last_word_on_whose_an_app_is(parks: Path) -> None:
    assert offer(parks, sharer="32.73").origin == CITY


def test_an_origin_that_is_not_in_the_catalogue_is_refused(made: Made, parks: Path) -> None:
    with pytest.raises(CatalogueRefusedError) as caught:
        made.keeper(signer()).add([offer(parks)])

    (fault,) = caught.value.faults
    assert fault.code == "origin-unknown"
    assert f"origin add DIR {CITY}" in fault.mend


def test_one_origin_cannot_sign_for_another(city: Made, parks: Path) -> None:
    city.add_origin("32.73")
    before = city.published_files()

    with pytest.raises(CatalogueRefusedError) as caught:
        city.keeper(*city.cities["32.73"]).add([offer(parks)])

    (fault,) = caught.value.faults
    assert fault.code == "signer-foreign"
    assert "Kota 32.73" in fault.message
    assert "Kota 73.71" in fault.mend
    assert city.published_files() == before


def test_no_key_at_all_is_refused_with_those_that_may(city: Made, parks: Path) -> None:
    from smartcity_share.catalogue.keeping import Keeper
    from tests.catalogue.made import NOW

    with pytest.raises(CatalogueRefusedError) as caught:
        Keeper(city.folder, (), NOW).add([offer(parks)])

    (fault,) = caught.value.faults
    assert fault.code == "signer-missing"
    assert "Kota 73.71" in fault.mend


def test_a_wheel_under_another_name_is_refused(parks: Path, tmp_path: Path) -> None:
    renamed = tmp_path / "smartcity_test_parks-2.0.0-py3-none-any.whl"
    shutil.copyfile(parks, renamed)

    with pytest.raises(PackageError):
        offer(renamed)
