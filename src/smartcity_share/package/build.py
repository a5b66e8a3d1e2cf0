"""Building the wheel of a project folder, by the project's own build back end."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from smartcity_share.errors import BuildError, Location

if TYPE_CHECKING:
    from build import ProjectBuilder

TAIL: Final = 20
"""How many last lines of the back end's output an error shows."""
TIME_LIMIT: Final = 900.0
"""Seconds one step of a build may take."""
FIXED_TIME: Final = "1580601600"
"""Time stamp of the files in a wheel (SOURCE_DATE_EPOCH) where the environment gives none: the same tree, the same bytes."""


def build_wheel(project: Path, target: Path) -> Path:
    """Build the wheel of a project.

    The running environment builds it where everything the build asks for is there; otherwise an isolated one is made, which
    fetches it from the package index that is configured.

    Args:
        project: The folder with ``pyproject.toml``.
        target: The folder the wheel goes to; made where it is not there. On failure nothing is left in it.

    Returns:
        The wheel.

    Raises:
        BuildError: The project cannot be built; the message ends in what the back end said.
    """
    project, target = Path(project), Path(target)
    if not (project / "pyproject.toml").is_file():
        raise BuildError(
            "The folder has no pyproject.toml",
            where=Location(str(project)),
            hint="Name the folder of the project, where it lies.",
        )
    made = not target.exists()
    target.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix=".build-", dir=target) as workplace:
            built = _Build(project, Path(workplace)).wheel()
            final = target / built.name
            built.replace(final)
    except BaseException:
        if made:
            remove_empty(target)
        raise
    return final


class _Build:
    def __init__(self, project: Path, workplace: Path) -> None:
        self._project = project
        self._workplace = workplace
        self._output: list[str] = []

    def wheel(self) -> Path:
        import build
        from build.env import DefaultIsolatedEnv
        from packaging.requirements import InvalidRequirement

        try:
            builder = build.ProjectBuilder(self._project, runner=self._run)
            if self._can_build_here(builder):
                return self._check(builder.build("wheel", str(self._workplace)))
            with DefaultIsolatedEnv() as environment:
                builder = build.ProjectBuilder.from_isolated_env(environment, self._project, runner=self._run)
                environment.install(builder.build_system_requires)
                environment.install(builder.get_requires_for_build("wheel"))
                return self._check(builder.build("wheel", str(self._workplace)))
        except build.BuildSystemTableValidationError as error:
            raise self._error(f"`[build-system]` is not valid: {error}", "Correct pyproject.toml.") from None
        except InvalidRequirement as error:
            raise self._error(
                f"`[build-system]` asks for something that is no requirement: {error}", "Correct pyproject.toml."
            ) from None
        except build.BuildBackendException as error:
            # Where the back end cannot be imported, the reason is not in its output.
            self._output.append(_text(getattr(error.exception, "traceback", "")))
            raise self._error(f"The build back end failed: {error}", "Mend what it says, then build again.") from None
        except (build.BuildException, build.FailedProcessError) as error:
            raise self._error(f"The build could not begin: {error}", "Correct pyproject.toml.") from None
        except subprocess.CalledProcessError as error:
            self._output.append(_text(error.stderr) or _text(error.stdout))
            raise self._error(
                "What the build asks for could not be installed",
                "Install the requirements of `[build-system]` in this environment, or connect to a package index.",
            ) from None

    def _can_build_here(self, builder: ProjectBuilder) -> bool:
        from build import check_dependency

        if any(next(iter(check_dependency(requirement)), None) for requirement in builder.build_system_requires):
            return False
        return not builder.check_dependencies("wheel")

    def _run(self, cmd: Sequence[str], cwd: str | None = None, extra_environ: Mapping[str, str] | None = None) -> None:
        same = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "0"}
        environ = {"SOURCE_DATE_EPOCH": FIXED_TIME, **os.environ, **same, **(extra_environ or {})}
        try:
            done = subprocess.run(  # noqa: S603 - the command is the build's own, the project is what the user named
                cmd,
                cwd=cwd,
                env=environ,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=TIME_LIMIT,
            )
        except subprocess.TimeoutExpired as error:
            self._output.append(_text(error.stdout))
            raise self._error(
                f"The build back end did not finish in {TIME_LIMIT:.0f} seconds", "Find what it waits for, then build again."
            ) from None
        self._output.append(_text(done.stdout))
        done.check_returncode()

    def _check(self, path: str) -> Path:
        built = Path(path)
        if built.suffix != ".whl" or not built.is_file():
            raise self._error("The build back end made no wheel", "Check `build-backend` in pyproject.toml.")
        return built

    def _error(self, message: str, hint: str) -> BuildError:
        lines = [line for text in self._output for line in text.splitlines() if line.strip()]
        tail = "".join(f"\n    {line}" for line in lines[-TAIL:])
        return BuildError(f"{message}{tail}", where=Location(str(self._project)), hint=hint)


def _text(output: bytes | str | None) -> str:
    return output.decode(errors="replace") if isinstance(output, bytes) else output or ""


def remove_empty(folder: Path) -> None:
    """Take away a folder that was made for a wheel that did not come."""
    try:
        folder.rmdir()
    except OSError:  # somebody else put something there meanwhile
        return
