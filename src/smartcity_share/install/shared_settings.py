"""What a rollback does to the settings the apps of a region share: pure, values in, values out."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from smartcity_share.install.layout import REGION_SCOPE
from smartcity_share.install.records import SettingValue
from smartcity_share.install.steps.settings import WriteSettings, setting_to_json


@attrs.frozen
class SharedBack:
    """What becomes of the shared settings an operation changed.

    Attributes:
        back: Values that come back, with their provenance.
        gone: Values that go: there were none before.
        left: Keys of those that stay as they are now.
        replaced: The values there are now in place of those that come back, and of those that go.
    """

    back: tuple[SettingValue, ...] = ()
    gone: tuple[SettingValue, ...] = ()
    left: tuple[str, ...] = ()
    replaced: tuple[SettingValue, ...] = ()

    def steps(self) -> tuple[WriteSettings, ...]:
        """Return the step that puts them back, none where nothing changes."""
        if not self.back and not self.gone:
            return ()
        drop = tuple((REGION_SCOPE, value.key) for value in self.gone)
        now = tuple(setting_to_json(value) for value in self.replaced)
        return (WriteSettings((), drop, now, tuple(setting_to_json(value) for value in self.back)),)

    def notices(self) -> tuple[str, ...]:
        """Return what the person should know."""
        found = []
        if changed := sorted(value.key for value in (*self.back, *self.gone)):
            found.append(f"shared by the apps of the region, put back with it: {', '.join(changed)}")
        if self.left:
            found.append(f"shared by the apps of the region, stays as it is now: {', '.join(self.left)}")
        return tuple(found)


def shared_back(
    before: Mapping[str, SettingValue],
    after: Mapping[str, SettingValue] | None,
    now: Mapping[str, SettingValue],
    *,
    others_came: bool,
) -> SharedBack:
    """Say which shared settings come back with the state before an operation.

    A value comes back where that operation wrote it and nobody has touched it since. It stays where somebody set it anew, and
    where another app came or got another version: that one was begun with the value there is now. Secrets stay as well.

    Args:
        before: The values before the operation, by key.
        after: Those right after it; None where that was not noted.
        now: Those there are.
        others_came: Whether another app of the region came, or got another version, since.
    """
    back, gone, left, replaced = [], [], [], []
    if after is None:
        return SharedBack()
    for key in sorted(before.keys() | after.keys()):
        was, became, there = before.get(key), after.get(key), now.get(key)
        if was in (became, there):
            continue
        secret = any(value is not None and value.secret_ref is not None for value in (was, became))
        if others_came or secret or there != became:
            left.append(key)
            continue
        back += [was] if was is not None else []
        gone += [there] if was is None and there is not None else []
        replaced += [there] if there is not None else []
    return SharedBack(tuple(back), tuple(gone), tuple(left), tuple(replaced))
