"""The environment in which a region's own templates are drawn: what they can reach is less than what the app's own can.

An instance may serve hundreds of regions in one process, so a template of one must not be a way into the process. Jinja's
sandbox refuses private attributes; on top of that modules are out of reach, and of an installation only its facts and settings.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any, Final

from jinja2.sandbox import SandboxedEnvironment

from smartcity_share.hooks.installation import Installation

_READABLE: Final = frozenset({"app", "id", "languages", "now", "region", "settings", "version"})


class RegionalSandbox(SandboxedEnvironment):
    """Jinja's sandbox, without modules, and without the ways of an installation to its data, files and messages."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may read an attribute."""
        if isinstance(obj, ModuleType) or isinstance(value, ModuleType):
            return False
        if isinstance(obj, Installation) and attr not in _READABLE:
            return False
        return super().is_safe_attribute(obj, attr, value)
