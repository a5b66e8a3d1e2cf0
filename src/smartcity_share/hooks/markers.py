"""The markers of the hook system and the version of its contract."""

from __future__ import annotations

from typing import Final

import pluggy

PROJECT: Final = "smartcity_share"

HOST_API: Final = "1.0"
"""Version of the hook contract, apart from the version of the package. A manifest states the range it needs in ``host_api``."""

APPS_GROUP: Final = "smartcity_share.apps"
CONNECTORS_GROUP: Final = "smartcity_share.connectors"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
