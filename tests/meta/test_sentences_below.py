"""Every sentence that layers without a catalogue say to readers is in that of the console, in every language it has."""

from __future__ import annotations

import ast
from pathlib import Path

from smartcity_share.toolkit.translations import languages_of, translations_for

CONSOLE = "smartcity_share.console"
BELOW = ("hooks", "install", "host", "regions", "manifest", "package")


def test_what_is_said_below_the_console_is_translated_there(sources: dict[Path, ast.Module]) -> None:
    said = {
        node.args[0].value
        for path, module in sources.items()
        if path.parts[:2] == ("src", "smartcity_share") and path.parts[2] in BELOW
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Sentence"
        if node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    }

    assert said
    for language in set(languages_of(CONSOLE)) - {"en"}:
        texts = translations_for(CONSOLE, language)
        assert [text for text in sorted(said) if texts.gettext(text) == text] == []
