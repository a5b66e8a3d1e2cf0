"""Judging what a region wants to put in place of a part of an app, before anything is changed: all faults in one pass."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from smartcity_share.documents.suggest import did_you_mean
from smartcity_share.errors import Fault, Location
from smartcity_share.install.overrides.item import Item, ItemKind
from smartcity_share.install.overrides.messages import message_keys, read_messages, shown_key

MOST_BYTES: Final = 1024 * 1024
"""Largest part that can be changed."""
_PLACEHOLDER: Final = re.compile(r"%\((\w+)\)")


def check_content(item: Item, content: bytes, shipped: Mapping[Item, bytes], languages: Iterable[str]) -> tuple[Fault, ...]:
    """Return everything that is wrong with a region's version of a part.

    Args:
        item: The part.
        content: What the region wants to put in its place.
        shipped: Every part of the app, as it came.
        languages: Languages of the region.
    """
    return tuple(_faults(item, content, shipped, tuple(languages)))


def _faults(item: Item, content: bytes, shipped: Mapping[Item, bytes], languages: tuple[str, ...]) -> Iterator[Fault]:
    where = Location(str(item))
    if item.kind is not ItemKind.TEXT and item not in shipped:
        known = sorted(str(one) for one in shipped)
        mend = did_you_mean(str(item), known) or "`smartcity override list APP` shows what the app has."
        yield Fault("override-unknown", f"The app has no {item}", where, mend)
        return
    if len(content) > MOST_BYTES:
        yield Fault(
            "override-too-large", f"{len(content)} bytes; at most {MOST_BYTES}", where, "Make it smaller; pictures most of all."
        )
        return
    if item.kind is ItemKind.TEXT:
        yield from _text_faults(item, content, shipped, languages, where)
    elif item.kind is ItemKind.TEMPLATE:
        yield from _template_faults(content, where)
    elif item.suffix in {"toml", "json"}:
        yield from _data_faults(item, content, where)


def _text_faults(
    item: Item, content: bytes, shipped: Mapping[Item, bytes], languages: tuple[str, ...], where: Location
) -> Iterator[Fault]:
    from babel.messages.pofile import PoFileError

    if item.name not in languages:
        mend = did_you_mean(item.name, languages) or f"The region's languages: {', '.join(languages)}."
        yield Fault("override-language-unknown", f"The region does not use the language `{item.name}`", where, mend)
    try:
        messages = read_messages(content)
    except (PoFileError, UnicodeDecodeError, ValueError) as error:
        yield Fault("override-unreadable", f"It is no message catalogue: {error}", where, "Write it as a `.po` file in UTF-8.")
        return
    known = {key for one, body in shipped.items() if one.kind is ItemKind.TEXT for key in message_keys(body)}
    shown = {shown_key(key): key for key in known}
    for key, text in messages.items():
        place = Location(str(item), key=shown_key(key)[:80])
        if key not in known:
            mend = did_you_mean(shown_key(key), shown) or "`smartcity override list APP --texts` shows every message."
            yield Fault("override-message-unknown", f"The app has no message `{shown_key(key)[:80]}`", place, mend)
            continue
        wanted = set(_PLACEHOLDER.findall(key))
        found = set(_PLACEHOLDER.findall(" ".join(text) if isinstance(text, tuple) else text))
        if found - wanted:
            names = ", ".join(f"%({name})s" for name in sorted(found - wanted))
            mend = f"Use only {', '.join(f'%({name})s' for name in sorted(wanted)) or 'words'}."
            yield Fault("override-placeholder-unknown", f"Nothing fills {names} in this message", place, mend)


def _template_faults(content: bytes, where: Location) -> Iterator[Fault]:
    from jinja2 import TemplateSyntaxError

    from smartcity_share.toolkit.pages import check_template

    try:
        check_template(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        yield Fault("override-unreadable", f"It is not UTF-8: {error.reason} at byte {error.start}", where, "Save it as UTF-8.")
    except TemplateSyntaxError as error:
        place = Location(where.file, error.lineno)
        yield Fault("override-template-invalid", f"{error.message}", place, "Mend the template at this line.")


def _data_faults(item: Item, content: bytes, where: Location) -> Iterator[Fault]:
    try:
        text = content.decode("utf-8")
        tomllib.loads(text) if item.suffix == "toml" else json.loads(text)
    except (ValueError, RecursionError) as error:  # both readers, and the decoder, raise a kind of ValueError
        said = str(error) or type(error).__name__
        mend = "Mend what it says, and save as UTF-8."
        yield Fault("override-unreadable", f"It is no {item.suffix.upper()}: {said}", where, mend)
