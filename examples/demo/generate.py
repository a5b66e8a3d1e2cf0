"""Write plausible complaints for a region, in the form the complaints app imports.

    python examples/demo/generate.py examples/regions/71.08 TARGET --count 120 --today 2026-03-02

The same profile, count, seed and day give the same files. No person is real. Every state of a report occurs, and what lies
beside the states: late ones on every level, rated ones, duplicates that were joined, a request for erasure. Nothing of it lies
ahead: it ends with the working day before.
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
from typing import Final
from zoneinfo import ZoneInfo

HERE: Final = Path(__file__).resolve().parent
# The app of this checkout, whether or not it is installed in the running environment.
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "plugins" / "complaints" / "src")]

import aftermath
import attrs
from writer import CLOSING, Complaint, Writer

from smartcity_complaints.exchange_format import FORMAT, FORMAT_VERSION
from smartcity_complaints.settings import ComplaintsSettings
from smartcity_complaints.workflow import Action, State
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

_JOINED_WAYS: Final = ((Action.MERGE,), (Action.VERIFY, Action.MERGE))
"""The steps of a report of what was reported before."""
_JOINED_SHARE: Final = 0.04
_JOINED_DAYS_AGO: Final = (1, 9)

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


def generate(
    profile: RegionProfile, settings: ComplaintsSettings, count: int, *, today: date, seed: int = SEED
) -> Iterator[Complaint]:
    """Yield complaints of a region, oldest first. Pure: nothing is read, and chance comes from the seed.

    Args:
        profile: The region.
        settings: Its settings of the complaints app, for kinds and deadlines.
        count: How many; from eight on every state occurs.
        today: The day the complaints lead up to; nothing happens on it yet.
        seed: Another seed gives other complaints.
    """
    draw = Random(f"{profile.code}/{seed}")  # noqa: S311 - repeatable on purpose, nothing secret
    words = tomllib.loads((HERE / "vocabulary.toml").read_text(encoding="utf-8"))
    now = datetime.combine(today - timedelta(days=1), time(CLOSING), ZoneInfo(profile.time_zone)).astimezone(UTC)
    states = [*State][:count] + draw.choices(list(_SHARES), list(_SHARES.values()), k=max(0, count - len(State)))
    duplicates = {place for place in range(len(State), count) if draw.random() < _JOINED_SHARE}
    spans = (_JOINED_DAYS_AGO if place in duplicates else _DAYS_AGO[state] for place, state in enumerate(states))
    filed = sorted((_filing_moment(span, now, profile, draw), place) for place, span in enumerate(spans))
    serials: dict[int, int] = {}
    written: list[Complaint] = []
    for submitted, place in filed:
        year = submitted.astimezone(ZoneInfo(profile.time_zone)).year
        serials[year] = serials.get(year, 0) + 1
        writer = Writer(profile, settings, words, draw, now)
        heads = [at for at, before in enumerate(written) if place in duplicates and aftermath.may_be_head(before.line)]
        if heads:
            head = draw.choice(heads)
            made = writer.complaint(submitted, State.CLOSED, year, serials[year], steps=draw.choice(_JOINED_WAYS))
            later, told = aftermath.joined(made.line, written[head].line, draw)
            written[head] = attrs.evolve(written[head], line=told)
            written.append(Complaint(later, photos={}))
        else:
            state = State.NEW if place in duplicates else states[place]
            written.append(writer.complaint(submitted, state, year, serials[year], steps=draw.choice(_WAYS[state])))
    asking = next((at for at, one in enumerate(written) if one.line.state is State.CLOSED and one.line.contact), None)
    for at, one in enumerate(written):
        yield attrs.evolve(one, line=aftermath.asked_to_be_erased(one.line, now) if at == asking else one.line)


def _filing_moment(days_ago: tuple[int, int], now: datetime, profile: RegionProfile, draw: Random) -> datetime:
    """Return when a report was filed: at any hour people are awake, where the region lies."""
    least, most = days_ago
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
