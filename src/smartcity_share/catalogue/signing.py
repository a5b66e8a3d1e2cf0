"""Signing role files and telling how far they are signed. Pure: metadata in, metadata out."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import attrs
from securesystemslib.signer import Key, Signer
from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp
from tuf.api.serialization.json import JSONSerializer

from smartcity_share.catalogue import roles

S = TypeVar("S", Root, Timestamp, Snapshot, Targets)
Delegator = Metadata[Root] | Metadata[Targets]

LIFETIMES: Final[Mapping[str, timedelta]] = {
    roles.ROOT: timedelta(days=730),
    roles.TARGETS: timedelta(days=365),
    roles.SNAPSHOT: timedelta(days=60),
    roles.TIMESTAMP: timedelta(days=14),
    roles.REVOCATIONS: timedelta(days=90),
    roles.INDEX: timedelta(days=30),
}
"""How long what a role signs is good for; a province and an origin have a year."""

_A_YEAR: Final = timedelta(days=365)


@attrs.frozen
class Standing:
    """How far a role file is signed.

    Attributes:
        role: The role.
        version: The version of the file.
        expires: Until when it is good.
        signed: Keys of the role that signed it.
        unsigned: Keys of the role that did not.
        missing: How many more signatures it needs.
    """

    role: str
    version: int
    expires: datetime
    signed: tuple[Key, ...]
    unsigned: tuple[Key, ...]
    missing: int

    @property
    def is_complete(self) -> bool:
        """Whether enough keys of the role signed it."""
        return self.missing == 0


def lifetime(role: str) -> timedelta:
    """Return how long what a role signs is good for."""
    return LIFETIMES.get(role, _A_YEAR)


def standing(role: str, metadata: Metadata[Any], *delegators: Delegator) -> Standing:
    """Return how far a role file is signed.

    Args:
        role: The role.
        metadata: What was signed.
        delegators: The metadata that name the keys; of a new root the old one and itself, which both have to be satisfied.
    """
    payload = metadata.signed_bytes
    results = [one.signed.get_verification_result(role, payload, metadata.signatures) for one in delegators]
    signed = {keyid: key for result in results for keyid, key in result.signed.items()}
    unsigned = {keyid: key for result in results for keyid, key in result.unsigned.items() if keyid not in signed}
    missing = max(result.missing for result in results)
    return Standing(
        role, metadata.signed.version, metadata.signed.expires, tuple(signed.values()), tuple(unsigned.values()), missing
    )


def keys_of(delegator: Delegator, role: str) -> tuple[Key, ...]:
    """Return the keys that may sign a role; none where it is not delegated."""
    try:
        found = delegator.signed.get_delegated_role(role)
        return tuple(delegator.signed.get_key(keyid) for keyid in found.keyids)
    except ValueError:
        return ()


def threshold_of(delegator: Delegator, role: str) -> int:
    """Return how many of its keys have to sign a role."""
    return int(delegator.signed.get_delegated_role(role).threshold)


def successor(metadata: Metadata[S], role: str, version: int, now: datetime) -> Metadata[S]:
    """Return an unsigned copy as another version, good from now on for as long as the role allows.

    Args:
        metadata: What is copied.
        role: The role.
        version: The version of the copy.
        now: The time it is made.
    """
    signed = copy.deepcopy(metadata.signed)
    signed.version = version
    signed.expires = whole_seconds(now) + lifetime(role)
    return Metadata(signed)


def with_signatures(metadata: Metadata[S], signers: Iterable[Signer], keys: Sequence[Key]) -> Metadata[S]:
    """Return a copy that was signed by those signers whose keys may sign it, beside the signatures it has.

    Args:
        metadata: What is signed.
        signers: Whoever can sign.
        keys: The keys that may.
    """
    may = {key.keyid for key in keys}
    copied = Metadata(copy.deepcopy(metadata.signed), {**metadata.signatures}, dict(metadata.unrecognized_fields))
    for signer in signers:
        if signer.public_key.keyid in may:
            copied.sign(signer, append=True)
    return copied


def as_bytes(metadata: Metadata[Any]) -> bytes:
    """Return the bytes of a role file."""
    return metadata.to_bytes(JSONSerializer(compact=True))


def signed_at(timestamp: Timestamp) -> datetime | None:
    """Return when a timestamp was signed; None where it does not say so as it should.

    Args:
        timestamp: The timestamp.
    """
    try:
        found = datetime.fromisoformat(str(timestamp.unrecognized_fields.get(roles.SIGNED_AT)))
    except ValueError:
        return None
    return None if found.tzinfo is None else found


def whole_seconds(now: datetime) -> datetime:
    """Return a time without what metadata cannot write."""
    return now.replace(microsecond=0)
