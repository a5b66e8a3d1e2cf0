"""Signs that several pages use."""

from __future__ import annotations

from typing import Final

NOTHING: Final = "\N{EN DASH}"
"""Stands in a cell where there is nothing to show."""
