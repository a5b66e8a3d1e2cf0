"""BCP 47 language tags, as strictly as the reference parser takes them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from smartcity_share.documents.sentences import Sentence
from smartcity_share.documents.shapes import shown
from smartcity_share.publiccode.rules.rule import Rule
from smartcity_share.publiccode.vocabulary import known

_GRANDFATHERED: Final = frozenset(
    {
        *("en-gb-oed", "i-ami", "i-bnn", "i-default", "i-enochian", "i-hak", "i-klingon", "i-lux", "i-mingo", "i-navajo"),
        *("i-pwn", "i-tao", "i-tay", "i-tsu", "sgn-be-fr", "sgn-be-nl", "sgn-ch-de", "art-lojban", "cel-gaulish", "no-bok"),
        *("no-nyn", "zh-guoyu", "zh-hakka", "zh-min", "zh-min-nan", "zh-xiang"),
    }
)
_PRIVATE: Final = re.compile(r"x-[a-z0-9]{1,8}")
_TAG: Final = re.compile(
    r"(?P<language>[a-z]{2,3})(?:-[a-z]{3}){0,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|(?P<area>[0-9]{3})))?"
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?"
)
_LONGEST: Final = 200


@lru_cache(maxsize=1024)
def is_language(text: str) -> bool:
    """Whether a text is a BCP 47 tag: hyphens, known subtags, and the two letters of a language that has them."""
    tag = text.lower()
    if not text.isascii() or len(tag) > _LONGEST:
        return False
    if tag in _GRANDFATHERED or _PRIVATE.fullmatch(tag):
        return True
    parts = _TAG.fullmatch(tag)
    if parts is None or parts["language"] in _with_two_letters():
        return False
    if parts["area"] is not None and parts["area"] not in known("areas"):
        return False
    from langcodes import tag_is_valid

    return tag_is_valid(tag)


@lru_cache(maxsize=1)
def _with_two_letters() -> frozenset[str]:
    """Return the codes of three letters whose language has one of two: ``eng`` for ``en``."""
    from langcodes.data_dicts import LANGUAGE_ALPHA3, LANGUAGE_ALPHA3_BIBLIOGRAPHIC

    return frozenset(LANGUAGE_ALPHA3.values()) | frozenset(LANGUAGE_ALPHA3_BIBLIOGRAPHIC.values())


def language_fault(text: str) -> Sentence | None:
    """Tell what is wrong with a language tag; None where nothing is."""
    if is_language(text):
        return None
    mend = "Write for example `id`, `en` or `it-IT`."
    hyphened = text[:_LONGEST].replace("_", "-")
    if hyphened != text and is_language(hyphened):
        mend = f"Write `{hyphened}`."
    elif (short := _short(text.lower())) is not None:
        mend = f"Write `{short}`."
    return Sentence("language-tag-invalid", f"{shown(text)} is not a BCP 47 language tag", mend)


def _short(text: str) -> str | None:
    from langcodes.data_dicts import LANGUAGE_ALPHA3

    return next((two for two, three in LANGUAGE_ALPHA3.items() if three == text), None)


LANGUAGE = Rule("language", "a BCP 47 language tag with hyphens, such as `id` or `it-IT`", language_fault)
