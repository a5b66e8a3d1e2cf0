"""Whoever has the keys of one role says nothing that another one has to say, and breaks no command with what it says."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tuf.api.metadata import DelegatedRole, Targets

from smartcity_share.catalogue.entries import IndexRow, ReleaseEntry
from smartcity_share.catalogue.release import Release
from smartcity_share.catalogue.roles import ReleasePath
from smartcity_share.catalogue.wheels import FetchedWheels, silent
from tests.catalogue.conftest import CITY
from tests.catalogue.forging import forge, listing, name_in_index
from tests.catalogue.made import Made, signer
from tests.cli.conftest import Cli
from tests.cli.from_catalogue.conftest import Refused, Wheels


def test_who_revokes_releases_nothing(refused: Refused, following: Path, catalogue: Made, wheels: Wheels) -> None:
    entry = ReleaseEntry(app="gardens", version="2.0.0", summary={"en": "x"}, host_api=">=1.0,<2")
    path = ReleasePath(CITY, "gardens", wheels.two.name)
    forge(catalogue, "cabut", listing(catalogue, path, wheels.two, entry), catalogue.revocations)
    row = IndexRow(app="gardens", origin=CITY, version="2.0.0", file=wheels.two.name, summary={"en": "x"})
    name_in_index(catalogue, row)
    told = refused("catalogue-untrusted")
    assert f"`cabut` says of {path} what is not its to say" in told


@pytest.mark.parametrize("custom", [5, [1], {"yanked": "x", "revoked": {}}])
@pytest.mark.parametrize("role", ["r-73.71", "cabut"])
def test_words_that_are_none_break_no_command(
    cli: Cli, refused: Refused, following: Path, catalogue: Made, wheels: Wheels, custom: Any, role: str
) -> None:
    def garble(said: Targets) -> None:
        if role == "cabut":
            entry = ReleaseEntry(app="gardens", version="1.0.0", summary={"en": "x"}, host_api=">=1.0,<2")
            listing(catalogue, ReleasePath(CITY, "gardens", wheels.one.name), wheels.one, entry)(said)
        for target in said.targets.values():
            target.unrecognized_fields["custom"] = custom

    forge(catalogue, role, garble, catalogue.revocations if role == "cabut" else catalogue.cities[CITY])
    assert "cannot be read" in refused("catalogue-invalid")
    ran = cli("doctor", "--json")
    assert (ran.code, ran.json["findings"]) == (0, [])


@pytest.mark.parametrize("name", ["Timestamp", "p-73.1", "r-71.08"])
def test_a_province_names_no_roles_but_its_origins(refused: Refused, following: Path, catalogue: Made, name: str) -> None:
    stranger = signer()
    key = stranger.public_key

    def delegate(province: Targets) -> None:
        assert province.delegations is not None
        province.delegations.keys[key.keyid] = key
        more = DelegatedRole(name, [key.keyid], 1, False, paths=["apps/73.*/*/*"])
        province.delegations.roles = {name: more, **(province.delegations.roles or {})}

    forge(catalogue, "p-73", delegate, catalogue.root)
    forge(catalogue, name, lambda _: None, [stranger])
    assert f"`p-73` names keys of `{name}`, which is no role below it" in refused("catalogue-untrusted")
    assert not list(following.glob(f"catalogues/*/metadata/{name}.json"))


def test_a_wheel_that_is_changed_after_it_was_fetched_is_refused(
    refused: Refused, following: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch = FetchedWheels.fetch

    def changed(wheels: FetchedWheels, release: Release, watch: object = silent) -> Path:
        path = fetch(wheels, release)
        with zipfile.ZipFile(path, "a") as wheel:
            wheel.comment = b"somebody was here"
        return path

    monkeypatch.setattr(FetchedWheels, "fetch", changed)
    assert "was changed after it was fetched" in refused("catalogue-altered")


def test_a_pipe_in_the_folder_is_not_waited_for(refused: Refused, following: Path, catalogue: Made) -> None:
    path = catalogue.folder / "metadata" / "timestamp.json"
    path.unlink()
    os.mkfifo(path)
    assert "it is no file" in refused("catalogue-unreachable")
