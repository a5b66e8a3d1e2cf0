"""How much one answer holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

MOST_DAYS: Final = 90
"""GeoReport v2: a span of 90 days or the first 1000 requests, whichever is smaller."""

WINDOW: Final = timedelta(days=MOST_DAYS)

MOST_REQUESTS: Final = 1000

MOST_PAGES: Final = 1_000_000

MOST_IDS: Final = 100
"""How many requests can be asked for by number at once; more do not fit into an address."""
