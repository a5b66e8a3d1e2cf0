"""Forcing a whole folder to the disk: file by file, or at once where there are hundreds."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from smartcity_share import durable


@pytest.mark.parametrize("count", [3, durable._MANY + 1])
def test_every_file_is_still_there_and_readable(tmp_path: Path, count: int) -> None:
    for number in range(count):
        (tmp_path / f"{number}.txt").write_text(str(number))
    durable.sync_all(tmp_path)
    assert {int(path.read_text()) for path in tmp_path.iterdir()} == set(range(count))


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has such a call")
def test_a_file_system_is_forced_alone_and_what_fails_is_told(tmp_path: Path) -> None:
    assert durable._sync_file_system(tmp_path)
    with pytest.raises(FileNotFoundError):
        durable._sync_file_system(tmp_path / "gone")
