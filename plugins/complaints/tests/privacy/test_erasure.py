"""What a reporter asks for and an official grants is erased everywhere; the number, the dates and the counts stay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest
from sqlalchemy import func, select

from smartcity_complaints import model, store
from smartcity_complaints.errors import NotAllowedError, NotPossibleError, ReportNotFoundError
from smartcity_complaints.filing import Filed
from smartcity_complaints.listing import tally
from smartcity_complaints.plugin import check_health
from smartcity_complaints.privacy.requests import (
    RequestState,
    ask_erasure,
    decide,
    open_requests,
    requests_of,
    stop_news,
)
from smartcity_complaints.sending import send_waiting
from smartcity_complaints.workflow import State
from smartcity_share import Actor, HealthState, Installation

Mark = Callable[..., Filed]
Everything = Callable[[Installation], str]
FoundIn = Callable[[str | bytes], list[str]]
Official = Callable[..., Actor]


def _asked(installation: Installation, filed: Filed, words: str = "TANDAALASAN") -> int:
    ask_erasure(installation, filed.number, filed.token, words)
    with store.reading(installation) as connection:
        return open_requests(connection)[-1].id


def test_what_was_granted_is_in_no_table_any_more(
    installation: Installation, mark: Mark, official: Official, everything: Everything, found_in: FoundIn
) -> None:
    filed = mark(handled=True, published=True)
    request = _asked(installation, filed)
    decide(installation, attrs.evolve(official("data-officer"), name="Petugas"), request, grant=True, answer="Dikabulkan.")
    left = everything(installation).replace("tandapetugas", "")

    assert found_in(left) == []
    assert list(installation.files.names()) == []


def test_what_was_granted_is_not_in_the_file_of_the_database_either(
    installation: Installation, mark: Mark, official: Official, found_in: FoundIn
) -> None:
    filed = mark(handled=True, published=True)
    decide(installation, official("data-officer"), _asked(installation, filed), grant=True, answer="Dikabulkan.")
    with installation.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    installation.database.close()  # type: ignore[attr-defined]
    content = installation.database.path.read_bytes().lower()  # type: ignore[attr-defined]

    assert found_in(content.replace(b"tandapetugas", b"")) == []


def test_number_kind_dates_history_and_counts_stay(installation: Installation, mark: Mark, official: Official) -> None:
    filed = mark(handled=True)
    with store.reading(installation) as connection:
        before = store.find(connection, filed.number)
        counted = tally(connection, installation.now())
    assert before is not None
    after = decide(installation, official("data-officer"), _asked(installation, filed), grant=True, answer="Dikabulkan.")
    kept = ("number", "kind", "state", "office", "submitted_at", "verified_at", "forwarded_at", "answered_at", "closed_at")
    with store.reading(installation) as connection:
        history = store.history(connection, after.id)

        assert tally(connection, installation.now()) == counted
        assert connection.execute(select(func.count()).select_from(model.reporter)).scalar_one() == 1
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    assert [event.action for event in history] == ["submit", "verify", "forward", "reply", "close"]
    assert {event.actor_name for event in history} == {"", "TANDAPETUGAS"}
    assert not after.shown_to_everyone
    assert after.state is State.CLOSED


def test_a_refusal_changes_nothing_and_tells_the_reason(
    installation: Installation, mark: Mark, official: Official, audit: Any
) -> None:
    filed = mark()
    request = _asked(installation, filed)
    report = decide(installation, official("data-officer"), request, grant=False, answer="Masih diperlukan sebagai bukti.")
    with store.reading(installation) as connection:
        (decided,) = requests_of(connection, report.id)
        contact = store.contact(connection, report.id)

    assert report.text.startswith("TANDAISI")
    assert contact is not None
    assert contact.name == "TANDANAMA Contoh"
    assert (decided.state, decided.answer) == (RequestState.REFUSED, "Masih diperlukan sebagai bukti.")
    assert [entry[1] for entry in audit.entries][-2:] == ["privacy.erasure-asked", "privacy.erasure-refused"]


def test_the_reporter_still_reads_the_decision_after_the_erasure(
    installation: Installation, mark: Mark, official: Official
) -> None:
    from smartcity_complaints.privacy.requests import own_report

    filed = mark(handled=True)
    decide(installation, official("data-officer"), _asked(installation, filed), grant=True, answer="Dikabulkan.")
    with store.reading(installation) as connection:
        report = own_report(connection, filed.number, filed.token)

    assert report.erased_at == installation.now()
    with pytest.raises(NotPossibleError, match="erased already"):
        ask_erasure(installation, filed.number, filed.token, "")


def test_who_decides_is_permitted_says_why_and_decides_once(installation: Installation, mark: Mark, official: Official) -> None:
    request = _asked(installation, mark())
    officer = official("data-officer")
    for role in ("coordinator", "verifier", "leader"):
        with pytest.raises(NotAllowedError):
            decide(installation, official(role), request, grant=True, answer="Ya.")
    with pytest.raises(NotPossibleError, match="Write some words"):
        decide(installation, officer, request, grant=True, answer="  ")
    with pytest.raises(ReportNotFoundError):
        decide(installation, officer, request + 1, grant=True, answer="Ya.")
    decide(installation, officer, request, grant=False, answer="Tidak.")
    with pytest.raises(NotPossibleError, match="decided already"):
        decide(installation, officer, request, grant=True, answer="Ya.")


@pytest.mark.parametrize("token", ["", "A" * 26, "x"])
def test_without_the_secret_nothing_can_be_asked(installation: Installation, mark: Mark, token: str) -> None:
    number = mark().number
    with pytest.raises(ReportNotFoundError):
        ask_erasure(installation, number, token, "")
    with pytest.raises(ReportNotFoundError):
        stop_news(installation, number, token)
    with store.reading(installation) as connection:
        assert open_requests(connection) == ()


def test_asking_twice_is_one_request(installation: Installation, mark: Mark) -> None:
    filed = mark()
    _asked(installation, filed)
    with pytest.raises(NotPossibleError, match="asked for this already"):
        _asked(installation, filed)


def test_health_tells_of_requests_that_wait_too_long(installation: Installation, mark: Mark, clock: Any) -> None:
    _asked(installation, mark())
    send_waiting(installation)
    clock.move(hours=71)
    assert check_health(installation).state is HealthState.OK

    clock.move(hours=1)
    health = check_health(installation)

    assert health.state is HealthState.DEGRADED
    assert "1 requests for erasure" in health.message
    assert "data protection officer" in health.mend


def test_stopping_the_news_takes_back_what_waits(installation: Installation, mark: Mark, post: Any) -> None:
    filed = mark()
    stop_news(installation, filed.number, filed.token)

    assert send_waiting(installation) == 0
    assert post.sent == []
    with store.reading(installation) as connection:
        assert connection.execute(select(model.outbox.c.secret)).scalars().all() == [None]


def test_a_photo_that_is_gone_already_does_not_stop_the_erasure(
    installation: Installation, mark: Mark, official: Official
) -> None:
    filed = mark()
    for name in list(installation.files.names()):
        installation.files.delete(name)

    assert decide(installation, official("data-officer"), _asked(installation, filed), grant=True, answer="Ya.").text == ""
