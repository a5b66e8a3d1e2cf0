"""Taking in a role file that was made elsewhere: an origin signs at home, with its own key, and hands one file over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from tuf.api.metadata import Metadata, Root, Targets

from smartcity_share.catalogue import roles
from smartcity_share.catalogue.handed_wheels import HandedWheels
from smartcity_share.catalogue.keeping import Signers, Written, refuse_foreign, write_signed
from smartcity_share.catalogue.keys import key_id, named, shown
from smartcity_share.catalogue.listing import refused
from smartcity_share.catalogue.origins import shared_key_faults
from smartcity_share.catalogue.repository import Repository
from smartcity_share.catalogue.role_files import file_name, parse, role_of_file
from smartcity_share.catalogue.shape import shape_faults
from smartcity_share.catalogue.signing import Delegator, Standing, keys_of, standing, with_signatures
from smartcity_share.catalogue.tree import Tree, named_by
from smartcity_share.errors import CatalogueRefusedError, Fault, Location

_FETCH_AGAIN = "Fetch the published catalogue again, make the change in that copy, and hand its file in."
_ANEW = "Make the root anew with `smartcity catalogue rotate-root`."
_PUBLISHED_HERE = (roles.SNAPSHOT, roles.TIMESTAMP, roles.INDEX)


def take(
    folder: Path, files: Sequence[Path], signers: Signers, now: datetime, *, wheels: Path | None = None
) -> tuple[Written, ...]:
    """Sign role files that wait, or that were made elsewhere, and take in those that are signed by enough then.

    Args:
        folder: The catalogue.
        files: Role files; none takes every one that waits and that one of the keys may sign.
        signers: The keys that are here; none takes in what others signed.
        now: The time.
        wheels: A folder with the wheels that they newly list.

    Raises:
        CatalogueRefusedError: A file breaks a rule, or one of the keys may sign none of them. Nothing was changed.
        CatalogueInvalidError: The folder is no catalogue, or a file is no role file.
    """
    repository = Repository.open(folder)
    with repository.locked():
        before = tree = repository.tree()
        taken: list[tuple[Metadata[Any], Standing]] = []
        found = HandedWheels(repository, wheels or folder)
        for role, metadata in _in_order(_waiting(tree, signers) if not files else [_read(path) for path in files]):
            signed, stands = _signed(tree, role, metadata, signers)
            faults = [*_faults(tree, role, signed, now), *_unsigned(stands)]
            faults += found.look(tree, role, signed)
            if faults:
                raise CatalogueRefusedError(f"The file of `{role}` is not taken in", faults=faults, hint=None)
            taken.append((signed, stands))
            if stands.is_complete:
                tree = tree.having(role, signed)  # as the next file finds it
        if signers:
            refuse_foreign(signers, [stands for _, stands in taken])
        found.put()
        return write_signed(repository, before, taken)


def _read(path: Path) -> tuple[str, Metadata[Any]]:
    told = role_of_file(path.name)
    where = Location(str(path))
    if told is None or told[0] in _PUBLISHED_HERE:
        raise refused(
            "role-unknown",
            "The file name is not that of a role which is handed in",
            where,
            "Give it back the name it had, such as 3.r-32.73.json. Snapshot, timestamp and index are made by `publish`.",
        )
    role, version = told
    metadata = parse(path.read_bytes(), role if role == roles.ROOT else Targets.type, str(path))
    if metadata.signed.version != version:
        raise refused(
            "role-version",
            f"By its name the file is version {version} of `{role}`; it says {metadata.signed.version}",
            where,
            "Give it back the name it had: VERSION.ROLE.json.",
        )
    return role, metadata


def _waiting(tree: Tree, signers: Signers) -> list[tuple[str, Metadata[Any]]]:
    here = {signer.public_key.keyid for signer in signers}
    found = [(role, one) for role, one in tree.waiting.items() if here & {key.keyid for key in _keys(tree, role, one)}]
    strange = [role for role, one in found if _is_slipped_in(tree, role, one)]
    if strange:
        name = file_name(strange[0], tree.waiting[strange[0]].signed.version)
        raise refused(
            "role-unsigned",
            f"None of its keys signed the file of `{strange[0]}` that waits: somebody else may have put it there",
            Location(strange[0]),
            f"See what drafts/{name} lists. Name the file if it is right: `smartcity catalogue sign DIR drafts/{name}`; "
            "delete it if not.",
        )
    if not found:
        waits = ", ".join(f"`{role}` for {_listed_keys(tree, role, one)}" for role, one in tree.waiting.items())
        raise refused(
            "role-unknown",
            "No role file waits for these keys",
            Location("drafts"),
            f"These wait: {waits}." if waits else "Nothing waits. Name a role to sign it anew, or a file to take in.",
        )
    return found


def _is_slipped_in(tree: Tree, role: str, waits: Metadata[Any]) -> bool:
    """Whether a file waits that its own commands would have signed: those of origins, and of who revokes, take their keys."""
    if role != roles.REVOCATIONS and roles.code_of(role) is None:
        return False
    above = tree.delegator(role)
    return above is not None and bool(keys_of(above, role)) and not standing(role, waits, above).signed


def _in_order(files: Sequence[tuple[str, Metadata[Any]]]) -> list[tuple[str, Metadata[Any]]]:
    """Those that name the keys of others come first."""

    def depth(role: str) -> int:
        parent = roles.parent_of(role)
        return 0 if parent is None else 1 + depth(parent)

    return sorted(files, key=lambda one: (depth(one[0]), one[0]))


def _signed(tree: Tree, role: str, metadata: Metadata[Any], signers: Signers) -> tuple[Metadata[Any], Standing]:
    above = _above(tree, role, metadata)
    for there in (tree.waiting.get(role), tree.current(role)):
        if there is not None and there.signed == metadata.signed:  # signed by others meanwhile
            metadata = Metadata(metadata.signed, {**there.signatures, **metadata.signatures}, metadata.unrecognized_fields)
    signed = with_signatures(metadata, signers, [key for one in above for key in keys_of(one, role)])
    return signed, standing(role, signed, *above)


def _above(tree: Tree, role: str, metadata: Metadata[Any]) -> tuple[Delegator, ...]:
    if role == roles.ROOT:
        return (metadata,) if tree.published_root is None else (tree.published_root, metadata)
    delegator = tree.delegator(role)
    if delegator is None or not keys_of(delegator, role):
        parent = roles.parent_of(role)
        raise refused(
            "role-unknown",
            f"Nobody in this catalogue names the keys of `{role}`",
            Location(role),
            f"Take in the file of `{parent}` that names them first, or use `smartcity catalogue origin add`.",
        )
    return (delegator,)


def _keys(tree: Tree, role: str, metadata: Metadata[Any]) -> list[Any]:
    try:
        return [key for one in _above(tree, role, metadata) for key in keys_of(one, role)]
    except CatalogueRefusedError:
        parent = tree.waiting.get(str(roles.parent_of(role)))  # waits itself, and comes first
        return [] if parent is None else list(keys_of(parent, role))


def _listed_keys(tree: Tree, role: str, metadata: Metadata[Any]) -> str:
    return " or ".join(sorted({named(key) for key in _keys(tree, role, metadata)})) or "keys that nobody names yet"


def _faults(tree: Tree, role: str, metadata: Metadata[Any], now: datetime) -> Iterator[Fault]:
    where = Location(role)
    version, wanted = metadata.signed.version, tree.next_version(role)
    if version != wanted:
        yield Fault(
            "role-version",
            f"It is version {version} of `{role}`; readers see {wanted - 1}, so that the next is {wanted}",
            where,
            _FETCH_AGAIN,
        )
    if metadata.signed.expires <= now:
        yield Fault(
            "role-expired", f"It ran out on {metadata.signed.expires:%Y-%m-%d}", where, "Sign it anew and hand it in again."
        )
    if role == roles.ROOT:
        yield from _of_root(metadata)
        return
    waits = tree.waiting.get(role)
    if waits is not None and waits.signed != metadata.signed and waits is not tree.current(role):
        message = f"Another version {waits.signed.version} of `{role}` waits for signatures"
        yield Fault("role-waiting", message, where, f"Sign that, or delete drafts/{waits.signed.version}.{role}.json.")
    yield from shape_faults(role, metadata, now)
    for name in named_by(metadata):
        yield from shared_key_faults(tree, name, keys_of(metadata, name))
    current = tree.current(role)
    if current is not None and current is not metadata:
        yield from _lost(role, current, metadata)


def _of_root(metadata: Metadata[Root]) -> Iterator[Fault]:
    where = Location(roles.ROOT)
    for keyid, key in metadata.signed.keys.items():
        if key_id(key) != keyid:
            message = f"The key {shown(keyid)} is {shown(key_id(key))}: one key under two names would count twice"
            yield Fault("key-renamed", message, where, _ANEW)
    if not metadata.signed.consistent_snapshot:
        yield Fault("root-inconsistent", "It tells readers to look for files without versions", where, _ANEW)
    for name, role in metadata.signed.roles.items():
        if len(role.keyids) < role.threshold:
            message = f"`{name}` wants {role.threshold} signatures and has {len(role.keyids)} keys"
            yield Fault("threshold-unreachable", message, where, _ANEW)


def _lost(role: str, current: Metadata[Targets], metadata: Metadata[Targets]) -> Iterator[Fault]:
    """What is listed stays listed, as it is: regions that have it would never learn why it went."""
    for path, old in sorted(current.signed.targets.items()):
        new = metadata.signed.targets.get(path)
        where = Location(role, key=path)
        if new is None:
            mend = f"{_FETCH_AGAIN} To advise against a release, use `smartcity catalogue yank`; to forbid it, `revoke`."
            yield Fault("release-dropped", "It is listed already, and this file leaves it out", where, mend)
        elif (new.hashes, new.length) != (old.hashes, old.length):
            yield Fault("release-changed", "A file of this name is listed already, with other bytes", where, _FETCH_AGAIN)
    for name in named_by(current):
        if name not in named_by(metadata):
            yield Fault(
                "delegation-dropped", f"`{name}` is in the catalogue, and this file leaves it out", Location(role), _FETCH_AGAIN
            )


def _unsigned(stands: Standing) -> Iterator[Fault]:
    if not stands.signed:
        may = ", ".join(sorted(named(key) for key in stands.unsigned))
        yield Fault("role-unsigned", "None of its keys signed it", Location(stands.role), f"It is signed by: {may}.")
