"""The catalogue is away, or something stands in its place: nothing is changed, and what is installed goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.catalogue.made import Made
from tests.cli.conftest import Cli
from tests.cli.from_catalogue.conftest import HERE, VALUES, Refused, follow, trust, wheel_in
from tests.cli.from_catalogue.serving import serving


def test_catalogue_offline_the_server_is_gone(cli: Cli, refused: Refused, gardens: Path, catalogue: Made) -> None:
    with serving(catalogue.folder) as site:
        address = site.address
    follow(gardens, catalogue, url=address)
    told = refused("catalogue-unreachable", by=("upgrade", "gardens", "--from", "nasional", *HERE))
    assert f"{address}: The catalogue cannot be reached: Connection refused" in told
    assert "what is installed goes on without it" in told
    assert cli("status").code == 0
    assert cli("doctor").code == 0
    assert cli("configure", "gardens", *HERE, "--set", "opening_hour=9").code == 0


def test_catalogue_offline_the_stick_was_pulled_out(refused: Refused, following: Path, catalogue: Made) -> None:
    catalogue.folder.rename(catalogue.folder.with_name("gone"))
    assert "The folder of the catalogue is not there" in refused("catalogue-unreachable")


def test_catalogue_offline_a_sign_in_page_stands_in_its_place(refused: Refused, served: Path, catalogue: Made) -> None:
    with serving(catalogue.folder) as site:
        site.page = b"<!doctype html><title>Wi-Fi</title><p>Masuk</p>"
        told = refused("catalogue-invalid", "--from", site.address, "--trust", trust(catalogue))
    assert "There is a web page where the metadata of `root` should be" in told
    assert "sign in, then try again" in told


def test_catalogue_offline_the_connection_is_cut_in_the_middle_of_a_wheel(
    cli: Cli, refused: Refused, served: Path, catalogue: Made
) -> None:
    words = ("install", "gardens", *HERE, *VALUES)
    with serving(catalogue.folder) as site:
        follow(served, catalogue, url=site.address)
        site.cuts = [1000, 0]
        told = refused("catalogue-unreachable", by=(*words, "--from", "nasional"))
        assert f"1,000 of {wheel_in(catalogue).stat().st_size:,} bytes are kept" in told
        assert cli(*words, "--from", "nasional", "--plan").code == 0
    assert site.wheels_asked() == ["", "bytes=1000-", "bytes=1000-"]


def test_a_line_that_breaks_again_and_again_is_gone_on_with_in_one_command(cli: Cli, served: Path, catalogue: Made) -> None:
    with serving(catalogue.folder) as site:
        follow(served, catalogue, url=site.address)
        site.cuts = [500, 500, 500]
        assert cli("install", "gardens", "--from", "nasional", *HERE, *VALUES, "--plan").code == 0
    assert site.wheels_asked() == ["", "bytes=500-", "bytes=1000-", "bytes=1500-"]


@pytest.mark.parametrize("has_ranges", [True, False])
def test_a_damaged_part_is_fetched_anew(cli: Cli, served: Path, catalogue: Made, *, has_ranges: bool) -> None:
    with serving(catalogue.folder) as site:
        follow(served, catalogue, url=site.address)
        site.cuts = [500, 0]
        words = ("install", "gardens", "--from", "nasional", *HERE, *VALUES, "--plan")
        assert cli(*words).code == 1
        part = next(served.glob("catalogues/*/wheels/*/*.part"))
        part.write_bytes(b"x" * 700)
        site.has_ranges = has_ranges
        assert cli(*words).code == 0


def test_a_server_that_has_no_catalogue_says_so(refused: Refused, served: Path, catalogue: Made, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with serving(tmp_path / "empty") as site:
        told = refused("catalogue-invalid", "--from", site.address, "--trust", trust(catalogue))
    assert "There is no catalogue: the metadata of `timestamp` are missing" in told


def test_a_copy_without_the_list_of_what_was_revoked_is_refused(refused: Refused, following: Path, catalogue: Made) -> None:
    for path in catalogue.folder.glob("metadata/*.cabut.json"):
        path.unlink()
    assert "the list of what was revoked is missing" in refused("catalogue-invalid")
