"""Open311 GeoReport v2: the service as other programs reach it.

The specification is frozen (https://wiki.open311.org/GeoReport_v2/). What goes beyond it is additive and documented in
``docs/reference/apps/open311.md``.
"""

from __future__ import annotations
