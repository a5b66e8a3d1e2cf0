"""Rule: catalogues can be compiled, and that of a language declared complete has every message, translated and certain.

Pages compile catalogues in memory (ADR 0008), so no ``.mo`` is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING, Final

from smartcity_share.errors import Fault
from smartcity_share.package.across.base import Parts
from smartcity_share.toolkit.catalogues import Gap, extract_from, gaps_between, uncertain
from smartcity_share.toolkit.translations import TOOLKIT, read_catalogue

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

SOURCE: Final = "en"
"""Language of the messages themselves; it needs no catalogue."""
_WORDS: Final = {
    "missing": "is not translated",
    "fuzzy": "is marked as uncertain (fuzzy)",
    "placeholders": "has other placeholders than its translation",
}


def check(parts: Parts) -> Iterator[Fault]:
    """Yield a fault for each catalogue that cannot be compiled, each complete language without one, each message it lacks."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import PoFileError, read_po

    catalogues: dict[str, Catalog | None] = {}
    for name, content in parts.files.items():
        if not name.endswith(".po"):
            continue
        catalogues[name] = None
        try:
            given = read_po(BytesIO(content), abort_invalid=True)
            write_mo(BytesIO(), given)
            catalogues[name] = given
        except (PoFileError, ValueError, LookupError) as error:
            message = f"The catalogue cannot be compiled: {error}"
            yield Fault("catalogue-invalid", message, parts.at(name), "Correct the .po file.")
    wanted = extract_from({name: content for name, content in parts.files.items() if name not in parts.code.unread})
    for index, language in enumerate(parts.manifest.localisation.complete):
        if language.partition("-")[0] != SOURCE:
            yield from _language_faults(parts, wanted, catalogues, index)


def _language_faults(parts: Parts, wanted: Catalog, catalogues: Mapping[str, Catalog | None], index: int) -> Iterator[Fault]:
    language = parts.manifest.localisation.complete[index]
    folders = dict.fromkeys([language.replace("-", "_"), language.partition("-")[0]])
    paths = [f"locale/{folder}/LC_MESSAGES/messages.po" for folder in folders]
    path = next((path for path in paths if path in catalogues), None)
    if path is None:
        left = [entry.id for entry in wanted if entry.id and not _in_toolkit(_first(entry.id), language)]
        if left:
            yield Fault(
                "language-without-catalogue",
                f"`{language}` is declared complete, but there is no {paths[-1]} for its {len(left)} messages",
                parts.key("localisation", "complete", index),
                f"Make it: `python -m smartcity_share.toolkit.catalogues PACKAGE {language}`; or move it to `partial`.",
            )
        return
    given = catalogues[path]
    for gap in () if given is None else _gaps(wanted, given, language):
        yield Fault(
            "catalogue-incomplete",
            f"A message {_WORDS[gap.kind]}: {gap.message[:80]!r}",
            parts.at(path, gap.line),
            f"Translate it, or move `{language}` to `localisation.partial`.",
        )


def _gaps(wanted: Catalog, given: Catalog, language: str) -> list[Gap]:
    """Return what the catalogue lacks, each once: of the messages found in the code, and of those it lists itself."""
    gaps = [*gaps_between(wanted, given, language), *uncertain(given, language)]
    return [
        gap
        for gap in dict.fromkeys(gaps)
        if gap.kind in _WORDS and not (gap.line is None and _in_toolkit(gap.message, language))
    ]


def _first(message: str | tuple[str, ...] | list[str]) -> str:
    return message if isinstance(message, str) else message[0]


def _in_toolkit(message: str, language: str) -> bool:
    """Whether the toolkit translates a message that the app leaves to it."""
    path = files(TOOLKIT) / "locale" / language.partition("-")[0] / "LC_MESSAGES" / "messages.po"
    return path.is_file() and read_catalogue(path.read_bytes()).gettext(message) != message
