"""Where files that are named lie: at paths in the repository, or at web addresses."""

from __future__ import annotations

import posixpath

from smartcity_share.documents.sentences import Sentence
from smartcity_share.documents.shapes import shown
from smartcity_share.publiccode.rules.addresses import parse
from smartcity_share.publiccode.rules.rule import Rule


def suffix(text: str) -> str:
    """Return the suffix of a path or of the path of an address, in small letters."""
    address = parse(text)
    path = address.rest if address is not None and address.host else text
    return posixpath.splitext(path)[1].lower()


def is_web(text: str) -> bool:
    """Whether a file lies at a web address rather than in the repository."""
    address = parse(text)
    return address is not None and address.scheme in ("http", "https")


def _place(text: str) -> Sentence | None:
    address = parse(text)
    if text.startswith("/"):
        return Sentence("named-file-place", f"{shown(text)} is an absolute path", "Write it from the root of the repository.")
    if address is not None and address.scheme not in ("", "http", "https"):
        message = f"{shown(text)} is neither a path nor a web address"
        return Sentence("named-file-place", message, "Write a path in the repository, or an https address.")
    return None


def picture(*suffixes: str) -> Rule:
    """Return the rule that a picture has one of these suffixes."""
    listed = ", ".join(f"`{name}`" for name in suffixes)

    def judge(text: str) -> Sentence | None:
        if suffix(text) in suffixes:
            return None
        return Sentence(
            "picture-kind", f"{shown(text)} is of another kind than {listed}", f"Give a picture that is one of {listed}."
        )

    return Rule("picture-kind", f"one of {listed}", judge)


PLACE = Rule("file-place", "a path in the repository without a leading `/`, or a web address; no `file:`", _place)
