"""Who acts: an official by session, a reporter by the secret of the link, or the service itself."""

from __future__ import annotations

from sqlalchemy import Connection

from smartcity_complaints import store
from smartcity_complaints.errors import NotPossibleError, ReportNotFoundError
from smartcity_complaints.handling.appeals import may_still_appeal
from smartcity_complaints.handling.hands import hand_of
from smartcity_complaints.handling.orders import WITH_PHOTOS, Order
from smartcity_complaints.handling.taking import take
from smartcity_complaints.keeping import KeptFiles
from smartcity_complaints.numbers import token_fits
from smartcity_complaints.rating import may_rate
from smartcity_complaints.records import Report
from smartcity_complaints.regional import settings_of
from smartcity_complaints.workflow import Action, Hand, Step, possible
from smartcity_share import Actor, Installation


def act(installation: Installation, actor: Actor, number: str, order: Order) -> Report:
    """Let an official take a step.

    Args:
        installation: The installation the report is in.
        actor: The official, from the session.
        number: Number of the report.
        order: What is to be done.

    Returns:
        The report as it is now.

    Raises:
        ReportNotFoundError: There is none of this number that the official may see.
        NotAllowedError: The official lacks the permission.
        NotPossibleError: The state does not allow it, or something is missing.
        ChangedMeanwhileError: Somebody else was faster.
    """
    hand = hand_of(actor)
    if order.pictures and order.action not in WITH_PHOTOS:
        raise NotPossibleError("Photos can only be added to progress and to a reply.")
    with KeptFiles(installation.files) as files, installation.database.begin() as connection:
        report = store.find(connection, number)
        if report is None or not hand.sees(report.situation):
            raise ReportNotFoundError
        changed = take(connection, installation, report, hand, order, author="official", actor=actor)
        if order.pictures:
            last = store.history(connection, changed.id)[-1].sequence
            now = changed.updated_at
            files.keep(connection, changed, order.pictures, author="official", at=now, event_sequence=last)
        return changed


def act_as_reporter(installation: Installation, number: str, token: str, order: Order) -> Report:
    """Let the reporter take a step, shown by the secret of the follow link.

    Raises:
        ReportNotFoundError: There is no such report, or the secret is not its own.
        NotAllowedError: The step is for officials.
        NotPossibleError: The state does not allow it, words are missing, or the time to object has passed.
        ChangedMeanwhileError: An official was faster.
    """
    with installation.database.begin() as connection:
        report = store.find(connection, number)
        if report is None or not token_fits(token, report.follow_fingerprint):
            raise ReportNotFoundError
        if order.action is Action.APPEAL and not may_still_appeal(installation, report):
            raise NotPossibleError("The time to object has passed. File a new report and name this number.")
        return take(connection, installation, report, Hand(reporter=True), order, author="reporter", actor=None)


def act_by_clock(connection: Connection, installation: Installation, report: Report, order: Order) -> Report:
    """Take a step because its time has come, in a transaction of the caller.

    Raises:
        NotAllowedError: The step is for people.
        NotPossibleError: The state does not allow it.
        ChangedMeanwhileError: Somebody was faster.
    """
    return take(connection, installation, report, Hand(clock=True), order, author="system", actor=None)


def steps_for_reporter(installation: Installation, report: Report) -> tuple[Step, ...]:
    """Return the steps the reporter can take now."""
    may = {
        Action.COMPLETE: True,
        Action.APPEAL: may_still_appeal(installation, report),
        Action.RATE: may_rate(report, settings_of(installation).rating_days, installation.now()),
    }
    return tuple(step for step in possible(report.situation, Hand(reporter=True)) if may[step.action])
