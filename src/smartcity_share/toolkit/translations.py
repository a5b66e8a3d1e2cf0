"""Message catalogues: ``.po`` files read from a package and used as they are, without a compile step.

Message ids are English. An app ships ``locale/<language>/LC_MESSAGES/messages.po``; what it does not translate is looked up in
the catalogue of the toolkit, and last shown as the English message id.
"""

from __future__ import annotations

import gettext as stdlib_gettext
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING

from smartcity_share.hooks.overrides import NO_OVERRIDES, Overrides
from smartcity_share.toolkit.language import base_of

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

TOOLKIT = "smartcity_share.toolkit"


def message(text: str) -> str:
    """Mark a text for the catalogue where it is written but not yet translated: the text itself is returned.

    Args:
        text: The message id, English.
    """
    return text


def read_catalogue(content: bytes) -> stdlib_gettext.GNUTranslations:
    """Compile a ``.po`` file in memory.

    Args:
        content: The file.

    Raises:
        babel.messages.pofile.PoFileError: It is no ``.po`` file.
    """
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(content), abort_invalid=True))
    compiled.seek(0)
    return stdlib_gettext.GNUTranslations(compiled)


def languages_of(package: str, locale: str = "locale") -> tuple[str, ...]:
    """Return the languages a package has a catalogue for, sorted; English needs none."""
    folder = files(package) / locale
    if not folder.is_dir():
        return ()
    return tuple(sorted(entry.name for entry in folder.iterdir() if _po(folder, entry.name).is_file()))


@lru_cache(maxsize=256)
def translations_for(
    package: str, language: str, locale: str = "locale", overrides: Overrides = NO_OVERRIDES
) -> stdlib_gettext.NullTranslations:
    """Return the translations of a package into a language, with the toolkit's own behind them.

    Args:
        package: Import name of the package that holds the ``locale`` folder.
        language: BCP 47 code; ``id-ID`` falls back to ``id``.
        locale: Name of the folder.
        overrides: What a region put in place of parts of the app; its texts come first.

    Returns:
        Translations that answer with the message id itself where nothing else is known.
    """
    names = list(dict.fromkeys([language.replace("-", "_"), base_of(language)]))
    regional = [read_catalogue(overrides.texts[name]) for name in dict.fromkeys([language, *names]) if name in overrides.texts]
    shipped = [
        found
        for home, folder in dict.fromkeys([(package, locale), (TOOLKIT, "locale")])
        for name in names
        if (found := _load(home, folder, name)) is not None
    ]
    first = stdlib_gettext.NullTranslations()
    for catalogue in (*regional, *shipped):
        first.add_fallback(catalogue)
    return first


def _load(package: str, locale: str, language: str) -> stdlib_gettext.GNUTranslations | None:
    # Read anew for each chain: a fallback is added to the object, so one object cannot serve two chains.
    entry = _po(files(package) / locale, language)
    return read_catalogue(entry.read_bytes()) if entry.is_file() else None


def _po(folder: Traversable, language: str) -> Traversable:
    return folder / language / "LC_MESSAGES" / "messages.po"
