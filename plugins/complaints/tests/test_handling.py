"""Officials and reporters take steps; each leaves a trace, and each sees only what is theirs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from smartcity_complaints import store
from smartcity_complaints.errors import ChangedMeanwhileError, NotAllowedError, NotPossibleError, ReportNotFoundError
from smartcity_complaints.filing import Filed
from smartcity_complaints.handling import Order, act, act_as_reporter, read_contact, steps_for_reporter
from smartcity_complaints.records import Event, Report, visible
from smartcity_complaints.workflow import Action, Audience, State
from smartcity_share import Actor, Installation

File = Callable[..., Filed]
Do = Callable[..., Report]
Official = Callable[..., Actor]


def _events(installation: Installation, report: Report) -> tuple[Event, ...]:
    with store.reading(installation) as connection:
        return store.history(connection, report.id)


def _answered(file: File, do: Do) -> tuple[Filed, Report]:
    filed = file()
    do(filed.number, Action.VERIFY, publish=True)
    do(filed.number, Action.FORWARD, office="dinas-lh", text="Mohon segera.")
    do(filed.number, Action.START)
    return filed, do(filed.number, Action.REPLY, text="Sudah diangkut.")


def test_a_report_goes_the_whole_way(installation: Installation, file: File, do: Do, audit: object) -> None:
    filed, answered = _answered(file, do)
    closed = do(filed.number, Action.CLOSE)
    events = _events(installation, closed)

    assert answered.state is State.ANSWERED
    assert closed.state is State.CLOSED
    assert [event.action for event in events] == ["submit", "verify", "forward", "start", "reply", "close"]
    assert [event.sequence for event in events] == [1, 2, 3, 4, 5, 6]
    assert closed.due_at is None
    assert None not in (closed.verified_at, closed.forwarded_at, closed.answered_at, closed.closed_at)
    assert [action for _, action, _, _ in audit.entries] == [  # type: ignore[attr-defined]
        "report.verify",
        "report.forward",
        "report.start",
        "report.reply",
        "report.close",
    ]


def test_who_acted_comes_from_the_session(installation: Installation, file: File, do: Do, official: Official) -> None:
    report = do(file().number, Action.VERIFY, by=official("verifier"))
    event = _events(installation, report)[-1]

    assert (event.author, event.account, event.actor_name) == ("official", "verifier-all", "Contoh verifier")


def test_each_audience_reads_what_is_meant_for_it(installation: Installation, file: File, do: Do) -> None:
    filed, report = _answered(file, do)
    do(filed.number, Action.NOTE, text="Catatan rahasia.")
    events = _events(installation, report)

    def words(audience: Audience) -> list[str | None]:
        return [event.text for event in visible(events, audience)]

    assert words(Audience.EVERYONE) == [None, None, None, None, "Sudah diangkut."]
    assert words(Audience.OFFICIALS) == [None, None, "Mohon segera.", None, "Sudah diangkut.", "Catatan rahasia."]


def test_the_reason_of_a_return_is_read_by_the_reporter_who_then_completes(
    installation: Installation, file: File, do: Do, clock: object
) -> None:
    filed = file()
    returned = do(filed.number, Action.RETURN, text="Di pasar yang mana?")
    events = _events(installation, returned)

    assert returned.due_at is None
    assert visible(events, Audience.EVERYONE)[-1].text is None
    assert visible(events, Audience.REPORTER)[-1].text == "Di pasar yang mana?"

    clock.move(days=7)  # type: ignore[attr-defined]
    again = act_as_reporter(installation, filed.number, filed.token, Order(Action.COMPLETE, "Pasar sentral."))

    assert again.state is State.NEW
    assert again.due_at is not None
    assert again.due_at > clock.moment  # type: ignore[attr-defined]
    assert visible(_events(installation, again), Audience.EVERYONE)[-1].text is None


def test_a_stranger_cannot_act_for_the_reporter(installation: Installation, file: File, do: Do) -> None:
    filed, other = file(), file()
    do(filed.number, Action.RETURN, text="Di mana?")

    for token in ("", "x" * 26, other.token):
        with pytest.raises(ReportNotFoundError):
            act_as_reporter(installation, filed.number, token, Order(Action.COMPLETE, "Di sini."))


def test_a_reporter_cannot_take_an_officials_step(installation: Installation, file: File) -> None:
    filed = file()

    with pytest.raises(NotAllowedError):
        act_as_reporter(installation, filed.number, filed.token, Order(Action.VERIFY))


def test_a_reporter_objects_within_the_time_and_not_after(
    installation: Installation, file: File, do: Do, clock: object
) -> None:
    filed, answered = _answered(file, do)
    assert [step.action for step in steps_for_reporter(installation, answered)] == [Action.APPEAL, Action.RATE]

    clock.move(days=13)  # type: ignore[attr-defined]
    objected = act_as_reporter(installation, filed.number, filed.token, Order(Action.APPEAL, "Masih menumpuk."))
    assert (objected.state, objected.office) == (State.VERIFIED, None)

    do(filed.number, Action.REPLY, text="Sudah dua kali diangkut.")
    clock.move(days=40)  # type: ignore[attr-defined]
    with pytest.raises(NotPossibleError, match="has passed"):
        act_as_reporter(installation, filed.number, filed.token, Order(Action.APPEAL, "Belum."))


@pytest.mark.parametrize("role", ["leader", "verifier", "office-officer"])
def test_a_role_without_the_permission_is_refused(file: File, do: Do, official: Official, role: str) -> None:
    filed = file()
    do(filed.number, Action.VERIFY)
    do(filed.number, Action.FORWARD, office="dinas-lh")

    with pytest.raises(NotAllowedError):
        do(filed.number, Action.CLOSE, by=official(role, office="dinas-lh"))
    if role != "office-officer":
        with pytest.raises(NotAllowedError):
            do(filed.number, Action.REPLY, by=official(role), text="Jawaban.")


def test_an_office_sees_and_handles_only_its_own(installation: Installation, file: File, do: Do, official: Official) -> None:
    own, others = official("office-officer", "dinas-lh"), official("office-officer", "dinas-pupr")
    filed = file()
    with pytest.raises(ReportNotFoundError):
        do(filed.number, Action.NOTE, by=own, text="Catatan.")
    do(filed.number, Action.VERIFY)
    do(filed.number, Action.FORWARD, office="dinas-lh")

    with pytest.raises(ReportNotFoundError):
        do(filed.number, Action.REPLY, by=others, text="Jawaban.")
    assert do(filed.number, Action.REPLY, by=own, text="Jawaban.").state is State.ANSWERED


def test_an_office_hands_back_what_is_not_its_own(installation: Installation, file: File, do: Do, official: Official) -> None:
    own = official("office-officer", "dinas-lh")
    filed = file()
    do(filed.number, Action.VERIFY)
    do(filed.number, Action.FORWARD, office="dinas-lh")
    report = do(filed.number, Action.HAND_BACK, by=own, text="Ini jalan, bukan sampah.")

    with store.reading(installation) as connection:
        entries = store.forwardings(connection, report.id)

    assert (report.state, report.office) == (State.VERIFIED, None)
    assert [(entry.office, entry.ended_at is not None, entry.answered_at) for entry in entries] == [("dinas-lh", True, None)]
    assert Action.HAND_BACK not in {event.action for event in visible(_events(installation, report), Audience.REPORTER)}


def test_an_office_the_region_does_not_have_is_refused(file: File, do: Do) -> None:
    filed = file()
    do(filed.number, Action.VERIFY)

    with pytest.raises(NotPossibleError, match="Choose the office"):
        do(filed.number, Action.FORWARD, office="dinas-antariksa")


def test_who_acts_on_an_old_page_is_told_and_nothing_happens(installation: Installation, file: File, do: Do) -> None:
    filed = file()
    seen = do(filed.number, Action.NOTE, text="Catatan.").version
    do(filed.number, Action.VERIFY, version=seen)

    with pytest.raises(ChangedMeanwhileError):
        do(filed.number, Action.NOTE, text="Lagi.", version=seen)


def test_two_officials_at_the_same_report_do_not_overwrite_each_other(installation: Installation, file: File) -> None:
    number = file().number
    with store.reading(installation) as connection:
        report = store.find(connection, number)
    assert report is not None
    with installation.database.begin() as connection:
        store.change_report(connection, report, place="Satu")

    with pytest.raises(ChangedMeanwhileError), installation.database.begin() as connection:
        store.change_report(connection, report, place="Dua")


def test_a_confidential_report_is_never_published(file: File, do: Do) -> None:
    report = do(file(confidential=True).number, Action.VERIFY, publish=True)

    assert not report.published
    assert not report.shown_to_everyone


def test_looking_at_the_reporter_needs_the_permission_and_is_recorded(
    installation: Installation, file: File, official: Official, audit: object
) -> None:
    number = file(name="Contoh Warga", phone="0812 0000 0000").number

    found = read_contact(installation, official("verifier"), number)

    assert found is not None
    assert found.name == "Contoh Warga"
    assert audit.entries == [("verifier-all", "report.contact-seen", number, {})]  # type: ignore[attr-defined]
    with pytest.raises(ReportNotFoundError):
        read_contact(installation, official("leader"), number)


def test_no_report_of_this_number_is_an_error_of_its_own(installation: Installation, official: Official) -> None:
    with pytest.raises(ReportNotFoundError):
        act(installation, official(), "222-222-222", Order(Action.VERIFY))


def test_a_step_that_cannot_be_recorded_does_not_happen(
    installation: Installation, file: File, official: Official, audit: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed = file()

    def broken(*_: object) -> None:
        message = "the audit trail is full"
        raise OSError(message)

    monkeypatch.setattr(type(audit), "record", broken)
    with pytest.raises(OSError, match="full"):
        act(installation, official(), filed.number, Order(Action.VERIFY))
    with store.reading(installation) as connection:
        report = store.find(connection, filed.number)
        assert report is not None
        assert (report.state, len(store.history(connection, report.id))) == (State.NEW, 1)
