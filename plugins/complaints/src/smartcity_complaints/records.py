"""What is read from the tables, as frozen values: no row and no dict leaves the store."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self

import attrs
from sqlalchemy import Row

from smartcity_complaints.workflow import ENDED, HIDDEN, Action, Audience, Situation, State


@attrs.frozen
class Report:
    """One report; the columns of the table ``report``."""

    id: int
    number: str
    register_year: int
    register_serial: int
    register_month: int
    kind: str
    state: State
    office: str | None
    district: str | None
    text: str
    place: str
    latitude: float | None
    longitude: float | None
    cell: int | None
    channel: str
    language: str
    confidential: bool
    published: bool
    submitted_at: datetime
    updated_at: datetime
    verified_at: datetime | None
    forwarded_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    due_at: datetime | None
    late_level: int
    echoes: int
    merged_into: int | None
    rating: int | None
    rating_text: str | None
    rated_at: datetime | None
    follow_fingerprint: str | None
    submission_fingerprint: str | None
    version: int
    erased_at: datetime | None

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        """Return the record of a row."""
        values = dict(row._mapping)  # noqa: SLF001 - the documented way to read a row by name
        return cls(**(values | {"state": State(values["state"])}))

    @property
    def situation(self) -> Situation:
        """What the workflow judges."""
        return Situation(self.state, self.office, joined=self.merged_into is not None)

    @property
    def searched(self) -> str:
        """The words the report is found by."""
        return f"{self.text}\n{self.place}"

    @property
    def register(self) -> str:
        """The running number of the register, as officials write it: ``2026/0042``."""
        return f"{self.register_year}/{self.register_serial:04d}"

    @property
    def last_day(self) -> datetime | None:
        """A moment of the last day of the running deadline, which ends at midnight: what people are shown is that day."""
        return None if self.due_at is None else self.due_at - timedelta(seconds=1)

    @property
    def shown_to_everyone(self) -> bool:
        """Whether words and photos may be shown to people who are neither the reporter nor in charge."""
        return self.published and not self.confidential and self.state not in HIDDEN

    def late(self, now: datetime) -> bool:
        """Whether the running deadline has passed."""
        return self.due_at is not None and self.due_at <= now and self.state not in ENDED


@attrs.frozen
class Event:
    """One entry of a report's history."""

    sequence: int
    at: datetime
    action: Action
    from_state: State | None
    to_state: State
    author: str
    account: str | None
    actor_name: str
    office: str | None
    audience: Audience
    text_audience: Audience
    text: str | None
    erased_at: datetime | None

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        """Return the record of a row."""
        found = row._mapping  # noqa: SLF001
        return cls(
            sequence=found["sequence"],
            at=found["at"],
            action=Action(found["action"]),
            from_state=None if found["from_state"] is None else State(found["from_state"]),
            to_state=State(found["to_state"]),
            author=found["author"],
            account=found["account"],
            actor_name=found["actor_name"],
            office=found["office"],
            audience=Audience(found["audience"]),
            text_audience=Audience(found["text_audience"]),
            text=found["text"],
            erased_at=found["erased_at"],
        )


@attrs.frozen
class Contact:
    """Who reported: confidential, seen only with the permission for it.

    Attributes:
        name: Name, or empty.
        email: E-mail address, or empty.
        phone: Telephone number, or empty.
        consent_at: When the sentence of consent was agreed to.
        notices_at: When news by e-mail were asked for; None where they were not, or no longer.
        erased_at: When name and contact were erased.
    """

    name: str
    email: str
    phone: str
    consent_at: datetime
    notices_at: datetime | None = None
    erased_at: datetime | None = None


@attrs.frozen
class Forwarding:
    """One time a report was given to an office."""

    office: str
    forwarded_at: datetime
    due_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None


@attrs.frozen
class Photo:
    """One stored photo; the picture itself lies in the files of the installation."""

    id: str
    report_id: int
    sequence: int
    author: str
    width: int
    height: int
    size: int
    sha256: str
    added_at: datetime
    event_sequence: int | None = None

    @property
    def file(self) -> str:
        """Name of the picture in the file store."""
        return f"photos/{self.id}.jpg"

    @property
    def small_file(self) -> str:
        """Name of the small picture in the file store."""
        return f"photos/{self.id}-small.jpg"


def visible(events: tuple[Event, ...], audience: Audience) -> tuple[Event, ...]:
    """Return the events an audience sees, with the words it may not see taken out.

    Args:
        events: The whole history.
        audience: Everyone, the reporter, or officials.
    """
    order = tuple(Audience)
    rank = order.index(audience)
    return tuple(
        event if order.index(event.text_audience) <= rank else attrs.evolve(event, text=None)
        for event in events
        if order.index(event.audience) <= rank
    )
