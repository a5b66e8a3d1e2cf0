"""What the tests of mending share: a good manifest written as a person writes one, and what becomes of it when it is spoilt."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from smartcity_share.manifest.mending.every import Mended, mend

GOOD = """\
# Our parks.   Comments, blanks and odd spacing are the author's.
manifest_version = 1
host_api   = ">=1.0,<2"
region_uses = ["offices", "holidays"]  # what we read

[app]
id = "parks"
title = { id = "Taman", en = "Parks" }
summary = { id = "Merawat taman", en = "Keeps the parks" }
category = "environment"
status = "beta"   # since March

[origin]
region = "13.10"
contacts = [
  { name = "Tim Taman", email = "taman@example.org" }, # the team
]

[terms]
agreement_required = false

[needs]
jobs = true

[[legal_basis]]
kind = "perda"
number = "25"
year = 2009
subject = "Taman"

[[role]]
id = "gardener"
title = { id = "Petugas", en = "Gardener" }
permissions = ["trees.plant"]

[[role]]
id = "leader"
title = { id = "Pimpinan", en = "Leader" }
permissions = ["trees.plant"]

[[page]]
path = "/"
access = "permission"
permission = "trees.plant"

[[job]]
id = "water"
title = { id = "Menyiram", en = "Water" }
schedule = "0 5 * * *"

[localisation]
complete = ["id", "en"]
"""

Spoil = Callable[[str, str], Mended]


@pytest.fixture
def spoilt() -> Spoil:
    """Return what becomes of the good manifest after one text in it was replaced by another."""

    def mended(good: str, bad: str) -> Mended:
        assert good in GOOD
        return mend(GOOD.replace(good, bad), "smartcity.toml")

    return mended
