"""uv, or pip where there is no uv: they find out which packages fit together, and uv unpacks them.

Nothing of their configuration counts.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

import attrs

from smartcity_share.errors import OperationError

_AMBIENT: Final = ("UV_", "PIP_", "PYTHON", "VIRTUAL_ENV", "CONDA_", "__PYVENV")
_SECONDS: Final = 600


class ToolKind(StrEnum):
    """Which program it is."""

    UV = "uv"
    PIP = "pip"


@attrs.frozen
class Tool:
    """A program that resolves requirements and unpacks wheels.

    Attributes:
        kind: Which.
        command: How it is called.
        carried: The wheel it is run from, where it is not installed.
    """

    kind: ToolKind
    command: tuple[str, ...]
    carried: Path | None = None

    def at_hand(self, folder: Path) -> Tool:
        """Return it unpacked, so that it starts faster than from its wheel.

        Args:
            folder: An existing folder; gets the files.
        """
        if self.carried is None:
            return self
        with zipfile.ZipFile(self.carried) as wheel:
            wheel.extractall(folder / "tool")
        return Tool(self.kind, (sys.executable, str(folder / "tool" / "pip")))

    def run(self, arguments: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
        """Run it with nothing of the surrounding configuration.

        Args:
            arguments: Its arguments.
            folder: The folder it runs in; its cache and temporary files lie there too.

        Raises:
            OperationError: It cannot be run, or does not end.
        """
        try:
            return subprocess.run(  # noqa: S603 - no shell, and no word of it comes from an app
                [*self.command, *arguments],
                cwd=folder,
                env=scrubbed_environment(os.environ, folder),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_SECONDS,
                check=False,
            )
        except OSError as cause:
            raise OperationError(
                f"{self.kind} cannot be run: {cause.strerror or cause}", hint="Install uv, or pip, for this Python again."
            ) from None
        except subprocess.TimeoutExpired:
            raise OperationError(
                f"{self.kind} did not end in {_SECONDS} s",
                hint="See that the index of `[packages] index` answers, or give the wheels with `--wheels DIR`.",
            ) from None


def scrubbed_environment(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return the variables for a tool: those of this process without what configures uv, pip or Python.

    Proxies and certificates stay: they say how the network is reached, not what is installed.

    Args:
        environ: The variables of this process.
        folder: Where temporary files go.
    """
    kept = {name: value for name, value in environ.items() if not name.upper().startswith(_AMBIENT)}
    return {
        **kept,
        "PIP_CONFIG_FILE": os.devnull,  # pip then reads no configuration file at all
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "UV_NO_CONFIG": "1",
        "UV_PYTHON_DOWNLOADS": "never",
        "TMPDIR": str(folder),
        "LC_ALL": "C.UTF-8",
    }


def find_tool(environ: Mapping[str, str] = os.environ) -> Tool | None:
    """Return uv, else pip, else the pip that Python carries; None where there is none of them.

    Args:
        environ: Where ``PATH`` is read.
    """
    return find_uv(environ) or find_pip()


def find_uv(environ: Mapping[str, str] = os.environ) -> Tool | None:
    """Return the uv beside this Python, else the first on the path; None where there is none.

    Args:
        environ: Where ``PATH`` is read.
    """
    beside = str(Path(sys.executable).parent)
    uv = shutil.which("uv", path=os.pathsep.join([beside, environ.get("PATH", "")]))
    return Tool(ToolKind.UV, (uv,)) if uv else None


def find_pip() -> Tool | None:
    """Return the pip of this Python, else the one it carries to make environments with; None where there is neither."""
    from importlib.util import find_spec

    if find_spec("pip") is not None:
        return Tool(ToolKind.PIP, (sys.executable, "-m", "pip"))
    carried = find_spec("ensurepip")
    if carried is None or carried.origin is None:
        return None
    wheels = sorted((Path(carried.origin).parent / "_bundled").glob("pip-*.whl"))
    return Tool(ToolKind.PIP, (sys.executable, str(wheels[-1] / "pip")), wheels[-1]) if wheels else None
