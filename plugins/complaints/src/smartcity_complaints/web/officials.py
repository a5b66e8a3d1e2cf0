"""The pages officials use: the work list and one report with everything that can be done with it."""

from __future__ import annotations

from functools import partial

import attrs
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from smartcity_complaints import store
from smartcity_complaints.errors import ChangedMeanwhileError, ComplaintsError, ReportNotFoundError
from smartcity_complaints.handling import WITH_PHOTOS, Order, act, hand_of, read_contact
from smartcity_complaints.joining import joined_with
from smartcity_complaints.listing import Wanted, page, tally
from smartcity_complaints.lookalikes import alike_for
from smartcity_complaints.numbers import parse_number
from smartcity_complaints.open311.answers import MEDIA, answers_of, labelled
from smartcity_complaints.photos import ACCEPT_ATTRIBUTE
from smartcity_complaints.records import Contact, Report
from smartcity_complaints.regional import districts, office_for, offices, settings_of
from smartcity_complaints.web.frame import PRIVATE, address, draw, see_other
from smartcity_complaints.web.listed import listed, photos_by_event
from smartcity_complaints.web.step_words import StepWords
from smartcity_complaints.web.uploads import MOST_FILES, prepare_all, read_uploads
from smartcity_complaints.web.words import Words
from smartcity_complaints.workflow import OPEN, Action, Permission, State, Step, possible
from smartcity_share import Installation
from smartcity_share.toolkit import actor_of, installation_of, language_of
from smartcity_share.toolkit.translations import message

_MOST_FIELDS = 20
_OPEN = "terbuka"
_NEWEST = "terbaru"


@attrs.frozen
class StepForm:
    """The form of one step.

    Attributes:
        step: The step.
        words: Its words.
        typed: What was typed before it was refused.
        error: Why it was refused.
        open: Whether the form is shown open.
        photos: Whether photos can be added.
    """

    step: Step
    words: StepWords
    typed: str = ""
    error: str = ""
    open: bool = False
    photos: bool = False


def work_list(request: Request) -> Response:
    """Show the reports the official may see, narrowed as asked, with what is late."""
    installation = installation_of(request)
    language = language_of(request)
    words = Words(language, installation)
    office = _only_office(request)
    asked = request.query_params
    state = asked.get("status", _OPEN)
    now = installation.now()
    wanted = Wanted(
        state=State(state) if state in set(State) else None,
        open_only=state == _OPEN,
        kind=asked.get("jenis") or None,
        district=asked.get("wilayah") or None,
        office=office if office is not None else asked.get("unit") or None,
        words=asked.get("cari", "")[:100],
        late_at=now if asked.get("terlambat") else None,
        urgent_first=asked.get("urut") != _NEWEST,
    )
    after = asked.get("sesudah")
    with store.reading(installation) as connection:
        counts = tally(connection, now, office)
        found = page(connection, wanted, after)
        items = listed(connection, installation, found.reports, language)
    kept = {name: asked.get(name) for name in ("status", "jenis", "wilayah", "unit", "cari", "terlambat", "urut")}
    return draw(
        request,
        "work_list.html",
        {
            "items": items,
            "counts": counts,
            "wanted": wanted,
            "guessed": found.guessed,
            "orders": [("", words.say("Late ones first")), (_NEWEST, words.say("Newest first"))],
            "state": state,
            "states": [
                (_OPEN, words.say("All that are open")),
                *words.states(),
                ("semua", words.say("All, also those that ended")),
            ],
            "kinds": [(kind.code, kind.title.text_in(language)) for kind in settings_of(installation).kinds],
            "districts": list(districts(installation).items()),
            "offices": [] if office is not None else list(offices(installation, language).items()),
            "next_url": address(request, "/petugas", **kept | {"sesudah": found.following}) if found.following else None,
            "first_url": address(request, "/petugas", **kept) if after else None,
            "may_manage_keys": actor_of(request).may(Permission.API_KEYS),
        },
        headers=PRIVATE,
    )


def detail(request: Request) -> Response:
    """Show one report with its whole history and the steps the official can take."""
    return _detail(request)


async def step(request: Request) -> Response:
    """Take a step with a report."""
    async with request.form(max_files=MOST_FILES, max_fields=_MOST_FIELDS) as sent:
        uploads = await read_uploads(sent)
        return await run_in_threadpool(partial(_step, request, sent, uploads))


def reporter(request: Request) -> Response:
    """Show who reported; that the official looked is recorded."""
    found = read_contact(installation_of(request), actor_of(request), _number(request))
    return _detail(request, contact=found)


def _step(request: Request, sent: FormData, uploads: list[bytes]) -> Response:
    installation = installation_of(request)
    number = _number(request)
    text = str(sent.get("text", "")).replace("\r\n", "\n")
    action, version = str(sent.get("action", "")), str(sent.get("version", ""))
    if action not in set(Action) or not (version.isascii() and version.isdigit()):
        raise ReportNotFoundError
    pictures, photo_fault = prepare_all(installation, uploads)
    order = Order(
        action=Action(action),
        text=text,
        office=str(sent.get("office", "")) or None,
        publish=bool(sent.get("publish")),
        version=int(version),
        head=str(sent.get("head", "")),
        pictures=pictures,
    )
    try:
        if photo_fault is not None:
            raise photo_fault
        act(installation, actor_of(request), number, order)
    except ReportNotFoundError:
        raise
    except ComplaintsError as refused:
        return _detail(request, refused=refused, order=order)
    if not hand_of(actor_of(request)).sees(_find(installation_of(request), number).situation):
        # An office that handed the report back no longer sees it.
        return see_other(request, "/petugas")
    return see_other(request, f"/petugas/laporan/{number}")


def _detail(
    request: Request,
    *,
    contact: Contact | None = None,
    refused: ComplaintsError | None = None,
    order: Order | None = None,
) -> Response:
    installation, actor, language = installation_of(request), actor_of(request), language_of(request)
    words = Words(language, installation)
    hand = hand_of(actor)
    report = _find(installation, _number(request))
    if not hand.sees(report.situation):
        raise ReportNotFoundError
    names = offices(installation, language)
    with store.reading(installation) as connection:
        events = store.history(connection, report.id)
        entries = words.timeline(events, names, names=True, photos=photos_by_event(connection, report))
        alike = alike_for(connection, report, hand) if report.state in OPEN else ()
        likely = listed(connection, installation, [entry.report for entry in alike], language)
        head = None if report.merged_into is None else store.find_by_id(connection, report.merged_into)
        joined = joined_with(connection, report)
        item = listed(connection, installation, (report,), language)[0]
        identified = store.has_contact(connection, report.id)
        answers = answers_of(connection, [report.id])[report.id]
    error = words.refusal(refused) if refused else ""
    steps = possible(report.situation, hand)
    return draw(
        request,
        "detail.html",
        {
            "report": report,
            "item": item,
            "entries": entries,
            "forms_of_steps": _forms(report, steps, words, order, error, photos=settings_of(installation).photo_count > 0),
            "accept": ACCEPT_ATTRIBUTE,
            "alike": [
                (other, entry.likeness.score, words.reasons(entry.likeness)) for other, entry in zip(likely, alike, strict=True)
            ],
            "may_join": any(step.action is Action.MERGE for step in steps),
            "head": head if head is not None and hand.sees(head.situation) else None,
            "joined": [other for other in joined if hand.sees(other.situation)],
            "offices": list(names.items()),
            "proposed_office": (order.office if order else None)
            or report.office
            or office_for(installation, report.kind)
            or "",
            "further": [
                (words.say(message("Picture elsewhere, not checked")) if answer.code == MEDIA else answer.question, answer.text)
                for answer in labelled(settings_of(installation).open311, report.kind, answers, language)
            ],
            "identified": identified,
            "may_see_contact": identified and actor.may(Permission.CONTACT),
            "contact": contact,
            "error": error,
        },
        status=409 if isinstance(refused, ChangedMeanwhileError) else 422 if refused else 200,
        headers=PRIVATE,
    )


def _forms(
    report: Report, steps: tuple[Step, ...], words: Words, order: Order | None, error: str, *, photos: bool
) -> list[StepForm]:
    """Return the forms of the possible steps; the one that was refused, else the first, is open."""
    tried = next((step.action for step in steps if order is not None and step.action is order.action), None)
    leading = tried or _usual(report.state)
    return [
        StepForm(
            step,
            words.step(step),
            typed=(order.head or order.text) if order is not None and step.action is tried else "",
            error=error if step.action is tried else "",
            open=step.action is leading,
            photos=photos and step.action in WITH_PHOTOS,
        )
        for step in steps
    ]


def _usual(state: State) -> Action | None:
    """Return the step that usually comes next."""
    return {
        State.NEW: Action.VERIFY,
        State.VERIFIED: Action.FORWARD,
        State.FORWARDED: Action.START,
        State.IN_PROGRESS: Action.REPLY,
        State.ANSWERED: Action.CLOSE,
    }.get(state)


def _only_office(request: Request) -> str | None:
    """Return the office the official's view is limited to; None where the official sees the whole region."""
    actor = actor_of(request)
    if actor.may(Permission.VIEW_ALL):
        return None
    if actor.may(Permission.VIEW_OFFICE) and actor.office:
        return actor.office
    raise ReportNotFoundError


def _number(request: Request) -> str:
    number = parse_number(request.path_params["number"])
    if number is None:
        raise ReportNotFoundError
    return number


def _find(installation: Installation, number: str) -> Report:
    with store.reading(installation) as connection:
        report = store.find(connection, number)
    if report is None:
        raise ReportNotFoundError
    return report
