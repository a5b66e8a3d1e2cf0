"""Where a report can stand."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import attrs


class State(StrEnum):
    """Where a report stands. In brackets the words of SP4N-LAPOR!."""

    NEW = "new"  # baru
    RETURNED = "returned"  # dikembalikan kepada pelapor
    VERIFIED = "verified"  # terverifikasi
    FORWARDED = "forwarded"  # diteruskan
    IN_PROGRESS = "in_progress"  # ditindaklanjuti
    ANSWERED = "answered"  # dijawab
    CLOSED = "closed"  # selesai
    REJECTED = "rejected"  # ditolak


ENDED: Final = frozenset({State.CLOSED, State.REJECTED})
OPEN: Final = frozenset(State) - ENDED
HIDDEN: Final = frozenset({State.NEW, State.RETURNED, State.REJECTED})
"""States in which a report is not for everyone: nobody has checked it, or it was found to be no matter of the region."""


@attrs.frozen
class Situation:
    """What the table is judged against.

    Attributes:
        state: Where the report stands.
        office: Id of the office that has it, if any.
        joined: Whether it was joined with another report.
    """

    state: State
    office: str | None = None
    joined: bool = False
