"""Rules on languages and ids: each text speaks the languages of the profile, and no id is used twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from smartcity_share.documents.suggest import did_you_mean
from smartcity_share.documents.toml import TomlDocument
from smartcity_share.errors import Fault
from smartcity_share.regions.rules.reading import is_indonesian, strings, tables, value_at

_TEXTS: Final = (("offices", "name"), ("officials", "title"), ("holidays", "name"))


def languages_of(document: TomlDocument) -> list[str]:
    """Return the languages a profile lists; Indonesian where an Indonesian one lists none."""
    return strings(document.data.get("languages", ["id"] if is_indonesian(document.data) else []))


def repeated_languages(document: TomlDocument) -> Iterator[Fault]:
    """Languages are listed once."""
    languages = languages_of(document)
    for index, language in enumerate(languages):
        if language in languages[:index]:
            yield Fault(
                "language-repeated",
                f"The language `{language}` is listed twice",
                document.locate(("languages", index)),
                "Remove one.",
            )


def untranslated_texts(document: TomlDocument) -> Iterator[Fault]:
    """Each text has the first language of the profile, and none that is not listed."""
    languages = languages_of(document)
    places: list[tuple[str | int, ...]] = [("branding", "logo_alt")]
    places += [(array, index, key) for array, key in _TEXTS for index, _ in tables(document.data, array)]
    for place in places:
        texts = value_at(document.data, place)
        if not languages or not isinstance(texts, dict) or not texts:
            continue
        for language in texts:
            if language not in languages:
                yield Fault(
                    "language-unlisted",
                    f"The profile does not list the language `{language[:20]}`",
                    document.locate((*place, language)),
                    did_you_mean(language, languages) or f'Add "{language[:20]}" to `languages`, or remove this text.',
                )
        if languages[0] not in texts:
            yield Fault(
                "text-missing",
                f"There is no text in `{languages[0]}`, the first language of the profile",
                document.locate(place),
                f'Add {languages[0]} = "…".',
            )


def repeated_ids(document: TomlDocument, array: str, key: str) -> Iterator[Fault]:
    """No two entries of an array have the same id or code."""
    seen: dict[str, int] = {}
    for index, entry in tables(document.data, array):
        value = entry.get(key)
        if isinstance(value, str) and seen.setdefault(value, index) != index:
            yield Fault(
                "id-repeated",
                f"`{key}` {value[:60]} is used by {array}[{seen[value] + 1}] already",
                document.locate((array, index, key)),
                "Give each its own.",
            )
