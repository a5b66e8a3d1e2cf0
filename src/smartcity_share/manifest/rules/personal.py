"""Rule: personal data is accounted for, as UU 27/2022 asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from smartcity_share.documents.toml import TomlDocument
from smartcity_share.errors import Fault
from smartcity_share.manifest.rules.raw import entries

_ACCOUNT: Final = ("purpose", "lawful_basis", "retention")


def personal_data_is_accounted_for(document: TomlDocument) -> Iterator[Fault]:
    """A field of a personal class has purpose, lawful basis and retention, on the field itself or on its data set."""
    for at, data in entries(document.data, "data"):
        for place, field in entries(data, "fields", at):
            if field.get("class") not in ("personal-general", "personal-specific"):
                continue
            lacking = [key for key in _ACCOUNT if not field.get(key) and not data.get(key)]
            if lacking:
                yield Fault(
                    "personal-data-unaccounted",
                    f"A field of class `{field['class']}` has no {', '.join(lacking)}",
                    document.locate((*place, "class")),
                    f"Add {' and '.join(f'`{key}`' for key in lacking)} to the field or to its data set (UU 27/2022).",
                )
