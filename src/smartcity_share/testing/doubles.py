"""What stands in for the world around an installation: a clock that stands, an audit trail and a post office in memory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import attrs

from smartcity_share.hooks.installation import Actor
from smartcity_share.hooks.values import Delivery, Message


@attrs.define
class Clock:
    """A clock that stands until it is moved.

    Attributes:
        moment: What it shows, aware. It begins on a Monday morning in every Indonesian time zone.
    """

    moment: datetime = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return what it shows."""
        return self.moment

    def move(self, **span: float) -> None:
        """Move it, with the words of :class:`datetime.timedelta`: ``clock.move(days=3)``."""
        self.moment += timedelta(**span)


class AuditNote(NamedTuple):
    """One act an app recorded.

    Attributes:
        account: Who did it; None for a visitor.
        action: The verb.
        subject: What it was done to.
        detail: The facts kept with it.
    """

    account: str | None
    action: str
    subject: str
    detail: dict[str, Any]


@attrs.frozen
class RememberedAudit:
    """An audit trail that keeps its entries in a list.

    Attributes:
        entries: What was recorded, in order.
    """

    entries: list[AuditNote] = attrs.field(factory=list)

    def record(self, actor: Actor, action: str, subject: str, detail: Mapping[str, Any] | None = None) -> None:
        """Append one entry."""
        self.entries.append(AuditNote(actor.account, action, subject, dict(detail or {})))


@attrs.define
class PostOffice:
    """A connector for messages: takes them, refuses them, or is not there.

    Attributes:
        sent: What it took, in order.
        asked: How often it was handed something.
        answer: What it answers in place of taking a message; None takes it.
        refused: What it answers for an address.
    """

    sent: list[Message] = attrs.field(factory=list)
    asked: int = 0
    answer: Delivery | None = None
    refused: dict[str, Delivery] = attrs.field(factory=dict)

    def send(self, message: Message) -> Delivery:
        """Take a message, or answer as it was told to."""
        self.asked += 1
        answer = self.refused.get(message.to, self.answer)
        if answer is not None:
            return answer
        self.sent.append(message)
        return Delivery(accepted=True, receipt=f"<{len(self.sent)}@contoh>")

    def close(self) -> None:
        """Be out of reach from now on."""
        self.answer = Delivery(accepted=False, retry=True, reason="connection refused", unreachable=True)

    def open(self) -> None:
        """Take messages again."""
        self.answer = None

    @property
    def references(self) -> list[str]:
        """The references of what it took, in order."""
        return [message.reference for message in self.sent]
