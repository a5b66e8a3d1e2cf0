"""Photos of a form that is not sent yet are kept for a while, for its key alone, and never beyond a limit."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from smartcity_complaints import held
from smartcity_complaints.filing import new_key
from smartcity_complaints.photos import prepare
from smartcity_share import Installation

Jpeg = Callable[..., bytes]


def test_a_form_gets_its_own_photos_back_in_order(installation: Installation, jpeg: Jpeg) -> None:
    mine, other = new_key(), new_key()
    first, second = prepare(jpeg(640, 480), 8), prepare(jpeg(480, 640), 8)
    held.hold(installation, mine, [first])
    held.hold(installation, other, [second])
    held.hold(installation, mine, [second])

    assert held.held_pictures(installation, mine) == [first, second]
    assert held.held_count(installation, other) == 1
    assert held.held_count(installation, new_key()) == 0


def test_what_is_dropped_leaves_no_file(installation: Installation, jpeg: Jpeg) -> None:
    key = new_key()
    held.hold(installation, key, [prepare(jpeg(), 8)])
    held.drop(installation, key)

    assert held.held_count(installation, key) == 0
    assert list(installation.files.names()) == []


def test_after_two_hours_they_are_deleted_and_not_before(installation: Installation, jpeg: Jpeg, clock: object) -> None:
    old, young = new_key(), new_key()
    held.hold(installation, old, [prepare(jpeg(), 8)])
    clock.move(minutes=60)  # type: ignore[attr-defined]
    held.hold(installation, young, [prepare(jpeg(), 8)])
    assert held.clean(installation) == 0
    clock.move(minutes=60)  # type: ignore[attr-defined]

    assert held.clean(installation) == 1
    assert (held.held_count(installation, old), held.held_count(installation, young)) == (0, 1)
    assert len(list(installation.files.names("held/"))) == 2
    assert held.clean(installation) == 0


def test_a_file_that_no_form_holds_is_deleted(installation: Installation) -> None:
    """What a process that was killed left behind."""
    installation.files.write(f"held/{'a' * 26}.jpg", b"x")

    assert held.clean(installation) == 1
    assert list(installation.files.names()) == []


def test_beyond_the_limit_nothing_more_is_held(installation: Installation, jpeg: Jpeg, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = prepare(jpeg(), 8)
    monkeypatch.setattr(held, "MOST_BYTES", len(picture.content) * 2)
    key = new_key()

    assert held.hold(installation, key, [picture, picture])
    assert not held.hold(installation, new_key(), [picture])
    assert len(list(installation.files.names("held/"))) == 4


def test_a_photo_whose_file_is_gone_is_passed_over(installation: Installation, jpeg: Jpeg) -> None:
    key = new_key()
    held.hold(installation, key, [prepare(jpeg(), 8)])
    for name in list(installation.files.names("held/")):
        installation.files.delete(name)

    assert held.held_pictures(installation, key) == []


def test_where_the_table_cannot_be_written_no_file_stays(
    installation: Installation, jpeg: Jpeg, monkeypatch: pytest.MonkeyPatch
) -> None:
    with installation.database.begin() as connection:
        connection.exec_driver_sql("CREATE TRIGGER no BEFORE INSERT ON held_photo BEGIN SELECT RAISE(ABORT, 'full'); END")
    with pytest.raises(Exception, match="full"):
        held.hold(installation, new_key(), [prepare(jpeg(), 8)])

    assert list(installation.files.names()) == []
