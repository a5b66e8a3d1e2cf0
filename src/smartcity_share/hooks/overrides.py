"""What a region has put in place of parts of an app: templates, texts and files that lie beside the app, never in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs


@attrs.frozen(eq=False)
class Overrides:
    """The parts of one app that one region has changed.

    Two of them are equal only when they are the same object: a change makes a new installation, and what was drawn from the
    old one is forgotten with it.

    Attributes:
        templates: Jinja source by name, as the app names its own: ``front.html``.
        texts: Message catalogues (``.po``) by language; only what differs from the app's own.
        files: Files by name, in place of those in the app's ``regional`` folder.
    """

    templates: Mapping[str, str] = attrs.field(factory=dict)
    texts: Mapping[str, bytes] = attrs.field(factory=dict)
    files: Mapping[str, bytes] = attrs.field(factory=dict)


NO_OVERRIDES: Final = Overrides()
"""Of an installation that uses the app as it came."""
