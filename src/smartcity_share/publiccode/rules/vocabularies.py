"""Values that come from a fixed list of the standard."""

from __future__ import annotations

from typing import Final

from smartcity_share.documents.sentences import Sentence, not_allowed
from smartcity_share.documents.shapes import shown
from smartcity_share.publiccode.rules.rule import Rule
from smartcity_share.publiccode.vocabulary import known, words

_TWO: Final = 2


def one_of(name: str, wanted: str) -> Rule:
    """Return the rule that a value is in a list of ``data/vocabulary.toml``.

    Args:
        name: Key of the list; the rule is named after it.
        wanted: What the value must be, for the reference page.
    """

    def judge(text: str) -> Sentence | None:
        return None if text in known(name) else not_allowed(text, list(words(name)))

    return Rule(name, wanted, judge)


def _country(text: str) -> Sentence | None:
    if text.upper() in known("countries") and text in (text.upper(), text.lower()) and text.isascii():
        return None
    mend = f"Write `{text.upper()}`." if text.isascii() and text.upper() in known("countries") else "Write for example `ID`."
    if len(text) == _TWO and text.upper() == "UK":
        mend = "Write `GB`."
    return Sentence("country-unknown", f"{shown(text)} is not an ISO 3166-1 code of two letters", mend)


def _small(text: str) -> Sentence | None:
    if text.isascii() and text.islower() and text.upper() in known("countries"):
        message = f"{shown(text)} is in small letters, which version 1.0 will not take"
        return Sentence("country-lowercase", message, f"Write `{text.upper()}`.")
    return None


def _outdated(text: str) -> Sentence | None:
    if text not in known("versions") or text == "0" or text.startswith("0.7"):
        return None
    message = f"Version {text} is not the latest; the file is read as 0.7"
    return Sentence("version-outdated", message, 'Write `publiccodeYmlVersion: "0"`: minor versions do not break a file.')


COUNTRY = Rule("country", "an ISO 3166-1 code of two letters, or `XK`", _country)
CAPITALS = Rule("country-capitals", "in capital letters", _small, "warning")
LATEST = Rule("latest-version", '`"0"` or `"0.7"`', _outdated, "warning")
