"""From answers to the files of a project: pure, the same answers give the same files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from smartcity_share._version import __version__
from smartcity_share.scaffold.answers import Answers

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_SUFFIX: Final = ".tmpl"
_RENAMED: Final = {"gitignore": ".gitignore"}
"""Files that would mean something in the template itself."""

EXECUTABLE: Final = frozenset({"ci.sh"})


def templates() -> Mapping[str, str]:
    """Return the files of the template by their path, with ``PACKAGE`` where the package's name goes."""
    return dict(_walk(files("smartcity_share.scaffold") / "template", ""))


def render(answers: Answers, sources: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the files of a project by their path, with ``/`` between parts.

    Args:
        answers: What the author said.
        sources: The template; this version's if None.
    """
    from jinja2 import Environment, StrictUndefined

    # Guillemets mark what is filled in: the braces of Jinja and the brackets of TOML belong to the files themselves.
    environment = Environment(
        variable_start_string="«",
        variable_end_string="»",
        block_start_string="«%",
        block_end_string="%»",
        comment_start_string="«#",
        comment_end_string="#»",
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - no HTML is filled in; texts go through the filter `q`
    )
    # A JSON string is a string of TOML and of Python too.
    environment.filters["q"] = lambda text: json.dumps(text, ensure_ascii=False)
    words = {
        **answers.model_dump(),
        "package": answers.package,
        "distribution": answers.name,
        "requires": compatible_with(__version__),
        "summary_id": f"{answers.title_id}: sampaikan dan baca isian warga",
        "summary_en": f"{answers.title_en}: leave a word and read those of others",
    }
    return {
        path.replace("PACKAGE", answers.package): environment.from_string(source).render(words)
        for path, source in sorted((templates() if sources is None else sources).items())
    }


def compatible_with(version: str) -> str:
    """Return the range of versions of this library an app written now works with: ``>=0.1,<0.2``."""
    from packaging.version import Version

    parsed = Version(version)
    if parsed.major:
        return f">={parsed.major}.{parsed.minor},<{parsed.major + 1}"
    return f">={parsed.major}.{parsed.minor},<{parsed.major}.{parsed.minor + 1}"


def _walk(folder: Traversable, below: str) -> Iterator[tuple[str, str]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _walk(entry, f"{below}{entry.name}/")
        elif entry.name.endswith(_SUFFIX):
            name = entry.name.removesuffix(_SUFFIX)
            yield f"{below}{_RENAMED.get(name, name)}", entry.read_text(encoding="utf-8")
