"""Whether what a publiccode.yml links to answers; nothing is asked unless the caller says so."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from smartcity_share.documents.sentences import Sentence
from smartcity_share.documents.shapes import shown
from smartcity_share.publiccode.beside import HEADER, Named, logo_fault, named_files
from smartcity_share.publiccode.findings import Findings
from smartcity_share.publiccode.nodes import Mapping, Place, Scalar
from smartcity_share.publiccode.rules.addresses import is_address
from smartcity_share.publiccode.rules.paths import is_web

if TYPE_CHECKING:
    from smartcity_share.publiccode.reach.asking import Answer, Online

_LINKS: Final = ("url", "landingURL", "roadmap")
_TEXT_LINKS: Final = ("documentation", "apiDocumentation")
_FINE: Final = 200
_PASSING: Final = frozenset({401, 403, 429})
_SERVER: Final = 500


def judge_online(root: Mapping, online: Online | None, findings: Findings) -> None:
    """Ask the addresses that the reference parser asks: links, and files at web addresses. Each is asked once.

    Args:
        root: The tree of the document.
        online: How much may be asked; None to ask nothing, and then a notice tells of each file at a web address.
        findings: Takes what is wrong.
    """
    files = [named for named in named_files(root) if is_web(named.text)]
    if online is None:
        for named in files:
            message = f"not checked: whether {shown(named.text)} can be reached"
            findings.add(named.key, named.place, Sentence("not-checked", message, "Check it with `--online`."), "notice")
        return
    from smartcity_share.publiccode.reach.asking import ask

    deadline = time.monotonic() + online.total_seconds
    asked: dict[tuple[str, int], Answer] = {}
    logos = [(named.key, named.place, named.text, _wanted(named)) for named in files]
    for key, place, text, want in (*_links(root), *logos):
        if (text, want) not in asked:
            if len(asked) >= online.addresses or time.monotonic() >= deadline:
                message = f"not checked: whether {shown(text)} can be reached; there are too many addresses"
                findings.add(key, place, Sentence("not-checked", message, "Open it in a browser."), "notice")
                continue
            asked[text, want] = ask(text, online, deadline=deadline, want=want)
        told = _told(text, asked[text, want], want)
        if told is not None:
            findings.add(key, place, told)


def _wanted(named: Named) -> int:
    return HEADER if named.kind == "logo" else 0


def _told(text: str, answer: Answer, want: int) -> Sentence | None:
    if answer.refused:
        message = f"{shown(text)} leads to an address that is not of the public internet"
        return Sentence("address-refused", message, "Give an address that everybody can open.")
    if answer.status == _FINE:
        return logo_fault(text, answer.head) if want else None
    mend = "Correct the address, or remove the key."
    if answer.status in _PASSING or answer.status >= _SERVER:
        mend = "Open it in a browser. If it answers there, check again later."
    why = f"answered {answer.status}; wanted {_FINE}" if answer.status else f"cannot be reached: {answer.problem}"
    return Sentence("address-unreachable", f"{shown(text)} {why}", mend)


def _links(root: Mapping) -> Iterator[tuple[str, Place, str, int]]:
    sections = [(name, root, name) for name in _LINKS]
    description = root.value("description")
    for tag, (_, texts) in description.entries.items() if isinstance(description, Mapping) else ():
        if isinstance(texts, Mapping):
            inner = f"description[{tag}]" if "-" in tag else f"description.{tag}"
            sections += [(f"{inner}.{name}", texts, name) for name in _TEXT_LINKS]
    for key, section, name in sections:
        value = section.value(name)
        # What is no address at all was told by a rule of the field.
        if isinstance(value, Scalar) and value.type != "nothing" and is_address(value.text):
            yield key, section.entries[name][0], value.text, 0
