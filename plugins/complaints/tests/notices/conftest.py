"""A post office for tests: takes messages, refuses them, or is not there."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest

from smartcity_complaints.filing import Filed, file_report, new_key
from smartcity_share import Delivery, Installation, Message

EMAIL = "warga@contoh.example"


@attrs.define
class PostOffice:
    """The port ``Messenger``, in memory.

    Attributes:
        sent: What was taken, in order.
        answer: What it answers in place of taking a message; None takes it.
        refused: What it answers for an address.
    """

    sent: list[Message] = attrs.field(factory=list)
    asked: int = 0
    answer: Delivery | None = None
    refused: dict[str, Delivery] = attrs.field(factory=dict)

    def send(self, message: Message) -> Delivery:
        self.asked += 1
        answer = self.refused.get(message.to, self.answer)
        if answer is not None:
            return answer
        self.sent.append(message)
        return Delivery(accepted=True, receipt=f"<{len(self.sent)}@contoh>")

    def close(self) -> None:
        self.answer = Delivery(accepted=False, retry=True, reason="connection refused", unreachable=True)

    def open(self) -> None:
        self.answer = None

    @property
    def references(self) -> list[str]:
        return [message.reference for message in self.sent]


@pytest.fixture
def post() -> PostOffice:
    return PostOffice()


@pytest.fixture
def installation(install: Callable[..., Installation], post: PostOffice) -> Installation:
    """An installation in a region with a connector for messages."""
    return attrs.evolve(install(), messages=post)


@pytest.fixture
def ask(installation: Installation, draft: Callable[..., object]) -> Callable[..., Filed]:
    """File reports whose reporter wants news: ``ask(email="siti@contoh.example")``."""

    def make(**changes: object) -> Filed:
        wanted = draft(**{"name": "Siti", "email": EMAIL, "notices": True, **changes})
        return file_report(installation, wanted, key=new_key())  # type: ignore[arg-type]

    return make
