"""Who may publish what: the first roles of a catalogue, and the keys of provinces and origins. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import attrs
from securesystemslib.signer import Key
from tuf.api.metadata import DelegatedRole, Delegations, Metadata, Root, Targets

from smartcity_share.catalogue import roles
from smartcity_share.catalogue.keys import key_id, named
from smartcity_share.catalogue.signing import keys_of, lifetime, successor, whole_seconds
from smartcity_share.catalogue.tree import Tree
from smartcity_share.errors import CatalogueRefusedError, Fault, Location

Changes = Mapping[str, Metadata[Any]]
"""New files, unsigned, by role, in the order they are signed and written."""

_ORDER: Final = (roles.REVOCATIONS, roles.INDEX)
"""Roles that are asked before any other, in their order."""


@attrs.frozen
class Holders:
    """The keys of a role, and how many of them have to sign.

    Attributes:
        keys: The keys, all of one party.
        threshold: How many have to sign.
    """

    keys: tuple[Key, ...]
    threshold: int = 1


def first_roles(root: Holders, targets: Holders, revocations: Holders, online: Holders, now: datetime) -> Changes:
    """Return the first files of a catalogue.

    Args:
        root: Who names every other.
        targets: Who names origins.
        revocations: Who revokes.
        online: Who signs snapshot, timestamp and index.
        now: The time.

    Raises:
        CatalogueRefusedError: Keys and thresholds do not go together.
    """
    for role, holders in ((roles.ROOT, root), (roles.TARGETS, targets), (roles.REVOCATIONS, revocations)):
        _refuse_unsound(role, holders)
    _refuse_unsound(roles.TIMESTAMP, online)
    top = Root(expires=whole_seconds(now) + lifetime(roles.ROOT), consistent_snapshot=True)
    everybody = {roles.ROOT: root, roles.TARGETS: targets, roles.SNAPSHOT: online, roles.TIMESTAMP: online}
    for role, those in everybody.items():
        for key in those.keys:
            top.add_key(key, role)
        top.roles[role].threshold = those.threshold
    listed = Targets(expires=whole_seconds(now) + lifetime(roles.TARGETS), delegations=Delegations({}, {}))
    for role, those in ((roles.REVOCATIONS, revocations), (roles.INDEX, online)):
        _delegate(listed, role, those)
    return {
        roles.ROOT: Metadata(top),
        roles.TARGETS: Metadata(listed),
        roles.REVOCATIONS: Metadata(Targets(expires=whole_seconds(now) + lifetime(roles.REVOCATIONS))),
    }


def with_origin(tree: Tree, code: str, holders: Holders, now: datetime, province: Holders | None = None) -> Changes:
    """Return the files that let an origin publish.

    Args:
        tree: The catalogue.
        code: Code of the origin.
        holders: Its keys.
        now: The time.
        province: The keys of its province, where that is not in the catalogue yet; those of the targets role where left out.

    Raises:
        CatalogueRefusedError: It is an origin already, its code cannot be one, or keys and thresholds do not go together.
    """
    role = roles.origin_role(code)
    if roles.CODE.fullmatch(code) is None:
        raise _refused(
            role,
            "origin-code-invalid",
            f"{code[:60]!r} is no code of an origin",
            "Write digits, capital letters, dots and hyphens, such as 32.73.",
        )
    if code in tree.origins():
        raise _refused(
            role,
            "origin-known",
            f"{code} is an origin of this catalogue already",
            f"Change its keys with `smartcity catalogue origin rekey DIR {code}`.",
        )
    _refuse_unsound(role, holders)
    _refuse_shared(tree, role, holders)
    parent = str(roles.parent_of(role))
    if parent == roles.TARGETS:
        return _redelegated(tree, parent, role, holders, now)
    if tree.delegated.get(parent) is not None:
        if province is not None:
            raise _refused(
                parent,
                "province-known",
                f"`{parent}` is in this catalogue already, with keys of its own",
                f"Leave the keys of the province out, or change them with `smartcity catalogue origin rekey DIR {parent}`.",
            )
        return _redelegated(tree, parent, role, holders, now)
    above = province or _holders(tree, roles.TARGETS)
    _refuse_unsound(parent, above)
    _refuse_shared(tree, parent, above)
    fresh = Targets(expires=whole_seconds(now) + lifetime(parent), delegations=Delegations({}, {}))
    _delegate(fresh, role, holders)
    fresh.version = tree.next_version(parent)
    return {**_redelegated(tree, roles.TARGETS, parent, above, now), parent: Metadata(fresh)}


def with_other_keys(tree: Tree, role: str, holders: Holders, now: datetime) -> Changes:
    """Return the files that give a role below the targets role other keys; the role itself has to be signed by them anew.

    Args:
        tree: The catalogue.
        role: The role.
        holders: Its new keys.
        now: The time.

    Raises:
        CatalogueRefusedError: There is no such role, or keys and thresholds do not go together.
    """
    if role not in tree.delegations():
        raise _refused(
            role,
            "role-unknown",
            f"This catalogue has no role `{role[:60]}`",
            f"It has: {', '.join(tree.delegations())}. Keys of {', '.join(roles.TOP_LEVEL)} change with `rotate-root`.",
        )
    _refuse_unsound(role, holders)
    _refuse_shared(tree, role, holders)
    return _redelegated(tree, str(roles.parent_of(role)), role, holders, now)


def with_other_top_keys(tree: Tree, role: str, holders: Holders, now: datetime) -> Changes:
    """Return a root that gives a top-level role, or the root itself, other keys; enough of the old and of the new sign it.

    Args:
        tree: The catalogue.
        role: One of the top-level roles.
        holders: Its new keys.
        now: The time.

    Raises:
        CatalogueRefusedError: Keys and thresholds do not go together.
    """
    _refuse_unsound(role, holders)
    _refuse_shared(tree, role, holders)
    root = successor(tree.root, roles.ROOT, tree.next_version(roles.ROOT), now)
    for keyid in list(root.signed.roles[role].keyids):
        root.signed.revoke_key(keyid, role)
    for key in holders.keys:
        root.signed.add_key(key, role)
    root.signed.roles[role].threshold = holders.threshold
    return {roles.ROOT: root}


def delegation(role: str, holders: Holders) -> DelegatedRole:
    """Return the delegation of a role: the paths and the order are by its name, never by choice."""
    return DelegatedRole(
        role,
        [key.keyid for key in holders.keys],
        holders.threshold,
        terminating=roles.code_of(role) is not None,
        paths=list(roles.patterns_of(role)),
    )


def _redelegated(tree: Tree, parent: str, role: str, holders: Holders, now: datetime) -> Changes:
    current = tree.targets if parent == roles.TARGETS else tree.delegated[parent]
    changed = successor(current, parent, tree.next_version(parent), now)
    _delegate(changed.signed, role, holders)
    return {parent: changed}


def _delegate(targets: Targets, role: str, holders: Holders) -> None:
    """Write a delegation in; keys that no role has any more are left out, and roles stay in the order they are asked."""
    found = targets.delegations
    known = {**(found.roles or {}), role: delegation(role, holders)} if found else {role: delegation(role, holders)}
    order = sorted(known, key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name))
    keys = {**(found.keys if found else {}), **{key.keyid: key for key in holders.keys}}
    used = {keyid for one in known.values() for keyid in one.keyids}
    targets.delegations = Delegations(
        {keyid: key for keyid, key in keys.items() if keyid in used}, {name: known[name] for name in order}
    )


def _holders(tree: Tree, role: str) -> Holders:
    found = tree.root.signed.roles[role]
    return Holders(tuple(tree.root.signed.keys[keyid] for keyid in found.keyids), found.threshold)


def _refuse_unsound(role: str, holders: Holders) -> None:
    """Refuse keys that would count twice, or a threshold that cannot be met."""
    distinct = {key_id(key) for key in holders.keys}
    if len(distinct) < len(holders.keys):
        raise _refused(role, "key-twice", f"One key is named twice for `{role}`", "Name each key once.")
    if not 1 <= holders.threshold <= len(holders.keys):
        raise _refused(
            role,
            "threshold-unreachable",
            f"`{role}` wants {holders.threshold} signatures and has {len(holders.keys)} keys",
            f"Give a threshold from 1 to {len(holders.keys)}, or more keys.",
        )


def _refuse_shared(tree: Tree, role: str, holders: Holders) -> None:
    for fault in shared_key_faults(tree, role, holders.keys):
        raise CatalogueRefusedError("The keys of the catalogue stay as they are", faults=[fault], hint=None)


def shared_key_faults(tree: Tree, role: str, named_keys: Sequence[Key]) -> Iterator[Fault]:
    """Yield keys of another party: a threshold counts keys, so keys of two parties in one role let one of them sign alone.

    Args:
        tree: The catalogue.
        role: The role.
        named_keys: The keys it is to have.
    """
    # Until a province takes it over, who keeps the catalogue holds its role: those keys say nothing of the province.
    keepers = {key_id(key) for key in _holders(tree, roles.TARGETS).keys}
    asked = {key_id(key): key for key in named_keys if not (roles.province_of_role(role) and key_id(key) in keepers)}
    for other, keys in _all_keys(tree):
        theirs = {key_id(key) for key in keys} - (keepers if roles.province_of_role(other) else set())
        both = sorted(asked.keys() & theirs)
        if both and _party(role) != _party(other):
            yield Fault(
                "key-shared",
                f"The key {named(asked[both[0]])} is one of `{other}` already",
                Location(role),
                "Keys of one role belong to one party: a threshold counts keys, not parties. Make a key of its own for each.",
            )


def _party(role: str) -> str:
    """Whose role it is: who keeps a catalogue may hold several, as in a trial; a province may be an origin too."""
    own = {*roles.TOP_LEVEL, roles.REVOCATIONS, roles.INDEX}
    return roles.ROOT if role in own else roles.code_of(role) or roles.province_of_role(role) or role


def _all_keys(tree: Tree) -> Sequence[tuple[str, tuple[Key, ...]]]:
    found: list[tuple[str, tuple[Key, ...]]] = []
    for role in (*roles.TOP_LEVEL, *tree.delegations()):
        delegator = tree.delegator(role)
        if delegator is not None:
            found.append((role, keys_of(delegator, role)))
    return found


def _refused(role: str, code: str, message: str, mend: str) -> CatalogueRefusedError:
    return CatalogueRefusedError(
        "The keys of the catalogue stay as they are", faults=[Fault(code, message, Location(role), mend)], hint=None
    )
