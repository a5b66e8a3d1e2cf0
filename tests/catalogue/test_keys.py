"""Key files: the private half for its owner alone, the public half to hand around, and neither taken for the other."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from smartcity_share.catalogue.keys import named, new_key, public_file, read_public, read_signer
from smartcity_share.errors import KeyFileError, SecretError


def test_a_key_signs_and_its_public_half_checks_it(tmp_path: Path) -> None:
    path = tmp_path / "kota.pem"
    made = new_key(path, "Diskominfo Kota")

    public, signer = read_public(public_file(path)), read_signer(path)
    signature = signer.sign(b"what is signed")

    public.verify_signature(signature, b"what is signed")
    assert public.keyid == signer.public_key.keyid == made.keyid
    assert named(public) == f"Diskominfo Kota ({made.keyid[:8]}…)"
    assert named(signer.public_key) == named(public)


@pytest.mark.skipif(os.name != "posix", reason="rights of files are those of POSIX")
def test_the_private_half_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "kota.pem"
    new_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600

    path.chmod(0o640)

    with pytest.raises(SecretError, match="can be read by others") as caught:
        read_signer(path)
    assert f"chmod 600 {path}" in (caught.value.hint or "")


def test_a_passphrase_is_asked_only_where_there_is_one(tmp_path: Path) -> None:
    plain, encrypted = tmp_path / "plain.pem", tmp_path / "encrypted.pem"
    new_key(plain)
    new_key(encrypted, passphrase="rahasia sekali")
    asked: list[Path] = []

    def passphrase(path: Path) -> str:
        asked.append(path)
        return "rahasia sekali"

    assert read_signer(plain, passphrase)
    assert read_signer(encrypted, passphrase)
    assert asked == [encrypted]
    with pytest.raises(KeyFileError, match="passphrase"):
        read_signer(encrypted, lambda _: "another")
    with pytest.raises(KeyFileError, match="encrypted"):
        read_signer(encrypted)


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "kota.pem"
    new_key(path)
    before = path.read_bytes()

    with pytest.raises(KeyFileError, match="there already"):
        new_key(path)
    assert path.read_bytes() == before


def test_keys_of_a_token_can_take_part(tmp_path: Path) -> None:
    """Tokens hold P-256 keys, files Ed25519; roles take both."""
    path = tmp_path / "token.pem"
    private = ec.generate_private_key(ec.SECP256R1())
    path.write_bytes(
        private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    path.chmod(0o600)

    signer = read_signer(path)

    signer.public_key.verify_signature(signer.sign(b"x"), b"x")
    assert read_public(path).keyid == signer.public_key.keyid


def test_a_public_key_that_claims_another_id_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "kota.pem"
    new_key(path)
    public = public_file(path)
    public.write_text(json.dumps({**json.loads(public.read_text()), "keyid": "0" * 64}))

    with pytest.raises(KeyFileError, match="names its key"):
        read_public(public)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a key",
        b"[]",
        b"{}",
        b'{"keyid": 7}',
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        b"\xff\xfe",
    ],
)
def test_what_is_no_key_is_refused_with_the_mend(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    path.chmod(0o600)

    for read in (read_signer, read_public):
        with pytest.raises(KeyFileError) as caught:
            read(path)
        assert caught.value.hint


def test_a_public_key_without_a_curve_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "kota.pem"
    new_key(path)
    public = public_file(path)
    public.write_text(json.dumps({**json.loads(public.read_text()), "keyval": {"public": "00"}}))

    with pytest.raises(KeyFileError):
        read_public(public)
