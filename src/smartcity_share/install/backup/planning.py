"""Plans of a backup: pure, values in, plan out."""

from __future__ import annotations

import attrs

from smartcity_share.errors import Fault, Location
from smartcity_share.install.layout import INSTANCE_SCOPE
from smartcity_share.install.plan import Plan
from smartcity_share.install.records import InstallationRecord
from smartcity_share.install.steps.backup import RecordBackup, VerifyBackup, WriteBackup


@attrs.frozen
class BackupFacts:
    """What a backup is planned from.

    Attributes:
        records: The installations it will hold.
        left_out: Those it will not: an operation on them has not ended.
        whole: Whether it is of everything the instance serves.
        target: The file.
        target_taken: Whether there is something of this name.
        needed: About how many bytes it will have.
        free: How many bytes the disk of the file has free.
        keys: Public keys it is encrypted to.
        secrets: How many secrets the installations have.
        people: Regions whose accounts and audit trail go with it.
    """

    records: tuple[InstallationRecord, ...]
    left_out: tuple[InstallationRecord, ...]
    whole: bool
    target: str
    target_taken: bool
    needed: int
    free: int
    keys: tuple[str, ...]
    secrets: int
    people: tuple[str, ...] = ()


def plan_backup(facts: BackupFacts) -> Plan:
    """Plan a backup.

    Args:
        facts: What was found.
    """
    installations = tuple((record.region, record.app) for record in facts.records)
    only = facts.records[0] if facts.records and not facts.whole else None
    where = Location(facts.target)
    refusals = []
    left_out = tuple((record.region, record.app) for record in facts.left_out)
    if not facts.records and facts.left_out:
        refusals += [_not_settled(record) for record in facts.left_out]
    elif not facts.records:
        refusals.append(Fault("nothing-to-back-up", "No app is installed", where, "Install one, or choose another region."))
    if facts.target_taken:
        refusals.append(
            Fault(
                "backup-file-taken", f"{facts.target} exists already", where, "Name a file that does not exist yet: `-o FILE`."
            )
        )
    if (short := disk_short(facts.needed, facts.free, where)) is not None:
        refusals.append(short)
    notices = [
        f"{one.app} in {one.region} is {one.state}, it is left out, and no older backup is removed: `smartcity resume` first"
        for one in facts.left_out
    ]
    if facts.secrets and not facts.keys:
        notices.append(
            f"{facts.secrets} secret{'' if facts.secrets == 1 else 's'} will not be in it: encrypt it with `--encrypt-to KEY`"
        )
    if facts.people and not facts.keys:
        notices.append("passwords of accounts will not be in it: encrypt it with `--encrypt-to KEY`")
    return Plan(
        kind="backup",
        region=only.region if only else INSTANCE_SCOPE,
        app=only.app if only else INSTANCE_SCOPE,
        version=only.version if only else "",
        steps=(
            WriteBackup(facts.target, installations, facts.whole, facts.keys, facts.people, left_out),
            VerifyBackup(facts.target, bool(facts.keys)),
            RecordBackup(facts.target, installations, bool(facts.keys)),
        ),
        notices=tuple(notices),
        refusals=tuple(refusals),
    )


def disk_short(needed: int, free: int, where: Location) -> Fault | None:
    """Return the fault of a disk with too little room, None where there is enough."""
    if needed <= free:
        return None
    message = f"It needs about {_megabytes(needed)}, and the disk has {_megabytes(free)} free"
    return Fault("disk-short", message, where, "Free some room, or name a file or folder on another disk.")


def _not_settled(record: InstallationRecord) -> Fault:
    mend = "Wait for it, or take it up where it was cut off: `smartcity resume`."
    return Fault("not-in-use", f"Its state is {record.state}: an operation on it has not ended", Location(record.id), mend)


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.0f} MB"
