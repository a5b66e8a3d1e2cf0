"""Whether the entry point of a wheel can be imported where nothing else is: in a virtual environment made for it.

It works offline: what the wheel declares to need, and the host itself, are linked from the running environment; nothing else
of it is seen, neither the project folder nor the developer's other packages.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import venv
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

import attrs
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from pydantic import ValidationError

from smartcity_share.package.interview import Interview

HOST: Final = "smartcity-share"
TIME_LIMIT: Final = 120.0
MOST_ANSWER: Final = 8 << 20
"""Most bytes an app may answer."""


@attrs.frozen
class Probed:
    """What a clean environment said.

    Attributes:
        interview: What the app answered; None where it could not be imported.
        trouble: Why the entry point cannot be imported; None where it can.
    """

    interview: Interview | None = None
    trouble: str | None = None


def probe(files: Mapping[str, bytes], requires: Iterable[str], entry_point: str) -> Probed:
    """Import the entry point of an app in a clean environment, and ask the app there what its parts are.

    Args:
        files: The files of its wheel, or those of its package by their import path; names checked.
        requires: Its requirements.
        entry_point: ``package.module`` or ``package.module:name``.
    """
    with tempfile.TemporaryDirectory(prefix="smartcity-build-") as holder:
        home = Path(holder) / "env"
        venv.create(home, symlinks=os.name != "nt")
        # What `venv` calls these folders depends on the system; the environment's own Python knows.
        python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        site = next(home.glob("[Ll]ib/**/site-packages"))
        for name, content in files.items():
            path = site / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        for needed in _closure([*requires, HOST]):
            _link(needed, site)
        answer = Path(holder) / "answer.json"
        environ = {key: os.environ[key] for key in ("PATH", "SYSTEMROOT", "TMP", "TEMP") if key in os.environ}
        try:
            done = subprocess.run(  # noqa: S603 - the app's own code, in the environment of its own
                [str(python), "-I", "-X", "utf8", "-B", "-m", "smartcity_share.package.interview", entry_point, str(answer)],
                cwd=holder,
                env={**environ, "HOME": holder, "LC_ALL": "C.UTF-8"},
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=TIME_LIMIT,
            )
        except subprocess.TimeoutExpired:
            return Probed(trouble=f"it did not finish in {TIME_LIMIT:.0f} seconds")
        if done.returncode or not answer.is_file():
            lines = [line for line in done.stderr.decode(errors="replace").splitlines() if line.strip()]
            return Probed(trouble=(lines[-1] if lines else f"Python ended with {done.returncode}")[:300])
        if answer.stat().st_size > MOST_ANSWER:
            return Probed(trouble="it answered more than an app has to say")
        try:
            return Probed(Interview.model_validate_json(answer.read_bytes()))
        except ValidationError:
            return Probed(trouble="what it answered when it was asked for its parts cannot be read")


def _closure(requires: Iterable[str]) -> Iterator[Distribution]:
    waiting = list(requires)
    seen: set[tuple[str, str]] = set()
    while waiting:
        try:
            requirement = Requirement(waiting.pop())
            found = distribution(requirement.name)
        except (InvalidRequirement, PackageNotFoundError):
            continue  # the import says what is missing
        for extra in ("", *sorted(requirement.extras)):
            key = (canonicalize_name(requirement.name), extra)
            if key in seen:
                continue
            seen.add(key)
            if not extra:
                yield found
            for text in found.requires or ():
                further = Requirement(text)
                if further.marker is None or further.marker.evaluate({"extra": extra}):
                    waiting.append(text)


def _link(needed: Distribution, site: Path) -> None:
    for top in sorted({file.parts[0] for file in needed.files or () if file.parts}):
        link = site / top
        source = Path(str(needed.locate_file(top)))
        if top not in ("..", "__pycache__") and not link.exists() and source.exists():
            link.symlink_to(source.resolve(), target_is_directory=source.is_dir())
