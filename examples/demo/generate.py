"""Write plausible complaints for a region, in the form the complaints app imports.

    python examples/demo/generate.py examples/regions/71.08 TARGET --count 120 --today 2026-03-02

The same profile, count, seed and day give the same files. No person is real. Every state of a report occurs.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

HERE: Final = Path(__file__).resolve().parent
# The app of this checkout, whether or not it is installed in the running environment.
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "plugins" / "complaints" / "src")]

import attrs
import scenes

from smartcity_complaints.exchange_format import (
    FORMAT,
    FORMAT_VERSION,
    ContactLine,
    EventLine,
    ForwardingLine,
    PhotoLine,
    ReportLine,
)
from smartcity_complaints.numbers import new_number
from smartcity_complaints.settings import Area, ComplaintsSettings, Kind
from smartcity_complaints.workdays import due_at, is_working_day
from smartcity_complaints.workflow import Action, State, step_for
from smartcity_share.regions.profile import RegionProfile, read_profile

SEED: Final = 20180511
_WAYS: Final[dict[State, tuple[tuple[Action, ...], ...]]] = {
    State.NEW: ((), (Action.RETURN, Action.COMPLETE)),
    State.RETURNED: ((Action.RETURN,),),
    State.REJECTED: ((Action.REJECT,), (Action.VERIFY, Action.REJECT)),
    State.VERIFIED: ((Action.VERIFY,), (Action.VERIFY, Action.FORWARD, Action.HAND_BACK)),
    State.FORWARDED: ((Action.VERIFY, Action.FORWARD),),
    State.IN_PROGRESS: (
        (Action.VERIFY, Action.FORWARD, Action.START),
        (Action.VERIFY, Action.FORWARD, Action.START, Action.NOTE, Action.PROGRESS),
    ),
    State.ANSWERED: (
        (Action.VERIFY, Action.FORWARD, Action.REPLY),
        (Action.VERIFY, Action.FORWARD, Action.START, Action.PROGRESS, Action.REPLY),
    ),
    State.CLOSED: (
        (Action.VERIFY, Action.FORWARD, Action.START, Action.REPLY, Action.CLOSE),
        (Action.VERIFY, Action.FORWARD, Action.REPLY, Action.CLOSE),
        (Action.VERIFY, Action.FORWARD, Action.REPLY, Action.APPEAL, Action.FORWARD, Action.REPLY, Action.CLOSE),
    ),
}
"""The steps that lead to each state."""

_OFFICE_NAMED: Final = frozenset({Action.FORWARD, Action.HAND_BACK, Action.START, Action.PROGRESS, Action.REPLY})
"""Steps whose entry in the history names the office."""

_DAYS_AGO: Final = {
    State.NEW: (0, 6),
    State.RETURNED: (2, 12),
    State.REJECTED: (5, 150),
    State.VERIFIED: (1, 7),
    State.FORWARDED: (2, 14),
    State.IN_PROGRESS: (4, 30),
    State.ANSWERED: (8, 40),
    State.CLOSED: (20, 180),
}
"""How long ago a report of each state was filed, in days, at least and at most."""

_SHARES: Final = {
    State.CLOSED: 34,
    State.IN_PROGRESS: 16,
    State.FORWARDED: 13,
    State.ANSWERED: 12,
    State.NEW: 9,
    State.REJECTED: 6,
    State.VERIFIED: 6,
    State.RETURNED: 4,
}
_OPENING: Final = 8
_CLOSING: Final = 16
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


def generate(
    profile: RegionProfile, settings: ComplaintsSettings, count: int, *, today: date, seed: int = SEED
) -> Iterator[Complaint]:
    """Yield complaints of a region, oldest first. Pure: nothing is read, and chance comes from the seed.

    Args:
        profile: The region.
        settings: Its settings of the complaints app, for kinds and deadlines.
        count: How many; from eight on every state occurs.
        today: The day the complaints lead up to.
        seed: Another seed gives other complaints.
    """
    draw = Random(f"{profile.code}/{seed}")  # noqa: S311 - repeatable on purpose, nothing secret
    words = tomllib.loads((HERE / "vocabulary.toml").read_text(encoding="utf-8"))
    now = datetime.combine(today, time(8, 0), ZoneInfo(profile.time_zone)).astimezone(UTC)
    states = [*State][:count] + draw.choices(list(_SHARES), list(_SHARES.values()), k=max(0, count - len(State)))
    filed = sorted((_filing_moment(state, now, profile, draw), place, state) for place, state in enumerate(states))
    serials: dict[int, int] = {}
    for submitted, _, state in filed:
        year = submitted.astimezone(ZoneInfo(profile.time_zone)).year
        serials[year] = serials.get(year, 0) + 1
        yield _Writer(profile, settings, words, draw, now).complaint(submitted, state, year, serials[year])


class _Writer:
    """Writes one complaint: its words, its way through the workflow, its photos."""

    def __init__(
        self, profile: RegionProfile, settings: ComplaintsSettings, words: dict[str, Any], draw: Random, now: datetime
    ) -> None:
        self.profile, self.settings, self.words, self.draw, self.now = profile, settings, words, draw, now

    def complaint(self, submitted: datetime, state: State, year: int, serial: int) -> Complaint:
        draw = self.draw
        kind = draw.choice(self.settings.kinds)
        vocabulary = self.words["kinds"].get(kind.code) or self.words["kinds"]["other"]
        landmark = draw.choice(self.words["landmarks"])
        sentence = draw.choice(vocabulary["texts"]).format(landmark=landmark, since=draw.choice(self.words["since"]))
        confidential = draw.random() < _CONFIDENTIAL_SHARE
        events, forwardings, moments = self._way(submitted, state, kind, vocabulary)
        latitude, longitude = self._point(self.settings.area)
        photos = self._photos(kind)
        line = ReportLine(
            number=new_number(draw.randrange),
            register_year=year,
            register_serial=serial,
            kind=kind.code,
            kind_titles=kind.title.by_language(),
            state=state,
            office=forwardings[-1].office if forwardings and forwardings[-1].ended_at is None else None,
            district=draw.choice(self.profile.districts).code if self.profile.districts else None,
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
            closed_at=moments.get(Action.CLOSE),
            due_at=self._due(state, kind, moments, submitted),
            contact=self._contact(serial, submitted),
            events=events,
            forwardings=forwardings,
            photos=tuple(PhotoLine(id=photo_id, added_at=submitted) for photo_id in photos),
        )
        return Complaint(line, photos)

    def _way(
        self, submitted: datetime, state: State, kind: Kind, vocabulary: dict[str, list[str]]
    ) -> tuple[tuple[EventLine, ...], tuple[ForwardingLine, ...], dict[Action, datetime]]:
        steps = self.draw.choice(_WAYS[state])
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
        if local.hour >= _CLOSING:
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
        if state in {State.NEW, State.VERIFIED}:
            return self._deadline(moments.get(Action.COMPLETE, submitted), self.settings.verify_days)
        if state in {State.FORWARDED, State.IN_PROGRESS}:
            return self._deadline(moments[Action.FORWARD], kind.response_days)
        return None

    def _deadline(self, start: datetime, days: int) -> datetime:
        return due_at(start, days, self.profile.time_zone, {holiday.date for holiday in self.profile.holidays})

    def _contact(self, serial: int, submitted: datetime) -> ContactLine | None:
        if self.settings.anonymous_allowed and self.draw.random() < _ANONYMOUS_SHARE:
            return None
        return ContactLine(name=f"Warga Contoh {serial}", email=f"warga{serial}@contoh.example", consent_at=submitted)

    def _point(self, area: Area | None) -> tuple[float | None, float | None]:
        if area is None or self.draw.random() > _COORDINATES_SHARE:
            return None, None
        # In the middle half of the rectangle: the corners may lie in the sea or in a neighbouring region.
        latitude = area.south + (area.north - area.south) * (0.25 + self.draw.random() / 2)
        longitude = area.west + (area.east - area.west) * (0.25 + self.draw.random() / 2)
        return round(latitude, 5), round(longitude, 5)

    def _photos(self, kind: Kind) -> dict[str, bytes]:
        if kind.code not in scenes.KINDS or not self.settings.photo_count or self.draw.random() > _PHOTO_SHARE:
            return {}
        count = self.draw.choice((1, 1, 1, 2)[: 2 + self.settings.photo_count])
        return {f"{self.draw.getrandbits(104):026x}": scenes.scene(kind.code, self.draw) for _ in range(count)}


def _filing_moment(state: State, now: datetime, profile: RegionProfile, draw: Random) -> datetime:
    """Return when a report was filed: at any hour people are awake, where the region lies."""
    least, most = _DAYS_AGO[state]
    day = now.astimezone(ZoneInfo(profile.time_zone)).date() - timedelta(days=draw.randint(least, most))
    local = datetime.combine(day, time(6, 0), ZoneInfo(profile.time_zone)) + timedelta(minutes=draw.randrange(16 * 60))
    moment = local.astimezone(UTC)
    return moment if moment < now else now - timedelta(minutes=draw.randrange(20, 600))


def write(complaints: Iterator[Complaint], target: Path) -> int:
    """Write complaints as a folder the complaints app imports; return how many."""
    (target / "photos").mkdir(parents=True, exist_ok=True)
    count = 0
    with (target / "reports.jsonl").open("w", encoding="utf-8", newline="\n") as lines:
        for complaint in complaints:
            lines.write(complaint.line.model_dump_json(exclude_defaults=True) + "\n")
            for photo_id, content in complaint.photos.items():
                (target / "photos" / f"{photo_id}.jpg").write_bytes(content)
            count += 1
    about = {"format": FORMAT, "version": FORMAT_VERSION, "reports": count}
    (target / "format.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    return count


def settings_of(region: str) -> ComplaintsSettings:
    """Return the settings a region of the demo answers with."""
    answers = HERE / region / "answers-complaints.toml"
    return ComplaintsSettings.model_validate(tomllib.loads(answers.read_text(encoding="utf-8")) if answers.is_file() else {})


def main() -> None:
    """Read the command line and write."""
    parser = argparse.ArgumentParser(description="Write plausible complaints for a region.")
    parser.add_argument("profile", type=Path, help="folder of a region profile, or its profile.toml")
    parser.add_argument("target", type=Path, help="folder to write to")
    parser.add_argument("--count", type=int, default=240, help="how many complaints (240)")
    parser.add_argument("--seed", type=int, default=SEED, help="another seed gives other complaints")
    parser.add_argument("--today", type=date.fromisoformat, default=None, help="the day they lead up to (today)")
    given = parser.parse_args()
    path = given.profile / "profile.toml" if given.profile.is_dir() else given.profile
    profile = read_profile(path)
    today = given.today or datetime.now(ZoneInfo(profile.time_zone)).date()
    count = write(generate(profile, settings_of(profile.code), given.count, today=today, seed=given.seed), given.target)
    sys.stdout.write(f"{count} complaints of {profile.name} in {given.target}\n")


if __name__ == "__main__":
    main()
