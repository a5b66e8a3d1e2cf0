"""Steps about settings and secrets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

import attrs

from smartcity_share.durable import write_whole
from smartcity_share.install.records import SettingValue
from smartcity_share.install.secret_files import FILE_MODE, drop_folder_if_empty, read_secret, secret_trouble, write_secret
from smartcity_share.install.steps.base import Probe, Step, StepContext


def _pairs(values: Iterable[Iterable[str]]) -> tuple[tuple[str, str], ...]:
    """Return pairs as tuples, also where they come from JSON."""
    return tuple((app, key) for app, key in values)


@attrs.frozen
class WriteSettings(Step):
    """Write values to the ledger, or take values out.

    Attributes:
        put: The new values, as JSON; who and when is added.
        drop: The values that go, as (app, key).
        before: The stored values that are replaced or go, whole, as JSON.
        carried: Values that are written whole, as JSON: who set them and when stays.
    """

    name: ClassVar[str] = "write-settings"

    put: tuple[Mapping[str, Any], ...]
    drop: tuple[tuple[str, str], ...] = attrs.field(converter=_pairs)
    before: tuple[Mapping[str, Any], ...]
    carried: tuple[Mapping[str, Any], ...] = ()

    def describe(self) -> str:
        """Return what the step will do."""
        words = [f"write {', '.join(sorted(value['key'] for value in self.put))}" if self.put else ""]
        words += [f"carry over {', '.join(sorted(value['key'] for value in self.carried))}" if self.carried else ""]
        words += [f"take out {', '.join(sorted(key for _, key in self.drop))}" if self.drop else ""]
        return " and ".join(word for word in words if word) + " (settings)"

    def probe(self, context: StepContext) -> Probe:
        """Look whether every value is there and every other one gone."""
        apps = {value["app"] for value in (*self.put, *self.carried)} | {app for app, _ in self.drop}
        found = {
            (value.app, value.key): value for app in apps for value in context.instance.ledger.settings(context.region, app)
        }
        done = [
            (there := found.get((value["app"], value["key"]))) is not None
            and there.value == value["value"]
            and there.secret_ref == value["secret_ref"]
            and there.basis == context.basis
            for value in self.put
        ]
        done += [found.get((value["app"], value["key"])) == setting_from_json(value) for value in self.carried]
        done += [place not in found for place in self.drop]
        if all(done):
            return Probe.DONE
        return Probe.PARTIAL if any(done) else Probe.NOT

    def do(self, context: StepContext) -> None:
        """Write them, all or none."""
        now = context.instance.now()
        put = [
            SettingValue(region=context.region, set_by=context.actor.name, set_at=now, basis=context.basis, **value)
            for value in self.put
        ]
        put += [setting_from_json(value) for value in self.carried]
        context.instance.ledger.replace_settings(put, [(context.region, app, key) for app, key in self.drop])

    def undo(self, context: StepContext) -> None:
        """Put the values back that were there."""
        kept = {(value["app"], value["key"]) for value in self.before}
        written = [(value["app"], value["key"]) for value in (*self.put, *self.carried)]
        new = [(context.region, app, key) for app, key in written if (app, key) not in kept]
        context.instance.ledger.replace_settings([setting_from_json(value) for value in self.before], new)


@attrs.frozen
class WriteSecrets(Step):
    """Write secrets to their files, or remove the files of secrets that are taken away.

    Attributes:
        put: Where the new secrets lie; the secrets themselves are in no journal.
        drop: Where the secrets lie that go.
        existing: Which of them have a file before.
    """

    name: ClassVar[str] = "write-secrets"
    noted_at_once: ClassVar[bool] = True

    put: tuple[str, ...]
    drop: tuple[str, ...]
    existing: tuple[str, ...]

    def describe(self) -> str:
        """Return what the step will do."""
        names = sorted(ref.rpartition("/")[2] for ref in (*self.put, *self.drop))
        return f"write the secret {', '.join(names)} to files only this account can read"

    def probe(self, context: StepContext) -> Probe:
        """Look whether the files hold the new secrets. After a crash the new secrets are not known: then it is not done."""
        folder = context.instance.folder
        layout = context.instance.layout
        done = [
            ref in context.secrets and secret_trouble(layout, ref) is None and read_secret(layout, ref) == context.secrets[ref]
            for ref in self.put
        ] + [not (folder / ref).exists() for ref in self.drop]
        if all(done):
            return Probe.DONE
        return Probe.PARTIAL if any(done) else Probe.NOT

    def obstacle(self, context: StepContext) -> str | None:
        """Tell that new secrets are known to the process alone that asked for them."""
        if all(ref in context.secrets for ref in self.put):
            return None
        return "the new secrets are in no journal, and were not all written"

    def do(self, context: StepContext) -> None:
        """Set the old files aside, then write the new ones."""
        layout = context.instance.layout
        for ref in self.existing:
            aside = context.scratch / ref
            if not aside.exists() and (layout.folder / ref).exists():
                aside.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                write_whole(aside, (layout.folder / ref).read_bytes(), mode=FILE_MODE)
        for ref in self.put:
            write_secret(layout, ref, context.secrets[ref])
        for ref in self.drop:
            (layout.folder / ref).unlink(missing_ok=True)
            drop_folder_if_empty((layout.folder / ref).parent, layout.all_secrets)

    def undo(self, context: StepContext) -> None:
        """Put the old files back; remove the new ones."""
        layout = context.instance.layout
        for ref in (*self.put, *self.drop):
            path, aside = layout.folder / ref, context.scratch / ref
            if ref not in self.existing:
                path.unlink(missing_ok=True)
                drop_folder_if_empty(path.parent, layout.all_secrets)
            elif aside.exists():
                write_secret(layout, ref, aside.read_text(encoding="utf-8"))


def setting_to_json(value: SettingValue) -> dict[str, Any]:
    """Return a stored value as JSON."""
    return {**attrs.asdict(value), "set_at": value.set_at.isoformat()}


def setting_from_json(value: Mapping[str, Any]) -> SettingValue:
    """Return the value that :func:`setting_to_json` was given."""
    return SettingValue(**{**value, "set_at": datetime.fromisoformat(value["set_at"])})
