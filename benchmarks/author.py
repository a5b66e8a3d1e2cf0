"""Installing the library slows nobody's pytest: an empty run takes at most 10 ms more with its entry point than without.

Processor time of the child process, the two in turn, median of 7; the plugins of others are blocked.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import entry_points
from pathlib import Path

RUNS = 7
MOST = 0.010
OURS = "smartcity_share"
BLOCKED = ("-p", f"no:{OURS}")
OTHERS = [word for plugin in entry_points(group="pytest11") if plugin.name != OURS for word in ("-p", f"no:{plugin.name}")]


def seconds(folder: Path, *options: str) -> float:
    """Return the processor time of one run of pytest over one test that does nothing."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *OTHERS, *options]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=os.environ)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print the two figures, and whether the claim held."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "test_nothing.py").write_text("def test_nothing():\n    pass\n", "utf-8")
        seconds(folder)
        pairs = [(seconds(folder), seconds(folder, *BLOCKED)) for _ in range(RUNS)]
    with_it, without = (statistics.median(times) for times in zip(*pairs, strict=True))
    more = with_it - without
    print(f"pytest with the entry point     {with_it * 1000:8.1f} ms")
    print(f"pytest without the entry point  {without * 1000:8.1f} ms")
    print(f"difference                      {more * 1000:8.1f} ms (claim: at most 10) {'held' if more <= MOST else 'MISSED'}")


if __name__ == "__main__":
    main()
