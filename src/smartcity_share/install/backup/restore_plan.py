"""Plans of a restore: pure, values in, plan out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import attrs

from smartcity_share.errors import Fault, Location
from smartcity_share.install.backup.documents import InstallationFacts, KeptSetting
from smartcity_share.install.backup.planning import disk_short
from smartcity_share.install.backup.reading import ReadBackup
from smartcity_share.install.environments.change import EnvironmentChange
from smartcity_share.install.layout import REGION_SCOPE
from smartcity_share.install.plan import Plan
from smartcity_share.install.planning import environment_steps
from smartcity_share.install.records import InstallationRecord, InstallationState, SettingValue
from smartcity_share.install.secret_files import secret_ref
from smartcity_share.install.steps.audit import RecordAct
from smartcity_share.install.steps.base import Step
from smartcity_share.install.steps.code import DropCode
from smartcity_share.install.steps.hooks import HealthProbe
from smartcity_share.install.steps.records import Activate, record_to_json
from smartcity_share.install.steps.restore_code import RecordRestored, RestoreCode, RestoreRegion
from smartcity_share.install.steps.restore_data import CompareRestored, LoadRestored, PutRestored, RestoreSettings
from smartcity_share.install.steps.settings import WriteSecrets, setting_to_json
from smartcity_share.install.steps.storage import SetAside
from smartcity_share.install.upgrade_planning import let_go_steps


@attrs.frozen
class RestoreFacts:
    """What a restore is planned from.

    Attributes:
        facts: What the backup says of the installation.
        read: The backup.
        file: Its file.
        identity: File with the private key; None where it is not encrypted.
        now: The present moment.
        served: Whether the instance serves the region.
        record: The installation as it is there; None where it is not.
        stored: Its stored settings.
        shared: The settings that the region shares.
        there: Which secrets lie in the instance, by where they lie.
        given: Secrets that were given, by key: for those that are not in the backup.
        code_kept: Whether the folder of the code is there.
        drops_code: Whether nobody else uses the code that is there now.
        free: How many bytes the disk of the instance has free.
        faults: Why it cannot work, as far as it was found outside.
        environment: What becomes of the packages apps need beyond the host; None where nothing does.
        kept: States of it that upgrades kept: name and code folder.
    """

    facts: InstallationFacts
    read: ReadBackup
    file: Path
    identity: Path | None
    now: datetime
    served: bool
    record: InstallationRecord | None
    stored: tuple[SettingValue, ...]
    shared: tuple[SettingValue, ...]
    there: frozenset[str]
    given: Mapping[str, str] = attrs.field(repr=False)
    code_kept: bool = False
    drops_code: bool = False
    free: int = 0
    faults: tuple[Fault, ...] = ()
    environment: EnvironmentChange | None = None
    kept: tuple[tuple[str, str | None], ...] = ()


def plan_restore(found: RestoreFacts) -> Plan:
    """Plan to restore an installation.

    Args:
        found: What was found.
    """
    facts, read = found.facts, found.read
    installation = read.installations[facts.id]
    source = (str(found.file), read.digest, None if found.identity is None else str(found.identity))
    values = _settings(found)
    record = facts.record(found.now)
    environment = environment_steps(found.environment)
    steps: list[Step] = [*environment.prepare]
    if not found.served:
        steps.append(RestoreRegion(*source))
    if facts.code.location is not None and facts.code.tree is not None:
        steps.append(RestoreCode(*source, facts.code.location, facts.code.tree, found.code_kept))
    steps += [
        *environment.switch,
        RecordRestored(record_to_json(record), None if found.record is None else record_to_json(found.record)),
        LoadRestored(*source, installation.tables is not None, facts.data_epoch, facts.version),
        CompareRestored(*source),
    ]
    if found.record is not None:
        steps.append(SetAside("data"))
    steps += [PutRestored(), *values.steps, HealthProbe()]
    detail = {"version": facts.version, "backup_sha256": read.digest, "made_at": read.head.created_at.isoformat()}
    steps += [
        RecordAct("app.restored", detail),
        Activate(InstallationState.RESTORING, InstallationState.ACTIVE),
        *let_go_steps(found.kept),  # their files go with the folder set aside; so must their tables and secrets
    ]
    if found.drops_code and found.record is not None and found.record.code_location is not None:
        steps.append(DropCode(found.record.code_location))
    steps += environment.tidy
    faults = found.faults
    needed = installation.file_bytes + 2 * installation.row_bytes + read.code_bytes
    if (short := disk_short(needed, found.free, Location(facts.id))) is not None:
        faults += (short,)
    return Plan(
        kind="restore",
        region=facts.region,
        app=facts.app,
        version=facts.version,
        steps=tuple(steps),
        notices=_notices(found, values),
        refusals=faults,
        secrets=values.secrets,
    )


@attrs.frozen
class _Settings:
    """What becomes of settings and secrets."""

    steps: tuple[Step, ...]
    secrets: dict[str, str] = attrs.field(repr=False)
    missing: tuple[str, ...]
    kept: tuple[str, ...]


def _settings(found: RestoreFacts) -> _Settings:
    region, app = found.facts.region, found.facts.app
    inside = found.read.installations[found.facts.id].secrets
    present = {(one.app, one.key): one for one in (*found.stored, *found.shared)}
    put: list[SettingValue] = []
    secrets: dict[str, str] = {}
    missing, kept = [], []
    for one in found.read.installations[found.facts.id].settings.settings:
        scope = REGION_SCOPE if one.shared else app
        there = present.get((scope, one.key))
        if one.shared and there is not None:  # other apps of the region live by it
            kept += [one.key] if (there.value, there.secret_ref) != (one.value, _ref(region, scope, one)) else []
            continue
        if one.is_secret:
            ref = secret_ref(region, scope, one.key)
            secret = inside.get(f"{'shared' if one.shared else 'own'}/{one.key}", found.given.get(one.key))
            if secret is not None:
                secrets[ref] = secret
            elif ref not in found.there:
                missing.append(one.key)
                continue
        put.append(_value(region, scope, one))
    put_places = {(one.app, one.key) for one in put}
    drop = [one for one in found.stored if (one.app, one.key) not in put_places]
    before = [one for place, one in present.items() if place in put_places or one in drop]
    gone = [one.secret_ref for one in drop if one.secret_ref is not None]
    steps: list[Step] = []
    if secrets or gone:
        existing = tuple(ref for ref in (*secrets, *gone) if ref in found.there)
        steps.append(WriteSecrets(tuple(secrets), tuple(gone), existing))
    steps.append(
        RestoreSettings(
            put=tuple(setting_to_json(one) for one in put),
            drop=tuple((one.app, one.key) for one in drop),
            before=tuple(setting_to_json(one) for one in before),
        )
    )
    return _Settings(tuple(steps), secrets, tuple(missing), tuple(kept))


def _value(region: str, scope: str, one: KeptSetting) -> SettingValue:
    return SettingValue(region, scope, one.key, one.value, _ref(region, scope, one), one.set_by, one.set_at, one.basis)


def _ref(region: str, scope: str, one: KeptSetting) -> str | None:
    return secret_ref(region, scope, one.key) if one.is_secret else None


def _notices(found: RestoreFacts, values: _Settings) -> tuple[str, ...]:
    notices = []
    if found.record is not None:
        notices.append(
            f"what `{found.facts.app}` {found.record.version} holds in {found.facts.region} now is replaced by the state of "
            f"{found.read.head.created_at:%Y-%m-%d %H:%M} UTC; it is set aside, and goes when all is well"
        )
    if values.missing:
        notices.append(
            f"not in the backup, which is not encrypted: the secret {', '.join(values.missing)}. Give it as "
            "SMARTCITY_SECRET_<KEY>, or set it afterwards with `smartcity configure`"
        )
    if values.kept:
        notices.append(f"{', '.join(values.kept)}: shared by the apps of the region, stays as it is now")
    return tuple(notices)
