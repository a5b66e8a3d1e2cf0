"""What lies on the disk: the ledger, the audit trail, code folders and databases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from smartcity_share.install.findings import Finding, Severity
from smartcity_share.install.recorded import record_trouble
from smartcity_share.install.storage.sqlite import mend_of_unreadable

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance


def check_ledger(instance: Instance, region: str | None) -> Iterator[Finding]:  # noqa: ARG001 - every check is called alike
    """Look whether the ledger is sound."""
    trouble = instance.ledger.check()
    if trouble is not None:
        yield Finding("ledger-damaged", Severity.ERROR, "ledger.sqlite", trouble, _mend(instance))


def check_audit(instance: Instance, region: str | None) -> Iterator[Finding]:
    """Recompute the chain of every region."""
    accounts = instance.accounts_database
    trouble = accounts.trouble()
    if trouble is not None:
        yield Finding("accounts-damaged", Severity.ERROR, accounts.label, trouble, _mend(instance))
        return
    for code in instance.region_codes if region is None else (region,):
        report = instance.audit.verify(code)
        if report.broken_at is not None:
            yield Finding(
                "audit-chain-broken",
                Severity.ERROR,
                f"audit trail of {code}",
                f"Entry {report.broken_at} does not fit the one before it: the trail was changed around this program",
                f"Compare {accounts.label} with a backup, and find out who wrote to it.",
                code,
            )


def check_code(instance: Instance, region: str | None) -> Iterator[Finding]:
    """Look whether every code folder in use is as its wheel recorded it."""
    seen: set[str] = set()
    for record in instance.ledger.installations(region):
        location = record.code_location
        if location is None or location in seen:
            continue
        seen.add(location)
        folder = instance.folder / location
        trouble = record_trouble(folder) if folder.is_dir() else "the folder is missing"
        if trouble is not None:
            yield Finding(
                "code-changed",
                Severity.ERROR,
                location,
                f"The code of `{record.app}` {record.version} is not what its wheel recorded: {trouble}",
                f"Put the folder back from a backup, or unpack the wheel with SHA-256 {record.code_digest} there again.",
                app=record.app,
            )


def check_databases(instance: Instance, region: str | None) -> Iterator[Finding]:
    """Look whether the database of every installation is sound."""
    for record in instance.ledger.installations(region):
        trouble = instance.data(record.region, record.app).trouble()
        if trouble is not None:
            yield Finding(
                "database-damaged",
                Severity.ERROR,
                record.id,
                f"Its database is damaged: {trouble}",
                _mend(instance),
                record.region,
                record.app,
            )


def _mend(instance: Instance) -> str:
    return mend_of_unreadable(instance.layout.config)
