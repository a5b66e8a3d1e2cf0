"""Every setting of an app of this project stands in the reference page of the app, with what it does."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from smartcity_share.hooks.settings import Settings, declared

PLUGINS = sorted(file.parent.name for file in (Path(__file__).resolve().parents[2] / "plugins").glob("*/pyproject.toml"))


@pytest.mark.parametrize("plugin", PLUGINS)
def test_every_setting_has_a_row_in_the_reference_of_its_app(root: Path, plugin: str) -> None:
    model = import_module(f"smartcity_{plugin}.plugin").settings_model()
    assert issubclass(model, Settings)

    page = (root / "docs" / "reference" / "apps" / f"{plugin}.md").read_text("utf-8")
    rows = set(re.findall(r"^\| `([a-z][a-z0-9_]*)` \| [^|]+\S[^|]* \|", page, re.MULTILINE))

    missing = sorted(set(model.model_fields) - rows)
    assert not missing, f"docs/reference/apps/{plugin}.md has no row for {', '.join(missing)}"


@pytest.mark.parametrize("plugin", PLUGINS)
def test_every_setting_tells_its_title_in_both_languages(plugin: str) -> None:
    model: Any = import_module(f"smartcity_{plugin}.plugin").settings_model()

    untold = [name for name, field in model.model_fields.items() if not {"id", "en"} <= set(declared(field)["title"])]
    assert not untold
