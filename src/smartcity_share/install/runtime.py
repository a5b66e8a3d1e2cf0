"""Opening an installation: what an app is handed with every request, hook and job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smartcity_share.errors import DataEpochError, InstallationNotFoundError, SettingsError
from smartcity_share.install.records import InstallationRecord, InstallationState

if TYPE_CHECKING:
    from smartcity_share.hooks.installation import Installation
    from smartcity_share.hooks.load import LoadedApp
    from smartcity_share.install.instance import Instance


def installed_apps(instance: Instance, region: str) -> tuple[InstallationRecord, ...]:
    """Return the apps a region may use now, by id.

    Args:
        instance: The instance.
        region: Code of the region.
    """
    records = instance.ledger.installations(region)
    return tuple(record for record in records if record.state is InstallationState.ACTIVE)


def open_installation(instance: Instance, region: str, app: str) -> Installation:
    """Return an installation that is in use. The same object as long as neither its record, settings nor profile change.

    Args:
        instance: The instance.
        region: Code of the region.
        app: Id of the app.

    Raises:
        InstallationNotFoundError: The app is not installed in the region, or is being installed or removed.
        DataEpochError: The data were written by another epoch of the app than the code there is.
        SettingsError: A stored value does not fit the code there is.
        SecretError: A secret is missing or can be read by others.
        SmartCityError: Whatever keeps the app or the profile of the region from being loaded.
    """
    stamp = (instance.ledger.revision(), instance.profile_stamp(region))
    known = instance.opened.get((region, app))
    if known is not None and known[0] == stamp:
        return known[1]
    record = kept_record_of(instance, region, app)
    if record.state is not InstallationState.ACTIVE:
        raise InstallationNotFoundError(
            f"`{app}` in {region} cannot be used now: its state is {record.state}", hint="See `smartcity status`."
        )
    installation = make_installation(instance, record, instance.registry_of(record).app(app))
    instance.opened[region, app] = (stamp, installation)
    return installation


def record_of(instance: Instance, region: str, app: str) -> InstallationRecord:
    """Return the record of an installation in any state.

    Raises:
        RegionNotFoundError: The instance does not serve the region.
        InstallationNotFoundError: The app is not installed in the region.
    """
    instance.profile_folder(region)
    record = instance.ledger.installation(region, app)
    if record is None:
        from smartcity_share.documents.suggest import did_you_mean

        there = [found.app for found in instance.ledger.installations(region)]
        raise InstallationNotFoundError(
            f"App `{app}` is not installed in region {region}",
            hint=did_you_mean(app, there) or f"Install it: `smartcity install {app} --region {region}`.",
        )
    return record


def kept_record_of(instance: Instance, region: str, app: str) -> InstallationRecord:
    """Return the record of an installation that is not removed.

    Raises:
        RegionNotFoundError: The instance does not serve the region.
        InstallationNotFoundError: The app is not installed in the region, or was removed and its data wait to be erased.
    """
    record = record_of(instance, region, app)
    if record.state is InstallationState.REMOVED:
        raise InstallationNotFoundError(
            f"`{app}` was removed from {region}; its data wait to be erased",
            hint=f"Bring it back first: `smartcity remove {app} --region {region} --cancel`.",
        )
    return record


def make_installation(instance: Instance, record: InstallationRecord, loaded: LoadedApp) -> Installation:
    """Put an installation together, whatever its state.

    Raises:
        DataEpochError: The data were written by another epoch of the app than the code there is.
        SettingsError: A stored value does not fit the code there is.
        SecretError: A secret is missing or can be read by others.
        SmartCityError: Whatever is wrong with the profile of the region.
    """
    from smartcity_share.hooks.installation import Installation
    from smartcity_share.hooks.region_facts import RegionFacts
    from smartcity_share.install.audit import SqliteAuditTrail
    from smartcity_share.install.messages import messenger_of
    from smartcity_share.install.overrides.kept import as_overrides, read_kept
    from smartcity_share.install.storage.files import LocalFileStore

    refuse_other_epoch(record, loaded)
    _refuse_data_of_other_epoch(instance, record)
    profile = instance.profile(record.region)
    return Installation(
        app=record.app,
        version=loaded.version,
        region=RegionFacts(profile, frozenset(loaded.manifest.region_uses)),
        settings=_settings(instance, record),
        database=instance.data(record.region, record.app).database,
        files=LocalFileStore(instance.layout.files(record.region, record.app)),
        audit=SqliteAuditTrail(instance.audit, record.region, record.app),
        now=instance.now,
        languages=tuple(profile.languages),
        messages=messenger_of(instance, record.region, loaded.manifest),
        overrides=as_overrides(read_kept(instance.layout.overrides(record.region, record.app))),
    )


def refuse_other_epoch(record: InstallationRecord, loaded: LoadedApp) -> None:
    """Refuse code whose data epoch is not that of the data.

    Raises:
        DataEpochError: It is not.
    """
    epoch = loaded.manifest.lifecycle.data_epoch
    if record.data_epoch == epoch and record.version != loaded.version:
        raise DataEpochError(
            f"`{record.app}` in {record.region} is at version {record.version}, and the environment has {loaded.version}; "
            "its data were not opened",
            hint=f"Upgrade it: `smartcity upgrade {record.app} --region {record.region}`, or put the version back: "
            f"`pip install {record.distribution}=={record.version}`.",
        )
    if record.data_epoch == epoch:
        return
    relation = "newer" if record.data_epoch > epoch else "older"
    raise DataEpochError(
        f"The data of `{record.app}` in {record.region} have epoch {record.data_epoch}, {relation} than epoch {epoch} "
        f"of the code ({loaded.discovered.distribution} {loaded.version}); they were not opened",
        hint=f"Put the version back that wrote them: {record.distribution} {record.version}.",
    )


def _refuse_data_of_other_epoch(instance: Instance, record: InstallationRecord) -> None:
    """Ask the data themselves: a ledger or a database that was put back alone must not bring code to data it does not know."""
    data = instance.data(record.region, record.app)
    if not data.exists():
        return
    found = data.epoch()
    if found != record.data_epoch:
        raise DataEpochError(
            f"The data of `{record.app}` in {record.region} have epoch {found}, and {record.distribution} {record.version} has "
            f"epoch {record.data_epoch}; they were not opened",
            hint="Ledger and data are of two moments: restore both from one backup.",
        )


def _settings(instance: Instance, record: InstallationRecord) -> Any:
    from pydantic import ValidationError

    from smartcity_share.hooks.settings import Settings
    from smartcity_share.install.settings_store import plain_values, stored_settings

    model = instance.registry_of(record).settings_model(record.app) or Settings
    stored = stored_settings(instance.ledger, model, record.region, record.app)
    try:
        return model.model_validate(plain_values(instance.layout, stored))
    except ValidationError as error:
        keys = sorted({str(entry["loc"][0]) if entry["loc"] else "all together" for entry in error.errors()})
    raise SettingsError(
        f"Settings of `{record.app}` in {record.region} do not fit version {record.version}: {', '.join(keys)}",
        faults=(),
        hint=f"Set them again: `smartcity configure {record.app} --region {record.region} --set KEY=VALUE`.",
    )
