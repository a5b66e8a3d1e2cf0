"""One module calls the code of apps, and the rest of the library goes through it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

REGISTRY = Path("src/smartcity_share/hooks/registry.py")
RELAY = {"hook", "subset_hook_caller", "get_hookimpls"}


def calls_of_the_relay(tree: ast.AST) -> set[str]:
    """The parts of pluggy's relay that a module reaches for."""
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in RELAY}


def private_parts_of_pluggy(tree: ast.AST) -> set[str]:
    """Names of pluggy that are not promised: ``pluggy._…`` and private attributes of a manager."""
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if (getattr(node, "module", None) or alias.name).startswith("pluggy._")
    }
    touched = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"_plugin_distinfo", "_name2plugin", "_hookexec", "_implprefix", "_inner_hookexec"}
    }
    return imported | touched


def test_only_the_registry_reaches_for_the_relay(sources: dict[Path, ast.Module]) -> None:
    reaching = {path for path, tree in sources.items() if calls_of_the_relay(tree)}

    assert reaching == {REGISTRY}


def test_only_the_public_interface_of_pluggy_is_used(sources: dict[Path, ast.Module]) -> None:
    assert {str(path): found for path, tree in sources.items() if (found := private_parts_of_pluggy(tree))} == {}


@pytest.mark.parametrize("text", ["manager.hook.asgi_app()", "pm.subset_hook_caller('x', [])"])
def test_a_call_beside_the_registry_is_found(text: str) -> None:
    assert calls_of_the_relay(ast.parse(text))


@pytest.mark.parametrize(
    "text", ["from pluggy._hooks import HookCaller", "import pluggy._manager", "pm._plugin_distinfo.append(1)"]
)
def test_a_private_part_of_pluggy_is_found(text: str) -> None:
    assert private_parts_of_pluggy(ast.parse(text))
