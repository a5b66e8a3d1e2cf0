"""What pytest loads wherever this library is installed: one setting, and nothing more until a project uses it.

A project that names itself in its pytest settings gets the fixtures of :mod:`smartcity_share.testing.fixtures`::

    [tool.pytest.ini_options]
    smartcity_app = "."

In any other project none of the fixtures is there, so that ``client`` or ``instance`` of another plugin stay what they are, and
nothing is imported.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

# Named for who writes hooks; pytest itself is the only one that imports this module, and is there already.
import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

SETTING = "smartcity_app"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the setting that names the project folder of the app under test."""
    parser.addini(SETTING, "project folder of the smartcity-share app under test, relative to this file", type="string")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: Sequence[str]) -> None:  # noqa: ARG001 - pytest's names
    """Where the setting is used, load the fixtures and let the tests import the app."""
    project = project_of(early_config)
    if project is None:
        return
    from smartcity_share.testing.on_path import put_first

    put_first(project)
    early_config.pluginmanager.import_plugin("smartcity_share.testing.fixtures")


def project_of(config: pytest.Config) -> Path | None:
    """Return the project folder the settings name, None where they name none."""
    named = config.getini(SETTING)
    if not named:
        return None
    home = config.rootpath if config.inipath is None else config.inipath.parent
    return (home / str(named)).resolve()
