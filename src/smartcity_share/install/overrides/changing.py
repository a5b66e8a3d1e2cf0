"""Changing parts of an app in one region: planned, applied as an operation, with who did it and on what order."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import attrs

from smartcity_share.errors import Fault, UsageError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install.apply import Outcome, Watch, apply
from smartcity_share.install.configuring import has_failed
from smartcity_share.install.overrides.checking import check_content
from smartcity_share.install.overrides.item import Item, ItemKind
from smartcity_share.install.overrides.kept import KeptOverride, read_kept, to_text
from smartcity_share.install.overrides.messages import Messages, message_keys, read_messages, shown_key, write_messages
from smartcity_share.install.overrides.shipped import shipped_parts
from smartcity_share.install.plan import Plan
from smartcity_share.install.runtime import kept_record_of
from smartcity_share.install.steps.audit import RecordAct
from smartcity_share.install.steps.base import Step
from smartcity_share.install.steps.hooks import HealthProbe
from smartcity_share.install.steps.overrides import WriteOverrides

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance
    from smartcity_share.install.records import InstallationRecord

_KIND: Final = "override"


@attrs.frozen
class Part:
    """One part of an app, as it came and as the region has it.

    Attributes:
        item: The part.
        shipped: The app's own content; None where only the region has it.
        kept: What the region made of it; None where it is as it came.
    """

    item: Item
    shipped: bytes | None
    kept: KeptOverride | None

    @property
    def content(self) -> bytes:
        """What is in use."""
        return self.kept.content if self.kept is not None else self.shipped or b""

    def diff(self) -> str:
        """Return what the region changed, as a unified diff; empty where nothing."""
        if self.kept is None:
            return ""
        return unified(self.item, self.kept.base or b"", self.kept.content)


@attrs.frozen
class PreparedOverrides:
    """An installation whose parts can be changed.

    Attributes:
        instance: The instance.
        record: The installation.
        shipped: Every part of the app, as it came.
        kept: What the region changed so far.
        languages: Languages of the region.
        operations: How many operations there had been on the installation before it was looked at.
    """

    instance: Instance
    record: InstallationRecord
    shipped: Mapping[Item, bytes]
    kept: Mapping[Item, KeptOverride]
    languages: tuple[str, ...]
    operations: int

    def parts(self) -> tuple[Part, ...]:
        """Return every part, sorted."""
        return tuple(self.part(item) for item in sorted({*self.shipped, *self.kept}))

    def part(self, item: Item) -> Part:
        """Return one part."""
        return Part(item, self.shipped.get(item), self.kept.get(item))

    def plan_put(self, item: Item, content: bytes, actor: Actor, *, basis: str = "") -> Plan:
        """Plan to put content in the place of a part; the plan says what is wrong with it.

        Args:
            item: The part.
            content: The new content; for texts only the messages in it are changed.
            actor: Who asks for it.
            basis: The order or decree it rests on.
        """
        faults = check_content(item, content, self.shipped, self.languages)
        if faults:
            return self._plan(dict(self.kept), faults)
        if item.kind is ItemKind.TEXT:
            known = self.kept.get(item)
            messages = (read_messages(known.content) if known is not None else {}) | read_messages(content)
            return self._plan(self._with_texts(item, messages, actor, basis))
        if content == self.shipped.get(item):
            return self._plan({one: kept for one, kept in self.kept.items() if one != item})
        return self._plan({**self.kept, item: self._kept(item, content, self.shipped.get(item), actor, basis)})

    def plan_text(self, language: str, message: str, text: str, actor: Actor, *, basis: str = "") -> Plan:
        """Plan to change one message.

        Args:
            language: Language of the text.
            message: The message as the app writes it, English.
            text: What the region says.
            actor: Who asks for it.
            basis: The order or decree it rests on.
        """
        item = Item(ItemKind.TEXT, language)
        catalogues = [body for one, body in self.shipped.items() if one.kind is ItemKind.TEXT]
        keys = {shown_key(key): key for body in catalogues for key in message_keys(body)}
        key = keys.get(message, message)
        plural = len(key.split("\0"))
        wanted: Messages = {key: (text,) * plural if plural > 1 else text}
        return self.plan_put(item, write_messages(wanted, language), actor, basis=basis)

    def plan_drop(self, item: Item, message: str | None = None) -> Plan:
        """Plan to use a part, or one message of a language, as it came.

        Args:
            item: The part.
            message: Of texts, the one message.

        Raises:
            UsageError: The region has not changed it.
        """
        known = self.kept.get(item)
        if known is None:
            raise UsageError(
                f"The region has not changed {item}",
                hint=f"`smartcity override list {self.record.app}` shows what it has changed.",
            )
        rest = {one: kept for one, kept in self.kept.items() if one != item}
        if message is None:
            return self._plan(rest)
        messages = {key: text for key, text in read_messages(known.content).items() if shown_key(key) != message}
        if messages:
            rest[item] = attrs.evolve(known, content=write_messages(messages, item.name))
        return self._plan(rest)

    def apply(self, plan: Plan, actor: Actor, *, basis: str = "", watch: Watch | None = None) -> Outcome:
        """Apply a plan; see :func:`smartcity_share.install.apply.apply`."""
        return apply(plan, self.instance, actor, basis=basis, watch=watch)

    def _with_texts(self, item: Item, messages: Messages, actor: Actor, basis: str) -> dict[Item, KeptOverride]:
        own = read_messages(self.shipped.get(item, b""))
        changed = {key: text for key, text in messages.items() if own.get(key) != text}
        rest = {one: kept for one, kept in self.kept.items() if one != item}
        if not changed:
            return rest
        base = write_messages({key: own[key] for key in changed if key in own}, item.name)
        return {**rest, item: self._kept(item, write_messages(changed, item.name), base, actor, basis)}

    def _kept(self, item: Item, content: bytes, base: bytes | None, actor: Actor, basis: str) -> KeptOverride:
        known = self.kept.get(item)
        if known is not None and known.content == content and known.base == base:
            return known
        return KeptOverride(content, base, self.record.version, actor.name, self.instance.now(), basis)

    def _plan(self, after: Mapping[Item, KeptOverride], faults: tuple[Fault, ...] = ()) -> Plan:
        before_text, after_text = to_text(self.kept), to_text(after)
        changed = sorted(item for item in {*self.kept, *after} if self.kept.get(item) != after.get(item))
        steps: tuple[Step, ...] = ()
        if changed and not faults:
            failed = has_failed(self.instance, self.record)
            detail = {"version": self.record.version, "parts": [str(item) for item in changed]}
            steps = (
                WriteOverrides(
                    after=after_text if after else None,
                    before=before_text if self.kept else None,
                    parts=tuple(str(item) for item in changed),
                ),
                HealthProbe(may_fail=failed),
                RecordAct("overrides.changed", detail),
            )
        record = self.record
        return Plan(
            kind=_KIND,
            region=record.region,
            app=record.app,
            version=record.version,
            steps=steps,
            refusals=faults,
            after=self.operations,
        )


def prepared_overrides(instance: Instance, region: str, app: str) -> PreparedOverrides:
    """Return an installation whose parts can be changed.

    Raises:
        RegionNotFoundError: The instance does not serve the region.
        InstallationNotFoundError: The app is not installed there.
        AppError: The app is not there any more.
        OverrideError: What the region changed cannot be read.
    """
    operations = instance.ledger.operation_count(region, app)
    record = kept_record_of(instance, region, app)
    return PreparedOverrides(
        instance=instance,
        record=record,
        shipped=shipped_parts(instance.discovered(record)),
        kept=read_kept(instance.layout.overrides(region, app)),
        languages=tuple(instance.profile(region).languages),
        operations=operations,
    )


def unified(item: Item, before: bytes, after: bytes) -> str:
    """Return how two versions of a part differ, as a unified diff; of what is no text only that it does."""
    try:
        old, new = (content.decode("utf-8").splitlines(keepends=True) for content in (before, after))
    except UnicodeDecodeError:
        return "" if before == after else f"{item}: {len(before)} bytes became {len(after)} bytes\n"
    return "".join(difflib.unified_diff(old, new, fromfile=f"app/{item}", tofile=f"region/{item}"))
