"""Facts of an app put into words for the pages of the console, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from gettext import NullTranslations
from typing import TYPE_CHECKING, Final

import attrs

from smartcity_share.console.words import NOTHING
from smartcity_share.hooks.sentence import Sentence
from smartcity_share.hooks.values import HealthState
from smartcity_share.install.records import InstallationState
from smartcity_share.toolkit.formats import format_amount, format_number, format_period
from smartcity_share.toolkit.language import base_of, text_in
from smartcity_share.toolkit.translations import message, translations_for

if TYPE_CHECKING:
    from smartcity_share.console.status import AppStatus
    from smartcity_share.hooks.values import IndicatorValue
    from smartcity_share.manifest.model import DataSet, Indicator

_STATES: Final = {
    InstallationState.INSTALLING: (message("Being installed"), "info"),
    InstallationState.ACTIVE: (message("In use"), "good"),
    InstallationState.UPGRADING: (message("Being upgraded"), "warn"),
    InstallationState.ROLLING_BACK: (message("Being rolled back"), "warn"),
    InstallationState.REMOVING: (message("Being removed"), "warn"),
    InstallationState.NEEDS_PERSON: (message("Needs a person"), "bad"),
}
_HEALTH: Final = {
    HealthState.OK: (message("Healthy"), "good"),
    HealthState.DEGRADED: (message("Works with a fault"), "warn"),
    HealthState.FAILED: (message("Fault"), "bad"),
}
_UNITS: Final = {
    "seconds": message("%(value)s seconds"),
    "minutes": message("%(value)s minutes"),
    "hours": message("%(value)s hours"),
    "days": message("%(value)s days"),
    "workdays": message("%(value)s working days"),
    "percent": message("%(value)s %%"),
    "bytes": message("%(value)s bytes"),
}
DATA_CLASSES: Final = {
    "public": (message("Public"), "good"),
    "internal": (message("Internal"), "neutral"),
    "personal-general": (message("Personal, general"), "warn"),
    "personal-specific": (message("Personal, specific"), "bad"),
}
"""Class of a datum -> its name and the kind of its badge; the personal ones are those of UU 27/2022."""

_MOST_FIGURES: Final = 4


@attrs.frozen
class Figure:
    """One figure of an app.

    Attributes:
        value: The number with its unit.
        title: What it tells.
        note: What it is broken down by, or empty.
    """

    value: str
    title: str
    note: str = ""


@attrs.frozen
class ShownApp:
    """One app, ready to be drawn.

    Attributes:
        id: Its id.
        url: Its page in the console.
        title: Its name.
        summary: What it does.
        version: Its version.
        state_text: Whether it is in use.
        state_kind: Kind of the badge.
        health_text: How it is.
        health_kind: Kind of the badge.
        health_message: What is wrong, or empty.
        health_mend: What to do, or empty.
        health_english: Whether what it says is English to a reader of another language.
        indicators: Its figures.
    """

    id: str
    url: str
    title: str
    summary: str
    version: str
    state_text: str
    state_kind: str
    health_text: str
    health_kind: str
    health_message: str
    health_mend: str
    health_english: bool
    indicators: tuple[Figure, ...]


class Wordsmith:
    """Puts facts into words.

    Args:
        texts: Translations into the reader's language.
        language: The language.
        currency: ISO 4217 code of amounts.
    """

    def __init__(self, texts: NullTranslations, language: str, currency: str) -> None:
        self.language = language
        self.translate: Callable[[str], str] = texts.gettext
        self._currency = currency

    def app(self, status: AppStatus, url: str, *, every_figure: bool = False) -> ShownApp:
        """Return an app ready to be drawn.

        Args:
            status: The app.
            url: Its page in the console.
            every_figure: Whether every figure is shown, broken down, or only the first ones of the whole region.
        """
        manifest, health = status.manifest, status.health
        state, state_kind = _STATES[status.record.state]
        how, how_kind = (message("Not asked"), "neutral") if health is None else _HEALTH[health.state]
        say = self._sayer(status)
        said = (health.message if health else "") or status.record.fault
        shown = say(said)
        figures = self.figures(manifest.indicators if manifest else (), status.indicators or ())
        return ShownApp(
            id=status.record.app,
            url=url,
            title=text_in(status.title, self.language) if status.title else status.record.app,
            summary=text_in(manifest.app.summary, self.language) if manifest else "",
            version=status.record.version,
            state_text=self.translate(state),
            state_kind=state_kind,
            health_text=self.translate(how),
            health_kind=how_kind,
            health_message=shown,
            health_mend=say(health.mend) if health else "",
            health_english=base_of(self.language) != "en" and shown == said,
            indicators=figures if every_figure else tuple(figure for figure in figures if not figure.note)[:_MOST_FIGURES],
        )

    def _sayer(self, status: AppStatus) -> Callable[[str], str]:
        """Return what says a sentence of an app to the reader; what the app does not translate is looked up in the console."""
        own = _texts_of_app(status, self.language)

        def translate(text: str) -> str:
            found = own.gettext(text)
            return found if found != text else self.translate(text)

        return lambda text: text.said(translate) if isinstance(text, Sentence) else text

    def figures(self, declared: Iterable[Indicator], values: Iterable[IndicatorValue]) -> tuple[Figure, ...]:
        """Return the figures the manifest declares, in its order; one the app says nothing about is left out."""
        known = {indicator.id: indicator for indicator in declared}
        given = [value for value in values if value.indicator in known]
        order = list(known)
        return tuple(
            Figure(
                self.number(value.value, known[value.indicator].unit),
                text_in(known[value.indicator].title, self.language),
                ", ".join(value.dimension.values()),
            )
            for value in sorted(given, key=lambda value: order.index(value.indicator))
        )

    def number(self, value: float | None, unit: str) -> str:
        """Return a number with its unit; a dash where there is nothing to measure yet."""
        if value is None:
            return NOTHING
        if unit == "currency":
            return format_amount(value, self._currency, self.language)
        rounded = format_number(round(value, 1), self.language)
        return self.translate(_UNITS[unit]) % {"value": rounded} if unit in _UNITS else rounded

    def data_set(self, data: DataSet) -> dict[str, str]:
        """Return name, gravest class and retention of a data set."""
        order = list(DATA_CLASSES)
        gravest = max((field.data_class for field in data.fields), key=order.index)
        name, kind = DATA_CLASSES[gravest]
        note = ""
        if data.retention == "permanent":
            note = self.translate("kept for good")
        elif data.retention:
            note = self.translate("kept for %(duration)s") % {"duration": format_period(data.retention, self.language)}
        return {
            "title": text_in(data.title, self.language),
            "class_text": self.translate(name),
            "class_kind": kind,
            "note": note,
        }


def _texts_of_app(status: AppStatus, language: str) -> NullTranslations:
    """Return the catalogue of an app; an empty one where it has none or one that cannot be read."""
    from babel.messages.pofile import PoFileError

    if not status.package:
        return NullTranslations()
    try:
        return translations_for(status.package, language, overrides=status.overrides)
    except (ImportError, OSError, ValueError, PoFileError):
        return NullTranslations()
