"""Keys of a catalogue: a private key as a PEM file that its owner alone can read, a public key as JSON to hand around."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from securesystemslib.exceptions import UnverifiedSignatureError, VerificationError
from securesystemslib.formats import encode_canonical
from securesystemslib.signer import CryptoSigner, Key, Signature, SSlibKey

from smartcity_share.catalogue.words import printable
from smartcity_share.durable import write_whole
from smartcity_share.errors import KeyFileError, Location, SecretError, UsageError

Passphrase = Callable[[Path], str]
"""Tells the passphrase of a key file; asked only for a file that is encrypted."""

HOLDER: Final = "x-holder"
"""Field of a public key: who holds its private half. It stands in the metadata, so that people read names and not digits."""

_OTHERS: Final = 0o077
_SHOWN: Final = 8
_MOST_OF_NAME: Final = 120
_MOST_BYTES: Final = 64 * 1024


class _PublicKey(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    keyid: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    keytype: Annotated[str, StringConstraints(max_length=60)]
    scheme: Annotated[str, StringConstraints(max_length=60)]
    keyval: Mapping[str, str]
    holder: Annotated[str, StringConstraints(min_length=1, max_length=_MOST_OF_NAME)] | None = Field(None, alias=HOLDER)


def new_key(path: Path, holder: str | None = None, passphrase: str | None = None) -> Key:
    """Make an Ed25519 key: the private half in a file, the public one beside it in ``<file>.pub``.

    Args:
        path: The file.
        holder: Who holds it, for people who read the metadata.
        passphrase: What the private half is encrypted with; None leaves it readable to whoever reads the file.

    Returns:
        The public key.

    Raises:
        KeyFileError: One of the files is there.
        UsageError: The holder has no name, or one of several lines or of more than 120 characters.
    """
    if holder is not None and not (holder.isprintable() and 0 < len(holder.strip()) <= _MOST_OF_NAME):
        raise UsageError(
            "This is no name of a holder",
            hint=f'Write one line of at most {_MOST_OF_NAME} characters, such as "Diskominfo Kota Contoh".',
        )
    public_path = public_file(path)
    for there in (path, public_path):
        if there.exists():
            raise KeyFileError(
                f"{there} is there already",
                where=Location(str(there)),
                hint="Name another file: a key that is overwritten is lost for ever.",
            )
    private = Ed25519PrivateKey.generate()
    how = serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    pem = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how)
    public: Key = SSlibKey.from_crypto(private.public_key())
    if holder:
        public.unrecognized_fields[HOLDER] = holder
    write_whole(path, pem, mode=0o600)
    write_whole(public_path, public_text(public).encode())
    return public


def public_file(path: Path) -> Path:
    """Return the file of the public half of a key file."""
    return path.with_name(f"{path.name}.pub")


def public_text(key: Key) -> str:
    """Return a public key as its file holds it."""
    return json.dumps({"keyid": key.keyid, **key.to_dict()}, indent=2, ensure_ascii=False) + "\n"


def read_signer(path: Path, passphrase: Passphrase | None = None) -> CryptoSigner:
    """Read a private key.

    Args:
        path: A PEM file (PKCS #8): Ed25519, ECDSA or RSA. The public half beside it tells who holds it.
        passphrase: Asked where the file is encrypted.

    Raises:
        KeyFileError: It is no such file, or the passphrase is another.
        SecretError: Others can read it.
    """
    where = Location(str(path))
    pem = _content(path)
    if b"PRIVATE KEY-----" not in pem:
        raise KeyFileError(f"{path} holds no private key", where=where, hint="Name the file without `.pub` at the end.")
    if os.name == "posix" and path.stat().st_mode & _OTHERS:
        raise SecretError(f"{path} can be read by others", where=where, hint=f"Run `chmod 600 {path}`.")
    secret = None
    if b"ENCRYPTED" in pem:
        if passphrase is None:
            raise KeyFileError(f"{path} is encrypted", where=where, hint="Give its passphrase.")
        secret = passphrase(path).encode()
    try:
        signer = CryptoSigner(serialization.load_pem_private_key(pem, secret))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        message, hint = f"{path} is no key that can sign here", "Make one with `smartcity catalogue key new`."
        if secret is not None:
            message, hint = f"The passphrase of {path} is another", "Type it again."
        raise KeyFileError(message, where=where, hint=hint) from None
    beside = public_file(path)
    if beside.is_file():
        public = read_public(beside)  # which tells the holder too
        if public.keyid == signer.public_key.keyid:
            signer.public_key.unrecognized_fields.update(public.unrecognized_fields)
    return signer


def read_public(path: Path) -> Key:
    """Read a public key: a ``.pub`` file, or the private key it belongs to if that is not encrypted.

    Raises:
        KeyFileError: It is none.
        SecretError: It is a private key that others can read.
    """
    content = _content(path)
    if b"PRIVATE KEY-----" in content:
        beside = public_file(path)
        if beside.exists():
            return read_public(beside)
        if b"ENCRYPTED" in content:
            raise KeyFileError(
                f"{path} is encrypted, and {beside.name} is not beside it",
                where=Location(str(path)),
                hint="Name the `.pub` file that was made with it.",
            )
        return read_signer(path).public_key
    try:
        stated = _PublicKey.model_validate_json(content)
        fields: dict[str, Any] = stated.model_dump(include={"keytype", "scheme"}) | {"keyval": dict(stated.keyval)}
        key = Key.from_dict(stated.keyid, fields)
        true_id = key_id(key)
        _refuse_useless(key)
    except (ValidationError, ValueError, TypeError, KeyError):
        raise KeyFileError(
            f"{path} is no public key", where=Location(str(path)), hint="Ask for the `.pub` file that `key new` made."
        ) from None
    if true_id != key.keyid:
        raise KeyFileError(
            f"{path} names its key {shown(key.keyid)}, but it is {shown(true_id)}",
            where=Location(str(path)),
            hint="Do not use it. Ask its holder for the `.pub` file, and compare the digits by telephone.",
        )
    if stated.holder:
        key.unrecognized_fields[HOLDER] = stated.holder
    return key


def key_id(key: Key) -> str:
    """Return the id a key has by what it is, whatever id it is listed under."""
    canonical = encode_canonical({"keytype": key.keytype, "scheme": key.scheme, "keyval": key.keyval})
    return sha256(str(canonical).encode()).hexdigest()


def named(key: Key) -> str:
    """Return a key as people are told of it: who holds it, and the first digits of its id."""
    holder = key.unrecognized_fields.get(HOLDER)
    return f"{printable(holder)} ({shown(key.keyid)})" if isinstance(holder, str) and holder else shown(key.keyid)


def shown(keyid: str) -> str:
    """Return the first digits of the id of a key."""
    return f"{printable(keyid[:_SHOWN])}…"


def _refuse_useless(key: Key) -> None:
    """Refuse a key that no signature can be checked with."""
    try:
        key.verify_signature(Signature(key.keyid, "00" * 64), b"")
    except VerificationError as error:
        message = "it cannot verify"
        raise ValueError(message) from error
    except UnverifiedSignatureError:
        return


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES)
    except OSError as error:
        raise KeyFileError(
            f"The key file cannot be read: {error.strerror}",
            where=Location(str(path)),
            hint="Check the path and its rights; a new key is made with `smartcity catalogue key new`.",
        ) from None
