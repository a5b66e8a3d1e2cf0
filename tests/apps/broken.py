"""Apps that are broken, each in one way, as wheels: the fixture ``broken_wheels`` maps the names below to them.

``healthy`` is the one that works beside them. ``hangs`` hangs in its health for 30 seconds, or until the event ``release`` of
its module is set.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tests.apps.factory import AppFactory

_HEAD: Final = "from smartcity_share import Health, hookimpl\n\n\n@hookimpl\n"
_PAGES: Final = (
    "from starlette.responses import PlainTextResponse\n\n"
    "from smartcity_share import hookimpl\n\n\n"
    "@hookimpl\ndef asgi_app():\n    return PlainTextResponse('works')\n\n\n"
)

BROKEN: Final[Mapping[str, Mapping[str, Any]]] = {
    "healthy": {"plugin": _PAGES},
    "import-error": {"plugin": "import a_module_nobody_has\n"},
    "wrong-argument": {"plugin": _HEAD + "def check_health(instalation):\n    return Health()\n"},
    "misspelt-hook": {"plugin": _HEAD + "def chek_health(installation):\n    return Health()\n"},
    "raises": {
        "plugin": _PAGES + "@hookimpl\ndef check_health(installation):\n    raise RuntimeError('the sensor does not answer')\n"
    },
    "hangs": {
        "plugin": _PAGES + "import threading\n\nrelease = threading.Event()\n\n\n"
        "@hookimpl\ndef check_health(installation):\n    release.wait(30)\n"
    },
    "wrong-type": {"plugin": _PAGES + "@hookimpl\ndef check_health(installation):\n    return 'fine'\n"},
    "other-host-api": {"plugin": _PAGES, "manifest": {"host_api": ">=9"}},
    "no-manifest": {"plugin": _PAGES, "manifest": ""},
    "missing-module": {
        "plugin": _PAGES,
        "package": "smartcity_test_missing_module",
        "entry_point": "smartcity_test_missing_module.pulgin",
    },
}
"""Name (and app id) -> options of :func:`tests.apps.factory.write_app`."""


def build_broken(factory: AppFactory) -> dict[str, Path]:
    """Build the wheel of each."""
    return {app_id: factory.wheel(app_id, **options) for app_id, options in BROKEN.items()}
