"""The hooks work on the lowest pluggy the library allows and on the newest there is: all tests of this folder run on both."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import distributions, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]


def allowed() -> Requirement:
    """Return the requirement of pyproject.toml on pluggy."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return next(found for line in project["dependencies"] if (found := Requirement(line)).name == "pluggy")


def lowest() -> str:
    """Return the requirement that asks for the lowest version alone."""
    (bound,) = [specifier.version for specifier in allowed().specifier if specifier.operator == ">="]
    return f"pluggy=={bound}"


def installed_apart(requirement: str, target: Path) -> str:
    """Install pluggy into a folder of its own and return its version; skip where no package can be had."""
    places = [str(Path(sys.executable).parent), str(ROOT / ".dev" / "bin"), os.environ.get("PATH", "")]
    uv = shutil.which("uv", path=os.pathsep.join(places))
    if uv is None:
        pytest.skip("uv is not here: run the tests with ./dev test")
    done = subprocess.run(
        [uv, "pip", "install", "-q", "--no-deps", "--python", sys.executable, "--target", str(target), requirement],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if done.returncode:
        pytest.skip(f"{requirement} cannot be had here: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}")
    (found,) = [item.version for item in distributions(name="pluggy", path=[str(target)])]
    return found


@pytest.mark.parametrize("which", ["lowest", "newest"])
def test_every_test_of_the_hooks_passes_on(which: str, tmp_path: Path) -> None:
    site = tmp_path / "site"
    wanted = installed_apart(lowest() if which == "lowest" else str(allowed()), site)
    if wanted == version("pluggy"):
        return  # this very run is on it
    command = [
        sys.executable,
        "-m",
        "pytest",
        "tests/hooks",
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        f"--basetemp={tmp_path / 'run'}",
    ]
    done = subprocess.run(
        [*command, f"--ignore={Path(__file__).relative_to(ROOT)}"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(site), "EXPECTED_PLUGGY": wanted},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout
