"""How the command line prints: plain text for people, one JSON document for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import click

from smartcity_share.errors import (
    DocumentError,
    Fault,
    RefusedError,
    SmartCityError,
    SystemRefusedError,
    UnexpectedError,
)

_HARMLESS: Final = "\n\t\u00a0\u200c\u200d"
"""Characters that are not printable by themselves and do no harm: two of them join letters of Javanese and Arabic script."""


def print_json(document: Mapping[str, Any]) -> None:
    """Print one JSON object to standard output; lists are wrapped in objects so that keys can be added."""
    import json

    click.echo(json.dumps(document, ensure_ascii=False, indent=2, default=str))


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows in columns as wide as their widest cell; the header is bold on a terminal."""
    body = [tuple(str(cell) for cell in row) for row in rows]
    widths = [max(len(line[i]) for line in [tuple(header), *body]) for i in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()

    click.echo(click.style(line(header), bold=True))
    for row in body:
        click.echo(line(row))


def shown(text: str) -> str:
    """Return a text that others may have written with a sign in place of whatever drives a terminal or reorders words."""
    return "".join(one if one.isprintable() or one in _HARMLESS else "�" for one in text)


def fault_lines(faults: Iterable[Fault]) -> Iterable[str]:
    """Yield the printed lines of faults: place, message and code, then the mend."""
    for fault in faults:
        yield shown(f"{fault.where}: {fault.message} ({fault.code})")
        if fault.mend:
            yield shown(f"    mend: {fault.mend}")


def fault_object(fault: Fault) -> dict[str, Any]:
    """Return the JSON form of a fault."""
    from smartcity_share.documents.suggest import suggested

    return {
        "code": fault.code,
        "file": fault.where.file,
        "line": fault.where.line,
        "column": fault.where.column,
        "key": fault.where.key,
        "message": fault.message,
        "found": fault.found,
        "wanted": fault.wanted,
        "mend": fault.mend,
        "suggestion": suggested(fault.mend),
    }


def report_error(error: SmartCityError, *, as_json: bool) -> None:
    """Print an error of the tree: JSON to standard output if asked for, else text to standard error."""
    faults = error.faults if isinstance(error, DocumentError | RefusedError) else ()
    if as_json:
        print_json(
            {
                "error": {
                    "code": error.code,
                    "message": error.message,
                    "where": None if error.where is None else error.where._asdict(),
                    "hint": error.hint,
                    "faults": [fault_object(fault) for fault in faults],
                }
            }
        )
        return
    message, hint = str(error), error.hint
    if isinstance(error, DocumentError) and len(faults) == 1:  # said as it is, not as one of a list
        (fault,) = faults
        message, hint, faults = f"{fault.where}: {fault.message} ({fault.code})", fault.mend, ()
    click.echo(click.style(f"error[{error.code}]: ", fg="red", bold=True) + shown(message), err=True)
    for line in fault_lines(faults):
        click.echo(line, err=True)
    if hint:
        click.echo(click.style("hint: ", bold=True) + shown(hint), err=True)


def as_shown(error: Exception) -> SmartCityError:
    """Return the error a user is shown for any exception: itself, what the system refused, or a fault of this program."""
    if isinstance(error, SmartCityError):
        return error
    if isinstance(error, OSError):
        place = error.filename or "this machine"
        return SystemRefusedError(f"{error.strerror or error}: {place}", hint="Check the path, its rights and the free space.")
    return UnexpectedError(
        f"{type(error).__name__}: {error}",
        hint="This is a fault of smartcity. Run `smartcity --debug …` again and report what it prints.",
    )
