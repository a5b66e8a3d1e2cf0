"""Three regions that differ in every word, and any other region by its profile."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from smartcity_share.hooks.region_facts import RegionFacts
from smartcity_share.manifest.model import REGION_FACTS

_HERE: Final = Path(__file__).parent / "regions"

UNLIKE_REGIONS: Final = {name: _HERE / name for name in ("kota", "kabupaten", "provinsi")}
"""Name -> folder with the profile of a region made for tests: a kota (WITA), a kabupaten (WIT) and a provinsi (WIB) that share
no title, no office, no colour, no address and no word for their districts."""


def region_at(profile: Path) -> RegionFacts:
    """Return the region of a profile, with every fact of it.

    Args:
        profile: The folder with ``profile.toml``, or the file.

    Raises:
        ProfileError: The profile has faults; all of them are in ``faults``.
    """
    return _region_at(Path(profile).resolve())


@cache
def _region_at(profile: Path) -> RegionFacts:
    from smartcity_share.regions.profile import read_profile

    return RegionFacts(read_profile(profile), REGION_FACTS)
