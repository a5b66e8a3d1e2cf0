"""The pages citizens use: what the service is, filing a report, following one, the public list."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from smartcity_complaints import store
from smartcity_complaints.draft import Draft, Faults, faults_of
from smartcity_complaints.errors import ComplaintsError, NotPossibleError, PhotoRefusedError, ReportNotFoundError
from smartcity_complaints.filing import KEY_PATTERN, file_report, new_key
from smartcity_complaints.handling import Order, act_as_reporter, appeal_until, steps_for_reporter
from smartcity_complaints.listing import Wanted, page, tally
from smartcity_complaints.numbers import parse_number, token_fits
from smartcity_complaints.photos import ACCEPT_ATTRIBUTE, Picture, prepare
from smartcity_complaints.records import Report, visible
from smartcity_complaints.regional import districts, offices, settings_of
from smartcity_complaints.web.frame import PRIVATE, address, draw, see_other
from smartcity_complaints.web.listed import listed
from smartcity_complaints.web.words import Words
from smartcity_complaints.workflow import Action, Audience, State
from smartcity_share import Installation
from smartcity_share.toolkit import installation_of, language_of

_RECENT = 6
_MOST_FIELDS = 40
_MOST_FILES = 12
_REPORTERS_STEPS = {Action.COMPLETE, Action.APPEAL}


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
    wanted = Wanted(
        public=True,
        kind=asked.get("jenis") or None,
        district=asked.get("wilayah") or None,
        words=asked.get("cari", "")[:100],
    )
    after = asked.get("sesudah")
    with store.reading(installation) as connection:
        found = page(connection, wanted, after)
        items = listed(connection, installation, found.reports, language)
    following = address(
        request, "/laporan", jenis=wanted.kind, wilayah=wanted.district, cari=wanted.words, sesudah=found.following
    )
    return draw(
        request,
        "public_list.html",
        {
            "items": items,
            "wanted": wanted,
            "next_url": following if found.following else None,
            "first_url": address(request, "/laporan") if after else None,
            "kinds": [(kind.code, kind.title.text_in(language)) for kind in settings.kinds],
            "districts": list(districts(installation).items()),
        },
    )


def form(request: Request) -> Response:
    """Show the empty form; a kind may be chosen by the address."""
    return _form(request, Draft(kind=request.query_params.get("jenis", "")), new_key())


async def submit(request: Request) -> Response:
    """File what was filled in, or show the form again with everything that was typed."""
    async with request.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS) as sent:
        uploads = [await upload.read() for upload in sent.getlist("photo") if isinstance(upload, UploadFile) and upload.size]
        return await run_in_threadpool(partial(_submit, request, sent, uploads))


def _submit(request: Request, sent: FormData, uploads: list[bytes]) -> Response:
    installation = installation_of(request)
    draft = Draft.read(sent)
    key = str(sent.get("key", ""))
    if not KEY_PATTERN.fullmatch(key):
        key = new_key()
    faults = faults_of(draft, installation)
    pictures, photo_fault = _prepare(installation, uploads)
    if photo_fault is not None:
        faults["photo"] = photo_fault
    if faults:
        return _form(request, draft, key, faults, photos_lost=bool(uploads))
    filed = file_report(installation, draft, key=key, pictures=pictures, language=language_of(request))
    return see_other(request, f"/lapor/diterima/{filed.number}", kunci=filed.token)


def received(request: Request) -> Response:
    """Confirm, with the number and the link to follow the report by."""
    installation = installation_of(request)
    token = request.query_params.get("kunci", "")
    report = _find(installation, request.path_params["number"])
    if not token_fits(token, report.follow_fingerprint):
        return see_other(request, f"/lacak/{report.number}")
    link = address(request, f"/lacak/{report.number}", kunci=token)
    whole = f"{request.url.scheme}://{request.url.netloc}{link}"
    return draw(request, "received.html", {"report": report, "link": link, "whole_link": whole}, headers=PRIVATE)


def find(request: Request) -> Response:
    """Ask for a number; go on to the report where it is one."""
    typed = request.query_params.get("nomor", "").strip()
    if not typed:
        return draw(request, "find.html", {"typed": "", "error": ""})
    number = parse_number(typed)
    words = Words(language_of(request))
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
    token, action, text = (str(sent.get(name, "")) for name in ("kunci", "action", "text"))
    if action not in _REPORTERS_STEPS:
        raise ReportNotFoundError
    try:
        act_as_reporter(installation_of(request), number, token, Order(Action(action), text.replace("\r\n", "\n")))
    except ReportNotFoundError:
        raise
    except ComplaintsError as refused:
        return _follow(request, token, refused=refused, typed=text)
    return see_other(request, f"/lacak/{number}", kunci=token)


def _follow(request: Request, token: str, *, refused: ComplaintsError | None = None, typed: str = "") -> Response:
    installation = installation_of(request)
    language = language_of(request)
    words = Words(language)
    report = _find(installation, request.path_params["number"])
    own = token_fits(token, report.follow_fingerprint)
    shown = own or (settings_of(installation).public_list and report.shown_to_everyone)
    names = offices(installation, language)
    until = appeal_until(installation, report)
    with store.reading(installation) as connection:
        events = visible(store.history(connection, report.id), Audience.REPORTER if own else Audience.EVERYONE)
        item = listed(connection, installation, (report,), language)[0]
    return draw(
        request,
        "follow.html",
        {
            "report": report,
            "item": item,
            "shown": shown,
            "own": own,
            "token": token if own else "",
            "entries": words.timeline(events, names, names=False),
            "steps": [(step, words.step(step)) for step in steps_for_reporter(installation, report)] if own else [],
            "appeal_until": until - timedelta(seconds=1) if own and until else None,
            "error": words.refusal(refused) if refused else "",
            "typed": typed,
        },
        status=422 if refused else 200,
        headers=PRIVATE,
    )


def _form(request: Request, draft: Draft, key: str, faults: Faults | None = None, *, photos_lost: bool = False) -> Response:
    installation = installation_of(request)
    language = language_of(request)
    settings = settings_of(installation)
    return draw(
        request,
        "form.html",
        {
            "draft": draft,
            "key": key,
            "errors": Words(language).refusals(faults or {}),
            "photos_lost": photos_lost,
            "kinds": [(kind.code, kind.title.text_in(language)) for kind in settings.kinds],
            "districts": list(districts(installation).items()),
            "consent": settings.consent.text_in(language),
            "accept": ACCEPT_ATTRIBUTE,
        },
        status=422 if faults else 200,
        # The one-time key must not come back from a cache for another report.
        headers={"Cache-Control": "private, no-store"},
    )


def _prepare(
    installation: Installation, uploads: list[bytes]
) -> tuple[list[Picture], PhotoRefusedError | NotPossibleError | None]:
    settings = settings_of(installation)
    if len(uploads) > settings.photo_count:
        return [], NotPossibleError("Choose at most %(limit)s photos.", limit=settings.photo_count)
    try:
        return [prepare(upload, settings.photo_megabytes) for upload in uploads], None
    except PhotoRefusedError as refused:
        return [], refused


def _find(installation: Installation, typed: str) -> Report:
    number = parse_number(typed)
    with store.reading(installation) as connection:
        report = store.find(connection, number) if number else None
    if report is None:
        raise ReportNotFoundError
    return report
