"""Writes one complaint: its words, its way through the workflow, its photos."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

import aftermath
import attrs
import scenes

from smartcity_complaints.exchange_format import ContactLine, EventLine, ForwardingLine, PhotoLine, ReportLine
from smartcity_complaints.numbers import new_number
from smartcity_complaints.settings import Area, ComplaintsSettings, Kind
from smartcity_complaints.workdays import due_at, is_working_day
from smartcity_complaints.workflow import Action, State, step_for
from smartcity_share.regions.profile import RegionProfile

_OFFICE_NAMED: Final = frozenset({Action.FORWARD, Action.HAND_BACK, Action.START, Action.PROGRESS, Action.REPLY})
"""Steps whose entry in the history names the office."""

_OPENING: Final = 8
CLOSING: Final = 16
"""Office hours of the officials, where the region lies."""
_PHOTO_SHARE: Final = 0.3
_CONFIDENTIAL_SHARE: Final = 0.08
_ANONYMOUS_SHARE: Final = 0.4
_COORDINATES_SHARE: Final = 0.5


@attrs.frozen
class Complaint:
    """A complaint and its photos.

    Attributes:
        line: The report, as the app imports it.
        photos: The photos by id.
    """

    line: ReportLine
    photos: dict[str, bytes]


class Writer:
    """Writes one complaint: its words, its way through the workflow, its photos."""

    def __init__(
        self, profile: RegionProfile, settings: ComplaintsSettings, words: dict[str, Any], draw: Random, now: datetime
    ) -> None:
        self.profile, self.settings, self.words, self.draw, self.now = profile, settings, words, draw, now

    def complaint(self, submitted: datetime, state: State, year: int, serial: int, *, steps: tuple[Action, ...]) -> Complaint:
        """Return the complaint that was filed at a moment and came to a state by these steps."""
        draw = self.draw
        kind = draw.choice(self.settings.kinds)
        vocabulary = self.words["kinds"].get(kind.code) or self.words["kinds"]["other"]
        landmark = draw.choice(self.words["landmarks"])
        sentence = draw.choice(vocabulary["texts"]).format(landmark=landmark, since=draw.choice(self.words["since"]))
        confidential = draw.random() < _CONFIDENTIAL_SHARE
        events, forwardings, moments = self._way(submitted, state, steps, kind, vocabulary)
        district = draw.choice(self.profile.districts).code if self.profile.districts else None
        latitude, longitude = self._point(self.settings.area, district)
        photos = self._photos(kind)
        line = ReportLine(
            number=new_number(draw.randrange),
            register_year=year,
            register_serial=serial,
            kind=kind.code,
            kind_titles=kind.title.by_language(),
            state=state,
            office=forwardings[-1].office if forwardings and forwardings[-1].ended_at is None else None,
            district=district,
            text=f"{sentence} {draw.choice(self.words['asks'])}".strip(),
            place=f"{draw.choice(self.words['places'])}, {landmark}",
            latitude=latitude,
            longitude=longitude,
            channel="demo",
            confidential=confidential,
            published=not confidential and moments.get(Action.VERIFY) is not None,
            submitted_at=submitted,
            updated_at=events[-1].at,
            verified_at=moments.get(Action.VERIFY),
            forwarded_at=moments.get(Action.FORWARD),
            answered_at=moments.get(Action.REPLY),
            closed_at=moments.get(Action.CLOSE) or moments.get(Action.MERGE),
            due_at=self._due(state, kind, moments, submitted),
            contact=self._contact(serial, submitted),
            events=events,
            forwardings=forwardings,
            photos=tuple(PhotoLine(id=photo_id, added_at=submitted) for photo_id in photos),
        )
        line = aftermath.escalated(line, self.now, self.settings.escalation_days, self._deadline)
        line = aftermath.rated(line, self.now, draw, self.words["ratings"]) if Action.MERGE not in steps else line
        return Complaint(aftermath.echoed(line, draw), photos)

    def _way(
        self, submitted: datetime, state: State, steps: tuple[Action, ...], kind: Kind, vocabulary: dict[str, list[str]]
    ) -> tuple[tuple[EventLine, ...], tuple[ForwardingLine, ...], dict[Action, datetime]]:
        events = [EventLine(at=submitted, action=Action.SUBMIT, to_state=State.NEW, author="reporter")]
        given: list[ForwardingLine] = []
        moments: dict[Action, datetime] = {}
        for at, action in zip(self._moments(submitted, state, len(steps)), steps, strict=True):
            step = step_for(action)
            before = events[-1].to_state
            moments[action] = at
            if action is Action.FORWARD:
                given.append(
                    ForwardingLine(office=self._office(kind), forwarded_at=at, due_at=self._deadline(at, kind.response_days))
                )
            if action is Action.REPLY:
                given[-1] = given[-1].model_copy(update={"answered_at": at})
            if action in {Action.HAND_BACK, Action.APPEAL}:
                given[-1] = given[-1].model_copy(update={"ended_at": at})
            office = given[-1].office if given and action in _OFFICE_NAMED else None
            events.append(
                EventLine(
                    at=at,
                    action=action,
                    from_state=before,
                    to_state=step.target or before,
                    author="official" if step.permission else "reporter",
                    actor_name=self._official(action) if step.permission else "",
                    office=office,
                    audience=step.audience,
                    text_audience=step.text_audience,
                    text=self._said(action, vocabulary) or None,
                )
            )
        return tuple(events), tuple(given), moments

    def _moments(self, submitted: datetime, state: State, count: int) -> list[datetime]:
        """Return rising moments between filing and now, in office hours where there is time for that."""
        span = (self.now - submitted) * (0.5 + 0.4 * self.draw.random())
        if state is State.CLOSED:
            span = min(span, timedelta(days=6 + 14 * self.draw.random()))
        found: list[datetime] = []
        for share in sorted(self.draw.random() for _ in range(count)):
            earliest = (found[-1] if found else submitted) + timedelta(minutes=self.draw.randrange(3, 90))
            wished = self._in_office_hours(max(submitted + span * share, earliest))
            found.append(wished if wished < self.now else min(earliest, self.now))
        return found

    def _in_office_hours(self, moment: datetime) -> datetime:
        local = moment.astimezone(ZoneInfo(self.profile.time_zone))
        if local.hour >= CLOSING:
            local = (local + timedelta(days=1)).replace(hour=0)
        while not is_working_day(local.date(), {holiday.date for holiday in self.profile.holidays}):
            local = (local + timedelta(days=1)).replace(hour=0)
        if local.hour < _OPENING:
            local = local.replace(hour=_OPENING) + timedelta(minutes=self.draw.randrange(150))
        return local.astimezone(UTC)

    def _said(self, action: Action, vocabulary: dict[str, list[str]]) -> str:
        lists = {
            Action.RETURN: self.words["missing"],
            Action.COMPLETE: [f"Lokasinya {landmark}." for landmark in self.words["landmarks"]],
            Action.REJECT: self.words["rejected"],
            Action.FORWARD: self.words["instructions"],
            Action.HAND_BACK: self.words["wrong_office"],
            Action.PROGRESS: vocabulary["work"],
            Action.REPLY: vocabulary["replies"],
            Action.APPEAL: self.words["objections"],
            Action.NOTE: self.words["notes"],
        }
        return str(self.draw.choice(lists[action])) if action in lists else ""

    def _official(self, action: Action) -> str:
        handling = {Action.START, Action.PROGRESS, Action.REPLY, Action.HAND_BACK}
        return "Petugas Contoh" if action in handling else "Verifikator Contoh"

    def _office(self, kind: Kind) -> str:
        handling = [office.id for office in self.profile.offices if kind.code in office.handles]
        return kind.office or (handling or [office.id for office in self.profile.offices])[0]

    def _due(self, state: State, kind: Kind, moments: dict[Action, datetime], submitted: datetime) -> datetime | None:
        if state in {State.NEW, State.VERIFIED} and Action.FORWARD not in moments:
            return self._deadline(moments.get(Action.COMPLETE, submitted), self.settings.verify_days)
        if state in {State.VERIFIED, State.FORWARDED, State.IN_PROGRESS}:
            return self._deadline(moments[Action.FORWARD], kind.response_days)
        return None

    def _deadline(self, start: datetime, days: int) -> datetime:
        return due_at(start, days, self.profile.time_zone, {holiday.date for holiday in self.profile.holidays})

    def _contact(self, serial: int, submitted: datetime) -> ContactLine | None:
        if self.settings.anonymous_allowed and self.draw.random() < _ANONYMOUS_SHARE:
            return None
        return ContactLine(name=f"Warga Contoh {serial}", email=f"warga{serial}@contoh.example", consent_at=submitted)

    def _point(self, area: Area | None, district: str | None) -> tuple[float | None, float | None]:
        if area is None or self.draw.random() > _COORDINATES_SHARE:
            return None, None
        # Each district around a place of its own, in the middle of the rectangle: the corners may lie in the sea or in a
        # neighbouring region. Where the districts really are is not known here.
        codes = [found.code for found in self.profile.districts] or [district]
        across = max(1, round(len(codes) ** 0.5))
        down, right = divmod(codes.index(district), across)
        latitude = area.south + (area.north - area.south) * self._share(down, -(-len(codes) // across))
        longitude = area.west + (area.east - area.west) * self._share(right, across)
        return round(latitude, 5), round(longitude, 5)

    def _share(self, place: int, places: int) -> float:
        """Return how far into the rectangle a point lies, near one of several places in a row."""
        return 0.2 + 0.6 * (place + 0.5 + self.draw.uniform(-0.35, 0.35)) / places

    def _photos(self, kind: Kind) -> dict[str, bytes]:
        if kind.code not in scenes.KINDS or not self.settings.photo_count or self.draw.random() > _PHOTO_SHARE:
            return {}
        count = self.draw.choice((1, 1, 1, 2)[: 2 + self.settings.photo_count])
        return {f"{self.draw.getrandbits(104):026x}": scenes.scene(kind.code, self.draw) for _ in range(count)}
