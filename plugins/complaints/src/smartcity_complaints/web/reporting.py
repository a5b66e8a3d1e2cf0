"""Filing a report: the form, what was reported before that may be the same, and the confirmation."""

from __future__ import annotations

from functools import partial

import attrs
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from smartcity_complaints import held, store
from smartcity_complaints.draft import Draft, Faults, faults_of
from smartcity_complaints.errors import ReportNotFoundError
from smartcity_complaints.filing import KEY_PATTERN, file_report, new_key
from smartcity_complaints.lookalikes import Lookalike, public_alike
from smartcity_complaints.numbers import token_fits
from smartcity_complaints.photos import ACCEPT_ATTRIBUTE
from smartcity_complaints.regional import districts, settings_of
from smartcity_complaints.web.citizen import find_report
from smartcity_complaints.web.frame import PRIVATE, address, draw, see_other
from smartcity_complaints.web.listed import listed
from smartcity_complaints.web.uploads import MOST_FILES, prepare_all, read_uploads
from smartcity_complaints.web.words import Words
from smartcity_share.toolkit import installation_of, language_of

_MOST_FIELDS = 40
_SEND = "kirim"
_CHANGE = "ubah"
_NO_STORE = {"Cache-Control": "private, no-store"}
"""The one-time key must not come back from a cache for another report."""


def form(request: Request) -> Response:
    """Show the empty form; a kind may be chosen by the address."""
    return _form(request, Draft(kind=request.query_params.get("jenis", "")), new_key())


async def submit(request: Request) -> Response:
    """File what was filled in; before that show what may be the same; or show the form again with everything that was typed."""
    async with request.form(max_files=MOST_FILES, max_fields=_MOST_FIELDS) as sent:
        uploads = await read_uploads(sent)
        return await run_in_threadpool(partial(_submit, request, sent, uploads))


def received(request: Request) -> Response:
    """Confirm, with the number and the link to follow the report by."""
    installation = installation_of(request)
    token = request.query_params.get("kunci", "")
    report = find_report(installation, request.path_params["number"])
    if not token_fits(token, report.follow_fingerprint):
        return see_other(request, f"/lacak/{report.number}")
    link = address(request, f"/lacak/{report.number}", kunci=token)
    whole = f"{request.url.scheme}://{request.url.netloc}{link}"
    return draw(request, "received.html", {"report": report, "link": link, "whole_link": whole}, headers=PRIVATE)


def _submit(request: Request, sent: FormData, uploads: list[bytes]) -> Response:
    installation = installation_of(request)
    draft = Draft.read(sent)
    key = str(sent.get("key", ""))
    if not KEY_PATTERN.fullmatch(key):
        key = new_key()
    if sent.get("ikuti"):
        return _follow_other(request, key, str(sent.get("ikuti")))
    if sent.get("tanpa_foto"):
        held.drop(installation, key)
    wish = str(sent.get("langkah", ""))
    faults = faults_of(draft, installation)
    pictures, photo_fault = prepare_all(installation, uploads, already=held.held_count(installation, key))
    if photo_fault is not None:
        faults["photo"] = photo_fault
    alike = () if faults or wish in {_SEND, _CHANGE} else public_alike(installation, draft)
    if faults or alike or wish == _CHANGE:
        # Without consent nothing of a person is kept, not even for an hour.
        kept = bool(pictures) and draft.consent and held.hold(installation, key, pictures)
        lost = bool(uploads) and not kept
        if alike:
            return _alike(request, draft, key, alike, photos_lost=lost)
        return _form(request, draft, key, faults, photos_lost=lost)
    pictures = (*held.held_pictures(installation, key), *pictures)
    filed = file_report(installation, draft, key=key, pictures=pictures, language=language_of(request))
    held.drop(installation, key)
    return see_other(request, f"/lapor/diterima/{filed.number}", kunci=filed.token)


def _follow_other(request: Request, key: str, typed: str) -> Response:
    """Leave the report unsent: count one more voice for the other one, and show where it stands."""
    installation = installation_of(request)
    report = find_report(installation, typed)
    if not (settings_of(installation).public_list and report.shown_to_everyone):
        raise ReportNotFoundError
    with installation.database.begin() as connection:
        store.add_echo(connection, report.id)
    held.drop(installation, key)
    return see_other(request, f"/lacak/{report.number}")


def _alike(request: Request, draft: Draft, key: str, alike: tuple[Lookalike, ...], *, photos_lost: bool) -> Response:
    installation = installation_of(request)
    words = Words(language_of(request), installation_of(request))
    with store.reading(installation) as connection:
        items = listed(connection, installation, [entry.report for entry in alike], words.language)
    fields = [(name, value) for name, value in attrs.asdict(draft).items() if value]
    return draw(
        request,
        "alike.html",
        {
            "alike": [(item, words.reasons(entry.likeness)) for item, entry in zip(items, alike, strict=True)],
            "fields": [(name, "1" if value is True else value) for name, value in fields],
            "key": key,
            "held": held.held_count(installation, key),
            "photos_lost": photos_lost,
        },
        headers=_NO_STORE,
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
            "errors": Words(language, installation).refusals(faults or {}),
            "photos_lost": photos_lost,
            "held": held.held_count(installation, key),
            "kinds": [(kind.code, kind.title.text_in(language)) for kind in settings.kinds],
            "districts": list(districts(installation).items()),
            "consent": settings.consent.text_in(language),
            "accept": ACCEPT_ATTRIBUTE,
        },
        status=422 if faults else 200,
        headers=_NO_STORE,
    )
