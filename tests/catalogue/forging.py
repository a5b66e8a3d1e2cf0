"""What somebody does to a catalogue who has some of its keys, and is not held back by what publishes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, MetaFile, TargetFile, Targets

from smartcity_share.catalogue import roles
from smartcity_share.catalogue.entries import Entry, Index, IndexRow, written
from smartcity_share.catalogue.repository import Repository
from smartcity_share.catalogue.signing import as_bytes, successor
from tests.catalogue.made import NOW, Made


def forge(made: Made, role: str, change: Callable[[Targets], object], signers: Sequence[CryptoSigner]) -> None:
    """Let a role say something else, signed by whom one likes, and let the server send it: its keys are stolen.

    Args:
        made: The catalogue.
        role: The role.
        change: Changes what it says.
        signers: Whoever signs it.
    """
    tree = Repository.open(made.folder).tree()
    nothing = Metadata(Targets(expires=NOW))
    current = tree.current(role) or nothing
    assert tree.snapshot is not None
    assert tree.timestamp is not None
    changed = successor(current, role, current.signed.version + 1, NOW)
    change(changed.signed)
    snapshot = successor(tree.snapshot, roles.SNAPSHOT, tree.snapshot.signed.version + 1, NOW)
    snapshot.signed.meta[f"{role}.json"] = MetaFile(changed.signed.version)
    timestamp = successor(tree.timestamp, roles.TIMESTAMP, tree.timestamp.signed.version + 1, NOW)
    timestamp.signed.snapshot_meta.version = snapshot.signed.version
    _write(made.folder, role, changed, signers)
    _write(made.folder, roles.SNAPSHOT, snapshot, [made.online])
    _write(made.folder, roles.TIMESTAMP, timestamp, [made.online])


def listing(made: Made, path: roles.ReleasePath, wheel: Path, entry: Entry) -> Callable[[Targets], object]:
    """Return the change that lists a wheel under a path; its file is laid into the catalogue."""
    content = wheel.read_bytes()
    Repository.open(made.folder).put_file(str(path), hashlib.sha256(content).hexdigest(), content)
    target = TargetFile.from_data(str(path), content, ["sha256"])
    target.unrecognized_fields["custom"] = written(entry)
    return lambda role: role.targets.update({str(path): target})


def name_in_index(made: Made, *rows: IndexRow) -> None:
    """Let the search index name more releases, signed by the key of the server."""
    tree = Repository.open(made.folder).tree()
    known = tree.delegated[roles.INDEX].signed.targets[roles.INDEX_PATH]
    place = Repository.open(made.folder).place(roles.INDEX_PATH, known.hashes["sha256"])
    index = Index.model_validate_json(place.read_bytes())
    content = Index(apps=(*index.apps, *rows)).model_dump_json().encode()
    Repository.open(made.folder).put_file(roles.INDEX_PATH, hashlib.sha256(content).hexdigest(), content)
    target = TargetFile.from_data(roles.INDEX_PATH, content, ["sha256"])
    forge(made, roles.INDEX, lambda role: role.targets.update({roles.INDEX_PATH: target}), [made.online])


def _write(folder: Path, role: str, metadata: Metadata[Any], signers: Sequence[CryptoSigner]) -> None:
    for signer in signers:
        metadata.sign(signer, append=True)
    name = "timestamp.json" if role == roles.TIMESTAMP else f"{metadata.signed.version}.{role}.json"
    (folder / "metadata" / name).write_bytes(as_bytes(metadata))
