"""Dates, times, numbers and amounts in the reader's language and the region's time zone: the filters of every template."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from babel import Locale

_PERIOD = re.compile(r"P(?=[0-9])(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)W)?(?:([0-9]+)D)?")
_TERRITORY = {"id": "ID", "en": "GB"}  # day before month in both; the reader's own where the code names one


@lru_cache(maxsize=64)
def babel_locale(language: str) -> Locale:
    """Return the locale texts are formatted in; English where Babel knows no such language."""
    from babel import Locale, UnknownLocaleError

    tag = language.replace("-", "_")
    try:
        return Locale.parse(f"{tag}_{_TERRITORY[tag]}" if tag in _TERRITORY else tag)
    except (UnknownLocaleError, ValueError):
        return Locale("en", "GB")


@lru_cache(maxsize=64)
def language_name(language: str) -> str:
    """Return a language's name in that language, with a capital: ``Bahasa Indonesia``-like names as Babel has them."""
    from babel import Locale, UnknownLocaleError

    try:
        name = Locale.parse(language.replace("-", "_")).get_display_name()
    except (UnknownLocaleError, ValueError):
        name = None
    return (name or language)[:1].upper() + (name or language)[1:]


def in_zone(moment: datetime, time_zone: str) -> datetime:
    """Return the moment in a time zone.

    Args:
        moment: An aware datetime.
        time_zone: IANA name.

    Raises:
        ValueError: The moment has no zone: which one was meant is never guessed.
    """
    if moment.tzinfo is None:
        raise ValueError(f"A time without a zone cannot be shown: {moment.isoformat()}")
    return moment.astimezone(ZoneInfo(time_zone))


def format_day(value: date | datetime | None, language: str, time_zone: str, style: str = "long") -> str:
    """Return a date as words; the day of a moment is the day in the region.

    Args:
        value: A date, an aware datetime, or None (an empty text).
        language: BCP 47 code.
        time_zone: IANA name.
        style: ``short``, ``medium``, ``long`` or ``full``.
    """
    if value is None:
        return ""
    day = in_zone(value, time_zone).date() if isinstance(value, datetime) else value
    return _day(day, language, style)


def format_moment(value: datetime | None, language: str, time_zone: str, zone_label: str = "", style: str = "medium") -> str:
    """Return a date and a time of day with the zone's abbreviation: ``27 Jul 2026, 14.05 WITA``.

    Args:
        value: An aware datetime, or None (an empty text).
        language: BCP 47 code.
        time_zone: IANA name.
        zone_label: Abbreviation to show; the zone's own where empty.
        style: Style of the date.
    """
    if value is None:
        return ""
    there = in_zone(value, time_zone)
    clock = _clock(there.hour, there.minute, language)
    return f"{_day(there.date(), language, style)}, {clock} {zone_label or there.tzname() or ''}".rstrip()


# A list shows the same few days over and over, and Babel takes a tenth of a millisecond for each.
@lru_cache(maxsize=4096)
def _day(day: date, language: str, style: str) -> str:
    from babel.dates import format_date

    return format_date(day, style, locale=babel_locale(language))


@lru_cache(maxsize=4096)
def _clock(hour: int, minute: int, language: str) -> str:
    from babel.dates import format_time

    return format_time(time(hour, minute), "short", locale=babel_locale(language))


@lru_cache(maxsize=1024)
def format_month(value: date, language: str) -> str:
    """Return the month a day falls in, with its year: ``Mar 2026``."""
    from babel.dates import format_skeleton

    return format_skeleton("yMMM", value, locale=babel_locale(language))


def format_period(period: str, language: str) -> str:
    """Return an ISO 8601 length of time in years, months, weeks and days as words: ``P1Y6M`` is "1 year 6 months".

    Args:
        period: The length; another text comes back as it is.
        language: BCP 47 code.
    """
    from babel.units import format_unit

    found = _PERIOD.fullmatch(period)
    if found is None:
        return period
    parts = [(int(count), unit) for count, unit in zip(found.groups(), ("year", "month", "week", "day"), strict=True) if count]
    return " ".join(format_unit(count, f"duration-{unit}", locale=babel_locale(language)) for count, unit in parts)


def format_number(value: float | Decimal | None, language: str) -> str:
    """Return a number with the language's separators; an empty text for None."""
    return "" if value is None else _formatted(value, language)


@lru_cache(maxsize=8192)
def _formatted(value: float | Decimal, language: str) -> str:
    """Return the same; remembered, since a page of figures has hundreds and Babel takes a tenth of a millisecond for each."""
    from babel.numbers import format_decimal

    text: str = format_decimal(value, locale=babel_locale(language))
    return text


def format_amount(value: float | Decimal | None, currency: str, language: str) -> str:
    """Return an amount of money; a whole amount is shown without decimals, an empty text for None."""
    from babel.numbers import format_currency

    if value is None:
        return ""
    text: str = format_currency(value, currency, locale=babel_locale(language))
    if Decimal(str(value)) == Decimal(str(value)).to_integral_value():
        from babel.numbers import get_decimal_symbol

        whole, separator, rest = text.rpartition(get_decimal_symbol(babel_locale(language)))
        if separator and set(rest) <= set("0\xa0 "):
            return whole
    return text


def machine_time(value: datetime | date) -> str:
    """Return the value for a ``datetime`` attribute: ISO 8601, a moment in UTC."""
    return value.astimezone(UTC).isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()
