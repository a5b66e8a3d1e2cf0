"""What roles list: releases, those an origin advises against, those that are revoked, and the index of them all. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from packaging.version import InvalidVersion, Version
from tuf.api.metadata import Metadata, TargetFile, Targets

from smartcity_share.catalogue import roles
from smartcity_share.catalogue.entries import (
    MOST_WORDS,
    Entry,
    Index,
    IndexRow,
    NeededEntry,
    ReleaseEntry,
    Revocation,
    RevokedEntry,
    read_entry,
    readable_entry,
    written,
)
from smartcity_share.catalogue.offering import Offer
from smartcity_share.catalogue.signing import as_bytes, lifetime, successor, whole_seconds
from smartcity_share.catalogue.tree import Tree
from smartcity_share.errors import CatalogueRefusedError, Fault, Location
from smartcity_share.package.wheel import Wheel

MOST_BYTES: Final = 5_000_000
"""Most bytes a role file may have: readers refuse a longer one."""


def role_of_origin(tree: Tree, code: str, now: datetime) -> Metadata[Targets]:
    """Return the next file of an origin's role, with what it lists already.

    Args:
        tree: The catalogue.
        code: Code of the origin.
        now: The time.

    Raises:
        CatalogueRefusedError: It is no origin of this catalogue.
    """
    role = roles.origin_role(code)
    if code not in tree.origins():
        raise refused(
            "origin-unknown",
            f"{code} is no origin of this catalogue",
            Location(role),
            f"Who keeps the catalogue lets it in: `smartcity catalogue origin add DIR {code} --public KEY.pub …`.",
        )
    current = tree.delegated.get(role)
    if current is None:
        return Metadata(Targets(version=tree.next_version(role), expires=whole_seconds(now) + lifetime(role)))
    return successor(current, role, tree.next_version(role), now)


def with_releases(tree: Tree, code: str, offers: Iterable[Offer], now: datetime) -> Metadata[Targets] | None:
    """Return the next file of an origin's role with more releases; None where it lists all of them already.

    Args:
        tree: The catalogue.
        code: Code of the origin.
        offers: The releases, all of this origin.
        now: The time.

    Raises:
        CatalogueRefusedError: A released file or version would be another one; every such case is in ``faults``.
    """
    role = role_of_origin(tree, code, now)
    listed = role.signed.targets
    before = dict(listed)
    faults: list[Fault] = []
    for offered in offers:
        path = roles.ReleasePath(code, offered.entry.app, offered.wheel.path.name)
        faults += _other_of_version(listed, path, offered.entry)
        wheels: list[tuple[Wheel, Entry]] = [(offered.wheel, offered.entry), *((one, NeededEntry()) for one in offered.needs)]
        for one, entry in wheels:
            target = _target(path.beside(one.path.name), one, entry)
            there = listed.get(target.path)
            if there is not None and there.hashes != target.hashes:
                faults.append(_changed(target.path))
            else:
                listed[target.path] = target if there is None else _saying_more(there, target, entry)
    if faults:
        raise CatalogueRefusedError("The releases cannot be listed", faults=faults, hint=None)
    if listed == before:
        return None
    refuse_long(roles.origin_role(code), role)
    return role


def with_advice(tree: Tree, name: roles.ReleaseName, reason: str | None, now: datetime) -> Metadata[Targets]:
    """Return the next file of an origin's role that advises against a release, or no longer does.

    Args:
        tree: The catalogue.
        name: The release.
        reason: Why not to install it; None takes the advice back.
        now: The time.

    Raises:
        CatalogueRefusedError: There is no such release.
    """
    role = role_of_origin(tree, name.origin, now)
    path, entry = release_of(tree, name)
    advised = read_entry({**written(entry), "yanked": reason})
    role.signed.targets[str(path)] = _saying(role.signed.targets[str(path)], advised)
    return role


def with_revocation(tree: Tree, name: roles.ReleaseName, revocation: Revocation, now: datetime) -> Metadata[Targets]:
    """Return the next file of the role that revokes, with one more release.

    Args:
        tree: The catalogue.
        name: The release.
        revocation: Who revokes it, and why.
        now: The time.

    Raises:
        CatalogueRefusedError: There is no such release.
    """
    path, _ = release_of(tree, name)
    listed = tree.delegated[roles.origin_role(name.origin)].signed.targets[str(path)]
    role = successor(tree.delegated[roles.REVOCATIONS], roles.REVOCATIONS, tree.next_version(roles.REVOCATIONS), now)
    role.signed.targets[str(path)] = _saying(listed, RevokedEntry(revoked=revocation))
    refuse_long(roles.REVOCATIONS, role)
    return role


def release_of(tree: Tree, name: roles.ReleaseName) -> tuple[roles.ReleasePath, ReleaseEntry]:
    """Return a release that an origin lists.

    Raises:
        CatalogueRefusedError: There is none.
    """
    role = roles.origin_role(name.origin)
    listed = [(path, entry) for path, entry in tree.entries(role) if isinstance(entry, ReleaseEntry)]
    for path, entry in listed:
        if entry.app == name.app and same_version(entry.version, name.version):
            return path, entry
    others = sorted(f"{entry.app}=={entry.version}" for _, entry in listed)
    raise refused(
        "release-unlisted",
        f"Origin {name.origin[:40]} lists no `{name.app}=={name.version}`",
        Location(role),
        f"It lists: {', '.join(others[-12:])}." if others else "It lists nothing yet; see `smartcity catalogue add`.",
    )


def index_of(tree: Tree) -> bytes:
    """Return the search index: every release every origin lists, by app, origin and version."""
    rows = [
        IndexRow(app=entry.app, origin=path.origin, version=entry.version, file=path.file, summary=entry.summary)
        for code in tree.origins()
        for path, entry in tree.entries(roles.origin_role(code))
        if isinstance(entry, ReleaseEntry)
    ]
    rows.sort(key=lambda row: (row.app, row.origin, _sortable(row.version), row.file))
    return Index(apps=tuple(rows)).model_dump_json().encode()


def with_index(tree: Tree, content: bytes, now: datetime) -> Metadata[Targets]:
    """Return the next file of the role of the index.

    Args:
        tree: The catalogue.
        content: The index.
        now: The time.
    """
    version = tree.next_version(roles.INDEX)
    role = Targets(version=version, expires=whole_seconds(now) + lifetime(roles.INDEX))
    role.targets[roles.INDEX_PATH] = TargetFile.from_data(roles.INDEX_PATH, content, ["sha256"])
    return Metadata(role)


def refuse_wordless(role: str, *texts: str | None) -> None:
    """Refuse a reason, or the name of who gives it, that says nothing or too much.

    Raises:
        CatalogueRefusedError: One does.
    """
    for text in texts:
        if text is not None and not 0 < len(text.strip()) <= MOST_WORDS:
            length = len(text.strip())
            message = f"A text of {length:,} characters" if length else "An empty text"
            mend = f"Say it in a sentence, of at most {MOST_WORDS:,} characters."
            raise refused("words-unfit", f"{message} is no reason, and nobody's name", Location(role), mend)


def same_version(one: str, other: str) -> bool:
    """Tell whether two texts are one version; `1.0` and `1.0.0` are."""
    try:
        return Version(one) == Version(other)
    except InvalidVersion:
        return one == other


def refuse_long(role: str, metadata: Metadata[Any]) -> None:
    """Refuse a role file that readers would refuse for its length.

    Raises:
        CatalogueRefusedError: It is too long.
    """
    length = len(as_bytes(metadata))
    if length > MOST_BYTES:
        raise refused(
            "role-too-long",
            f"Its file would have {length:,} bytes; readers take {MOST_BYTES:,}",
            Location(role),
            "List new releases under the code of an agency of its own; who keeps the catalogue lets it in.",
        )


def refused(code: str, message: str, where: Location, mend: str) -> CatalogueRefusedError:
    """Return the error of one reason."""
    return CatalogueRefusedError("The catalogue stays as it is", faults=[Fault(code, message, where, mend)], hint=None)


def _target(path: roles.ReleasePath, wheel: Wheel, entry: Entry) -> TargetFile:
    return TargetFile(wheel.path.stat().st_size, {"sha256": wheel.sha256}, str(path), {"custom": written(entry)})


def _saying_more(there: TargetFile, target: TargetFile, entry: Entry) -> TargetFile:
    """Return what is said of a file that is listed already: a needed wheel may be released itself, a release need more."""
    if isinstance(entry, NeededEntry):
        return there
    old = readable_entry(there.custom)
    if not isinstance(old, ReleaseEntry) or not isinstance(entry, ReleaseEntry):
        return target
    wheels = tuple(sorted({*old.wheels, *entry.wheels}))
    return there if wheels == old.wheels else _saying(there, old.model_copy(update={"wheels": wheels}))


def _saying(target: TargetFile, entry: Entry) -> TargetFile:
    return TargetFile(target.length, dict(target.hashes), target.path, {"custom": written(entry)})


def _other_of_version(listed: Mapping[str, TargetFile], path: roles.ReleasePath, entry: ReleaseEntry) -> Iterable[Fault]:
    for text, target in listed.items():
        other = roles.ReleasePath.read(text)
        if other is None or other.app != path.app or other.file == path.file:
            continue
        said = readable_entry(target.custom)
        if isinstance(said, ReleaseEntry) and same_version(said.version, entry.version):
            yield Fault(
                "release-twice",
                f"`{entry.app}=={entry.version}` is listed already, as {other.file}",
                Location(str(path)),
                "Give the new wheel a version of its own: two wheels of one version are never told apart.",
            )


def _changed(path: str) -> Fault:
    return Fault(
        "release-changed",
        "A file of this name is listed already, with other bytes",
        Location(path),
        "Give the new one a version of its own; regions that have the old one would never learn of the change.",
    )


def _sortable(version: str) -> Version:
    try:
        return Version(version)
    except InvalidVersion:
        return Version("0")
