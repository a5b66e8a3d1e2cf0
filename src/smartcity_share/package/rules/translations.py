"""Every catalogue can be compiled and is complete; pages compile them in memory (ADR 0008), so no ``.mo`` is asked for."""

from __future__ import annotations

import io
from collections.abc import Iterator

from smartcity_share.errors import Fault
from smartcity_share.package.rules.base import Content


def check(content: Content) -> Iterator[Fault]:
    """Yield a fault for each catalogue that cannot be compiled or leaves a message untranslated."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import PoFileError, read_po

    for name, data in content.files.items():
        if not name.endswith(".po"):
            continue
        try:
            catalogue = read_po(io.BytesIO(data), abort_invalid=True)
            write_mo(io.BytesIO(), catalogue)
        except (PoFileError, ValueError, LookupError) as error:
            yield Fault(
                "wheel-catalogue-invalid",
                f"The catalogue cannot be compiled: {error}",
                content.at(name),
                "Correct the .po file.",
            )
            continue
        for message in catalogue:
            texts = message.string if isinstance(message.string, list | tuple) else (message.string,)
            if message.id and (message.fuzzy or not all(texts)):
                yield Fault(
                    "wheel-catalogue-incomplete",
                    f"A message is not translated: {str(message.id)[:80]!r}",
                    content.at(name, message.lineno),
                    "Translate it, and take away `fuzzy` once it is right.",
                )
