"""The words of the pages for states, steps and refusals, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from gettext import NullTranslations
from types import MappingProxyType

import attrs

from smartcity_complaints.alike import Likeness
from smartcity_complaints.errors import ComplaintsError
from smartcity_complaints.records import Event, Photo, Report
from smartcity_complaints.web.state_words import HAPPENED, KINDS, STATES
from smartcity_complaints.web.step_words import FORMS, StepWords
from smartcity_complaints.workflow import Action, State, Step
from smartcity_share import Installation
from smartcity_share.toolkit import translations_for
from smartcity_share.toolkit.formats import format_month
from smartcity_share.toolkit.translations import message


@attrs.frozen
class Entry:
    """One entry of a timeline as a page shows it."""

    at: datetime
    title: str
    text: str
    by: str
    kind: str
    photos: tuple[Photo, ...] = ()


class Words:
    """The words of one language, as the region says them.

    Args:
        language: BCP 47 code of the reader's language.
        installation: The installation; a region may have put texts of its own in place of the app's.
    """

    def __init__(self, language: str, installation: Installation) -> None:
        self.language = language
        self._translations: NullTranslations = translations_for(
            "smartcity_complaints", language, overrides=installation.overrides
        )

    def say(self, message: str, **values: object) -> str:
        """Return a message with its values filled in."""
        text = self._translations.gettext(message)
        return text % values if values else text

    def count(self, one: str, many: str, number: int) -> str:
        """Return a message for a number of things, ``%(num)s`` in it."""
        return self._translations.ngettext(one, many, number) % {"num": number}

    def state(self, state: State) -> str:
        """Return the name of a state."""
        return self.say(STATES[state][0])

    def badge(self, state: State) -> str:
        """Return which colour the badge of a state has."""
        return STATES[state][1]

    def standing(self, state: State) -> str:
        """Return the sentence that tells a citizen where a report stands."""
        return self.say(STATES[state][2])

    def states(self) -> list[tuple[str, str]]:
        """Return every state with its name, in the order of the workflow."""
        return [(state.value, self.state(state)) for state in State]

    def month(self, written: str) -> str:
        """Return the name of a month given as 2026-03."""
        return format_month(date.fromisoformat(f"{written}-01"), self.language)

    def refusal(self, error: ComplaintsError) -> str:
        """Return the sentence of a refusal."""
        return self.say(error.message, **error.values)

    def refusals(self, faults: Mapping[str, ComplaintsError]) -> dict[str, str]:
        """Return the sentences of the faults of a form, by field."""
        return {field: self.refusal(error) for field, error in faults.items()}

    def step(self, step: Step) -> StepWords:
        """Return the words of a step's form."""
        words = FORMS[step.action]
        return StepWords(self.say(words.title), self.say(words.text), self.say(words.help), self.say(words.button))

    def timeline(
        self,
        events: Iterable[Event],
        offices: Mapping[str, str],
        *,
        names: bool,
        photos: Mapping[int, tuple[Photo, ...]] = MappingProxyType({}),
    ) -> list[Entry]:
        """Return the events as entries of a timeline.

        Args:
            events: The events, already narrowed to what the reader may see.
            offices: Names of the offices by id.
            names: Whether the names of officials are shown, to colleagues; citizens see the office.
            photos: Photos that were added with an event, by its place in the history.
        """
        return [
            attrs.evolve(self._entry(event, offices, names=names), photos=photos.get(event.sequence, ())) for event in events
        ]

    def reasons(self, likeness: Likeness) -> list[str]:
        """Return why two reports look alike, the weightiest first."""
        found: list[str] = []
        if likeness.metres is not None:
            found.append(self.say(message("about %(metres)s m away"), metres=max(10, 10 * round(likeness.metres / 10))))
        elif likeness.same_district:
            found.append(self.say(message("in the same district")))
        if likeness.same_place:
            found.append(self.say(message("a place described alike")))
        if likeness.same_kind:
            found.append(self.say(message("of the same kind")))
        found.append(self.say(message("words alike by %(percent)s %%"), percent=likeness.words))
        days = likeness.apart.days
        spans = {0: message("on the same day"), 1: message("a day apart")}
        found.append(self.say(spans[days]) if days in spans else self.say(message("%(days)s days apart"), days=days))
        return found

    def _entry(self, event: Event, offices: Mapping[str, str], *, names: bool) -> Entry:
        title = self.say(HAPPENED[event.action])
        office = offices.get(event.office, event.office) if event.office else ""
        if event.action is Action.FORWARD and office:
            title = self.say(message("Forwarded to %(office)s"), office=office)
            office = ""
        text = event.text or ""
        if event.action is Action.ESCALATE and text:
            title, text = self.say(message("The deadline has passed: level %(level)s of 3"), level=text), ""
        if event.action is Action.RATE and text:
            title, text = self.say(message("Rated by the reporter: %(rating)s of 5"), rating=text), ""
        if event.erased_at is not None:
            text = self.say(message("The words were erased."))
        by = " · ".join(part for part in (office, event.actor_name if names else "") if part)
        return Entry(event.at, title, text, by, KINDS.get(event.action, "neutral"))


def summary_of(report: Report, limit: int = 160) -> str:
    """Return the beginning of a report's words, on one line, cut between words."""
    line = " ".join(report.text.split())
    if len(line) <= limit:
        return line
    return line[:limit].rsplit(" ", 1)[0].rstrip(".,;:") + " …"
