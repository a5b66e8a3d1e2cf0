"""The contract of the hooks: what is documented, what pluggy sees and what the data say are one and the same."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import attrs
import pluggy
import pytest
from packaging.version import Version

from smartcity_share.hooks import spec
from smartcity_share.hooks.contract import hook_arguments, new_manager
from smartcity_share.hooks.installation import Installation
from smartcity_share.hooks.markers import HOST_API
from smartcity_share.hooks.registry import AppRegistry
from smartcity_share.hooks.values import HealthState

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "hooks.md"
SECTION = re.compile(r"^### `(?P<signature>\w+\([^)]*\))`\n(?P<text>.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)


def documented() -> dict[str, str]:
    """Return the text of each hook of the reference page by the signature in its heading."""
    return {found["signature"]: found["text"] for found in SECTION.finditer(PAGE.read_text(encoding="utf-8"))}


def test_every_hook_is_documented_with_exactly_its_argument_names_in_the_order_of_an_apps_life() -> None:
    assert list(documented()) == [f"{hook}({', '.join(arguments)})" for hook, arguments in hook_arguments().items()]


@pytest.mark.parametrize("said", ["**Called by**", "**Returns**", "**Failure**"])
def test_every_hook_says_who_calls_it_what_it_returns_and_what_failure_does(said: str) -> None:
    assert [signature for signature, text in documented().items() if said not in text] == []


def test_every_argument_is_explained() -> None:
    for hook, arguments in hook_arguments().items():
        text = documented()[f"{hook}({', '.join(arguments)})"]
        assert [name for name in arguments if f"`{name}`" not in text] == [], hook


def test_the_page_states_the_version_of_the_contract() -> None:
    assert f"host API {HOST_API}" in PAGE.read_text(encoding="utf-8")


def test_the_example_of_the_page_is_an_app_that_answers(
    registry: Callable[..., AppRegistry], installation: Installation
) -> None:
    example = PAGE.read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]
    apps = registry(parks=f"\n{example}")
    for reached, state in ((True, HealthState.DEGRADED), (False, HealthState.OK)):
        asked = attrs.evolve(installation, settings=SimpleNamespace(limit_reached=reached))
        assert apps.check_health("parks", asked).state is state


def test_pluggy_sees_the_same_hooks_and_arguments() -> None:
    relay = new_manager().hook
    for hook, arguments in hook_arguments().items():
        caller = getattr(relay, hook)
        assert isinstance(caller, pluggy.HookCaller)
        assert caller.spec is not None
        assert tuple(caller.spec.argnames) == arguments
        assert caller.spec.opts["firstresult"]


@pytest.mark.parametrize("hook", hook_arguments())
def test_a_specification_states_when_who_failure_and_since_when(hook: str) -> None:
    text = inspect.getdoc(getattr(spec, hook)) or ""
    assert "Called by" in text
    assert "Sync" in text or "once per process" in text
    assert re.search(r"^Failure.*:", text, re.MULTILINE)
    assert re.search(r"^\.\. versionadded:: \d+\.\d+$", text, re.MULTILINE)
    assert [name for name in hook_arguments()[hook] if f"{name}:" not in text] == []


def test_the_contract_is_typed_throughout() -> None:
    for hook in hook_arguments():
        signature = inspect.signature(getattr(spec, hook))
        assert signature.return_annotation is not signature.empty
        assert all(parameter.annotation is not parameter.empty for parameter in signature.parameters.values())


def test_pluggy_is_the_version_this_run_asked_for() -> None:
    assert Version(pluggy.__version__) >= Version(os.environ.get("EXPECTED_PLUGGY", "1.6"))
    assert os.environ.get("EXPECTED_PLUGGY", pluggy.__version__) == pluggy.__version__
