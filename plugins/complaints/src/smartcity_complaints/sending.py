"""The job that sends what waits, and what health says about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from smartcity_complaints import letters, outbox, store
from smartcity_complaints.outbox import Entry, NoticeState, Standing
from smartcity_share import Actor, Delivery, Health, HealthState, Installation, Message, Sentence

MOST_AT_ONCE: Final = 200
"""How many notices one run sends: a connector that takes seconds for each must not make the run overrun its limit."""
_PATIENCE: Final = timedelta(hours=1)
"""How long a notice may wait before health speaks of it."""


def send_waiting(installation: Installation, most: int = MOST_AT_ONCE) -> int:
    """Send what waits, the oldest first; stop where nobody can be reached.

    Args:
        installation: The installation.
        most: How many at most.

    Returns:
        How many were sent.
    """
    if installation.messages is None:
        return 0
    sent = 0
    for _ in range(most):
        with installation.database.begin() as connection:
            entry = outbox.claim_next(connection, installation.now())
        if entry is None:
            break
        # No transaction is open while the connector waits for the other side.
        with store.reading(installation) as connection:
            message = letters.compose(connection, installation, entry)
        if message is None:
            with installation.database.begin() as connection:
                outbox.drop(connection, entry, installation.now())
            continue
        delivery = installation.messages.send(message)
        sent += _settle(installation, entry, message, delivery) is NoticeState.SENT
        if not delivery.accepted and delivery.unreachable:
            break
    return sent


def send_again(installation: Installation, actor: Actor) -> int:
    """Let every notice that was given up wait anew; return how many. It is recorded who asked for it."""
    with installation.database.begin() as connection:
        count = outbox.try_again(connection, installation.now())
        installation.audit.record(actor, "notices.tried-again", "notices", {"count": count})
        return count


def how_notices_are(installation: Installation) -> Standing:
    """Return how the outbox is."""
    with store.reading(installation) as connection:
        return outbox.standing(connection)


def health_of_notices(installation: Installation) -> Health:
    """Say whether notices reach their people."""
    found = how_notices_are(installation)
    if found.waiting and installation.messages is None:
        return Health(
            HealthState.DEGRADED,
            Sentence("%(count)s notices wait, and the region has no connector for messages.", count=found.waiting),
            Sentence("Install one: `smartcity install smtp`."),
        )
    if found.failed:
        return Health(
            HealthState.DEGRADED,
            _with_answer(
                Sentence(
                    "%(failed)s notices could not be sent and are no longer tried; %(waiting)s wait.",
                    failed=found.failed,
                    waiting=found.waiting,
                ),
                found.reason,
            ),
            Sentence("Mend what the answer says, then choose “Try again” on the page “Notices” of the officials."),
        )
    if found.since is not None and (found.stuck or installation.now() - found.since > _PATIENCE):
        since = f"{found.since:%Y-%m-%d %H:%M} UTC"
        return Health(
            HealthState.DEGRADED,
            _with_answer(
                Sentence("%(count)s notices wait to be sent, the oldest since %(since)s.", count=found.waiting, since=since),
                found.reason,
            ),
            Sentence(
                "See that the connector for messages is healthy and that jobs run. Nothing is lost: they are sent afterwards."
            ),
        )
    return Health(HealthState.OK, Sentence("%(count)s notices wait to be sent.", count=found.waiting))


def _with_answer(sentence: Sentence, reason: str | None) -> Sentence:
    if not reason:
        return sentence
    return Sentence("%(sentence)s The last answer: %(reason)s", sentence=sentence, reason=reason)


def _settle(installation: Installation, entry: Entry, message: Message, delivery: Delivery) -> NoticeState:
    with installation.database.begin() as connection:
        return outbox.settle(connection, entry, delivery, installation.now(), private=message.to)
