"""A server that sends a byte now and then holds no command for ever; a slow line is waited for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from smartcity_share.catalogue.web import LEAST_RATE, flowing


class Line:
    """Chunks of a size, one every so many seconds, and the clock beside them."""

    def __init__(self) -> None:
        self.now = 0.0

    def chunks(self, seconds: float, size: int, number: int) -> Iterator[bytes]:
        for _ in range(number):
            self.now += seconds
            yield b"x" * size

    def clock(self) -> float:
        return self.now


def test_a_byte_every_few_seconds_is_given_up_after_a_minute() -> None:
    line = Line()
    assert list(flowing(line.chunks(20, 1, 1000), line.clock)) == [b"x", b"x", b"x", None]
    assert line.now == 60


def test_a_server_that_begins_well_and_drips_then_is_given_up() -> None:
    line = Line()
    came = list(flowing(chain(line.chunks(1, 100_000, 60), line.chunks(20, 1, 1000)), line.clock))
    assert came[-1] is None
    assert line.now == 120


def test_a_slow_line_is_waited_for() -> None:
    line = Line()
    came = flowing(line.chunks(10, 10 * LEAST_RATE, 500), line.clock)
    assert sum(len(chunk or b"") for chunk in came) == 10 * LEAST_RATE * 500
    assert line.now == 5000
