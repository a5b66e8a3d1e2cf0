"""A signed catalogue for tests, in a folder; and the means to forge one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

from smartcity_share.catalogue import roles
from smartcity_share.manifest.find import from_wheel
from smartcity_share.package.wheel import Wheel

LIVES = {"root": 730, "targets": 365, "cabut": 90, "index": 30, "snapshot": 60, "timestamp": 14}


class Making:
    def __init__(self, folder: Path, now: datetime | None = None) -> None:
        self.folder = folder
        self.now = now or datetime.now(UTC).replace(microsecond=0)
        self.signers: dict[str, list[CryptoSigner]] = {}
        self.roles: dict[str, Metadata[Any]] = {}
        (folder / "metadata").mkdir(parents=True)
        (folder / "targets").mkdir()
        root = Root(version=1, expires=self.until("root"), consistent_snapshot=True)
        for role in roles.TOP_LEVEL:
            signer = self.new_signer(role)
            root.add_key(signer.public_key, role)
        self.roles["root"] = Metadata(root)
        targets = Targets(version=1, expires=self.until("targets"))
        targets.delegations = Delegations({}, {})
        self.roles["targets"] = Metadata(targets)
        self.delegate("targets", "cabut")
        self.delegate("targets", "index")
        self.snapshot, self.timestamp = 0, 0
        self.sign("root")
        self.trust = folder.parent / f"{folder.name}-root.json"
        self.trust.write_bytes((folder / "metadata" / "1.root.json").read_bytes())

    def until(self, role: str) -> datetime:
        return self.now + timedelta(days=LIVES.get(role, 365))

    def new_signer(self, role: str) -> CryptoSigner:
        signer = CryptoSigner.generate_ed25519()
        self.signers.setdefault(role, []).append(signer)
        return signer

    def delegate(self, parent: str, role: str, keys: int = 1, threshold: int = 1) -> None:
        delegations = self.roles[parent].signed.delegations
        delegations.roles[role] = DelegatedRole(
            role, [], threshold, terminating=role.startswith("r-"), paths=list(roles.patterns_of(role))
        )
        for _ in range(keys):
            self.roles[parent].signed.add_key(self.new_signer(role).public_key, role)
        signed = Targets(version=1, expires=self.until(role))
        if role.startswith("p-"):
            signed.delegations = Delegations({}, {})
        self.roles[role] = Metadata(signed)

    def origin(self, code: str, keys: int = 1, threshold: int = 1) -> None:
        province = roles.province_of(code)
        parent = "targets"
        if province is not None:
            parent = roles.province_role(province)
            if parent not in self.roles:
                self.delegate("targets", parent)
        self.delegate(parent, roles.origin_role(code), keys, threshold)

    def add(self, wheel: Path, needs: Sequence[Path] = (), code: str = "") -> None:
        manifest = from_wheel(wheel).manifest
        code = code or str(manifest.origin.region)
        role = roles.origin_role(code)
        if role not in self.roles:
            self.origin(code)
        custom = {
            "app": manifest.app.id,
            "version": Wheel.open(wheel).version,
            "summary": dict(manifest.app.summary),
            "host_api": manifest.host_api,
            "wheels": [one.name for one in needs],
        }
        self.put(role, roles.ReleasePath(code, manifest.app.id, wheel.name), wheel.read_bytes(), custom)
        for one in needs:
            self.put(role, roles.ReleasePath(code, manifest.app.id, one.name), one.read_bytes(), {"needed": True})

    def put(self, role: str, path: roles.ReleasePath, content: bytes, custom: dict[str, Any]) -> None:
        target = TargetFile.from_data(str(path), content, ["sha256"])
        target.unrecognized_fields["custom"] = custom
        self.roles[role].signed.targets[str(path)] = target
        self.lay(str(path), content)

    def lay(self, path: str, content: bytes) -> Path:
        folder, _, name = path.rpartition("/")
        place = self.folder / "targets" / folder / f"{hashlib.sha256(content).hexdigest()}.{name}"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        return place

    def file_of(self, app: str, name: str = "") -> Path:
        return next(self.folder.glob(f"targets/apps/*/{app}/*{name}.whl"))

    def publish(self, now: datetime | None = None) -> None:
        self.now = now or self.now
        rows = [
            {"app": said["app"], "origin": path.split("/")[1], "version": said["version"], "file": path.split("/")[3],
             "summary": said["summary"]}
            for role, metadata in self.roles.items()
            if role.startswith("r-")
            for path, target in metadata.signed.targets.items()
            if "app" in (said := target.custom)
        ]  # fmt: skip
        content = json.dumps({"apps": rows}).encode()
        self.lay(roles.INDEX_PATH, content)
        self.roles["index"].signed.targets = {
            roles.INDEX_PATH: TargetFile.from_data(roles.INDEX_PATH, content, ["sha256"])
        }
        for role, metadata in self.roles.items():
            if role != "root":
                if self.snapshot:
                    metadata.signed.version += 1
                metadata.signed.expires = self.until(role)
                self.sign(role)
        self.close()

    def close(self, signers: Sequence[CryptoSigner] = ()) -> None:
        self.snapshot += 1
        self.timestamp += 1
        snapshot = Snapshot(version=self.snapshot, expires=self.until("snapshot"))
        snapshot.meta = {
            f"{role}.json": MetaFile(metadata.signed.version) for role, metadata in self.roles.items() if role != "root"
        }
        timestamp = Timestamp(version=self.timestamp, expires=self.until("timestamp"), snapshot_meta=MetaFile(self.snapshot))
        timestamp.unrecognized_fields[roles.SIGNED_AT] = self.now.isoformat()
        self.write("snapshot", Metadata(snapshot), signers or self.signers["snapshot"])
        self.write("timestamp", Metadata(timestamp), signers or self.signers["timestamp"])

    def sign(self, role: str, signers: Sequence[CryptoSigner] | None = None) -> None:
        self.write(role, self.roles[role], self.signers[role] if signers is None else signers)

    def write(self, role: str, metadata: Metadata[Any], signers: Sequence[CryptoSigner]) -> None:
        metadata.signatures.clear()
        for signer in signers:
            metadata.sign(signer, append=True)
        name = "timestamp.json" if role == "timestamp" else f"{metadata.signed.version}.{role}.json"
        (self.folder / "metadata" / name).write_bytes(metadata.to_bytes())

    def revoke(self, app: str, version: str, reason: str = "it leaks names", at: datetime | None = None) -> None:
        for role, metadata in list(self.roles.items()):
            for path, target in metadata.signed.targets.items() if role.startswith("r-") else ():
                if (target.custom.get("app"), target.custom.get("version")) == (app, version):
                    revoked = {"by": "BSSN", "reason": reason, "at": (at or self.now).isoformat()}
                    one = TargetFile(target.length, dict(target.hashes), path, {"custom": {"revoked": revoked}})
                    self.roles["cabut"].signed.targets[path] = one
