"""Every module can be imported first and alone, without a warning; the door loads nothing heavy."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

# Forked from one interpreter that has loaded what others wrote and nothing of ours: as alone as a process of its own, at a
# fraction of the time. What ours need of others is asked of a child that imports all of it.
ALONE = """
import gc, importlib, os, sys, traceback
names = sys.argv[1:]
reading, writing = os.pipe()
child = os.fork()
if child == 0:
    for name in names:
        try:
            importlib.import_module(name)
        except BaseException:
            pass
    with open(writing, "w") as told:
        told.write("\\n".join(name for name in sys.modules if not name.startswith("smartcity")))
    os._exit(0)
os.close(writing)
with open(reading) as told:
    for name in told.read().splitlines():
        try:
            importlib.import_module(name)
        except Exception:
            pass
os.waitpid(child, 0)
assert not [name for name in sys.modules if name.startswith("smartcity")]
gc.freeze()
failed = 0
for name in names:
    child = os.fork()
    if child == 0:
        try:
            importlib.import_module(name)
        except BaseException:
            print(f"-- {name}", file=sys.stderr)
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)
    failed += os.waitpid(child, 0)[1] != 0
sys.exit(bool(failed))
"""

HEAVY = {
    "alembic",
    "asyncio",
    "attr",
    "babel",
    "click",
    "importlib.metadata",
    "jinja2",
    "pluggy",
    "pydantic",
    "rich",
    "sqlalchemy",
    "starlette",
    "uvicorn",
}

PARTS = 4
"""A minute of work by one process, shared out."""


def module_name(path: Path) -> str:
    parts = path.with_suffix("").parts
    below = parts[parts.index("src") + 1 :]
    return ".".join(below[:-1] if below[-1] == "__init__" else below)


@pytest.mark.timeout(300)  # some seven hundred processes: 45 s of computing, on a machine that may have other work
@pytest.mark.timeout(900)  # hundreds of processes, on a machine that may be busy
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("part", range(PARTS))
def test_every_module_imports_alone_and_without_a_warning(sources: dict[Path, ast.Module], part: int) -> None:
    names = [module_name(path) for path in sources][part::PARTS]

    done = subprocess.run([sys.executable, "-W", "error", "-c", ALONE, *names], check=False, capture_output=True, text=True)

    assert len(names) > 20
    assert done.returncode == 0, done.stderr


def test_the_door_loads_nothing_heavy() -> None:
    question = "import sys; before = set(sys.modules); import smartcity_share; print(*sorted(set(sys.modules) - before))"

    loaded = subprocess.run([sys.executable, "-I", "-c", question], check=True, capture_output=True, text=True).stdout.split()

    assert "smartcity_share" in loaded
    assert HEAVY.isdisjoint(loaded)


def test_the_door_opens_every_name_it_lists() -> None:
    import smartcity_share

    for name in smartcity_share.__all__:
        assert getattr(smartcity_share, name) is not None
    assert sorted(smartcity_share.__all__) == dir(smartcity_share)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = smartcity_share.nothing
