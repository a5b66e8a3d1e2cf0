"""Write the tables of ``docs/reference/manifest.md`` from the model: ``python scripts/manifest_reference.py``.

What stands between the two marks of the page is made here; ``tests/manifest/test_reference_page.py`` fails when it is not.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path
from types import NoneType
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from smartcity_share.manifest.model import Manifest
from smartcity_share.manifest.vocabulary import categories, kpk_areas

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "reference" / "manifest.md"
BEGIN: Final = "<!-- made by scripts/manifest_reference.py: begin -->"
END: Final = "<!-- made by scripts/manifest_reference.py: end -->"

_WORDS: Final = {str: "text", int: "whole number", bool: "true or false", float: "number", dt.date: "date"}


def models() -> Iterator[tuple[str, type[BaseModel]]]:
    """Yield the tables of the manifest by their header, the top of the file first, each once."""
    yield "", Manifest
    yield from _below(Manifest, "")


def _below(model: type[BaseModel], at: str) -> Iterator[tuple[str, type[BaseModel]]]:
    for name, field in model.model_fields.items():
        inner, repeated = _model_of(field.annotation)
        if inner is None:
            continue
        path = f"{at}{field.alias or name}"
        yield f"[[{path}]]" if repeated else f"[{path}]", inner
        yield from _below(inner, f"{path}.")


def _model_of(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    for argument in get_args(annotation):
        inner, _ = _model_of(argument)
        if inner is not None:
            return inner, get_origin(annotation) is tuple
    return None, False


def kind_of(annotation: Any) -> str:
    """Return the type of a key in words."""
    origin, arguments = get_origin(annotation), [argument for argument in get_args(annotation) if argument is not NoneType]
    if origin is Literal:
        words = " or ".join(f"`{argument}`" for argument in arguments)
    elif origin is tuple:
        words = "tables" if _model_of(annotation)[0] else f"list of {kind_of(arguments[0])}"
    elif origin is dict:
        words = "text per language"
    elif arguments:
        words = kind_of(arguments[0])
    else:
        words = _WORDS.get(annotation, "table" if _model_of(annotation)[0] else str(annotation))
    return words


def default_of(field: FieldInfo) -> str:
    """Return what is taken where a key is left out."""
    if field.is_required():
        return "**required**"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, BaseModel) or value in (None, (), {}, ""):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        listed = ", ".join(f'"{entry}"' for entry in value)
        return f"`[{listed}]`"
    return f"`{value}`"


def tables() -> str:
    """Return the generated part of the page."""
    parts = []
    for header, model in models():
        parts.append(f"## `{header}`" if header else "## Top of the file")
        parts.append(" ".join((model.__doc__ or "").split()))
        rows = ["| key | type | if left out | meaning |", "|---|---|---|---|"]
        for name, field in model.model_fields.items():
            if name == "x":
                continue
            meaning = " ".join((field.description or "").split()).replace("|", "\\|")
            rows.append(f"| `{field.alias or name}` | {kind_of(field.annotation)} | {default_of(field)} | {meaning} |")
        parts.append("\n".join(rows))
    parts.append("## Categories")
    parts.append(
        "What `app.category` may be, the areas of the KPK's prevention programme (MCP, since 2025 MCSP) and the publiccode.yml"
        " categories it maps to. The lists of areas differ by year."
    )
    rows = ["| category | English | Indonesian | KPK areas | publiccode.yml |", "|---|---|---|---|---|"]
    for entry in categories().values():
        areas = [kpk_areas()[name] for name in entry.kpk]
        shown = "; ".join(f"{area.title} ({', '.join(area.lists)})" for area in areas)
        rows.append(f"| `{entry.id}` | {entry.title['en']} | {entry.title['id']} | {shown} | {', '.join(entry.publiccode)} |")
    parts.append("\n".join(rows))
    return "\n\n".join(parts)


def written(page: str) -> str:
    """Return the page with its generated part made anew."""
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n\n{tables()}\n\n{END}{tail}"


def main() -> int:
    """Write the page; return 1 where it changed."""
    before = PAGE.read_text("utf-8")
    after = written(before)
    PAGE.write_text(after, "utf-8")
    sys.stdout.write(f"{PAGE.name}: {'unchanged' if before == after else 'written'}\n")
    return int(before != after)


if __name__ == "__main__":
    sys.exit(main())
