"""Asking foreign code with a time limit: in a daemon thread, one for each question however often it is asked."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future, wait
from typing import Any, TypeVar

_T = TypeVar("_T")


class NoAnswerError(Exception):
    """The time is over; the thread goes on until the foreign code returns."""


class SharedCalls:
    """Calls with a time limit. A call whose key is still being answered joins it instead of starting another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[Hashable, Future[Any]] = {}

    def ask(self, key: Hashable, function: Callable[[], _T], timeout: float) -> _T:
        """Return what the function returns.

        Args:
            key: What the question is about.
            function: Called in a daemon thread, with the context variables of the caller.
            timeout: Seconds to wait.

        Raises:
            NoAnswerError: The function has not returned in time.
            BaseException: Whatever the function raised.
        """
        with self._lock:
            answer = self._open.get(key)
            if answer is None:
                answer = self._open[key] = Future()
                context = contextvars.copy_context()
                threading.Thread(
                    target=context.run, args=(self._answer, key, function, answer), name=f"ask {key}", daemon=True
                ).start()
        if not wait((answer,), timeout).done:
            raise NoAnswerError
        return answer.result()  # type: ignore[no-any-return] # the futures of one key hold one type

    def _answer(self, key: Hashable, function: Callable[[], Any], answer: Future[Any]) -> None:
        try:
            result = function()
        except BaseException as error:  # noqa: BLE001 - carried to the thread that asked
            self._close(key)
            answer.set_exception(error)
        else:
            self._close(key)
            answer.set_result(result)

    def _close(self, key: Hashable) -> None:
        with self._lock:
            del self._open[key]
