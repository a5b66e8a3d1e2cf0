"""Fixes of keys: a misspelt key gets the name that was meant; the version of the format is written where it is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from smartcity_share.documents.suggest import suggested
from smartcity_share.manifest.mending.base import Sick, at
from smartcity_share.manifest.model import MANIFEST_VERSION

_HEADER: Final = re.compile(r"^(\s*\[{1,2}\s*)([A-Za-z0-9_.-]+)(\s*\]{1,2})", re.MULTILINE)


def rename(sick: Sick) -> Iterator[str]:
    """Give a misspelt key its name, unless a key of that name is there already."""
    name, new = sick.key[-1] if sick.key else None, suggested(sick.fault.mend)
    if sick.fault.code != "key-unknown" or new is None or not isinstance(name, str) or not re.fullmatch(r"[\w-]+", name):
        return
    holder = at(sick.document.data, sick.key[:-1])
    if not isinstance(holder, dict) or new in holder:
        return
    line, column = sick.fault.where.line, sick.fault.where.column
    if line is not None and column is not None:
        lines = sick.text.split("\n")
        text = lines[line - 1]
        if text[column - 1 :].startswith(name):
            lines[line - 1] = f"{text[: column - 1]}{new}{text[column - 1 + len(name) :]}"
            yield "\n".join(lines)
    if all(isinstance(part, str) for part in sick.key):
        wanted = [str(part) for part in sick.key]

        def renamed(match: re.Match[str]) -> str:
            parts = match[2].split(".")
            if parts[: len(wanted)] == wanted:
                parts[len(wanted) - 1] = new
            return f"{match[1]}{'.'.join(parts)}{match[3]}"

        yield _HEADER.sub(renamed, sick.text)


def state_version(sick: Sick) -> Iterator[str]:
    """Write the version of the format at the top: there is one."""
    if sick.fault.code == "key-missing" and sick.key == ("manifest_version",):
        end = "\r\n" if "\r\n" in sick.text else "\n"
        yield f"manifest_version = {MANIFEST_VERSION[0]}{end}{sick.text}"
