"""Dates, e-mail addresses, MIME types and lengths."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from smartcity_share.documents.sentences import Sentence
from smartcity_share.documents.shapes import shown
from smartcity_share.publiccode.rules.rule import Rule

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MIME: Final = re.compile(r" *[A-Za-z0-9][A-Za-z0-9!#$&^_-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126} *")
_LETTER: Final = r"A-Za-z\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef"
_ATOM: Final = rf"[{_LETTER}0-9!#$%&'*+/=?^_`{{|}}~-]+"
_LOCAL: Final = re.compile(rf'{_ATOM}(?:\.{_ATOM})*|"[^"\\\x00-\x1f]*"')
_LABEL: Final = re.compile(rf"[{_LETTER}0-9](?:[{_LETTER}0-9._~-]*[{_LETTER}0-9])?")
_TOP: Final = re.compile(rf"[{_LETTER}](?:[{_LETTER}0-9._~-]*[{_LETTER}])?")
_LONGEST_EMAIL: Final = 1000


def _date(text: str) -> Sentence | None:
    if _DATE.fullmatch(text):
        try:
            dt.date.fromisoformat(text)
        except ValueError:
            # Go's calendar, unlike Python's, has a year 0, a leap year.
            if text[:4] == "0000" and _date(f"2000{text[4:]}") is None:
                return None
            return Sentence("date-invalid", f"{shown(text)} is not a day of the calendar", "Correct the day or the month.")
        return None
    return Sentence("date-invalid", f"{shown(text)} is not a date", "Write it as `2026-01-31`.")


def _email(text: str) -> Sentence | None:
    local, _, domain = text.rpartition("@")
    head, _, top = domain.removesuffix(".").rpartition(".")
    if len(text) <= _LONGEST_EMAIL and _LOCAL.fullmatch(local) and _LABEL.fullmatch(head) and _TOP.fullmatch(top):
        return None
    mend = "Write for example `team@example.org`." if text else "Write the address, or remove the key."
    return Sentence("email-invalid", f"{shown(text)} is not an e-mail address", mend)


def _mime(text: str) -> Sentence | None:
    if _MIME.fullmatch(text):
        return None
    return Sentence("mime-type-invalid", f"{shown(text)} is not a MIME type", "Write for example `text/csv`.")


def length(text: str) -> int:
    """Return the number of characters as people count them: Unicode grapheme clusters."""
    if text.isascii():
        return len(text) - text.count("\r\n")
    import regex

    return sum(1 for _ in regex.finditer(r"\X", text))


def at_most(limit: int) -> Rule:
    """Return the rule that a text has at most so many characters, counted as people do."""

    def judge(text: str) -> Sentence | None:
        if len(text) <= limit or (found := length(text)) <= limit:
            return None
        return Sentence("value-too-long", f"Found {found} characters; wanted at most {limit}", "Shorten it.")

    return Rule(f"at-most-{limit}", f"at most {limit} characters (grapheme clusters)", judge)


def at_least(limit: int) -> Rule:
    """Return the rule that a text has at least so many characters, counted as people do."""

    def judge(text: str) -> Sentence | None:
        if (found := length(text)) >= limit:
            return None
        return Sentence("value-too-short", f"Found {found} characters; wanted at least {limit}", "Add what is missing.")

    return Rule(f"at-least-{limit}", f"at least {limit} characters (grapheme clusters)", judge)


DATE = Rule("date", "a day of the calendar, `YYYY-MM-DD`", _date)
EMAIL = Rule("email", "an e-mail address", _email)
MIME = Rule("mime-type", "a MIME type", _mime)
