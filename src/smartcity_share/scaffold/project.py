"""Projects on the disk: a new one appears whole or not at all, an update writes file by file."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from smartcity_share._version import __version__
from smartcity_share.durable import write_whole
from smartcity_share.errors import Location, ScaffoldError
from smartcity_share.scaffold.answers import Answers, checked_answers
from smartcity_share.scaffold.naming import checked_name, refuse_hiding
from smartcity_share.scaffold.record import FILE, Record, as_text, read_record
from smartcity_share.scaffold.render import EXECUTABLE, render
from smartcity_share.scaffold.updating import Change, changes


def check_beginning(name: str, parent: Path) -> Path:
    """Return the folder a new project goes to.

    Args:
        name: Id of the app.
        parent: The folder it is made in.

    Raises:
        UsageError: The name cannot be used.
        ScaffoldError: Something is there already, or the parent is no folder.
    """
    checked_name(name)
    folder = parent / name
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise ScaffoldError(
            "There is something of this name already; nothing was written",
            where=Location(str(folder)),
            hint="Take another name, or remove what is there. An app made before is brought up to date by "
            f"`smartcity new --update {folder}`.",
        )
    if not parent.is_dir():
        raise ScaffoldError(
            "There is no such folder", where=Location(str(parent)), hint="Make it first, or leave `--into` out."
        )
    refuse_hiding(name)
    return folder


def begin(answers: Answers, parent: Path) -> Path:
    """Write a new project, whole or not at all.

    Args:
        answers: What the author said.
        parent: The folder it is made in.

    Returns:
        Its folder.

    Raises:
        UsageError: The name cannot be used.
        ScaffoldError: Something is there already, or the parent is no folder.
    """
    folder = check_beginning(answers.name, parent)
    made = render(answers)
    workplace = Path(tempfile.mkdtemp(prefix=f".{answers.name}-", dir=parent))
    try:
        for path, content in made.items():
            _write(workplace / path, content)
        _write(workplace / FILE, as_text(Record(made_by=__version__, answers=answers, files=made)))
        workplace.chmod(0o755)
        if folder.exists():
            folder.rmdir()
        workplace.rename(folder)
    except BaseException:
        shutil.rmtree(workplace, ignore_errors=True)
        raise
    return folder


def update(project: Path, given: Mapping[str, Any] | None = None) -> tuple[Change, ...]:
    """Bring in what the template of this version, or other answers, make of a project; keep the author's edits.

    Args:
        project: The folder of a project.
        given: Answers that are other now, by key.

    Returns:
        What was changed, and what the author should know.

    Raises:
        UsageError: An answer is wrong.
        ScaffoldError: The folder was not made by :func:`begin`, or a file of it leads elsewhere.
    """
    record = read_record(project)
    other = {key: value for key, value in (given or {}).items() if value is not None}
    answers = checked_answers({**record.answers.model_dump(), **other})
    checked_name(answers.name)
    made = render(answers)
    present = {path: text for path in {*record.files, *made} if (text := _text(project, path)) is not None}
    found = changes(record.files, made, present)
    for change in found:
        if change.content is not None:
            _write(project / change.path, change.content)
    _write(project / FILE, as_text(Record(made_by=__version__, answers=answers, files=made)))
    return found


def _text(project: Path, path: str) -> str | None:
    """Return a file of a project as the author has it, None where there is none.

    Raises:
        ScaffoldError: The path leads out of the project, or the file is no text.
    """
    file = project / path
    where = Location(str(file))
    if not file.resolve().is_relative_to(project.resolve()):
        raise ScaffoldError("The path leads out of the project; nothing was written", where=where, hint="Remove the link.")
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        raise ScaffoldError(
            "The file is no text in UTF-8; nothing was written", where=where, hint="Save it as UTF-8, then update again."
        ) from None


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content.encode(), mode=0o755 if path.name in EXECUTABLE else 0o644)
