"""What is to be told is kept with the act, sent in order, tried again, and given up in the open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from smartcity_complaints import model, outbox, store
from smartcity_complaints.filing import Filed
from smartcity_complaints.notices import Notice, NoticeKind, enqueue, tell_late
from smartcity_complaints.plugin import check_health, jobs
from smartcity_complaints.records import Report
from smartcity_complaints.sending import how_notices_are, send_again, send_waiting
from smartcity_complaints.workflow import Action
from smartcity_share import Actor, Delivery, HealthState, Installation

Ask = Callable[..., Filed]
Do = Callable[..., Report]


def rows(installation: Installation, *columns: str) -> list[tuple[Any, ...]]:
    picked = [model.outbox.c[name] for name in columns]
    with store.reading(installation) as connection:
        return [tuple(row) for row in connection.execute(select(*picked).order_by(model.outbox.c.id))]


def test_a_report_whose_reporter_wants_news_is_told_step_by_step(
    installation: Installation, post: Any, ask: Ask, do: Do
) -> None:
    number = ask().number
    do(number, Action.VERIFY)
    do(number, Action.FORWARD, office="dinas-lh")
    do(number, Action.REPLY, text="Sudah diangkut.")
    do(number, Action.CLOSE)

    assert send_waiting(installation) == 5
    assert post.references == [
        f"{number}/1/reporter",
        f"{number}/3/reporter",
        f"{number}/3/dinas-lh",
        f"{number}/4/reporter",
        f"{number}/5/reporter",
    ]
    assert {state for (state,) in rows(installation, "state")} == {"sent"}
    assert send_waiting(installation) == 0


@pytest.mark.parametrize("changes", [{"notices": False}, {"name": "", "email": "", "phone": "", "notices": False}])
def test_a_reporter_who_did_not_ask_for_news_gets_none(
    installation: Installation, post: Any, ask: Ask, do: Do, changes: dict[str, Any]
) -> None:
    do(ask(**changes).number, Action.REJECT, text="Bukan kewenangan daerah.")

    assert rows(installation, "reference") == []


def test_asking_for_news_without_an_address_is_refused(installation: Installation, draft: Callable[..., Any]) -> None:
    from smartcity_complaints.draft import faults_of

    assert list(faults_of(draft(notices=True, phone="0812345678"), installation)) == ["email"]


def test_without_a_connector_nothing_is_kept_to_be_told(install: Callable[..., Installation], draft: Any) -> None:
    from smartcity_complaints.filing import file_report, new_key

    bare = install()
    file_report(bare, draft(email="warga@contoh.example", notices=True), key=new_key())

    assert rows(bare, "reference") == []
    assert send_waiting(bare) == 0


def test_a_notice_is_kept_exactly_when_its_act_is(installation: Installation, ask: Ask) -> None:
    number = ask().number

    def act_that_fails() -> None:
        with installation.database.begin() as connection:
            report = store.find(connection, number)
            assert report is not None
            assert enqueue(connection, installation, Notice(NoticeKind.CLOSED, report, "9"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act_that_fails()

    assert rows(installation, "reference") == [(f"{number}/1/reporter",)]


def test_the_same_reference_is_kept_once(installation: Installation, ask: Ask, do: Do) -> None:
    number = ask().number
    do(number, Action.VERIFY)
    report = do(number, Action.FORWARD, office="dinas-lh")
    told = []
    for _ in range(3):
        with installation.database.begin() as connection:
            told.append(tell_late(connection, installation, report, date(2026, 3, 9)))

    assert told == [True, False, False]


def test_neither_address_nor_words_lie_in_the_outbox(installation: Installation, ask: Ask, do: Do) -> None:
    number = ask(name="TANDA-NAMA", text="TANDA-ISI " * 3, place="TANDA-TEMPAT").number
    do(number, Action.RETURN, text="TANDA-JAWAB")
    with store.reading(installation) as connection:
        kept = str(connection.execute(select(model.outbox)).all())

    assert "TANDA" not in kept
    assert "warga@" not in kept


def test_the_secret_of_the_link_leaves_the_outbox_with_the_notice(installation: Installation, ask: Ask) -> None:
    filed = ask()
    assert rows(installation, "secret") == [(filed.token,)]

    send_waiting(installation)

    assert rows(installation, "secret") == [(None,)]


# -- a mail server that is down ----------------------------------------------------------------------------------------------


def test_after_a_day_without_a_mail_server_everything_is_sent_in_order(
    installation: Installation, post: Any, ask: Ask, do: Do, clock: Any
) -> None:
    post.close()
    wanted = []
    for _ in range(8):
        number = ask().number
        do(number, Action.REJECT, text="Bukan kewenangan daerah.")
        wanted += [f"{number}/1/reporter", f"{number}/2/reporter"]
        for _ in range(36):
            send_waiting(installation)
            clock.move(minutes=5)
    post.open()
    clock.move(hours=1)

    assert send_waiting(installation) == len(wanted)
    assert post.references == wanted


def test_while_nobody_can_be_reached_one_notice_knocks_at_growing_intervals(
    installation: Installation, post: Any, ask: Ask, clock: Any
) -> None:
    post.close()
    for _ in range(20):
        ask()
    for _ in range(24 * 60):
        send_waiting(installation)
        clock.move(minutes=1)

    assert post.asked < 40
    assert {attempts for (attempts,) in rows(installation, "attempts")[1:]} == {0}


def test_health_tells_how_many_wait_and_why(installation: Installation, post: Any, ask: Ask) -> None:
    post.close()
    ask()
    ask()
    assert check_health(installation).state is HealthState.OK

    send_waiting(installation)
    health = check_health(installation)

    assert health.state is HealthState.DEGRADED
    assert (
        "2 notices wait to be sent, the oldest since 2026-03-02 01:00 UTC. The last answer: connection refused"
        in health.message
    )
    assert "Nothing is lost" in health.mend


def test_health_tells_of_notices_that_nobody_collects(installation: Installation, ask: Ask, clock: Any) -> None:
    ask()
    clock.move(hours=2)

    assert check_health(installation).state is HealthState.DEGRADED


def test_health_asks_for_a_connector_where_notices_wait_and_it_left(installation: Installation, ask: Ask) -> None:
    ask()
    health = check_health(attrs.evolve(installation, messages=None))

    assert health.state is HealthState.DEGRADED
    assert "no connector" in health.message
    assert "smartcity install smtp" in health.mend


# -- notices that are refused ------------------------------------------------------------------------------------------------


def test_a_refused_address_fails_at_once_and_holds_nobody_up(
    installation: Installation, post: Any, ask: Ask, clock: Any
) -> None:
    post.refused["salah@contoh.example"] = Delivery(accepted=False, reason="550 <salah@contoh.example> unknown")
    ask(email="salah@contoh.example")
    other = ask().number

    assert send_waiting(installation) == 1
    assert post.references == [f"{other}/1/reporter"]
    assert rows(installation, "state", "reason")[0] == ("failed", "550 <…> unknown")
    health = check_health(installation)
    assert health.state is HealthState.DEGRADED
    assert health.message.startswith("1 notices could not be sent")
    assert "contoh.example" not in health.message


def test_a_full_mailbox_delays_its_own_report_alone_and_keeps_its_order(
    installation: Installation, post: Any, ask: Ask, do: Do, clock: Any
) -> None:
    post.refused["penuh@contoh.example"] = Delivery(accepted=False, retry=True, reason="452 mailbox full")
    full = ask(email="penuh@contoh.example").number
    do(full, Action.REJECT, text="Bukan kewenangan daerah.")
    other = ask().number
    send_waiting(installation)
    assert post.references == [f"{other}/1/reporter"]

    post.refused.clear()
    clock.move(minutes=1)
    send_waiting(installation)

    assert post.references == [f"{other}/1/reporter", f"{full}/1/reporter", f"{full}/2/reporter"]


def test_after_five_days_a_notice_is_given_up_and_an_official_can_have_it_tried_again(
    installation: Installation, post: Any, ask: Ask, clock: Any, official: Callable[..., Actor], audit: Any
) -> None:
    post.close()
    ask()
    for _ in range(6 * 24):
        send_waiting(installation)
        clock.move(hours=1)
    assert rows(installation, "state") == [("failed",)]
    asked = post.asked
    send_waiting(installation)
    assert post.asked == asked

    post.open()
    assert send_again(installation, official()) == 1
    assert send_waiting(installation) == 1
    assert check_health(installation).state is HealthState.OK
    assert audit.entries[-1][1] == "notices.tried-again"


@given(st.integers(min_value=0, max_value=10_000))
def test_the_pause_grows_to_an_hour_and_never_shrinks(attempts: int) -> None:
    pause = outbox.pause_after(attempts)

    assert timedelta(minutes=1) <= pause <= timedelta(hours=1)
    assert pause <= outbox.pause_after(attempts + 1)


# -- two processes -----------------------------------------------------------------------------------------------------------


def test_two_processes_never_send_the_same_notice(installation: Installation, ask: Ask, clock: Any) -> None:
    ask()
    ask()
    with installation.database.begin() as connection:
        mine = outbox.claim_next(connection, clock())
    with installation.database.begin() as connection:
        other = outbox.claim_next(connection, clock())

    assert mine is not None
    assert other is None


def test_who_comes_back_after_its_claim_was_taken_over_marks_nothing(installation: Installation, ask: Ask, clock: Any) -> None:
    ask()
    with installation.database.begin() as connection:
        slow = outbox.claim_next(connection, clock())
    clock.move(minutes=16)
    with installation.database.begin() as connection:
        quick = outbox.claim_next(connection, clock())
        assert slow is not None
        assert quick is not None
        outbox.settle(connection, slow, Delivery(accepted=False, reason="late"), clock())
    assert quick.attempts == slow.attempts + 1
    assert rows(installation, "state") == [("sending",)]

    with installation.database.begin() as connection:
        outbox.settle(connection, quick, Delivery(accepted=True), clock())
    assert rows(installation, "state") == [("sent",)]


# -- what is no longer to be told ----------------------------------------------------------------------------------------------


def test_who_stopped_the_news_in_between_gets_none(installation: Installation, post: Any, ask: Ask) -> None:
    ask()
    with installation.database.begin() as connection:
        connection.execute(update(model.reporter).values(notices_at=None))

    assert send_waiting(installation) == 0
    assert rows(installation, "state", "secret") == [("dropped", None)]
    assert post.asked == 0


def test_an_office_that_handed_the_report_back_is_not_told_of_it(
    installation: Installation, post: Any, ask: Ask, do: Do
) -> None:
    number = ask(notices=False).number
    do(number, Action.VERIFY)
    do(number, Action.FORWARD, office="dinas-lh")
    do(number, Action.HAND_BACK, text="Bukan urusan kami.")

    assert send_waiting(installation) == 0
    assert rows(installation, "state") == [("dropped",)]


def test_what_was_sent_is_forgotten_after_a_month(installation: Installation, ask: Ask, clock: Any) -> None:
    ask()
    send_waiting(installation)
    ask()
    clock.move(days=31)
    with installation.database.begin() as connection:
        assert outbox.forget(connection, clock()) == 1

    assert rows(installation, "state") == [("waiting",)]


def test_the_job_of_the_manifest_sends(installation: Installation, post: Any, ask: Ask) -> None:
    ask()
    (job,) = (job for job in jobs() if job.job == "send-notices")
    job.run(installation)

    assert len(post.sent) == 1
    assert how_notices_are(installation).waiting == 0
