"""Whoever has not the keys of an origin signs nothing for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner

from smartcity_share.catalogue.roles import ReleasePath
from tests.apps.factory import AppFactory
from tests.catalogue.making import Making
from tests.cli.from_catalogue.conftest import Refused, Wheels, follow


@pytest.fixture
def of_two_keys(served: Path, tmp_path: Path, wheels: Wheels) -> Making:
    """A catalogue whose origin signs with two keys, followed by the instance."""
    made = Making(tmp_path / "two")
    made.origin("73.71", keys=2, threshold=2)
    made.add(wheels.one)
    made.publish()
    follow(served, made)
    return made


def forged(catalogue: Making, wheels: Wheels, signers: list[CryptoSigner]) -> None:
    """Let somebody who stole the keys of snapshot and timestamp list a wheel under the name of the origin."""
    path = ReleasePath("73.71", "gardens", wheels.one.name)
    role = catalogue.roles["r-73.71"]
    catalogue.put("r-73.71", path, wheels.two.read_bytes(), dict(role.signed.targets[str(path)].custom))
    role.signed.version += 1
    catalogue.sign("r-73.71", signers)
    catalogue.close()


@pytest.mark.parametrize("of_its_keys", [0, 1])
def test_package_name_ok_but_signature_wrong_a_role_signed_by_a_stranger(
    refused: Refused, of_two_keys: Making, wheels: Wheels, of_its_keys: int
) -> None:
    stranger = CryptoSigner.generate_ed25519()
    forged(of_two_keys, wheels, [*of_two_keys.signers["r-73.71"][:of_its_keys], stranger])
    told = refused("catalogue-untrusted")
    assert "[r-73.71]" in told
    assert "`r-73.71` needs 2 signatures of the keys " in told
    assert stranger.public_key.keyid[:8] in told
    assert of_two_keys.signers["r-73.71"][0].public_key.keyid[:8] in told


def test_package_name_ok_but_signature_wrong_a_region_signs_for_another(
    refused: Refused, following: Path, catalogue: Making, wheels: Wheels
) -> None:
    catalogue.origin("71.08")
    path = ReleasePath("73.71", "gardens", "smartcity_test_gardens-9.0.0-py3-none-any.whl")
    custom = dict(next(iter(catalogue.roles["r-73.71"].signed.targets.values())).custom)
    catalogue.put("r-71.08", path, wheels.two.read_bytes(), {**custom, "version": "9.0.0"})
    catalogue.publish()
    told = refused("release-not-found", by=("install", "gardens==9.0.0", "--region", "71.08"))
    assert "73.71 has not signed it" in told


def test_a_wheel_that_says_it_is_of_another_region_than_signed_it_is_refused(
    refused: Refused, following: Path, catalogue: Making, wheels: Wheels
) -> None:
    catalogue.add(wheels.two, code="71.08")
    catalogue.publish()
    told = refused("catalogue-untrusted", "--from", "nasional", "--origin", "71.08")
    assert "says that it is `gardens` 2.0.0 of 73.71; signed was `gardens` 2.0.0 of 71.08" in told


def test_a_province_does_not_speak_for_its_regencies(
    refused: Refused, following: Path, catalogue: Making, wheels: Wheels
) -> None:
    path = ReleasePath("73.71", "gardens", wheels.one.name)
    custom = dict(catalogue.roles["r-73.71"].signed.targets[str(path)].custom)
    catalogue.put("p-73", path, wheels.two.read_bytes(), custom)
    catalogue.publish()
    assert "`p-73` signed apps/73.71/gardens/" in refused("catalogue-untrusted")


def test_a_trust_root_of_others_trusts_nothing_here(
    refused: Refused, served: Path, catalogue: Making, tmp_path: Path
) -> None:
    other = Making(tmp_path / "other")
    told = refused("catalogue-untrusted", "--from", catalogue.folder, "--trust", other.trust)
    assert "[timestamp]" in told


def test_a_file_that_is_no_trust_root_is_refused(refused: Refused, served: Path, catalogue: Making, tmp_path: Path) -> None:
    (tmp_path / "root.json").write_text("{}")
    told = refused("catalogue-invalid", "--from", catalogue.folder, "--trust", tmp_path / "root.json")
    assert "This is no trust root" in told


def test_keys_that_were_changed_are_followed_and_the_old_ones_sign_no_more(
    refused: Refused, following: Path, catalogue: Making, app_factory: AppFactory
) -> None:
    old, keyid = catalogue.signers["r-73.71"], catalogue.signers["r-73.71"][0].public_key.keyid
    catalogue.roles["p-73"].signed.revoke_key(keyid, "r-73.71")
    catalogue.signers["r-73.71"] = []
    catalogue.roles["p-73"].signed.add_key(catalogue.new_signer("r-73.71").public_key, "r-73.71")
    catalogue.signers["r-73.71"], new = old, catalogue.signers["r-73.71"]
    catalogue.publish()
    assert "`p-73` has to name the new ones" in refused("catalogue-untrusted")
    catalogue.signers["r-73.71"] = new
    catalogue.publish()
    assert "no version 9" in refused("release-not-found", by=("install", "gardens==9", "--region", "71.08"))
