"""Backups encrypted in the age format, streamed through a pipe: ``age --decrypt`` reads them too."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Final

from smartcity_share.errors import BackupError, UsageError
from smartcity_share.install.backup.tar import GET_AGAIN

MAGIC: Final = b"age-encryption.org/v1\n"
"""What an encrypted file begins with."""
_LARGEST_KEYS: Final = 64 * 1024
_PASSPHRASE: Final = b"-> scrypt "
_HEAD: Final = 512
_BEGINNINGS: Final = ("age1", "ssh-")


def is_encrypted(path: Path) -> bool:
    """Whether a file is in the age format."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def public_keys(keys: Sequence[str]) -> tuple[str, ...]:
    """Return public keys, those of files as they stand there.

    Args:
        keys: Each an age key (``age1…``), an SSH key (``ssh-ed25519 …``), or a file with one in each line.

    Raises:
        UsageError: One is none of these.
    """
    found: list[str] = []
    for key in keys:
        found += [key] if key.startswith(_BEGINNINGS) else _lines(Path(key))
    recipients_of(found)
    return tuple(found)


def recipients_of(keys: Sequence[str]) -> list[Any]:
    """Return the public keys a backup is encrypted to.

    Args:
        keys: What :func:`public_keys` returned.

    Raises:
        UsageError: One is no key.
    """
    return [_recipient(key) for key in keys]


def identities_of(path: Path) -> list[Any]:
    """Return the private keys of a file: one of ``age-keygen``, or an SSH key without a passphrase.

    Raises:
        UsageError: The file cannot be read or holds no such key.
    """
    from pyrage import IdentityError, ssh, x25519

    lines = _lines(path)
    try:
        if lines and lines[0].startswith("-----BEGIN"):
            return [ssh.Identity.from_buffer(path.read_bytes())]
        found = [x25519.Identity.from_str(line) for line in lines]
    except (IdentityError, ValueError):
        found = []
    if not found:
        raise UsageError(
            f"{path.name} holds no private key of age or SSH", hint="Name the file `age-keygen` made: `--identity FILE`."
        )
    return found


@contextmanager
def encrypting(target: BinaryIO, recipients: Sequence[Any]) -> Iterator[BinaryIO]:
    """Open a stream whose content reaches ``target`` encrypted.

    Args:
        target: Where the encrypted bytes go.
        recipients: What :func:`recipients_of` returned.

    Raises:
        OSError: ``target`` cannot be written.
    """
    from pyrage import encrypt_io

    kept = _Keeping(target)
    source, sink = os.pipe()
    thread = _Worker(lambda reader: encrypt_io(reader, kept, list(recipients)), source)
    thread.start()
    try:
        with os.fdopen(sink, "wb") as stream:
            yield stream
    except BrokenPipeError:  # the other end stopped, and knows why
        thread.join()
        raise kept.fault or thread.fault or OSError("the encryption stopped") from None
    finally:
        thread.join()
    if fault := kept.fault or thread.fault:
        raise fault


@contextmanager
def decrypting(path: Path, identities: Sequence[Any]) -> Iterator[BinaryIO]:
    """Open the content of an encrypted file.

    Args:
        path: The file.
        identities: What :func:`identities_of` returned.

    Raises:
        BackupError: It is encrypted to other keys or with a passphrase, was altered or cut short.
    """
    from pyrage import decrypt_io

    with path.open("rb") as file:
        head = file.read(_HEAD)
        if _PASSPHRASE in head:
            raise BackupError(
                f"{path.name} is encrypted with a passphrase, not to a key",
                hint="Decrypt it with `age --decrypt` first, then restore what comes out.",
            )
        file.seek(0)
        source, sink = os.pipe()
        with os.fdopen(source, "rb") as stream:
            thread = _Worker(lambda writer: decrypt_io(file, writer, list(identities)), sink, writes=True)
            thread.start()
            checking = _Checking(stream, thread, path.name)
            try:
                yield checking  # type: ignore[misc] # the one method a reader uses
            finally:
                stream.close()
                thread.join()


class _Worker(threading.Thread):
    """Runs one call on one end of a pipe, and keeps what it raised."""

    def __init__(self, call: Callable[[Any], object], end: int, *, writes: bool = False) -> None:
        super().__init__(daemon=True)
        self._call, self._end, self._writes = call, end, writes
        self.fault: Exception | None = None

    def run(self) -> None:
        """Make the call; the end of the pipe is closed whatever happens."""
        try:
            with os.fdopen(self._end, "wb" if self._writes else "rb") as stream:
                self._call(stream)
        except Exception as error:  # noqa: BLE001 - handed over to the thread that waits
            self.fault = error


class _Keeping:
    """Writes on, and keeps what was refused: the library in between tells it in words of its own."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self.fault: OSError | None = None

    def write(self, content: bytes) -> int:
        try:
            return self._target.write(content)
        except OSError as error:
            self.fault = error
            raise

    def flush(self) -> None:
        self._target.flush()


class _Checking:
    """Reads decrypted bytes, and tells at their end whether it was the true one."""

    def __init__(self, stream: BinaryIO, worker: _Worker, name: str) -> None:
        self._stream, self._worker, self._name = stream, worker, name

    def read(self, most: int = -1) -> bytes:
        content = self._stream.read(most)
        if not content:
            self._worker.join()
            if self._worker.fault is not None:
                raise _unreadable(self._name, self._worker.fault)
        return content


def _unreadable(name: str, fault: Exception) -> BackupError:
    if "No matching keys" in str(fault):
        return BackupError(
            f"{name} is encrypted to other keys; nothing was changed",
            hint="Name the private key that belongs to one of the keys it was encrypted to: `--identity FILE`.",
        )
    return BackupError(f"{name} was cut short or altered: it cannot be decrypted; nothing was changed", hint=GET_AGAIN)


def _recipient(text: str) -> Any:
    from pyrage import RecipientError, ssh, x25519

    with suppress(RecipientError, ValueError):
        return (x25519 if text.startswith("age1") else ssh).Recipient.from_str(text)
    raise UsageError(
        f"`{text[:40]}` is no public key of age or SSH",
        hint="Name the public key `age-keygen` prints (age1…), an `ssh-ed25519 …` key, or a file with one in each line.",
    )


def _lines(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST_KEYS).decode()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise UsageError(
            f"The keys in {path.name} cannot be read: {why}", hint="Name a key, or a file that holds keys."
        ) from None
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
