"""Documents as pydantic models, and every fault of one as a sentence with its place and mend."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, NamedTuple, TypeVar, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from smartcity_share.documents.sentences import Sentence, is_type_error, sentence, wrong_type
from smartcity_share.documents.shapes import fault as _fault
from smartcity_share.documents.suggest import did_you_mean
from smartcity_share.documents.toml import Key, TomlDocument
from smartcity_share.errors import Fault

__all__ = ["DocumentModel", "Extensions", "by_place", "validate"]

M = TypeVar("M", bound=BaseModel)

MOST_FAULTS: Final = 1000
"""Most faults that are told of one document, per model and per rule: nobody reads more, and telling each takes time."""


def _namespaces(found: dict[str, Any]) -> dict[str, Any]:
    for name, content in found.items():
        if not isinstance(content, dict):
            raise _fault(
                "extension-invalid",
                f"`x.{name}` is not a table",
                "Put extensions under a reverse domain name of yours: `[x.id.go.example]`.",
            )
    return found


Extensions = Annotated[dict[str, Any], AfterValidator(_namespaces)]
"""What others than this library need in a document: tables under reverse domain names."""


class DocumentModel(BaseModel):
    """Base class of a document and of each table in it.

    Values are immutable, unknown keys are faults, and every table may hold extensions under ``x.<reverse domain name>``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, use_attribute_docstrings=True)

    x: Extensions = Field(
        default_factory=dict, description="Extensions by reverse domain name; this library keeps them unread."
    )


def validate(model: type[M], document: TomlDocument, *, keep_unknown: bool = False) -> tuple[M | None, list[Fault]]:
    """Validate a document and tell all of its faults.

    Args:
        model: The model of the whole document.
        document: The document.
        keep_unknown: Keep keys the model does not know (in ``model_extra``) instead of reporting them.

    Returns:
        The validated model and no fault, or None and the faults in the order of the document, the first thousand of them.
    """
    try:
        return model.model_validate(document.data, extra="allow" if keep_unknown else None), []
    except ValidationError as error:
        entries = [_entry(document.data, raw) for raw in error.errors(include_url=False)[:MOST_FAULTS]]
    except RecursionError:
        return None, [Fault("toml-too-deep", "Tables are nested too deep", document.locate(()), "Use fewer levels.")]
    return None, by_place(_faults(model, document, entries))


def by_place(faults: Iterable[Fault]) -> list[Fault]:
    """Return faults in the order of the document, each once."""
    return sorted(dict.fromkeys(faults), key=lambda fault: (fault.where.line or 0, fault.where.column or 0))


class _Entry(NamedTuple):
    """One pydantic error with its place in the document; ``tags`` is whether branches of a union were left out of the path."""

    path: Key
    kind: str
    tags: bool
    raw: Mapping[str, Any]


def _entry(data: Mapping[str, Any], raw: Mapping[str, Any]) -> _Entry:
    """Follow a pydantic location in the data. Parts that are not there are branches of unions, and are left out."""
    node: Any = data
    path: list[str | int] = []
    tags = False
    location = raw["loc"]
    for index, part in enumerate(location):
        inside = (
            part in node if isinstance(node, dict) else isinstance(node, list) and isinstance(part, int) and part < len(node)
        )
        if inside:
            node = node[part]
            path.append(part)
        elif raw["type"] == "missing" and index == len(location) - 1:
            path.append(part)
        else:
            tags = True
    return _Entry(tuple(path), raw["type"], tags, raw)


def _faults(model: type[BaseModel], document: TomlDocument, entries: list[_Entry]) -> Iterable[Fault]:
    for path, group in _by_path(_most_telling(entries)).items():
        kinds = [entry.kind for entry in group]
        where = document.locate(path)
        if "missing" in kinds:
            text = _missing(model, path)
        elif "extra_forbidden" in kinds:
            text = _unknown(model, path)
        elif len(group) > 1 and all(map(is_type_error, kinds)):
            text = wrong_type(group[0].raw.get("input"), kinds)
        else:
            telling = next((entry for entry in group if not is_type_error(entry.kind)), group[0])
            text = sentence(telling.raw, _annotation(model, path))
        yield Fault(text.code, text.message, where, text.mend, text.found, text.wanted)


def _most_telling(entries: list[_Entry]) -> list[_Entry]:
    """Drop the branches of a union that fail on the type of a value another branch got deeper into."""
    deeper = [entry.path for entry in entries if entry.tags]
    return [
        entry
        for entry in entries
        if not (
            entry.tags
            and is_type_error(entry.kind)
            and any(len(path) > len(entry.path) and path[: len(entry.path)] == entry.path for path in deeper)
        )
    ]


def _by_path(entries: list[_Entry]) -> dict[Key, list[_Entry]]:
    groups: dict[Key, list[_Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.path, []).append(entry)
    return groups


def _missing(model: type[BaseModel], path: Key) -> Sentence:
    name = str(path[-1])
    owner = _owner(model, path)
    field = _fields(owner).get(name) if owner else None
    described = f": {_lowered(field.description)}" if field is not None and field.description else "."
    return Sentence("key-missing", f"`{name}` is missing{_in_table(path)}", f"Add `{name}`{described}", "nothing", f"`{name}`")


def _unknown(model: type[BaseModel], path: Key) -> Sentence:
    name = str(path[-1])
    owner = _owner(model, path)
    known = [key for key in _fields(owner) if key != "x"] if owner else []
    near = did_you_mean(name, known)
    listed = f"Known keys: {', '.join(known)}." if known and not near else ""
    mend = near or listed or "Remove it."
    wanted = f"one of {', '.join(known)}" if known else None
    return Sentence("key-unknown", f"`{name}` is not a known key{_in_table(path)}", mend, f"`{name}`", wanted)


def _in_table(path: Key) -> str:
    from smartcity_share.documents.toml import dotted

    return f" in `{dotted(path[:-1])}`" if len(path) > 1 else ""


def _lowered(text: str) -> str:
    """Lower the first letter of a description, unless it begins with an acronym or a name in code marks."""
    return text if text[1:2].isupper() or not text[:1].isalpha() else text[0].lower() + text[1:]


def _owner(model: type[BaseModel], path: Key) -> type[BaseModel] | None:
    return model_in(_annotation(model, path[:-1]))


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    """Return the fields of a model by the key a document uses."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _annotation(model: type[BaseModel], path: Key) -> object:
    """Return the type of the value at a path, or None where the model does not say."""
    annotation: object = model
    for part in path:
        if isinstance(part, int):
            annotation = next((get_args(kind)[0] for kind in _kinds(annotation) if get_origin(kind) in (tuple, list)), None)
            continue
        owner = model_in(annotation)
        if owner is not None:
            field = _fields(owner).get(part)
            annotation = field.annotation if field else None
        else:
            annotation = next((get_args(kind)[1] for kind in _kinds(annotation) if get_origin(kind) is dict), None)
    return annotation


def model_in(annotation: object) -> type[BaseModel] | None:
    """Return the model a type is or has among its alternatives, None where it has none."""
    return next((kind for kind in _kinds(annotation) if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def _kinds(annotation: object) -> Iterable[object]:
    """Yield the members of a type: of a union each, of an annotated type the type itself."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _kinds(get_args(annotation)[0])
    elif origin in (Union, types.UnionType):
        for argument in get_args(annotation):
            yield from _kinds(argument)
    else:
        yield annotation
