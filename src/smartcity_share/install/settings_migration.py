"""What becomes of stored settings when another version of the app takes them over: pure, values in, values out.

A value that only gets another key keeps who set it, when and on what order. What the app rewrites is set by the upgrade.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs

from smartcity_share.documents.suggest import did_you_mean
from smartcity_share.errors import Fault, Location
from smartcity_share.hooks.settings import Settings, declared, is_secret
from smartcity_share.install.layout import REGION_SCOPE
from smartcity_share.install.secret_files import secret_ref
from smartcity_share.install.settings_store import scope_of

if TYPE_CHECKING:
    from smartcity_share.install.records import SettingValue

Rewrite = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""The hook ``migrate_settings``: the values of the old version in, those of the new one out."""

_WHERE: Final = "migrate_settings"


@attrs.frozen
class MigratedSettings:
    """Stored settings as the new version finds them.

    Attributes:
        stored: What the new version is handed, by key.
        carried: Values that get another key or place and keep their provenance.
        rewritten: Values that the app changed; who and when is added.
        dropped: Own values that go.
        moved: Where secrets lie and where they will: from, to.
        renamed: Old key -> new key.
        faults: What is wrong with what the app returned.
        notices: What the person should know.
    """

    stored: Mapping[str, SettingValue]
    carried: tuple[SettingValue, ...] = ()
    rewritten: tuple[SettingValue, ...] = ()
    dropped: tuple[SettingValue, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    renamed: Mapping[str, str] = attrs.field(factory=dict)
    faults: tuple[Fault, ...] = ()
    notices: tuple[str, ...] = ()


def migrate_settings(
    model: type[Settings] | None,
    app: str,
    own: Mapping[str, SettingValue],
    shared: Mapping[str, SettingValue],
    rewrite: Rewrite,
) -> MigratedSettings:
    """Carry stored settings over to another version.

    Args:
        model: The settings of the new version; None where it has none.
        app: Id of the app.
        own: The values stored for the app, by key.
        shared: The values the region shares, by key.
        rewrite: What the new version makes of the values; asked once, without secrets.
    """
    model = model or Settings
    stored: dict[str, SettingValue] = {}
    carried: list[SettingValue] = []
    moved: list[tuple[str, str]] = []
    renamed: dict[str, str] = {}
    for key in model.model_fields:
        found = _found(model, key, app, own, shared)
        if found is None:
            continue
        value = _placed(found, key, scope_of(model, key, app))
        stored[key] = value
        if value != found:
            carried.append(value)
            if found.secret_ref is not None and value.secret_ref is not None:
                moved.append((found.secret_ref, value.secret_ref))
        if found.key != key:
            renamed[found.key] = key
    taken = {key for key, value in stored.items() if value.app == app}
    gone = {key: one for key, one in own.items() if key not in taken and key not in renamed and one.secret_ref is None}
    rewritten, unset, faults = _rewritten(model, app, stored, gone, rewrite)
    dropped = tuple(value for key, value in sorted(own.items()) if key not in taken or key in unset)
    return MigratedSettings(
        stored={key: value for key, value in {**stored, **rewritten}.items() if key not in unset},
        carried=tuple(value for value in carried if value.key not in unset and value.key not in rewritten),
        rewritten=tuple(rewritten.values()),
        dropped=dropped,
        moved=tuple(moved),
        renamed=renamed,
        faults=faults,
        notices=tuple(_notices(dropped, renamed, rewritten)),
    )


def _found(
    model: type[Settings], key: str, app: str, own: Mapping[str, SettingValue], shared: Mapping[str, SettingValue]
) -> SettingValue | None:
    """Return the value a setting takes over: its own first, then that of the other scope, then that of its old name."""
    field = model.model_fields[key]
    places = (shared, own) if scope_of(model, key, app) == REGION_SCOPE else (own, shared)
    old = declared(field)["renamed_from"]
    for name in (key, old):
        for place in places if name is not None else ():
            value = place.get(name)
            if value is not None and (value.secret_ref is not None) == is_secret(field):
                return value
    return None


def _placed(value: SettingValue, key: str, scope: str) -> SettingValue:
    if (value.key, value.app) == (key, scope):
        return value
    ref = None if value.secret_ref is None else secret_ref(value.region, scope, key)
    return attrs.evolve(value, key=key, app=scope, secret_ref=ref)


def _rewritten(
    model: type[Settings],
    app: str,
    stored: Mapping[str, SettingValue],
    gone: Mapping[str, SettingValue],
    rewrite: Rewrite,
) -> tuple[dict[str, SettingValue], set[str], tuple[Fault, ...]]:
    """Return what the app makes of its own values: changed ones, keys it takes away, and faults."""
    given = {key: value for key, value in stored.items() if value.secret_ref is None and value.app == app}
    before = {**gone, **given}
    if not before:
        return {}, set(), ()
    after = rewrite({key: value.value for key, value in before.items()})
    likes = next(iter(before.values()))
    changed, faults = {}, []
    for key, value in after.items():
        if key in before and before[key].value == value:
            continue
        field = model.model_fields.get(key)
        if field is not None and not is_secret(field) and scope_of(model, key, app) == app:
            changed[key] = attrs.evolve(likes, app=app, key=key, value=value)
            continue
        what = "no setting of the new version" if field is None else "a secret, or a value the region shares"
        mend = did_you_mean(key, model.model_fields) or "Send this message to the maker of the app."
        faults.append(Fault("settings-migration-invalid", f"The app returned `{key[:60]}`: {what}", Location(_WHERE), mend))
    return changed, {key for key in given if key not in after}, tuple(faults)


def _notices(
    dropped: tuple[SettingValue, ...], renamed: Mapping[str, str], rewritten: Mapping[str, SettingValue]
) -> Iterator[str]:
    if renamed:
        yield "settings renamed: " + ", ".join(f"{old} is now {new}" for old, new in sorted(renamed.items()))
    if rewritten:
        yield f"settings the app rewrites: {', '.join(sorted(rewritten))}"
    for value in dropped:
        if value.key not in renamed and value.key not in rewritten:
            by = f"set by {value.set_by}" + (f", {value.basis}" if value.basis else "")
            yield f"the new version does not take the stored setting {value.key} ({by}); it stays in the kept state"
