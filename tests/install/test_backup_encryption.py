"""An encrypted backup holds the secrets, opens to its keys alone, and is what the program ``age`` reads."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pyrage import encrypt, passphrase, x25519

from smartcity_share.errors import BackupError, UsageError
from smartcity_share.install.backup.encryption import decrypting, encrypting, identities_of, public_keys, recipients_of
from smartcity_share.install.backup.reading import opened_backup

CONTENT = bytes(range(256)) * 20_000


@pytest.fixture(scope="module")
def key() -> x25519.Identity:
    """A private key."""
    return x25519.Identity.generate()


@pytest.fixture
def file(tmp_path: Path, key: x25519.Identity) -> Path:
    """A file encrypted to the key, through the stream."""
    path = tmp_path / "b.age"
    with path.open("wb") as target, encrypting(target, recipients_of([str(key.to_public())])) as stream:
        stream.write(CONTENT)
    return path


def content_of(path: Path, identities: list[x25519.Identity]) -> bytes:
    with decrypting(path, identities) as stream:
        parts = []
        while part := stream.read(100_000):
            parts.append(part)
        return b"".join(parts)


def test_what_was_streamed_in_comes_out(file: Path, key: x25519.Identity) -> None:
    assert content_of(file, [key]) == CONTENT
    assert CONTENT[:100] not in file.read_bytes()


def test_several_keys_each_open_it(tmp_path: Path, key: x25519.Identity) -> None:
    second = x25519.Identity.generate()
    (tmp_path / "keys").write_text(f"# two officials\n{key.to_public()}\n{second.to_public()}\n")
    keys = public_keys([str(tmp_path / "keys")])
    with (tmp_path / "b").open("wb") as target, encrypting(target, recipients_of(keys)) as stream:
        stream.write(b"x")
    assert content_of(tmp_path / "b", [key]) == content_of(tmp_path / "b", [second]) == b"x"


def test_other_keys_do_not_open_it(file: Path) -> None:
    with pytest.raises(BackupError, match="encrypted to other keys") as caught:
        content_of(file, [x25519.Identity.generate()])
    assert "--identity" in str(caught.value.hint)


def test_without_a_key_it_is_refused_with_the_option(file: Path) -> None:
    with pytest.raises(BackupError, match="is encrypted") as caught, opened_backup(file, ()):
        pass
    assert "--identity" in str(caught.value.hint)


@pytest.mark.parametrize("left", [30, 200, 1000, 66_000, -1])
def test_one_that_was_cut_short_is_refused(file: Path, key: x25519.Identity, left: int) -> None:
    file.write_bytes(file.read_bytes()[:left])
    with pytest.raises(BackupError, match="cut short or altered"):
        content_of(file, [key])


@pytest.mark.parametrize("place", [60, 150, 300, 70_000, -5])
def test_one_that_was_altered_is_refused(file: Path, key: x25519.Identity, place: int) -> None:
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(content)
    with pytest.raises(BackupError, match=r"cut short or altered|other keys"):
        content_of(file, [key])


def test_one_with_a_passphrase_is_refused_in_words(tmp_path: Path, key: x25519.Identity) -> None:
    (tmp_path / "b").write_bytes(passphrase.encrypt(b"x", "secret"))
    with pytest.raises(BackupError, match="with a passphrase"):
        content_of(tmp_path / "b", [key])


def test_reading_may_stop_early(file: Path, key: x25519.Identity) -> None:
    with decrypting(file, [key]) as stream:
        assert stream.read(10) == CONTENT[:10]


def test_a_disk_that_is_full_is_told_as_such(key: x25519.Identity) -> None:
    class Full(io.BytesIO):
        def write(self, content: object) -> int:
            if self.tell() > 100_000:
                raise OSError(28, "No space left on device")
            return super().write(content)  # type: ignore[arg-type]

    def write_much() -> None:
        with encrypting(Full(), recipients_of([str(key.to_public())])) as stream:
            for _ in range(100):
                stream.write(CONTENT)

    with pytest.raises(OSError, match="No space left"):
        write_much()


def test_a_file_of_age_keygen_is_read_and_any_other_refused(tmp_path: Path, key: x25519.Identity) -> None:
    (tmp_path / "key").write_text(f"# created: today\n# public key: {key.to_public()}\n{key}\n")
    (identity,) = identities_of(tmp_path / "key")
    (tmp_path / "b").write_bytes(encrypt(b"x", [key.to_public()]))
    assert content_of(tmp_path / "b", [identity]) == b"x"
    (tmp_path / "none").write_text("nothing\n")
    with pytest.raises(UsageError, match="holds no private key"):
        identities_of(tmp_path / "none")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="is no text"):
        identities_of(tmp_path / "bytes")
