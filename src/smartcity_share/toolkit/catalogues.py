"""Keep the message catalogues of a package complete: extract the messages, update the ``.po`` files, name the gaps.

For authors::

    python -m smartcity_share.toolkit.catalogues src/my_app id su   # update locale/id and locale/su
    python -m smartcity_share.toolkit.catalogues src/my_app         # name what is not translated; exit code 1 if anything
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

_KEYWORDS: Final = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "message": None,
    "translate": None,
    "Sentence": None,
}
_HEADER: Final = """msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plurals}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
_TEMPLATE: Final = "jinja2.ext:babel_extract"
_METHODS: Final = {".py": "python", ".html": _TEMPLATE, ".txt": _TEMPLATE}
_OPTIONS: Final = {"trimmed": "true", "silent": "false"}


@attrs.frozen
class Gap:
    """One message a catalogue does not serve as it should.

    Attributes:
        language: Language of the catalogue.
        message: The message id.
        kind: ``missing``, ``fuzzy``, ``unused`` or ``placeholders`` (the translation names other placeholders).
        line: Where it stands in the catalogue; None where it is not there.
    """

    language: str
    message: str
    kind: str
    line: int | None = None


def extract(folder: Path) -> Catalog:
    """Return every message in the Python files and templates of a package.

    Args:
        folder: The package's folder.
    """
    paths = sorted(path for path in folder.rglob("*") if path.suffix in _METHODS and path.is_file())
    return extract_from({path.relative_to(folder).as_posix(): path.read_bytes() for path in paths})


def extract_from(files: Mapping[str, bytes]) -> Catalog:
    """Return every message in the Python files and templates among some files.

    Args:
        files: Content by name; what is neither is passed over.
    """
    from babel.messages.catalog import Catalog
    from babel.messages.extract import extract as extract_messages

    catalogue = Catalog(charset="utf-8")
    for name, content in files.items():
        method = _METHODS.get(PurePosixPath(name).suffix)
        if method is None:
            continue
        for line, texts, comments, context in extract_messages(method, BytesIO(content), _KEYWORDS, options=_OPTIONS):
            catalogue.add(texts, None, [(name, line)], auto_comments=comments, context=context)
    return catalogue


def gaps_of(folder: Path, language: str, locale: str = "locale") -> Iterator[Gap]:
    """Yield what is missing, fuzzy, no longer used or ill-formed in the catalogue of a language.

    Args:
        folder: The package's folder.
        language: Name of the language's folder.
        locale: Name of the folder of catalogues.
    """
    from babel.messages.pofile import read_po

    with _po(folder, language, locale).open("rb") as file:
        yield from gaps_between(extract(folder), read_po(file, locale=None), language)


def gaps_between(wanted: Catalog, given: Catalog, language: str) -> Iterator[Gap]:
    """Yield what a catalogue lacks of the messages it should have, and what it has beyond them.

    Args:
        wanted: The messages, as extracted.
        given: The catalogue.
        language: Its language, for the gaps.
    """
    for entry in wanted:
        if not entry.id:
            continue
        found = given.get(entry.id, entry.context)
        line = None if found is None else found.lineno
        if found is None or _is_empty(found):
            yield Gap(language, _name(entry), "missing", line)
        elif found.fuzzy:
            yield Gap(language, _name(entry), "fuzzy", line)
        elif _placeholders(entry.id) != _placeholders(found.string):
            yield Gap(language, _name(entry), "placeholders", line)
    for entry in given:
        if entry.id and wanted.get(entry.id, entry.context) is None:
            yield Gap(language, _name(entry), "unused", entry.lineno)


def uncertain(given: Catalog, language: str) -> Iterator[Gap]:
    """Yield the messages a catalogue has without a translation, or with one that is marked as uncertain.

    Args:
        given: The catalogue.
        language: Its language, for the gaps.
    """
    for entry in given:
        if entry.id and (entry.fuzzy or _is_empty(entry)):
            yield Gap(language, _name(entry), "missing" if _is_empty(entry) else "fuzzy", entry.lineno)


def _name(entry: Message) -> str:
    return entry.id if isinstance(entry.id, str) else entry.id[0]


def _is_empty(entry: Message) -> bool:
    texts = [entry.string] if isinstance(entry.string, str) else entry.string or [""]
    return not all(texts)


def update(folder: Path, language: str, locale: str = "locale") -> Path:
    """Write new messages into the catalogue of a language and drop those that are no longer used.

    Args:
        folder: The package's folder.
        language: Name of the language's folder; made where there is none.
        locale: Name of the folder of catalogues.

    Returns:
        The ``.po`` file.
    """
    from babel import Locale
    from babel.messages.catalog import Catalog
    from babel.messages.plurals import PLURALS
    from babel.messages.pofile import read_po, write_po
    from babel.plural import to_gettext

    path = _po(folder, language, locale)
    if path.is_file():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)  # the plural forms are those of its header
    else:
        catalogue = Catalog(locale=language, charset="utf-8", fuzzy=False)
        if str(catalogue.locale) not in PLURALS:  # Babel's table of gettext's rules is short: Indonesian is not in it
            rule = to_gettext(Locale.parse(language).plural_form)  # type: ignore[no-untyped-call] # Babel leaves it without types
            catalogue.mime_headers = [("Plural-Forms", rule)]
    catalogue.update(extract(folder), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    body = BytesIO()
    # Neither places nor dates: a diff shows the messages that changed and nothing else.
    write_po(body, catalogue, no_location=True, omit_header=True, sort_output=True, width=120)
    header = _HEADER.format(language=language, plurals=catalogue.plural_forms)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(header + body.getvalue().decode("utf-8"), encoding="utf-8", newline="\n")
    return path


def main(arguments: list[str]) -> int:
    """Run the module as a command; see its docstring."""
    if not arguments:
        sys.stderr.write((__doc__ or "") + "\n")
        return 2
    folder = Path(arguments[0])
    for language in arguments[1:]:
        sys.stdout.write(f"{update(folder, language)}\n")
    languages = sorted(path.parent.parent.name for path in (folder / "locale").glob("*/LC_MESSAGES/messages.po"))
    gaps = [gap for language in languages for gap in gaps_of(folder, language)]
    for gap in gaps:
        sys.stdout.write(f"{gap.language}: {gap.kind}: {gap.message}\n")
    return 1 if gaps else 0


def _po(folder: Path, language: str, locale: str) -> Path:
    return folder / locale / language / "LC_MESSAGES" / "messages.po"


def _placeholders(texts: str | tuple[str, ...] | list[str]) -> set[str]:
    import re

    joined = texts if isinstance(texts, str) else " ".join(texts)
    return set(re.findall(r"%\(\w+\)[sd]", joined))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
