"""One module calls the code of apps, and the rest of the library goes through it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

LOADED_APP = Path("src/smartcity_share/hooks/load.py")
REGISTRY = Path("src/smartcity_share/hooks/registry.py")
RELAY = {"hook", "subset_hook_caller", "get_hookimpls"}


def reaches_for_the_relay(tree: ast.AST) -> bool:
    """Whether a module touches pluggy's relay."""
    return any(isinstance(node, ast.Attribute) and node.attr in RELAY for node in ast.walk(tree))


def calls_a_loaded_app(tree: ast.AST) -> bool:
    """Whether a module uses ``LoadedApp.call``, the one way through."""
    return any(isinstance(node, ast.Attribute) and node.attr == "call" for node in ast.walk(tree))


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


def test_a_loaded_app_alone_holds_the_relay(sources: dict[Path, ast.Module]) -> None:
    assert {path for path, tree in sources.items() if reaches_for_the_relay(tree)} == {LOADED_APP}


def test_only_the_registry_calls_a_loaded_app(sources: dict[Path, ast.Module]) -> None:
    assert {path for path, tree in sources.items() if calls_a_loaded_app(tree)} == {REGISTRY}


def test_only_the_public_interface_of_pluggy_is_used(sources: dict[Path, ast.Module]) -> None:
    assert {str(path): found for path, tree in sources.items() if (found := private_parts_of_pluggy(tree))} == {}


@pytest.mark.parametrize("text", ["manager.hook.asgi_app()", "pm.subset_hook_caller('x', [])"])
def test_a_use_of_the_relay_is_found(text: str) -> None:
    assert reaches_for_the_relay(ast.parse(text))


def test_a_call_beside_the_registry_is_found() -> None:
    assert calls_a_loaded_app(ast.parse("loaded.call('provision', installation=x)"))


@pytest.mark.parametrize(
    "text", ["from pluggy._hooks import HookCaller", "import pluggy._manager", "pm._plugin_distinfo.append(1)"]
)
def test_a_private_part_of_pluggy_is_found(text: str) -> None:
    assert private_parts_of_pluggy(ast.parse(text))
