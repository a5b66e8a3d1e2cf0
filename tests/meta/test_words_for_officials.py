"""The guide for officials names buttons and headings as the screen does, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "how-to" / "handle-a-complaint.md"
CATALOGUES = (
    ROOT / "plugins" / "complaints" / "src" / "smartcity_complaints" / "locale" / "id" / "LC_MESSAGES" / "messages.po",
    ROOT / "src" / "smartcity_share" / "toolkit" / "locale" / "id" / "LC_MESSAGES" / "messages.po",
)
PLACE = re.compile(r"%\(\w+\)s|…|\d")


def words_of_the_screen() -> set[tuple[str, str]]:
    """Return English messages with their Indonesian texts, what is filled in left open."""
    found = set()
    for path in CATALOGUES:
        with path.open("rb") as source:
            found |= {
                (PLACE.sub("…", message.id), PLACE.sub("…", str(message.string)))
                for message in read_po(source, locale="id")
                if isinstance(message.id, str)
            }
    return found


def pairs_of_the_guide() -> set[tuple[str, str]]:
    """Return what the guide names: ``*Indonesian* (English)``, and rows that begin ``| *Indonesian* | English |``."""
    text = " ".join(GUIDE.read_text("utf-8").split())
    named = re.findall(r"\*([^*|]+)\* (?:\(([^()]+)\)|\| ([^|]+) \|)", text)
    return {(PLACE.sub("…", (in_brackets or in_row).strip()), PLACE.sub("…", said)) for said, in_brackets, in_row in named}


def test_every_word_of_the_screen_is_named_as_it_stands_there() -> None:
    assert len(pairs_of_the_guide()) > 20
    assert sorted(pairs_of_the_guide() - words_of_the_screen()) == []
