"""The lines of ``reports.jsonl``: what an export writes and an import accepts, checked field by field."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from smartcity_complaints.workflow import TEXT_LIMIT, Action, Audience, State

FORMAT: Final = "smartcity-complaints"
FORMAT_VERSION: Final = 1
_HEX: Final = r"^[0-9a-f]{26}$"
_FINGERPRINT: Final = r"^[0-9a-f]{64}$"

Fingerprint = Annotated[str, StringConstraints(pattern=_FINGERPRINT)]


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EventLine(_Line):
    """One entry of a history."""

    at: AwareDatetime
    action: Action
    from_state: State | None = None
    to_state: State
    author: Annotated[str, StringConstraints(pattern="^(reporter|official|system)$")]
    account: Annotated[str, StringConstraints(max_length=80)] | None = None
    actor_name: Annotated[str, StringConstraints(max_length=120)] = ""
    office: Annotated[str, StringConstraints(max_length=80)] | None = None
    audience: Audience = Audience.EVERYONE
    text_audience: Audience = Audience.EVERYONE
    text: Annotated[str, StringConstraints(max_length=TEXT_LIMIT)] | None = None
    erased_at: AwareDatetime | None = None


class ForwardingLine(_Line):
    """One time a report was given to an office."""

    office: Annotated[str, StringConstraints(max_length=80)]
    forwarded_at: AwareDatetime
    due_at: AwareDatetime
    answered_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None


class ContactLine(_Line):
    """Who reported."""

    name: Annotated[str, StringConstraints(max_length=120)] = ""
    email: Annotated[str, StringConstraints(max_length=254)] = ""
    phone: Annotated[str, StringConstraints(max_length=30)] = ""
    consent_at: AwareDatetime
    notices_at: AwareDatetime | None = None
    erased_at: AwareDatetime | None = None


class PhotoLine(_Line):
    """One photo; the picture lies in ``photos/ID.jpg``."""

    id: Annotated[str, StringConstraints(pattern=_HEX)]
    author: Annotated[str, StringConstraints(pattern="^(reporter|official)$")] = "reporter"
    added_at: AwareDatetime
    event_sequence: Annotated[int, Field(ge=1)] | None = None


class AnswerLine(_Line):
    """One answer to a further question of the kind."""

    code: Annotated[str, StringConstraints(max_length=40)]
    value: Annotated[str, StringConstraints(max_length=TEXT_LIMIT)]


class ErasureLine(_Line):
    """One request of the reporter for erasure, and what was decided."""

    requested_at: AwareDatetime
    words: Annotated[str, StringConstraints(max_length=1000)] = ""
    state: Annotated[str, StringConstraints(pattern="^(open|granted|refused)$")] = "open"
    decided_at: AwareDatetime | None = None
    account: Annotated[str, StringConstraints(max_length=80)] | None = None
    answer: Annotated[str, StringConstraints(max_length=1000)] | None = None


class ReportLine(_Line):
    """One report with everything that belongs to it."""

    number: str
    register_year: Annotated[int, Field(ge=2000, le=2200)]
    register_serial: Annotated[int, Field(ge=1)]
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    kind_titles: dict[str, str] = Field(min_length=1)
    state: State
    office: Annotated[str, StringConstraints(max_length=80)] | None = None
    district: Annotated[str, StringConstraints(max_length=20)] | None = None
    text: Annotated[str, StringConstraints(max_length=TEXT_LIMIT)]
    place: Annotated[str, StringConstraints(max_length=300)] = ""
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    channel: Annotated[str, StringConstraints(max_length=20)] = "import"
    language: Annotated[str, StringConstraints(max_length=12)] = "id"
    confidential: bool = False
    published: bool = False
    submitted_at: AwareDatetime
    updated_at: AwareDatetime
    verified_at: AwareDatetime | None = None
    forwarded_at: AwareDatetime | None = None
    answered_at: AwareDatetime | None = None
    closed_at: AwareDatetime | None = None
    due_at: AwareDatetime | None = None
    late_level: Annotated[int, Field(ge=0, le=9)] = 0
    echoes: Annotated[int, Field(ge=0)] = 0
    merged_into: str | None = None
    rating: Annotated[int, Field(ge=1, le=5)] | None = None
    rating_text: Annotated[str, StringConstraints(max_length=1000)] | None = None
    rated_at: AwareDatetime | None = None
    follow_fingerprint: Fingerprint | None = None
    submission_fingerprint: Fingerprint | None = None
    erased_at: AwareDatetime | None = None
    contact: ContactLine | None = None
    events: tuple[EventLine, ...] = Field(min_length=1)
    forwardings: tuple[ForwardingLine, ...] = ()
    photos: tuple[PhotoLine, ...] = ()
    answers: tuple[AnswerLine, ...] = ()
    erasure_requests: tuple[ErasureLine, ...] = ()


REPORT_COLUMNS: Final = frozenset(ReportLine.model_fields) - {
    "kind_titles",
    "contact",
    "events",
    "forwardings",
    "photos",
    "answers",
    "erasure_requests",
    "merged_into",
}
"""The fields of a line that are columns of the table ``report``."""
