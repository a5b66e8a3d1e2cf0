"""Searching reports by words, forgiving spelling, on plain tables: the same on SQLite and PostgreSQL.

Every word of a report leads to it (``posting``). A word that is typed stands for itself, for the words that begin with it, and
for those one slip away (``spelling``): where it is known, only for rare ones, which are slips of those who reported; where it
is not known, for the commonest, which is what was meant. Results come newest first, and the work for one page is bounded:
after so many candidates the page ends and says that it can be gone on from there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

import attrs
from rapidfuzz.distance import OSA
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Integer,
    and_,
    bindparam,
    column,
    delete,
    exists,
    func,
    literal,
    select,
    update,
)

from smartcity_complaints import model
from smartcity_complaints.counting import add_counts, add_missing
from smartcity_complaints.derived import posting, spelling, term
from smartcity_complaints.numbers import partial_number
from smartcity_complaints.terms import forms_of, words_of

MOST_TYPED: Final = 8
"""Words of a query that are looked at."""
_MOST_PREFIXED: Final = 8
_MOST_NEAR: Final = 4
_SHORTEST_PREFIX: Final = 3
_LONG_WORD: Final = 8
_RARE: Final = 20
"""A word so many times rarer than one next to it is taken for a slip."""
_ROUNDS: Final = (150, 2_500)
"""Candidates looked at in each round of one page; their sum bounds the work."""
_NOTHING: Final = 0
_AFTER_ALL: Final = 2**31 - 1
"""Above every id of a report."""
_LATEST: Final = (
    select(posting.c.report_id)
    .where(posting.c.term_id == bindparam("term_id"), posting.c.report_id < bindparam("before"))
    .order_by(posting.c.report_id.desc())
    .limit(bindparam("most"))
)


@attrs.frozen
class Query:
    """What was typed, understood.

    Attributes:
        groups: For each word the ids of the terms it stands for, the rarest word first; an empty group: no report has it.
        number: The beginning of a report number, if it can be one.
        guessed: Whether a word was not known and another was taken for it.
    """

    groups: tuple[tuple[int, ...], ...]
    number: str | None = None
    guessed: bool = False

    @property
    def hopeless(self) -> bool:
        """Whether no report can have all of the words."""
        return not self.groups or not all(self.groups)


@attrs.frozen
class Hits:
    """What one page of a search found.

    Attributes:
        ids: Ids of reports, newest first.
        further: Where to go on; None where everything was looked at.
    """

    ids: tuple[int, ...]
    further: int | None


def index(connection: Connection, report_id: int, text: str) -> None:
    """Let the words of a new report lead to it."""
    words = words_of(text)
    add_counts(connection, term, [{"word": word, "reports": 1} for word in words], key=("word",))
    ids: list[int] = []
    forms: list[dict[str, Any]] = []
    for row in connection.execute(select(term).where(term.c.word.in_(words))):
        ids.append(row.id)
        if row.reports == 1:
            forms += [{"form": form, "term_id": row.id} for form in sorted(forms_of(row.word))]
    add_missing(connection, spelling, forms)
    add_missing(connection, posting, [{"term_id": term_id, "report_id": report_id} for term_id in sorted(ids)])


def forget(connection: Connection, report_id: int, text: str) -> None:
    """Let the words of a text lead to a report no longer; a word that no other report has is forgotten itself."""
    known = _ids(connection, words_of(text))
    if not known:
        return
    connection.execute(delete(posting).where(posting.c.term_id.in_(known), posting.c.report_id == report_id))
    connection.execute(update(term).where(term.c.id.in_(known)).values(reports=term.c.reports - 1))
    lost = connection.execute(select(term.c.id).where(term.c.id.in_(known), term.c.reports <= 0)).scalars().all()
    if lost:
        connection.execute(delete(spelling).where(spelling.c.term_id.in_(lost)))
        connection.execute(delete(term).where(term.c.id.in_(lost)))


def understand(connection: Connection, typed: str) -> Query:
    """Return what a query stands for, by the words that occur in reports."""
    found = [_meant(connection, word) for word in words_of(typed)[:MOST_TYPED]]
    found.sort(key=lambda meant: meant.reports)
    return Query(
        groups=tuple(meant.terms for meant in found),
        number=partial_number(typed),
        guessed=any(meant.guessed for meant in found),
    )


def numbered(connection: Connection, beginning: str, conditions: Sequence[ColumnElement[bool]], most: int) -> tuple[int, ...]:
    """Return the ids of reports whose number begins so."""
    query = select(model.report.c.id).where(_begins(connection, model.report.c.number, beginning), *conditions)
    return tuple(connection.execute(query.order_by(model.report.c.number).limit(most)).scalars())


def newest(
    connection: Connection, query: Query, conditions: Sequence[ColumnElement[bool]], *, before: int | None, most: int
) -> Hits:
    """Return reports that have all words and fulfil the conditions, those that came last first.

    Args:
        connection: An open connection.
        query: What is looked for.
        conditions: What else must be true of a report.
        before: Only reports with an id below this one.
        most: How many at most.
    """
    if query.hopeless:
        return Hits((), None)
    leading, *others = query.groups
    ids: list[int] = []
    for candidates in _ROUNDS:
        latest = _latest(connection, leading, before, candidates)
        listed = _listed(connection, latest)
        # Whether the other words lead there as well is asked of the index of words, before a report is read.
        matching = select(listed).where(
            *(exists().where(posting.c.report_id == listed, posting.c.term_id.in_(group)) for group in others)
        )
        wanted = select(model.report.c.id).where(model.report.c.id.in_(matching), *conditions)
        ids += connection.execute(wanted.order_by(model.report.c.id.desc()).limit(most + 1 - len(ids))).scalars().all()
        if len(ids) > most:
            return Hits(tuple(ids[:most]), ids[most - 1])
        if len(latest) < candidates:
            return Hits(tuple(ids), None)
        before = latest[-1]
    return Hits(tuple(ids), before)


@attrs.frozen
class _Meant:
    terms: tuple[int, ...]
    reports: int
    guessed: bool = False


def _meant(connection: Connection, word: str) -> _Meant:
    own = {row.id: row.reports for row in connection.execute(select(term.c.id, term.c.reports).where(term.c.word == word))}
    if len(word) >= _SHORTEST_PREFIX:
        longer = (
            select(term.c.id, term.c.reports)
            .where(_begins(connection, term.c.word, word))
            .order_by(term.c.reports.desc(), term.c.id)
            .limit(_MOST_PREFIXED)
        )
        own |= {row.id: row.reports for row in connection.execute(longer)}
    total = sum(own.values())
    near = _near(connection, word, own)
    if own:
        own |= {term_id: reports for term_id, _, reports in near if reports * _RARE <= total}
        return _Meant(tuple(own), sum(own.values()))
    closest = min((slips for _, slips, _ in near), default=_NOTHING)
    guessed = {term_id: reports for term_id, slips, reports in near if slips == closest}
    return _Meant(tuple(guessed), sum(guessed.values()), guessed=bool(guessed))


def _near(connection: Connection, word: str, known: Iterable[int]) -> list[tuple[int, int, int]]:
    """Return id, slips and reports of the words a slip or two away, the closest and commonest first."""
    forms = forms_of(word)
    if not forms:
        return []
    allowed = 2 if len(word) >= _LONG_WORD else 1
    query = (
        select(term.c.id, term.c.word, term.c.reports)
        .join(spelling, spelling.c.term_id == term.c.id)
        .where(spelling.c.form.in_(forms), term.c.id.not_in(tuple(known)))
        .distinct()
    )
    slips = [(row.id, OSA.distance(word, row.word), row.reports) for row in connection.execute(query)]
    near = [entry for entry in slips if entry[1] <= allowed]
    return sorted(near, key=lambda entry: (entry[1], -entry[2], entry[0]))[:_MOST_NEAR]


def _latest(connection: Connection, terms: Sequence[int], before: int | None, most: int) -> list[int]:
    """Return the latest reports that have one of some words, the last first; each word gives its own, in the index alone."""
    found: set[int] = set()
    for term_id in terms:
        given = {"term_id": term_id, "before": before or _AFTER_ALL, "most": most}
        found.update(connection.execute(_LATEST, given).scalars().all())
    return sorted(found, reverse=True)[:most]


def _listed(connection: Connection, ids: Sequence[int]) -> ColumnElement[int]:
    """Return ids as a column, sent in one parameter: a statement that lists thousands takes longer than its answer."""
    if connection.dialect.name == "sqlite":
        return func.json_each(json.dumps(ids)).table_valued(column("value", Integer)).c.value
    return func.unnest(literal(ids, ARRAY(Integer))).column_valued("listed")


def _ids(connection: Connection, words: Sequence[str]) -> tuple[int, ...]:
    return tuple(connection.execute(select(term.c.id).where(term.c.word.in_(words))).scalars())


def _begins(connection: Connection, column: ColumnElement[str], beginning: str) -> ColumnElement[bool]:
    """Whether a text begins so, in the form the database finds in an index."""
    if connection.dialect.name == "sqlite":
        return and_(column >= beginning, column < beginning + "\U0010ffff")
    return func.starts_with(column, beginning)
