"""Every text of the app is in its Indonesian catalogue, and nothing else is."""

from __future__ import annotations

import re
from importlib.resources import files

import attrs
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from smartcity_complaints.web.words import Words
from smartcity_complaints.workflow import State
from smartcity_share import Installation

KEYWORDS = {
    "_": None,
    "message": None,
    "say": None,
    "Sentence": None,
    "ngettext": (1, 2),
    "ComplaintsError": None,
    "NotAllowedError": None,
    "NotPossibleError": None,
    "ChangedMeanwhileError": None,
    "PhotoRefusedError": None,
}
"""What a text stands in. Refusals of an import are read by who runs the command and stay English."""


def _wanted() -> set[str | tuple[str, ...]]:
    found = extract_from_dir(
        str(files("smartcity_complaints")),
        method_map=[("**.py", "python"), ("**.html", "jinja2")],
        options_map={"**.html": {"trimmed": "true", "newstyle_gettext": "true"}},
        keywords=KEYWORDS,
    )
    # The default text of ReportNotFoundError is written in its signature; the template has it too.
    return {message if isinstance(message, str) else tuple(message) for _, _, message, _, _ in found}


def _given() -> dict[str | tuple[str, ...], Message]:
    path = files("smartcity_complaints") / "locale" / "id" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as source:
        catalogue = read_po(source, locale="id", abort_invalid=True)
    return {message.id: message for message in catalogue if message.id}


def test_every_text_is_translated_and_no_translation_is_left_over() -> None:
    assert set(_given()) == _wanted()


def test_no_translation_is_empty_or_uncertain() -> None:
    for message in _given().values():
        texts = [message.string] if isinstance(message.string, str) else list(message.string)

        assert all(text.strip() for text in texts), message.id
        assert not message.fuzzy, message.id


def test_a_translation_has_the_same_places_for_values() -> None:
    def places(text: str) -> set[str]:
        return set(re.findall(r"%\((\w+)\)s", text))

    for message in _given().values():
        wanted = places(message.id if isinstance(message.id, str) else message.id[-1])
        texts = [message.string] if isinstance(message.string, str) else list(message.string)

        assert all(places(text) == wanted for text in texts), message.id


def test_a_region_says_states_and_buttons_in_its_own_words(installation: Installation) -> None:
    own = b'msgid "New"\nmsgstr "Baru masuk"\n'
    regional = attrs.evolve(installation, overrides=attrs.evolve(installation.overrides, texts={"id": own}))

    assert Words("id", installation).state(State.NEW) == "Baru"
    assert Words("id", regional).state(State.NEW) == "Baru masuk"
    assert Words("id", regional).state(State.CLOSED) == Words("id", installation).state(State.CLOSED)
