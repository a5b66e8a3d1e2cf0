"""A process that reads documents and measures what each takes: for readers that must never hang or fill the memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Final

MOST_SECONDS: Final = 2
MOST_BYTES: Final = 300 << 20

_LOOP: Final = """
import json, resource, sys, time
from pathlib import Path
status = Path("/proc/self/status")
def peak():
    # Not ru_maxrss: a child keeps there what the process that started it took, which is the whole test run.
    lines = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")] if status.exists() else []
    return int(lines[0].split()[1]) * 1024 if lines else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
for line in sys.stdin:
    if not line.strip():
        continue
    asked = json.loads(line)
    parts = [part.encode("latin-1") for part in asked["parts"]]
    content = parts[0] + parts[1] * asked["times"] + parts[2]
    seconds = []
    for step in STEPS:
        begun = time.process_time()  # not the clock on the wall: other tests run beside this one
        faults = step(content)
        seconds.append(time.process_time() - begun)
        if faults is not None:
            told = faults
    print(json.dumps({"seconds": seconds, "faults": told, "bytes": peak()}), flush=True)
"""


class Reader:
    """A process that reads what it is told to make, and measures itself.

    Args:
        program: Python that defines ``STEPS``: functions that are handed the bytes of a document, one of which returns how
            many faults it has, as a list of numbers.
    """

    def __init__(self, program: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", program + _LOOP],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._ask(b"", b"", 0, b"")  # what is loaded once is not the cost of a document

    def read(self, before: bytes, unit: bytes = b"", times: int = 0, after: bytes = b"") -> list[int]:
        """Read ``before``, ``unit`` many times, ``after``, within the bounds; return how many faults of each kind it has."""
        found = self._ask(before, unit, times, after)
        assert max(found["seconds"]) < MOST_SECONDS
        assert found["bytes"] < MOST_BYTES
        counts: list[int] = found["faults"]
        return counts

    def _ask(self, before: bytes, unit: bytes, times: int, after: bytes) -> dict[str, Any]:
        words = {"parts": [part.decode("latin-1") for part in (before, unit, after)], "times": times}
        written, told = self._pipes
        written.write(json.dumps(words) + "\n")
        written.flush()
        line = told.readline()
        assert line, self._process.communicate()[1]
        found: dict[str, Any] = json.loads(line)
        return found

    @property
    def _pipes(self) -> tuple[IO[str], IO[str]]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        return self._process.stdin, self._process.stdout

    def stop(self) -> None:
        """End it."""
        self._process.communicate()


@contextmanager
def reading(program: str) -> Iterator[Reader]:
    """Start a reader; one process for all documents, so that what it takes at its peak is the most that any takes."""
    made = Reader(program)
    yield made
    made.stop()
