"""Judging a tree by the table of fields."""

from __future__ import annotations

from typing import Final

from smartcity_share.documents.sentences import Sentence
from smartcity_share.documents.shapes import shown
from smartcity_share.documents.suggest import did_you_mean
from smartcity_share.publiccode.findings import Findings
from smartcity_share.publiccode.kinds import Field, Flag, Items, Kind, PerLanguage, Table, Text
from smartcity_share.publiccode.nodes import Mapping, Node, Place, Scalar, Sequence, found_type, is_nothing
from smartcity_share.publiccode.rules.languages import language_fault

_WANTED: Final = {
    Text: ("a single value", "Write one value."),
    Flag: ("true or false", "Write `true` or `false`, without quotes; `yes` and `no` are text in YAML 1.2."),
    Items: ("a list", "Write each entry on a line of its own that begins with `- `."),
    Table: ("a mapping", "Write `key: value` lines below it, indented."),
    PerLanguage: ("a mapping of languages", "Write the language first: `en:`, and the texts below it, indented."),
}
_EXTENSIONS: Final = ("x-", "x_")


def judge(table: Table, root: Mapping, findings: Findings) -> None:
    """Judge a whole file.

    Args:
        table: Its fields.
        root: Its tree.
        findings: Takes what is wrong.
    """
    _table(table, root, "", findings)


def _value(kind: Kind, node: Node, key: str, place: Place, findings: Findings) -> None:
    if findings.full:
        return
    if isinstance(kind, Items) and kind.alone and isinstance(node, Scalar):
        node = Sequence([node], node.place)
    if isinstance(kind, Text) and isinstance(node, Scalar):
        _text(kind, node, key, place, findings)
    elif isinstance(kind, Items) and isinstance(node, Sequence):
        _items(kind, node, key, place, findings)
    elif isinstance(kind, Table) and isinstance(node, Mapping):
        _table(kind, node, key, findings)
    elif isinstance(kind, PerLanguage) and isinstance(node, Mapping):
        _languages(kind, node, key, place, findings)
    elif not (isinstance(kind, Flag) and isinstance(node, Scalar) and node.type == "true or false"):
        wanted, mend = _WANTED[type(kind)]
        findings.add(key, place, Sentence("value-type", f"Found {_described(node)}; wanted {wanted}", mend))


def _text(kind: Text, node: Scalar, key: str, place: Place, findings: Findings) -> None:
    if kind.strict and node.type != "text":
        message = f"{shown(node.text)} without quotes is a {node.type}; wanted text"
        findings.add(key, place, Sentence("value-type", message, f'Put it in quotes: `"{node.text[:60]}"`.'))
        return
    text = "" if node.type == "nothing" else node.text
    if kind.empty and not text:
        return
    for rule in kind.rules:
        told = rule.judge(text)
        if told is not None:
            findings.add(key, place, told, rule.level)
            if rule.level == "error":
                return


def _items(kind: Items, node: Sequence, key: str, place: Place, findings: Findings) -> None:
    if len(node.items) < kind.least:
        findings.add(key, place, Sentence("value-too-short", "The list is empty", "Add an entry."))
    for index, item in enumerate(node.items):
        inner = f"{key}[{index}]"
        if isinstance(kind.item, Table) and is_nothing(item):
            _table(kind.item, Mapping({}, item.place), inner, findings)
        else:
            _value(kind.item, item, inner, item.place, findings)


def _languages(kind: PerLanguage, node: Mapping, key: str, place: Place, findings: Findings) -> None:
    if not node.entries:
        findings.add(key, place, Sentence("value-too-short", "There is no language", "Add a language, for example `en:`."))
    for tag, (at, value) in node.entries.items():
        inner = f"{key}[{tag}]" if "-" in tag else f"{key}.{tag}"
        told = language_fault(tag)
        if told is not None:
            findings.add(inner, at, _misplaced(tag, kind) or told)
            if kind.table.field(tag) is not None:
                continue
        table = Mapping({}, at) if is_nothing(value) else value
        _value(kind.table, table, inner, at, findings)


def _misplaced(tag: str, kind: PerLanguage) -> Sentence | None:
    """Tell of a text that stands where its language should."""
    if kind.table.field(tag) is None:
        return None
    message = f"`{tag}` stands where a language is wanted"
    return Sentence("language-tag-invalid", message, f"Put it below a language: `en:`, then `{tag}:` indented.")


def _table(table: Table, node: Mapping, key: str, findings: Findings) -> None:
    names = [field.name for field in table.fields]
    for name, (place, value) in node.entries.items():
        field = table.field(name)
        inner = f"{key}.{name}" if key else name
        if field is None:
            findings.add(inner[:200], place, _unknown(name, key, names))
        elif not is_nothing(value):
            _present(field, value, inner, place, findings)
    for field in table.fields:
        if field.required and is_nothing(node.value(field.name)):
            place = node.entries[field.name][0] if field.name in node.entries else node.place
            _missing(field, f"{key}.{field.name}" if key else field.name, place, findings)


def _present(field: Field, value: Node, key: str, place: Place, findings: Findings) -> None:
    if field.required and isinstance(value, Scalar) and isinstance(field.kind, Text) and not value.text:
        _missing(field, key, place, findings)
        return
    if field.deprecated:
        findings.add(key, place, Sentence("key-deprecated", f"`{field.name}` is deprecated", field.deprecated), "warning")
    _value(field.kind, value, key, place, findings)


def _missing(field: Field, key: str, place: Place, findings: Findings) -> None:
    """Tell what is missing: of a section the keys that are required in it, as the reference parser does."""
    if isinstance(field.kind, Table):
        for inner in field.kind.fields:
            if inner.required:
                _missing(inner, f"{key}.{inner.name}", place, findings)
        return
    section, _, name = key.rpartition(".")
    message = f"`{name}` is missing" + (f" in `{section}`" if section else "")
    findings.add(key, place, Sentence("key-missing", message, f"Add `{name}`."))


def _unknown(name: str, section: str, names: list[str]) -> Sentence:
    message = f"`{shown(name)[1:-1]}` is not a key of the standard" + (f" in `{section[:100]}`" if section else "")
    near = did_you_mean(name, names)
    if not near and name.startswith(_EXTENSIONS):
        near = "Remove it: the standard has no extensions. Keep such facts in a file of their own."
    return Sentence("key-unknown", message, near or f"Remove it. Known keys here: {', '.join(names)}.")


def _described(node: Node) -> str:
    if not isinstance(node, Scalar):
        return found_type(node)
    if node.type == "nothing":
        return "nothing"
    return f"the text {shown(node.text)}" if node.type == "text" else f"the {node.type} {node.text[:60]}"
