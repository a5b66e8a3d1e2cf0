"""The report of an erasure: what was erased, on whose word, on what basis, and what stays. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from smartcity_share.install.records import DeletionRecord

if TYPE_CHECKING:
    from smartcity_share.regions.profile import RegionProfile

REPORT_FILE: Final = "report.json"
TEXT_FILE: Final = "report.txt"
FORMAT: Final = 1

STAYS: Final = ("audit-trail", "region-settings", "export", "earlier-backups")
"""What an erasure never touches."""

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "audit-trail": ("jejak audit", "the audit trail"),
    "region-settings": ("pengaturan bersama daerah", "settings the region shares between apps"),
    "export": ("hasil ekspor", "the export"),
    "earlier-backups": ("cadangan yang dibuat sebelumnya", "backups made before"),
    "code": ("kode aplikasi, dipakai daerah lain", "the code of the app, used by another region"),
    "database": ("basis data", "database"),
    "files": ("berkas", "files"),
    "secrets": ("rahasia", "secrets"),
    "settings": ("pengaturan aplikasi", "settings of the app"),
}


def report_of(deletion: DeletionRecord, instance: str, profile: RegionProfile) -> dict[str, Any]:
    """Return the report as JSON; the last entry is the SHA-256 of all others.

    Args:
        deletion: What the ledger keeps of it.
        instance: Id of the instance.
        profile: Profile of the region.
    """
    facts = deletion.facts
    report: dict[str, Any] = {
        "format": FORMAT,
        "instance": instance,
        "operation": deletion.operation,
        "region": {"code": deletion.region, "name": profile.name, "kind": str(profile.kind)},
        "app": {"id": deletion.app, "version": deletion.version},
        "signed_off_by": deletion.removed_by,
        "carried_out_by": facts["carried_out_by"],
        "erased_at": deletion.removed_at.isoformat(),
        "basis": deletion.basis,
        "removed": facts["removed"],
        "retention": facts["retention"],
        "erased": {"what": facts["erased"], "rows": facts["rows"]},
        "stays": facts["stays"],
        "export": {"folder": facts["export"], "list_sha256": deletion.export_digest},
    }
    canonical = json.dumps(report, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return {**report, "sha256": hashlib.sha256(canonical).hexdigest()}


def report_as_text(report: Mapping[str, Any]) -> str:
    """Return a report to print and sign, Indonesian with English beside it.

    Args:
        report: What :func:`report_of` returned.
    """
    removed, export, kept = report["removed"], report["export"], report["retention"]
    rows = report["erased"]["rows"]
    lines = [
        ("Aplikasi / App", f"{report['app']['id']} {report['app']['version']}"),
        ("Daerah / Region", f"{report['region']['code']} {report['region']['name']}"),
        ("Dihentikan / Removed", f"{removed['at']} · {removed['by']} · {removed['basis'] or '-'}"),
        ("Dihapus / Erased", f"{report['erased_at']} · {report['carried_out_by']}"),
        ("Dasar / Basis", report["basis"] or "-"),
        ("Yang dihapus / What was erased", _both(report["erased"]["what"])),
        ("Baris per tabel / Rows per table", ", ".join(f"{name}: {count}" for name, count in sorted(rows.items())) or "-"),
        ("Yang tetap / What stays", _both(report["stays"])),
        ("Ekspor / Export", f"{export['folder'] or '-'} · SHA-256 {export['list_sha256'] or '-'}"),
        ("Retensi / Retention", f"{', '.join(kept['keeps']) or '-'} · {kept['period'] or '-'}"),
        ("Operasi / Operation", f"{report['operation']} · {report['instance']}"),
        ("SHA-256", report["sha256"]),
        ("Disahkan oleh / Signed off by", report["signed_off_by"]),
    ]
    head = "LAPORAN PENGHAPUSAN DATA / REPORT OF THE ERASURE OF DATA\n\n"
    return head + "".join(f"{label}:\n    {text}\n" for label, text in lines)


def _both(names: list[str]) -> str:
    words = [_WORDS.get(name, (name, name)) for name in names]
    return f"{', '.join(one for one, _ in words)} / {', '.join(other for _, other in words)}"
