"""What the text of one Python module says, read from its syntax tree; nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

import attrs

LIBRARY: Final = "smartcity_share"
VALUES: Final = {"IndicatorValue": "indicator", "Dataset": "dataset", "Job": "job", "ReadinessAnswer": "requirement"}
"""What hooks return -> its first argument, which is an id of the manifest."""

Reference = str | tuple[str, ...] | None
"""A text as written, the dotted name it is kept under, or None for what only running the code would tell."""


@attrs.frozen
class Mention:
    """A place in the code.

    Attributes:
        said: The text or name that stands there.
        line: 1-based line.
    """

    said: Reference
    line: int


@attrs.define
class Module:
    """What one module says.

    Attributes:
        words: Every text in it.
        constants: (class or empty, name) -> text, of what is assigned once.
        names: Every attribute and name at the top that something is bound to; for the entry point.
        attributes: Every attribute that is read of anything.
        hooks: Functions marked with ``hookimpl``.
        made: Values for hooks, by class: the ids they are made with.
        permissions: What an actor is asked for.
        roles: Roles an actor is asked for.
        region: Facts read of a region, by their attribute.
        region_leaves: Whether a region is handed on whole, so that more may be read of it elsewhere.
    """

    words: set[str] = attrs.Factory(set)
    constants: dict[tuple[str, str], str] = attrs.Factory(dict)
    names: set[str] = attrs.Factory(set)
    attributes: set[str] = attrs.Factory(set)
    hooks: dict[str, int] = attrs.Factory(dict)
    made: dict[str, list[Mention]] = attrs.Factory(dict)
    permissions: list[Mention] = attrs.Factory(list)
    roles: list[Mention] = attrs.Factory(list)
    region: list[Mention] = attrs.Factory(list)
    region_leaves: bool = False


def read_module(source: bytes) -> Module:
    """Read a module.

    Raises:
        SyntaxError: It is no Python of this version.
        ValueError: It has a null byte in it.
        RecursionError: It is nested too deep.
        MemoryError: The parser gave up on its nesting.
    """
    reader = _Reader()
    tree = ast.parse(source)
    reader.learn_names(tree)
    reader.visit(tree)
    return reader.module


class _Reader(ast.NodeVisitor):
    def __init__(self) -> None:
        self.module = Module()
        self._library: dict[str, str] = {}
        self._regions: set[str] = set()
        self._holder = ""

    def learn_names(self, tree: ast.Module) -> None:
        """Learn what the names of the module stand for before its expressions are read."""
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == LIBRARY:
                self._library |= {alias.asname or alias.name: alias.name for alias in node.names}
            elif isinstance(node, ast.arg) and _last_name(node.annotation) == "RegionFacts":
                self._regions.add(node.arg)
            elif isinstance(node, ast.Assign) and _is_region(node.value):
                self._regions |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        self.module.names |= set(_bound(tree))

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.module.words.add(node.value)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        before, self._holder = self._holder, node.name
        self.generic_visit(node)
        self._holder = before

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for mark in node.decorator_list:
            call = mark if isinstance(mark, ast.Call) else None
            if self._is_library(call.func if call else mark, "hookimpl"):
                renamed = [word.value for word in call.keywords if word.arg == "specname"] if call else []
                name = renamed[0].value if renamed and isinstance(renamed[0], ast.Constant) else node.name
                self.module.hooks[str(name)] = node.lineno
        self.generic_visit(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self._keep(target, node.value)
        if _is_region(node.value) and all(isinstance(target, ast.Name) for target in node.targets):
            self.visit(node.value.value)  # type: ignore[attr-defined] # the region is kept under a name that is followed
        else:
            self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._keep(node.target, node.value)
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.module.attributes.add(node.attr)
        if self._stands_for_region(node.value):
            self.module.region.append(Mention(node.attr, node.lineno))
            if isinstance(node.value, ast.Attribute):
                self.visit(node.value.value)
            return
        if node.attr == "region" and isinstance(node.ctx, ast.Load):
            self.module.region_leaves = True
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if node.id in self._regions and isinstance(node.ctx, ast.Load):
            self.module.region_leaves = True

    def visit_Call(self, node: ast.Call) -> None:
        called = _last_name(node.func)
        if called == "may" and isinstance(node.func, ast.Attribute) and node.args:
            self.module.permissions += _mentions(node.args[0])
        kind = next((name for name in VALUES if self._is_library(node.func, name)), None)
        if kind is not None:
            given = node.args[:1] or [word.value for word in node.keywords if word.arg == VALUES[kind]]
            self.module.made.setdefault(kind, []).extend(mention for value in given for mention in _mentions(value))
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        held = node.comparators[0]
        if isinstance(node.ops[0], ast.In | ast.NotIn) and isinstance(held, ast.Attribute):
            if held.attr == "permissions":
                self.module.permissions += _mentions(node.left)
            elif held.attr == "roles":
                self.module.roles += _mentions(node.left)
        self.generic_visit(node)

    def _stands_for_region(self, node: ast.expr) -> bool:
        return _is_region(node) or (isinstance(node, ast.Name) and node.id in self._regions)

    def _is_library(self, node: ast.expr, name: str) -> bool:
        if isinstance(node, ast.Name):
            return self._library.get(node.id) == name
        return isinstance(node, ast.Attribute) and node.attr == name and _last_name(node.value) == LIBRARY

    def _keep(self, target: ast.expr, value: ast.expr | None) -> None:
        if isinstance(target, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
            self.module.constants[self._holder, target.id] = value.value


def _is_region(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "region"


def _last_name(node: ast.expr | None) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Constant):
        return str(node.value).rpartition(".")[2]  # an annotation in quotes
    return node.id if isinstance(node, ast.Name) else ""


def _mentions(node: ast.expr) -> Iterator[Mention]:
    if isinstance(node, ast.IfExp):
        yield from _mentions(node.body)
        yield from _mentions(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield Mention(node.value, node.lineno)
    else:
        yield Mention(_dotted(node), node.lineno)


def _dotted(node: ast.expr) -> tuple[str, ...] | None:
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value)
        return before if before and node.attr == "value" else (*before, node.attr) if before else None
    return (node.id,) if isinstance(node, ast.Name) else None


def _bound(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
