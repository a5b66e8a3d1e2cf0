"""Restoring: read the whole backup, judge it, then one operation for each installation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
from packaging.utils import canonicalize_name

from smartcity_share.errors import BackupError, Fault, Location, SmartCityError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install.apply import Outcome, Watch, apply
from smartcity_share.install.backup.code import folder_digest
from smartcity_share.install.backup.documents import InstallationFacts
from smartcity_share.install.backup.encryption import identities_of
from smartcity_share.install.backup.making import free_bytes
from smartcity_share.install.backup.reading import ReadBackup, read_backup
from smartcity_share.install.backup.restore_plan import RestoreFacts, plan_restore
from smartcity_share.install.environments.demand import AppDemand
from smartcity_share.install.environments.planned import PlannedEnvironment, planned_environment
from smartcity_share.install.kept_states import KeptStates
from smartcity_share.install.layout import REGION_SCOPE
from smartcity_share.install.plan import Plan

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance
    from smartcity_share.install.records import InstallationRecord


@attrs.frozen
class Backup:
    """A backup that was read to its end, with its file.

    Attributes:
        file: The file.
        identity: File with the private key; None where it is not encrypted.
        read: What is in it.
    """

    file: Path
    identity: Path | None
    read: ReadBackup

    @classmethod
    def opened(cls, file: Path, identity: Path | None = None) -> Backup:
        """Read a backup to its end and look at everything.

        Args:
            file: The file.
            identity: File with the private key; needed where it is encrypted.

        Raises:
            UsageError: The file of the key holds none.
            BackupError: It is no backup, was cut short or altered, is of a newer form, or is encrypted to other keys.
            OSError: It cannot be read.
        """
        keys = [] if identity is None else identities_of(identity)
        return cls(file.absolute(), None if identity is None else identity.absolute(), read_backup(file, keys))

    def chosen(self, region: str | None = None, app: str | None = None) -> tuple[InstallationFacts, ...]:
        """Return its installations, all or of one region or app.

        Raises:
            BackupError: It holds none of them.
        """
        found = tuple(
            facts
            for facts in self.read.head.installations
            if (region is None or facts.region == region) and (app is None or facts.app == app)
        )
        if not found:
            there = ", ".join(facts.id for facts in self.read.head.installations[:5])
            wanted = " in ".join(word for word in (app and f"`{app}`", region) if word)
            raise BackupError(f"The backup does not hold {wanted}; nothing was changed", hint=f"Choose what it holds: {there}.")
        return found


def planned_restore(
    instance: Instance,
    backup: Backup,
    facts: InstallationFacts,
    secrets: Mapping[str, str] | None = None,
    wheels: Sequence[Path] = (),
) -> Plan:
    """Plan to restore one installation of a backup.

    Args:
        instance: The instance it goes to.
        backup: The backup.
        facts: What it says of the installation.
        secrets: Secrets by key, for those that are not in the backup.
        wheels: Folders with wheels of packages the app needs beyond the host.
    """
    layout, ledger = instance.layout, instance.ledger
    region, app = facts.region, facts.app
    served = layout.region(region).is_dir()
    record = ledger.installation(region, app)
    stored, shared = ledger.settings(region, app), ledger.settings(region, REGION_SCOPE)
    refs = [one.secret_ref for one in (*stored, *shared) if one.secret_ref is not None]
    code_kept = facts.code.location is not None and (instance.folder / facts.code.location).is_dir()
    environment = _packages(instance, backup.read, facts, record, wheels)
    return plan_restore(
        RestoreFacts(
            facts=facts,
            read=backup.read,
            file=backup.file,
            identity=backup.identity,
            now=instance.now(),
            served=served,
            record=record,
            stored=stored,
            shared=shared,
            there=frozenset(ref for ref in refs if (instance.folder / ref).is_file()),
            given=secrets or {},
            code_kept=code_kept,
            drops_code=_drops_code(instance, record, facts),
            free=free_bytes(instance.folder),
            faults=(*_obstacles(instance, facts, record, code_kept=code_kept), *environment.faults),
            environment=environment.change,
            kept=tuple((state.name, state.record.code_location) for state in KeptStates(instance, region, app).all()),
        )
    )


def restore_backup(
    instance: Instance,
    file: Path,
    *,
    region: str | None = None,
    app: str | None = None,
    identity: Path | None = None,
    secrets: Mapping[str, str] | None = None,
    actor: Actor,
    basis: str = "",
    watch: Watch | None = None,
    wheels: Sequence[Path] = (),
) -> tuple[Outcome, ...]:
    """Restore what a backup holds: loaded beside, compared, then switched; what was there goes when all is well.

    Args:
        instance: The instance it goes to; it may be another one, on another engine.
        file: The backup.
        region: Only this region; all if None.
        app: Only this app; all if None.
        identity: File with the private key; needed where it is encrypted.
        secrets: Secrets by key, for those that are not in the backup.
        actor: Who asks for it.
        basis: The order or decree it rests on.
        watch: Told of each step before it begins.
        wheels: Folders with wheels of packages the apps need beyond the host.

    Returns:
        What became of each installation.

    Raises:
        BackupError: The backup cannot be used, or some installations could not be restored: they are named, the others are.
        SmartCityError: What :func:`smartcity_share.install.apply.apply` raises, where one installation was asked for.
    """
    backup = Backup.opened(file, identity)
    chosen = backup.chosen(region, app)
    return restore_chosen(instance, backup, chosen, secrets=secrets, actor=actor, basis=basis, watch=watch, wheels=wheels)


def restore_chosen(
    instance: Instance,
    backup: Backup,
    chosen: Sequence[InstallationFacts],
    *,
    secrets: Mapping[str, str] | None = None,
    actor: Actor,
    basis: str = "",
    watch: Watch | None = None,
    wheels: Sequence[Path] = (),
) -> tuple[Outcome, ...]:
    """Restore some installations of a backup that was read; see :func:`restore_backup`."""
    if len(chosen) == 1:
        plan = planned_restore(instance, backup, chosen[0], secrets, wheels)
        return (apply(plan, instance, actor, basis=basis, watch=watch),)
    outcomes, failed = [], []
    for facts in chosen:
        try:
            plan = planned_restore(instance, backup, facts, secrets, wheels)
            outcomes.append(apply(plan, instance, actor, basis=basis, watch=watch))
        except SmartCityError as error:  # one bad region stops no other
            failed.append(f"{facts.id}: {error}")
    if failed:
        raise BackupError(
            f"{len(outcomes)} of {len(chosen)} installations were restored. Not restored: {'; '.join(failed)}",
            hint="Mend what it says, then restore these alone: `--region CODE --app APP`.",
        )
    return tuple(outcomes)


def _drops_code(instance: Instance, record: InstallationRecord | None, facts: InstallationFacts) -> bool:
    if record is None or record.code_location is None or record.code_location == facts.code.location:
        return False
    users = [one for one in instance.ledger.installations() if one.code_location == record.code_location]
    return users == [record]


def _obstacles(
    instance: Instance, facts: InstallationFacts, record: InstallationRecord | None, *, code_kept: bool
) -> tuple[Fault, ...]:
    where = Location(facts.id)
    return (
        *_other_publisher(instance, facts, where),
        *_left_over(instance, facts, record, where),
        *(_of_environment(facts, where) if facts.code.location is None else _of_folder(instance, facts, where, code_kept)),
    )


def _other_publisher(instance: Instance, facts: InstallationFacts, where: Location) -> list[Fault]:
    return [
        Fault(
            "other-publisher-in-use",
            f"Region {other.region} has `{facts.app}` from another distribution, `{other.distribution}`; the backup holds "
            f"`{facts.distribution}`",
            where,
            "Restore it into an instance of its own: `--into DIR`.",
        )
        for other in instance.ledger.installations(app=facts.app)
        if other.region != facts.region and canonicalize_name(other.distribution) != canonicalize_name(facts.distribution)
    ][:1]


def _left_over(
    instance: Instance, facts: InstallationFacts, record: InstallationRecord | None, where: Location
) -> Sequence[Fault]:
    folder = instance.layout.installation(facts.region, facts.app)
    if record is not None or not folder.exists():
        return ()
    return (
        Fault(
            "data-left-over",
            f"{folder.relative_to(instance.folder)} holds data of an installation the ledger does not know",
            where,
            "Move the folder to a safe place, then try again.",
        ),
    )


def _of_environment(facts: InstallationFacts, where: Location) -> Sequence[Fault]:
    from smartcity_share.hooks.discover import discover

    index = discover()
    wanted = f"{facts.distribution} {facts.version}"
    mend = f'Install it: `pip install "{facts.distribution}=={facts.version}"`.'
    if facts.app not in index:
        return (Fault("code-differs", f"The backup was made with {wanted} of the environment; it is not here", where, mend),)
    app = index.get(facts.app)
    if app.fault is not None or (app.distribution, app.version) != (facts.distribution, facts.version):
        found = f"{app.distribution} {app.version}"
        return (Fault("code-differs", f"The backup was made with {wanted}; here is {found}", where, mend),)
    epoch = app.manifest.lifecycle.data_epoch
    if epoch != facts.data_epoch:
        text = f"The data in the backup have epoch {facts.data_epoch}; the code here reads epoch {epoch}"
        return (Fault("code-differs", text, where, mend),)
    return ()


def _packages(
    instance: Instance,
    read: ReadBackup,
    facts: InstallationFacts,
    record: InstallationRecord | None,
    wheels: Sequence[Path],
) -> PlannedEnvironment:
    """Find out what the code of the backup needs beyond the host."""
    from email.parser import HeaderParser

    if facts.code.location is None:
        return PlannedEnvironment()
    requires = HeaderParser().parsestr(read.metadata.get(facts.code.location, "")).get_all("Requires-Dist") or []
    demand = AppDemand(facts.app, facts.version, facts.distribution, tuple(str(one) for one in requires))
    return planned_environment(instance, incoming=demand, outgoing=record, wheels=wheels, where=Location(facts.id))


def _of_folder(instance: Instance, facts: InstallationFacts, where: Location, kept: bool) -> Sequence[Fault]:
    location = facts.code.location or ""
    found = []
    if kept and folder_digest(instance.folder / location) != facts.code.tree:
        found.append(
            Fault(
                "code-differs",
                f"The code in {location} is not that of the backup",
                where,
                f"See `smartcity doctor`; if no region uses it, delete {location}, then restore again.",
            )
        )
    return found
