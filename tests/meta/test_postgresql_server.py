"""The PostgreSQL server of the tests does not outlive them, however they end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgresql import MISSING, programs

KILLED = """
import os, pathlib, signal
from tests.postgresql import programs, running_server
with running_server(programs()) as server:
    print((server.folder / "data" / "postmaster.pid").read_text().split()[0], server.folder, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_run_that_is_killed_leaves_neither_its_server_nor_its_folder(root: Path) -> None:
    if programs() is None:
        pytest.skip(MISSING)
    # What ends the server writes where the killed process wrote its errors: their end is its end.
    killed = subprocess.run([sys.executable, "-c", KILLED], cwd=root, check=False, capture_output=True, text=True)
    assert (killed.returncode, killed.stderr) == (-9, "")
    server, folder = killed.stdout.split()
    assert not Path("/proc", server).exists()
    assert not Path(folder).exists()
