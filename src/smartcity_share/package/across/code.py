"""What the code and the templates of an app say, taken together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from smartcity_share.package.across.syntax import Mention, Module, Reference, read_module
from smartcity_share.package.across.templates import Template, read_template

MOST_MODULE: Final = 1 << 20
"""Most bytes of a module that is read: a syntax tree takes a hundred times as many."""
MOST_CODE: Final = 16 << 20
"""Most bytes of code that are read of one app."""


@attrs.frozen
class Said:
    """A text the code says, and where.

    Attributes:
        text: The text; None where only running the code would tell it.
        file: Name of the file in the package.
        line: 1-based line.
    """

    text: str | None
    file: str
    line: int


@attrs.frozen
class Code:
    """What the modules and templates of one app say.

    Attributes:
        modules: Module by file name.
        templates: Template by file name.
        unread: Files that could not be read as Python -> (line, why).
    """

    modules: Mapping[str, Module]
    templates: Mapping[str, Template]
    unread: Mapping[str, tuple[int | None, str]]

    @classmethod
    def read(cls, files: Mapping[str, bytes]) -> Code:
        """Read the code among the files of an app; nothing is run."""
        modules: dict[str, Module] = {}
        unread: dict[str, tuple[int | None, str]] = {}
        left = MOST_CODE
        for name in sorted(files):
            if not name.endswith(".py"):
                continue
            left -= len(files[name])
            try:
                if len(files[name]) > MOST_MODULE or left < 0:
                    unread[name] = (None, "the code is too large to be read")
                else:
                    modules[name] = read_module(files[name])
            except SyntaxError as error:
                unread[name] = (error.lineno, str(error.msg))
            except (ValueError, RecursionError, MemoryError):
                unread[name] = (None, "it is nested too deep, or has a null byte in it")
        found = {name: read_template(content) for name, content in files.items() if name.endswith((".html", ".txt", ".xml"))}
        return cls(modules, {name: template for name, template in found.items() if template is not None}, unread)

    def has_word(self, word: str) -> bool:
        """Whether a text is written anywhere in the code, whole, or anywhere in a template."""
        return any(word in module.words for module in self.modules.values()) or any(
            word in template.text for template in self.templates.values()
        )

    def reads_attribute(self, name: str) -> bool:
        """Whether an attribute or a text of this name is used of anything anywhere."""
        return (
            self.has_word(name)
            or any(name in module.attributes for module in self.modules.values())
            or any(name in template.attributes for template in self.templates.values())
        )

    def hooks(self) -> dict[str, Said]:
        """Return the hooks that are marked anywhere in the code."""
        return {hook: Said(hook, name, line) for name, module in self.modules.items() for hook, line in module.hooks.items()}

    def made(self, kind: str) -> list[Said]:
        """Return the ids that values of a class are made with."""
        return self._said({name: module.made.get(kind, []) for name, module in self.modules.items()})

    def permissions(self) -> list[Said]:
        """Return the permissions that the code asks an actor for."""
        return self._said({name: module.permissions for name, module in self.modules.items()})

    def roles(self) -> list[Said]:
        """Return the roles that the code asks an actor for."""
        return self._said({name: module.roles for name, module in self.modules.items()})

    def region_facts(self) -> Iterator[Said]:
        """Yield what the code and the templates read of the region, by its attribute."""
        yield from self._said({name: module.region for name, module in self.modules.items()})
        for name, template in self.templates.items():
            yield from (Said(fact, name, line) for fact, line in template.region)

    @property
    def region_leaves(self) -> bool:
        """Whether the region is handed on whole anywhere, so that not every reading of it can be told."""
        return any(module.region_leaves for module in self.modules.values())

    def _said(self, mentions: Mapping[str, list[Mention]]) -> list[Said]:
        return [Said(self._text(mention.said), name, mention.line) for name, found in mentions.items() for mention in found]

    def _text(self, said: Reference) -> str | None:
        if said is None or isinstance(said, str):
            return said
        key = ("" if len(said) == 1 else said[-2], said[-1])
        found = {module.constants[key] for module in self.modules.values() if key in module.constants}
        return found.pop() if len(found) == 1 else None
