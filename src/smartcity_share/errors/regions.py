"""Errors of regions: codes, names and facts of a profile."""

from __future__ import annotations

from smartcity_share.errors.base import SmartCityError


class RegionNotFoundError(SmartCityError):
    """No region has this code or name."""

    code = "region-not-found"


class RegionAmbiguousError(SmartCityError):
    """Several regions answer to this name; it is never resolved silently."""

    code = "region-ambiguous"


class RegionFactNotDeclaredError(SmartCityError):
    """An app read a fact of the region that its manifest does not list under ``region_uses``."""

    code = "region-fact-not-declared"
