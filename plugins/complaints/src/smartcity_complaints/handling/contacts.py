"""Who reported: shown on demand, and each look recorded."""

from __future__ import annotations

from smartcity_complaints import store
from smartcity_complaints.errors import ReportNotFoundError
from smartcity_complaints.handling.hands import hand_of
from smartcity_complaints.records import Contact
from smartcity_complaints.workflow import Permission
from smartcity_share import Actor, Installation


def read_contact(installation: Installation, actor: Actor, number: str) -> Contact | None:
    """Return who reported, and record that the official looked.

    Returns:
        The contact; None for an anonymous report.

    Raises:
        ReportNotFoundError: There is no report of this number whose reporter the official may know.
    """
    hand = hand_of(actor)
    with store.reading(installation) as connection:
        report = store.find(connection, number)
        if report is None or not hand.sees(report.situation) or Permission.CONTACT not in hand.permissions:
            raise ReportNotFoundError
        found = store.contact(connection, report.id)
        installation.audit.record(actor, "report.contact-seen", report.number)
        return found
