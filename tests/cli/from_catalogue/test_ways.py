"""The ways to a catalogue on the web: through a proxy, to where it moved, with a name of another script."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.catalogue.made import Made
from tests.cli.conftest import Cli
from tests.cli.from_catalogue.conftest import HERE, VALUES, Refused, trust
from tests.cli.from_catalogue.serving import serving


def test_a_proxy_that_the_environment_names_is_gone_through(
    cli: Cli, served: Path, catalogue: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with serving(catalogue.folder) as site:
        monkeypatch.setenv("http_proxy", site.address)
        words = ("--from", "http://katalog.example.go.id", "--trust", trust(catalogue))
        assert cli("install", "gardens", *words, *HERE, *VALUES, "--plan").code == 0
    assert site.hosts == {"katalog.example.go.id"}


def test_a_catalogue_that_moved_is_followed(cli: Cli, served: Path, catalogue: Made) -> None:
    with serving(catalogue.folder) as site:
        words = ("--from", f"{site.address}/lama", "--trust", trust(catalogue))
        assert cli("install", "gardens", *words, *HERE, *VALUES, "--plan").code == 0


def test_a_catalogue_that_moves_for_ever_is_given_up(refused: Refused, served: Path, catalogue: Made) -> None:
    with serving(catalogue.folder) as site:
        address = site.address + "/lama" * 7
        assert "it sends on more than 5 times" in refused(
            "catalogue-unreachable", "--from", address, "--trust", trust(catalogue)
        )


def test_a_server_that_compresses_is_told_apart_from_an_altered_file(refused: Refused, served: Path, catalogue: Made) -> None:
    with serving(catalogue.folder) as site:
        site.headers = {"Content-Encoding": "gzip"}
        told = refused("catalogue-unreachable", "--from", site.address, "--trust", trust(catalogue))
    assert "it sends files compressed" in told
