"""What the file of a role below the root may hold: its own paths, its own roles, entries that can be read. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from pydantic import ValidationError
from tuf.api.metadata import DelegatedRole, Metadata, TargetFile, Targets

from smartcity_share.catalogue import roles
from smartcity_share.catalogue.entries import ReleaseEntry, RevokedEntry, read_entry
from smartcity_share.catalogue.keys import key_id, shown
from smartcity_share.catalogue.listing import MOST_BYTES
from smartcity_share.catalogue.signing import as_bytes, lifetime
from smartcity_share.catalogue.tree import named_by
from smartcity_share.errors import Fault, Location

_SLACK: Final = timedelta(days=2)
"""How far two clocks may be apart."""
_MOST_TOLD: Final = 20

_SIGN_AGAIN: Final = "Whoever signed it makes it anew with `smartcity catalogue`, and hands it in again."


def shape_faults(role: str, metadata: Metadata[Targets], now: datetime) -> tuple[Fault, ...]:
    """Return what a role file holds that it may not, whoever signed it.

    Readers pass over paths that are not a role's own; whoever takes the file in says so early.

    Args:
        role: The role.
        metadata: Its file.
        now: The time.
    """
    where = Location(role)
    found = [
        *_of_targets(role, metadata),
        *_of_delegations(role, metadata),
    ]
    signed = metadata.signed
    if signed.expires > now + lifetime(role) + _SLACK:
        days = lifetime(role).days
        found.append(
            Fault(
                "role-too-long-lived",
                f"It is good until {signed.expires:%Y-%m-%d}; `{role}` signs for {days} days",
                where,
                _SIGN_AGAIN,
            )
        )
    length = len(as_bytes(metadata))
    if length > MOST_BYTES:
        found.append(Fault("role-too-long", f"It has {length:,} bytes; readers take {MOST_BYTES:,}", where, _SIGN_AGAIN))
    return tuple(found[:_MOST_TOLD])


def _of_targets(role: str, metadata: Metadata[Targets]) -> Iterator[Fault]:
    listed = metadata.signed.targets
    for path, target in sorted(listed.items()):
        where = Location(role, key=path[:200])
        if not roles.speaks_for(role, path):
            yield Fault("path-foreign", f"`{role}` may not speak for this path", where, _SIGN_AGAIN)
        elif set(target.hashes) != {"sha256"}:
            yield Fault("hash-missing", "It is listed without one SHA-256, or with other digests", where, _SIGN_AGAIN)
        elif role != roles.INDEX:
            yield from _of_entry(role, target, listed, where)


def _of_entry(role: str, target: TargetFile, listed: dict[str, TargetFile], where: Location) -> Iterator[Fault]:
    path = roles.ReleasePath.read(target.path)
    try:
        entry = read_entry(target.custom)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(map(str, first["loc"]))
        yield Fault("entry-invalid", f"What is said of it cannot be read: {key}: {first['msg'][:100]}", where, _SIGN_AGAIN)
        return
    if isinstance(entry, RevokedEntry) != (role == roles.REVOCATIONS):
        yield Fault(
            "entry-foreign", f"Revoking is said by `{roles.REVOCATIONS}` alone, and nothing else by it", where, _SIGN_AGAIN
        )
    if not isinstance(entry, ReleaseEntry) or path is None:
        return
    if entry.app != path.app:
        yield Fault("entry-foreign", f"It says that it is `{entry.app}`, in the folder of `{path.app}`", where, _SIGN_AGAIN)
    for name in entry.wheels:
        if str(path.beside(name)) not in listed:
            yield Fault("needed-unlisted", f"It needs {name}, which is not listed beside it", where, _SIGN_AGAIN)


def _of_delegations(role: str, metadata: Metadata[Targets]) -> Iterator[Fault]:
    delegations = metadata.signed.delegations
    for name in named_by(metadata):
        if roles.parent_of(name) != role:
            yield Fault("delegation-foreign", f"`{role}` may not name the keys of `{name[:60]}`", Location(role), _SIGN_AGAIN)
    if delegations is None:
        return
    if delegations.succinct_roles is not None:
        yield Fault("delegation-foreign", f"`{role}` may not name roles by number", Location(role), _SIGN_AGAIN)
    for keyid, key in delegations.keys.items():
        if key_id(key) != keyid:
            yield Fault(
                "key-renamed",
                f"The key {shown(keyid)} is {shown(key_id(key))}: one key under two names would count twice",
                Location(role),
                _SIGN_AGAIN,
            )
    for name, found in (delegations.roles or {}).items():
        if roles.parent_of(name) == role:
            yield from _of_delegation(role, name, found, set(delegations.keys))
    if role == roles.TARGETS and named_by(metadata)[:1] != (roles.REVOCATIONS,):
        yield Fault(
            "revocations-not-first", f"`{roles.REVOCATIONS}` is not the role that is asked first", Location(role), _SIGN_AGAIN
        )


def _of_delegation(role: str, name: str, found: DelegatedRole, keys: set[str]) -> Iterator[Fault]:
    where = Location(role, key=name)
    if tuple(found.paths or ()) != roles.patterns_of(name) or found.path_hash_prefixes:
        yield Fault("delegation-paths", f"`{name}` is given other paths than its own", where, _SIGN_AGAIN)
    if found.terminating != (roles.code_of(name) is not None):
        yield Fault(
            "delegation-paths", f"`{name}` {'ends' if found.terminating else 'does not end'} the search", where, _SIGN_AGAIN
        )
    if len(set(found.keyids) & keys) < found.threshold:
        yield Fault(
            "threshold-unreachable",
            f"`{name}` wants {found.threshold} signatures and has {len(set(found.keyids) & keys)} keys",
            where,
            _SIGN_AGAIN,
        )
