"""The demo refuses early what it could not finish."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from smartcity_share.cli.journey.server import free_port, serving
from smartcity_share.cli.journey.sources import REGIONS, find_sources
from smartcity_share.cli.main import execute
from smartcity_share.errors import OperationError, UsageError


def test_a_folder_that_is_no_checkout_is_refused_before_anything_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(["demo", "--check", "--sources", str(tmp_path)]) == 2
    assert "is no checkout of smartcity-share" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_port_in_use_is_told_before_the_work_of_a_minute(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert execute(["demo", "--port", str(taken.getsockname()[1])]) == 1

    told = capsys.readouterr()
    assert "error[port-in-use]" in told.err
    assert "hint:" in told.err
    assert "smartcity build" not in told.out


def test_the_checkout_is_found_from_the_package() -> None:
    sources = find_sources(None)

    assert sources.root == Path(__file__).resolve().parents[2]
    for region in REGIONS:
        assert (sources.profile(region) / "profile.toml").is_file()
        assert all(sources.answers(region, app).is_file() for app in sources.projects)


def test_a_checkout_that_lacks_parts_is_none(tmp_path: Path) -> None:
    (tmp_path / "examples" / "demo").mkdir(parents=True)
    (tmp_path / "examples" / "demo" / "generate.py").touch()

    with pytest.raises(UsageError, match="is no checkout"):
        find_sources(tmp_path)


def test_a_server_that_does_not_start_is_reported_with_what_it_said(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    folder.mkdir()

    with pytest.raises(OperationError, match="did not begin to answer") as found, serving(folder, free_port()):
        pytest.fail("an empty folder was served")

    assert "is no instance" in str(found.value.hint)
