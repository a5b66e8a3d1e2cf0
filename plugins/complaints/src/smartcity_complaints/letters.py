"""The words of a notice, put together when it is sent: what was erased before then is not in it.

What a reporter typed is never repeated: whoever types a stranger's address into the form must not be able to write to them
through the government. What officials wrote to the reporter is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs
from sqlalchemy import Connection

from smartcity_complaints import store
from smartcity_complaints.handling import appeal_until
from smartcity_complaints.notices import NoticeKind
from smartcity_complaints.outbox import Entry
from smartcity_complaints.records import Event, Report
from smartcity_complaints.regional import settings_of
from smartcity_complaints.web.words import Words
from smartcity_complaints.workflow import Audience
from smartcity_share import Installation, Message
from smartcity_share.toolkit import text_in
from smartcity_share.toolkit.formats import format_day
from smartcity_share.toolkit.translations import message

_SUBJECTS: Final = {
    NoticeKind.RECEIVED: message("Report %(number)s has arrived"),
    NoticeKind.RETURNED: message("Report %(number)s: we need to know more"),
    NoticeKind.REJECTED: message("Report %(number)s cannot be handled here"),
    NoticeKind.FORWARDED: message("Report %(number)s lies with the office in charge"),
    NoticeKind.ANSWERED: message("Report %(number)s has a reply"),
    NoticeKind.CLOSED: message("Report %(number)s is closed"),
    NoticeKind.JOINED: message("Report %(number)s was joined with another"),
    NoticeKind.ASSIGNED: message("Report %(number)s was forwarded to your office"),
    NoticeKind.LATE: message("Report %(number)s is late"),
}

_OPENINGS: Final = {
    NoticeKind.RECEIVED: message("Your report about %(about)s has arrived. Its number is %(number)s."),
    NoticeKind.RETURNED: message("Before your report about %(about)s can be handled, an official needs to know more."),
    NoticeKind.REJECTED: message("Your report about %(about)s cannot be handled by this service."),
    NoticeKind.FORWARDED: message("Your report about %(about)s was checked and lies with %(office)s now."),
    NoticeKind.ANSWERED: message("There is a reply to your report about %(about)s."),
    NoticeKind.CLOSED: message("Your report about %(about)s has been handled and is closed."),
    NoticeKind.JOINED: message(
        "The matter of your report about %(about)s was reported before. The two were joined: what is done is shown for both."
    ),
    NoticeKind.ASSIGNED: message("A report about %(about)s was forwarded to %(office)s."),
    NoticeKind.LATE: message("The deadline of a report about %(about)s that lies with %(office)s has passed."),
}


@attrs.frozen
class _Case:
    """What a letter is about."""

    entry: Entry
    kind: NoticeKind
    report: Report
    event: Event | None
    about: str
    office: str


def compose(connection: Connection, installation: Installation, entry: Entry) -> Message | None:
    """Return a notice as it goes out, None where nobody is to be told any more.

    Args:
        connection: An open connection.
        installation: The installation.
        entry: The notice.
    """
    report = store.find_by_id(connection, entry.report_id)
    to = _address(connection, installation, entry, report)
    if not to:
        return None
    words = Words(entry.language, installation)
    case = _case(connection, installation, entry, report)
    service = settings_of(installation).service_name.text_in(entry.language)
    subject = words.say(_SUBJECTS[case.kind], number=report.number)
    paragraphs = [*_to_office(installation, words, case)] if entry.office else [*_to_reporter(installation, words, case)]
    text = "\n\n".join([*paragraphs, service]) + "\n"
    return Message(to, f"{service}: {subject}", text, entry.language, entry.reference)


def _address(connection: Connection, installation: Installation, entry: Entry, report: Report) -> str:
    """Return where a notice goes now; empty where the reporter wants no news or the office no longer has the report."""
    if entry.office is not None:
        office = installation.region.office(entry.office)
        return (office.email or "") if office is not None and report.office == entry.office else ""
    contact = store.contact(connection, report.id)
    return contact.email if contact is not None and contact.notices_at is not None else ""


def _case(connection: Connection, installation: Installation, entry: Entry, report: Report) -> _Case:
    event = next((found for found in store.history(connection, report.id) if found.sequence == entry.sequence), None)
    office_id = entry.office or (None if event is None else event.office) or report.office
    office = installation.region.office(office_id) if office_id else None
    return _Case(
        entry,
        NoticeKind(entry.kind),
        report,
        event,
        about=text_in(store.kind_titles(connection)[report.kind], entry.language),
        office=text_in(office.name, entry.language) if office is not None else office_id or "",
    )


def _opening(words: Words, case: _Case) -> str:
    values = {"about": case.about, "number": case.report.number, "office": case.office}
    return words.say(_OPENINGS[case.kind], **values)


def _to_reporter(installation: Installation, words: Words, case: _Case) -> Iterator[str]:
    report, zone, language = case.report, installation.region.time_zone, case.entry.language
    yield _opening(words, case)
    said = case.event is not None and case.event.text_audience is not Audience.OFFICIALS and case.kind is not NoticeKind.JOINED
    if said and case.event is not None and case.event.text:
        yield words.say(message("What the official wrote:"))
        yield "\n".join(f"> {line}" for line in case.event.text.splitlines())
    if case.kind is NoticeKind.RECEIVED and report.last_day is not None:
        yield words.say(message("An official checks it by %(day)s."), day=format_day(report.last_day, language, zone))
    until = appeal_until(installation, report) if case.kind is NoticeKind.ANSWERED else None
    if until is not None:
        yield words.say(message("Not solved? You can object until %(day)s."), day=format_day(until, language, zone))
    yield _own_way(installation, words, case)
    yield words.say(message("You get this e-mail because you asked for news of this report. On its page you can stop it."))


def _own_way(installation: Installation, words: Words, case: _Case) -> str:
    address = settings_of(installation).public_address
    if not address:
        return words.say(message("Follow the report with the link you were shown when you sent it, or with its number."))
    page = f"{address}/lacak/{case.report.number}"
    if case.entry.secret:
        link = f"{page}?kunci={case.entry.secret}"
        return words.say(message("Your own link, which opens the report and answers for you; do not pass it on:")) + f"\n{link}"
    return words.say(message("Follow the report with your own link, or with its number here:")) + f"\n{page}"


def _to_office(installation: Installation, words: Words, case: _Case) -> Iterator[str]:
    report, zone = case.report, installation.region.time_zone
    yield _opening(words, case)
    if report.last_day is not None:
        day = format_day(report.last_day, case.entry.language, zone)
        yield words.say(
            message("The last day for a reply was %(day)s.")
            if case.kind is NoticeKind.LATE
            else message("The reply is due by %(day)s."),
            day=day,
        )
    address = settings_of(installation).public_address
    if address:
        yield words.say(message("Open it in the work list:")) + f"\n{address}/petugas/laporan/{report.number}"
    else:
        yield words.say(message("Open it in the work list of the service."))
