"""The pages citizens use besides filing: what the service is, following a report, rating it, the public list."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import attrs
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from smartcity_complaints import store
from smartcity_complaints.errors import ComplaintsError, ReportNotFoundError
from smartcity_complaints.handling import Order, act_as_reporter, appeal_until, steps_for_reporter
from smartcity_complaints.joining import voices
from smartcity_complaints.listing import Wanted, page, tally
from smartcity_complaints.numbers import parse_number, token_fits
from smartcity_complaints.rating import HIGHEST, LOWEST, rating_until
from smartcity_complaints.records import Report, visible
from smartcity_complaints.regional import districts, offices, settings_of
from smartcity_complaints.web.frame import PRIVATE, address, draw, see_other
from smartcity_complaints.web.listed import listed, photos_by_event
from smartcity_complaints.web.words import Words
from smartcity_complaints.workflow import Action, Audience, State
from smartcity_share import Installation
from smartcity_share.toolkit import installation_of, language_of

_RECENT = 6
_LONGEST_CELL = 10
_STARS = {str(number) for number in range(LOWEST, HIGHEST + 1)}
_MOST_FIELDS = 40
_REPORTERS_STEPS = {Action.COMPLETE, Action.APPEAL, Action.RATE}


def front(request: Request) -> Response:
    """Show what the service is, the way to report, and what was reported lately."""
    installation = installation_of(request)
    settings = settings_of(installation)
    with store.reading(installation) as connection:
        counts = tally(connection, installation.now())
        recent = page(connection, Wanted(public=True), size=_RECENT).reports if settings.public_list else ()
        items = listed(connection, installation, recent, language_of(request))
    answered = counts.by_state.get(State.ANSWERED, 0)
    figures = {"handling": counts.open - answered, "handled": answered + counts.by_state.get(State.CLOSED, 0)}
    return draw(request, "front.html", {"recent": items, "counts": counts, **figures})


def public_list(request: Request) -> Response:
    """Show the reports that may be shown to everyone, a page at a time."""
    installation = installation_of(request)
    language = language_of(request)
    settings = settings_of(installation)
    if not settings.public_list:
        raise ReportNotFoundError
    asked = request.query_params
    cell = asked.get("petak", "")
    wanted = Wanted(
        public=True,
        kind=asked.get("jenis") or None,
        district=asked.get("wilayah") or None,
        words=asked.get("cari", "")[:100],
        cell=int(cell) if cell.isascii() and cell.isdigit() and len(cell) < _LONGEST_CELL else None,
    )
    after = asked.get("sesudah")
    with store.reading(installation) as connection:
        found = page(connection, wanted, after)
        items = listed(connection, installation, found.reports, language)
    kept = {name: asked.get(name) for name in ("jenis", "wilayah", "cari", "petak")}
    following = address(request, "/laporan", **kept, sesudah=found.following)
    return draw(
        request,
        "public_list.html",
        {
            "items": items,
            "wanted": wanted,
            "guessed": found.guessed,
            "next_url": following if found.following else None,
            "first_url": address(request, "/laporan") if after else None,
            "kinds": [(kind.code, kind.title.text_in(language)) for kind in settings.kinds],
            "districts": list(districts(installation).items()),
        },
    )


def find(request: Request) -> Response:
    """Ask for a number; go on to the report where it is one."""
    typed = request.query_params.get("nomor", "").strip()
    if not typed:
        return draw(request, "find.html", {"typed": "", "error": ""})
    number = parse_number(typed)
    words = Words(language_of(request), installation_of(request))
    if number is None:
        text = words.say("This is no report number. It has nine letters and digits; there is no 0, O, 1, I or L in it.")
        return draw(request, "find.html", {"typed": typed[:40], "error": text}, 422)
    installation = installation_of(request)
    with store.reading(installation) as connection:
        report = store.find(connection, number)
    if report is None:
        text = words.say("There is no report with this number. Check it, or ask the service.")
        return draw(request, "find.html", {"typed": number, "error": text}, 404)
    return see_other(request, f"/lacak/{number}")


def follow(request: Request) -> Response:
    """Show where a report stands; with the secret of the link also what only the reporter sees."""
    return _follow(request, request.query_params.get("kunci", ""))


async def answer(request: Request) -> Response:
    """Take a step of the reporter: complete a returned report, or object to a reply."""
    async with request.form(max_files=0, max_fields=_MOST_FIELDS) as sent:
        return await run_in_threadpool(partial(_answer, request, sent))


def _answer(request: Request, sent: FormData) -> Response:
    number = request.path_params["number"]
    token, action, text, rating = (str(sent.get(name, "")) for name in ("kunci", "action", "text", "rating"))
    if action not in _REPORTERS_STEPS:
        raise ReportNotFoundError
    order = Order(Action(action), text.replace("\r\n", "\n"), rating=int(rating) if rating in _STARS else None)
    try:
        act_as_reporter(installation_of(request), number, token, order)
    except ReportNotFoundError:
        raise
    except ComplaintsError as refused:
        return _follow(request, token, refused=refused, tried=order)
    return see_other(request, f"/lacak/{number}", kunci=token)


def _follow(request: Request, token: str, *, refused: ComplaintsError | None = None, tried: Order | None = None) -> Response:
    installation = installation_of(request)
    words = Words(language_of(request), installation_of(request))
    settings = settings_of(installation)
    report = find_report(installation, request.path_params["number"])
    own = token_fits(token, report.follow_fingerprint)
    names = offices(installation, words.language)
    until = appeal_until(installation, report)
    with store.reading(installation) as connection:
        events = visible(store.history(connection, report.id), Audience.REPORTER if own else Audience.EVERYONE)
        item = listed(connection, installation, (report,), words.language)[0]
        added = photos_by_event(connection, report)
        others = voices(connection, report)
        head = None if report.merged_into is None else store.find_by_id(connection, report.merged_into)
        told = head is not None and (head.shown_to_everyone if settings.public_list else False)
        way = () if head is None else visible(store.history(connection, head.id), Audience.EVERYONE)
    if head is not None and not told:
        way = tuple(attrs.evolve(event, text=None) for event in way)
    shown = own or (settings.public_list and report.shown_to_everyone)
    return draw(
        request,
        "follow.html",
        {
            "report": report,
            "item": item,
            "shown": shown,
            "own": own,
            "token": token if own else "",
            "entries": words.timeline(events, names, names=False, photos=added if shown else {}),
            "steps": {step.action.value: words.step(step) for step in steps_for_reporter(installation, report)} if own else {},
            "appeal_until": until - timedelta(seconds=1) if own and until else None,
            "rating_until": rating_until(report, settings.rating_days) if own else None,
            "voices": others,
            "head": head if told else None,
            "head_state": words.state(head.state) if head is not None else "",
            "head_badge": words.badge(head.state) if head is not None else "",
            "head_entries": words.timeline(way, names, names=False) if own else [],
            "tried": tried.action.value if tried else "",
            "error": words.refusal(refused) if refused else "",
            "typed": tried.text if tried else "",
        },
        status=422 if refused else 200,
        headers=PRIVATE,
    )


def find_report(installation: Installation, typed: str) -> Report:
    """Return the report of a number as people type it.

    Raises:
        ReportNotFoundError: There is none.
    """
    number = parse_number(typed)
    with store.reading(installation) as connection:
        report = store.find(connection, number) if number else None
    if report is None:
        raise ReportNotFoundError
    return report
