"""The words of the pages for states, steps and refusals, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from gettext import NullTranslations
from types import MappingProxyType
from typing import Final

import attrs

from smartcity_complaints.alike import Likeness
from smartcity_complaints.errors import ComplaintsError
from smartcity_complaints.records import Event, Photo, Report
from smartcity_complaints.workflow import Action, State, Step
from smartcity_share import Installation
from smartcity_share.toolkit import translations_for
from smartcity_share.toolkit.formats import format_month


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a message for translation where it is not shown yet."""
    return message


_STATES: Final[Mapping[State, tuple[str, str, str]]] = {
    State.NEW: (N_("New"), "info", N_("The report has arrived and waits for an official to check it.")),
    State.RETURNED: (N_("Returned"), "warn", N_("The official needs to know more. The reporter can complete the report.")),
    State.VERIFIED: (N_("Verified"), "info", N_("The report has been checked and is about to be given to an office.")),
    State.FORWARDED: (N_("Forwarded"), "info", N_("The report lies with the office that has to handle it.")),
    State.IN_PROGRESS: (N_("In progress"), "info", N_("The office is working on it.")),
    State.ANSWERED: (N_("Answered"), "good", N_("The office has replied.")),
    State.CLOSED: (N_("Closed"), "good", N_("The report has been handled and is closed.")),
    State.REJECTED: (
        N_("Rejected"),
        "neutral",
        N_("The report cannot be handled here. The reason has been given to the reporter."),
    ),
}

_HAPPENED: Final[Mapping[Action, str]] = {
    Action.SUBMIT: N_("Report received"),
    Action.VERIFY: N_("Report verified"),
    Action.RETURN: N_("Returned to the reporter to be completed"),
    Action.COMPLETE: N_("Completed by the reporter"),
    Action.REJECT: N_("Report rejected"),
    Action.FORWARD: N_("Forwarded"),
    Action.HAND_BACK: N_("Handed back by the office"),
    Action.START: N_("Work has begun"),
    Action.PROGRESS: N_("Progress"),
    Action.REPLY: N_("Reply"),
    Action.CLOSE: N_("Report closed"),
    Action.REOPEN: N_("Report reopened"),
    Action.APPEAL: N_("The reporter objects to the reply"),
    Action.NOTE: N_("Internal note"),
    Action.MERGE: N_("Joined with a report of the same matter"),
    Action.SPLIT: N_("Parted from the other report, handled for itself"),
    Action.JOINED: N_("Somebody else reported the same; the reports were joined"),
    Action.PARTED: N_("A joined report was parted again"),
    Action.RATE: N_("Rated by the reporter"),
    Action.ESCALATE: N_("The deadline has passed"),
}

_KINDS: Final[Mapping[Action, str]] = {
    Action.RETURN: "warn",
    Action.REJECT: "bad",
    Action.HAND_BACK: "warn",
    Action.REPLY: "good",
    Action.CLOSE: "good",
    Action.APPEAL: "warn",
    Action.MERGE: "good",
    Action.SPLIT: "warn",
    Action.ESCALATE: "bad",
}


@attrs.frozen
class StepWords:
    """The words of a step's form: title, label of the text, help, label of the button."""

    title: str
    text: str
    help: str
    button: str


_FORMS: Final[Mapping[Action, StepWords]] = {
    Action.VERIFY: StepWords(
        N_("Verify"),
        N_("Note for colleagues (optional)"),
        N_("The report is complete, understandable and a matter of this region."),
        N_("Verify"),
    ),
    Action.RETURN: StepWords(
        N_("Return to the reporter"),
        N_("What is missing"),
        N_("Only the reporter reads this. Ask for what you need, in plain words."),
        N_("Return"),
    ),
    Action.REJECT: StepWords(
        N_("Reject"),
        N_("Reason"),
        N_("Only the reporter reads this. Say why, and where to turn to instead."),
        N_("Reject"),
    ),
    Action.FORWARD: StepWords(
        N_("Forward to an office"),
        N_("Instruction for the office (optional)"),
        N_("Only officials read this."),
        N_("Forward"),
    ),
    Action.HAND_BACK: StepWords(
        N_("Hand back"),
        N_("Why another office is in charge"),
        N_("Only officials read this."),
        N_("Hand back"),
    ),
    Action.START: StepWords(
        N_("Begin the work"),
        N_("What happens next (optional)"),
        N_("Everyone who follows the report reads this."),
        N_("Begin"),
    ),
    Action.PROGRESS: StepWords(
        N_("Record progress"),
        N_("What has been done"),
        N_("Everyone who follows the report reads this."),
        N_("Record"),
    ),
    Action.REPLY: StepWords(
        N_("Reply"),
        N_("Reply to the reporter"),
        N_("Everyone who follows the report reads this. Say what was done, or when it will be."),
        N_("Send the reply"),
    ),
    Action.CLOSE: StepWords(
        N_("Close"),
        N_("Closing word (optional)"),
        N_("Everyone who follows the report reads this."),
        N_("Close the report"),
    ),
    Action.REOPEN: StepWords(
        N_("Reopen"),
        N_("Reason"),
        N_("Only officials read this."),
        N_("Reopen"),
    ),
    Action.NOTE: StepWords(
        N_("Internal note"),
        N_("Note"),
        N_("Only officials read this."),
        N_("Keep the note"),
    ),
    Action.MERGE: StepWords(
        N_("Join with another report"),
        N_("Number of the report that was there before"),
        N_("This report closes; its reporter is shown the progress of the other one. Nothing of it becomes public by that."),
        N_("Join the reports"),
    ),
    Action.SPLIT: StepWords(
        N_("Part from the other report"),
        N_("Reason"),
        N_("Only officials read this. The report is handled for itself again."),
        N_("Part the reports"),
    ),
    Action.RATE: StepWords(
        N_("How was your report handled?"),
        N_("Why (optional)"),
        N_("Only officials and you read this; the number counts in the figures of the service."),
        N_("Send the rating"),
    ),
    Action.COMPLETE: StepWords(
        N_("Complete your report"),
        N_("What you add"),
        N_("Only officials and you read this."),
        N_("Send"),
    ),
    Action.APPEAL: StepWords(
        N_("Object to the reply"),
        N_("What is not solved"),
        N_("Only officials and you read this. The report is looked at again."),
        N_("Send"),
    ),
}


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

    def state(self, state: State) -> str:
        """Return the name of a state."""
        return self.say(_STATES[state][0])

    def badge(self, state: State) -> str:
        """Return which colour the badge of a state has."""
        return _STATES[state][1]

    def standing(self, state: State) -> str:
        """Return the sentence that tells a citizen where a report stands."""
        return self.say(_STATES[state][2])

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
        words = _FORMS[step.action]
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
            found.append(self.say(N_("about %(metres)s m away"), metres=max(10, 10 * round(likeness.metres / 10))))
        elif likeness.same_district:
            found.append(self.say(N_("in the same district")))
        if likeness.same_place:
            found.append(self.say(N_("a place described alike")))
        if likeness.same_kind:
            found.append(self.say(N_("of the same kind")))
        found.append(self.say(N_("words alike by %(percent)s %%"), percent=likeness.words))
        days = likeness.apart.days
        spans = {0: N_("on the same day"), 1: N_("a day apart")}
        found.append(self.say(spans[days]) if days in spans else self.say(N_("%(days)s days apart"), days=days))
        return found

    def _entry(self, event: Event, offices: Mapping[str, str], *, names: bool) -> Entry:
        title = self.say(_HAPPENED[event.action])
        office = offices.get(event.office, event.office) if event.office else ""
        if event.action is Action.FORWARD and office:
            title = self.say(N_("Forwarded to %(office)s"), office=office)
            office = ""
        text = event.text or ""
        if event.action is Action.ESCALATE and text:
            title, text = self.say(N_("The deadline has passed: level %(level)s of 3"), level=text), ""
        if event.action is Action.RATE and text:
            title, text = self.say(N_("Rated by the reporter: %(rating)s of 5"), rating=text), ""
        if event.erased_at is not None:
            text = self.say(N_("The words were erased."))
        by = " · ".join(part for part in (office, event.actor_name if names else "") if part)
        return Entry(event.at, title, text, by, _KINDS.get(event.action, "neutral"))


def summary_of(report: Report, limit: int = 160) -> str:
    """Return the beginning of a report's words, on one line, cut between words."""
    line = " ".join(report.text.split())
    if len(line) <= limit:
        return line
    return line[:limit].rsplit(" ", 1)[0].rstrip(".,;:") + " …"
