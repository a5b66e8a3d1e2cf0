"""A report as lists and pages show it: names in place of codes."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
from sqlalchemy import Connection

from smartcity_complaints import store
from smartcity_complaints.records import Photo, Report
from smartcity_complaints.regional import districts, offices, settings_of
from smartcity_complaints.web.words import Words, summary_of
from smartcity_share import Installation
from smartcity_share.toolkit import text_in


@attrs.frozen
class Item:
    """One report of a list.

    Attributes:
        report: The report.
        kind: Title of its kind.
        district: Name of its district, or empty.
        office: Name of the office that has it, or empty.
        state: Name of its state.
        badge: Colour of the state.
        summary: The beginning of its words.
        late: Whether its deadline has passed.
        photos: The photos it was reported with.
    """

    report: Report
    kind: str
    district: str
    office: str
    state: str
    badge: str
    summary: str
    late: bool
    photos: tuple[Photo, ...]


def listed(connection: Connection, installation: Installation, reports: Sequence[Report], language: str) -> list[Item]:
    """Return reports with the names of what they refer to.

    Args:
        connection: An open connection.
        installation: The installation they are in.
        reports: The reports.
        language: Language of the page.
    """
    words = Words(language, installation)
    settings = settings_of(installation)
    kinds = {code: text_in(titles, language) for code, titles in store.kind_titles(connection).items()}
    kinds |= {kind.code: kind.title.text_in(language) for kind in settings.kinds}
    district_names, office_names = districts(installation), offices(installation, language)
    pictures = store.photos(connection, [report.id for report in reports])
    now = installation.now()
    return [
        Item(
            report=report,
            kind=kinds.get(report.kind, report.kind),
            # A district or office that the profile no longer lists keeps its code: nothing is lost.
            district=district_names.get(report.district, report.district) if report.district else "",
            office=office_names.get(report.office, report.office) if report.office else "",
            state=words.state(report.state),
            badge=words.badge(report.state),
            summary=words.say("The words were erased.") if report.erased_at else summary_of(report),
            late=report.late(now),
            photos=tuple(photo for photo in pictures[report.id] if photo.event_sequence is None),
        )
        for report in reports
    ]


def photos_by_event(connection: Connection, report: Report) -> dict[int, tuple[Photo, ...]]:
    """Return the photos that officials added, by the event they added them with."""
    found: dict[int, tuple[Photo, ...]] = {}
    for photo in store.photos(connection, [report.id])[report.id]:
        if photo.event_sequence is not None:
            found[photo.event_sequence] = (*found.get(photo.event_sequence, ()), photo)
    return found
