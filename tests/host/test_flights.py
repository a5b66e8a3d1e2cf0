"""What is waited for at once is done once; who comes after a change does not get what was read before it."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Callable

import pytest

from smartcity_share.host.flights import Flights
from tests.host.conftest import NORTH, Town


async def _settled(flights: Flights, tasks: list[asyncio.Task[object]]) -> None:
    """Let every task come to where it waits."""
    for _ in tasks:
        await asyncio.sleep(0)


def test_sixteen_who_ask_at_once_are_answered_by_one_call() -> None:
    calls: list[int] = []
    gate = threading.Event()

    def work() -> str:
        calls.append(1)
        gate.wait(10)
        return "read"

    async def ask() -> list[object]:
        flights = Flights()
        tasks: list[asyncio.Task[object]] = [asyncio.create_task(flights.join("one", work)) for _ in range(16)]
        await _settled(flights, tasks)
        gate.set()
        return list(await asyncio.gather(*tasks))

    assert asyncio.run(ask()) == ["read"] * 16
    assert len(calls) == 1


def test_another_key_and_a_later_question_are_calls_of_their_own() -> None:
    calls: list[str] = []

    async def ask() -> None:
        flights = Flights()
        await asyncio.gather(flights.join("one", lambda: calls.append("one")), flights.join("two", lambda: calls.append("two")))
        await flights.join("one", lambda: calls.append("later"))

    asyncio.run(ask())
    assert sorted(calls) == ["later", "one", "two"]


def test_who_stops_waiting_takes_the_answer_from_nobody() -> None:
    gate = threading.Event()

    def work() -> str:
        gate.wait(10)
        return "read"

    async def ask() -> object:
        flights = Flights()
        first, second = (asyncio.create_task(flights.join("one", work)) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.sleep(0)
        gate.set()
        with pytest.raises(asyncio.CancelledError):
            await first
        return await second

    assert asyncio.run(ask()) == "read"


def test_a_fault_is_told_to_everyone_who_waits() -> None:
    def work() -> None:
        raise LookupError("gone")

    async def ask() -> list[object]:
        flights = Flights()
        return list(await asyncio.gather(*(flights.join("one", work) for _ in range(3)), return_exceptions=True))

    assert [type(found) for found in asyncio.run(ask())] == [LookupError] * 3


def test_who_comes_after_a_sign_out_does_not_get_the_session_that_was_being_read(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = town.host.services.sessions
    account = town.add()
    token = town.token(account)
    sessions.forget(account.id)
    reading, gate = threading.Event(), threading.Event()
    real: Callable[..., object] = sessions._read

    def slow(region: str, digest: bytes) -> object:
        found = real(region, digest)
        if not reading.is_set():
            reading.set()
            gate.wait(10)
        return found

    monkeypatch.setattr(sessions, "_read", slow)

    async def ask() -> tuple[object, object]:
        before = asyncio.create_task(sessions.read(NORTH, token))
        await asyncio.to_thread(reading.wait, 10)
        session = await asyncio.to_thread(real, NORTH, hashlib.sha256(token.encode()).digest())
        await asyncio.to_thread(sessions.close, session)
        after = asyncio.create_task(sessions.read(NORTH, token))
        found = await after
        gate.set()
        return await before, found

    before, after = asyncio.run(ask())
    assert before is not None
    assert after is None
