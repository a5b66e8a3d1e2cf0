"""A report is kept whole or not at all, once however often it is sent."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from smartcity_complaints import store
from smartcity_complaints.draft import Draft, faults_of
from smartcity_complaints.errors import ComplaintsError, NotPossibleError
from smartcity_complaints.filing import Filed, file_report, new_key
from smartcity_complaints.numbers import follow_token, token_fits
from smartcity_complaints.photos import prepare
from smartcity_complaints.records import Report
from smartcity_complaints.settings import Area
from smartcity_complaints.workflow import Action, State
from smartcity_share import Installation

Drafts = Callable[..., Draft]


def _read(installation: Installation, number: str) -> Report:
    with store.reading(installation) as connection:
        found = store.find(connection, number)
    assert found is not None
    return found


def test_a_filed_report_is_new_and_its_history_begins(installation: Installation, draft: Drafts) -> None:
    filed = file_report(installation, draft(name="Contoh Warga", email="warga@contoh.example"), key=new_key())
    report = _read(installation, filed.number)

    with store.reading(installation) as connection:
        events = store.history(connection, report.id)
        contact = store.contact(connection, report.id)

    assert report.state is State.NEW
    assert not report.published
    assert report.register == "2026/0001"
    assert [event.action for event in events] == [Action.SUBMIT]
    assert contact is not None
    assert contact.name == "Contoh Warga"
    assert token_fits(filed.token, report.follow_fingerprint)


def test_an_anonymous_report_keeps_nobody(installation: Installation, draft: Drafts) -> None:
    filed = file_report(installation, draft(), key=new_key())

    with store.reading(installation) as connection:
        assert not store.has_contact(connection, _read(installation, filed.number).id)


def test_the_deadline_to_verify_passes_over_weekend_and_holiday(
    installation: Installation, draft: Drafts, clock: object
) -> None:
    """Filed on Friday 13 March 2026 with three working days: Monday, Tuesday, and the next day that is no holiday."""
    clock.moment = datetime(2026, 3, 13, 2, 0, tzinfo=UTC)  # type: ignore[attr-defined]
    holidays = {holiday.date for holiday in installation.region.holidays}
    report = _read(installation, file_report(installation, draft(), key=new_key()).number)

    day, left = datetime(2026, 3, 13, tzinfo=UTC).date(), 3
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5 and day not in holidays
    assert report.due_at == datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=16)


def test_the_same_form_sent_twice_is_one_report_with_one_link(installation: Installation, draft: Drafts) -> None:
    key = new_key()
    first = file_report(installation, draft(), key=key)
    again = file_report(installation, draft(text="Teks lain yang cukup panjang."), key=key)

    assert again == Filed(first.number, first.token, again=True)
    assert first.token == follow_token(key)


def test_the_same_form_sent_many_times_at_once_is_one_report(
    installation: Installation, draft: Drafts, jpeg: Callable[..., bytes]
) -> None:
    key, picture = new_key(), prepare(jpeg(), 8)

    def send(_: int) -> Filed:
        return file_report(installation, draft(), key=key, pictures=[picture])

    with ThreadPoolExecutor(6) as pool:
        numbers = {filed.number for filed in pool.map(send, range(12))}

    assert len(numbers) == 1
    assert len(list(installation.files.names("photos/"))) == 2


def test_reports_filed_at_once_have_numbers_of_their_own(installation: Installation, draft: Drafts) -> None:
    with ThreadPoolExecutor(6) as pool:
        filed = list(pool.map(lambda _: file_report(installation, draft(), key=new_key()), range(20)))
    registers = sorted(_read(installation, one.number).register_serial for one in filed)

    assert registers == list(range(1, 21))


def test_photos_are_kept_with_the_report(installation: Installation, draft: Drafts, jpeg: Callable[..., bytes]) -> None:
    filed = file_report(installation, draft(), key=new_key(), pictures=[prepare(jpeg(), 8), prepare(jpeg(300, 200), 8)])
    report = _read(installation, filed.number)

    with store.reading(installation) as connection:
        photos = store.photos(connection, [report.id])[report.id]

    assert [(photo.sequence, photo.width) for photo in photos] == [(1, 640), (2, 300)]
    assert set(installation.files.names()) == {name for photo in photos for name in (photo.file, photo.small_file)}


def test_nothing_stays_behind_when_keeping_fails(
    installation: Installation, draft: Drafts, jpeg: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        message = "No space left on device"
        raise OSError(28, message)

    monkeypatch.setattr(store, "add_photo", full)
    with pytest.raises(OSError, match="No space"):
        file_report(installation, draft(), key=new_key(), pictures=[prepare(jpeg(), 8)])

    assert list(installation.files.names()) == []
    with store.reading(installation) as connection:
        assert store.next_serial(connection, 2026) == 1


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"kind": ""}, {"kind"}),
        ({"kind": "no-such-kind"}, {"kind"}),
        ({"text": "pendek"}, {"text"}),
        ({"text": "x" * 4001}, {"text"}),
        ({"place": ""}, {"place"}),
        ({"place": "x" * 301}, {"place"}),
        ({"district": "99.99.99"}, {"district"}),
        ({"latitude": "0.9"}, {"longitude"}),
        ({"longitude": "123"}, {"latitude"}),
        ({"latitude": "91", "longitude": "123"}, {"latitude"}),
        ({"latitude": "0.9", "longitude": "181"}, {"longitude"}),
        ({"latitude": "nan", "longitude": "inf"}, {"latitude"}),
        ({"latitude": "1e400", "longitude": "0"}, {"latitude"}),
        ({"email": "not an address"}, {"email"}),
        ({"phone": "call me"}, {"phone"}),
        ({"name": "x" * 121}, {"name"}),
        ({"consent": False}, {"consent"}),
        ({"kind": "", "text": "", "place": "", "consent": False}, {"kind", "text", "place", "consent"}),
    ],
)
def test_everything_that_is_wrong_is_told_at_once(
    installation: Installation, draft: Drafts, changes: dict[str, object], fields: set[str]
) -> None:
    assert set(faults_of(draft(**changes), installation)) == fields
    with pytest.raises(ComplaintsError):
        file_report(installation, draft(**changes), key=new_key())


def test_a_comma_in_coordinates_is_understood(installation: Installation, draft: Drafts) -> None:
    filed = file_report(installation, draft(latitude="-0,912", longitude="123.40"), key=new_key())
    report = _read(installation, filed.number)

    assert (report.latitude, report.longitude) == (-0.912, 123.4)


def test_coordinates_outside_the_region_are_asked_about(install: Callable[..., Installation], draft: Drafts) -> None:
    installation = install(area=Area(south=0.3, west=122.9, north=1.1, east=124.0))

    assert set(faults_of(draft(latitude="-6.2", longitude="106.8"), installation)) == {"latitude"}
    assert faults_of(draft(latitude="0.9", longitude="123.3"), installation) == {}


def test_a_service_without_anonymous_reports_asks_for_name_and_contact(
    install: Callable[..., Installation], draft: Drafts
) -> None:
    installation = install(anonymous_allowed=False)

    assert set(faults_of(draft(), installation)) == {"name", "email"}
    assert faults_of(draft(name="Contoh", phone="+62 812 0000 0000"), installation) == {}


def test_a_malformed_key_is_refused(installation: Installation, draft: Drafts) -> None:
    with pytest.raises(NotPossibleError, match="no longer valid"):
        file_report(installation, draft(), key="short")


def test_control_characters_are_taken_out_and_lines_stay() -> None:
    read = Draft.read({"text": "satu\r\ndua\x00\x1b[31m\rtiga", "kind": "waste", "consent": "1", "photo": object()})

    assert read.text == "satu\ndua[31m\ntiga"
    assert read.consent
