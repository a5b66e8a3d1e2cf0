"""A language that a manifest calls complete has a catalogue with every message, translated and certain."""

from __future__ import annotations

import pytest

from tests.package.across.conftest import Judge
from tests.package.across.written import PAGES, told

CODE = PAGES + "\n_('Tree'); ngettext('%(n)d tree', '%(n)d trees', 2)\n"
HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
TREE = 'msgid "Tree"\nmsgstr "Pohon"\n\n'
TREES = 'msgid "%(n)d tree"\nmsgid_plural "%(n)d trees"\nmsgstr[0] "%(n)d pohon"\n'
PATH = "locale/id/LC_MESSAGES/messages.po"


def test_a_catalogue_with_every_message_is_no_fault(judge: Judge) -> None:
    assert judge(CODE, files={PATH: HEAD + TREE + TREES}) == []


def test_an_app_without_messages_needs_no_catalogue(judge: Judge) -> None:
    assert judge(PAGES) == []


def test_a_message_that_the_toolkit_translates_can_be_left_to_it(judge: Judge) -> None:
    assert judge(PAGES + "\n_('Sign out')\n") == []
    assert judge(CODE + "\n_('Sign out')\n", files={PATH: HEAD + TREE + TREES}) == []


def test_a_complete_language_without_a_catalogue_is_a_fault(judge: Judge) -> None:
    (fault,) = judge(CODE)

    assert told([fault]) == [("language-without-catalogue", "smartcity.toml", "localisation.complete[1]")]
    assert "2 messages" in fault.message


@pytest.mark.parametrize(
    ("catalogue", "line"),
    [
        (TREES, None),
        (TREES + '\nmsgid "Tree"\nmsgstr ""\n', 10),
        (TREES + '\n#, fuzzy\nmsgid "Tree"\nmsgstr "Pohon"\n', 11),
        (TREE + TREES.replace('"%(n)d pohon"', '"pohon"'), 9),
        (TREE + TREES.replace('"%(n)d pohon"', '""'), 9),
        (TREE + TREES + '\nmsgid "From elsewhere"\nmsgstr ""\n', 13),
    ],
    ids=["missing", "empty", "fuzzy", "placeholders", "plural", "not found in the code"],
)
def test_a_gap_in_the_catalogue_is_a_fault_at_its_line(judge: Judge, catalogue: str, line: int | None) -> None:
    (fault,) = judge(CODE, files={PATH: HEAD + catalogue})

    assert told([fault]) == [("catalogue-incomplete", "messages.po", None)]
    assert fault.where.line == line


def test_a_partial_language_may_have_gaps(judge: Judge) -> None:
    partial = {"localisation": {"complete": ["en"], "partial": ["id"]}}

    assert judge(CODE, manifest=partial, files={PATH: HEAD + TREES + '\nmsgid "Tree"\nmsgstr ""\n'}) == []
    assert judge(CODE, manifest=partial) == []


def test_a_catalogue_that_cannot_be_compiled_is_a_fault_in_any_language(judge: Judge) -> None:
    faults = judge(PAGES, files={"locale/jv/LC_MESSAGES/messages.po": HEAD + "msgid unquoted\n", PATH: b"\xff"})

    assert told(faults) == [("catalogue-invalid", "messages.po", None)] * 2
