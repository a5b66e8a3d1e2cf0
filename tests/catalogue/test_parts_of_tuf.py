"""What is used of python-tuf that it does not promise: an upgrade of it that changes this must be seen here first."""

from __future__ import annotations

import inspect
from datetime import timedelta
from pathlib import Path

import pytest
from tuf.ngclient import Updater

from smartcity_share.catalogue.fetching import CatalogueFetcher
from smartcity_share.catalogue.following import Follower
from smartcity_share.catalogue.reaching import FolderReach
from tests.catalogue.made import NOW, Made

OVERRIDDEN = {
    "_update_root_symlink": ["self"],
    "_persist_file": ["self", "filename", "data"],
    "_load_root": ["self"],
    "_load_timestamp": ["self"],
    "_load_snapshot": ["self"],
    "_load_targets": ["self", "role", "parent_role"],
}


@pytest.mark.parametrize("name", sorted(OVERRIDDEN))
def test_what_we_put_in_place_of_is_there(name: str) -> None:
    assert list(inspect.signature(getattr(Updater, name)).parameters) == OVERRIDDEN[name]
    assert name in vars(Follower)


def test_a_refresh_asks_them_in_order() -> None:
    source = inspect.getsource(Updater.refresh)
    calls = ["_load_root()", "_load_timestamp()", "_load_snapshot()", "_load_targets("]
    assert sorted(calls, key=source.index) == calls


def test_the_moment_things_are_judged_at_can_be_set(made: Made, tmp_path: Path) -> None:
    follower = Follower(
        tmp_path, CatalogueFetcher(FolderReach(made.folder)), made.trust_root,
        place="k", now=NOW, floor=None, most_stale=timedelta(days=1),
    )  # fmt: skip
    assert follower._trusted_set.reference_time.tzinfo is not None
    assert follower.freshness.present == NOW
    assert follower._trusted_set.reference_time == NOW
