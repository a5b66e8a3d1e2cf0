"""Where time is no matter our reader says what a stock TUF reader says, through the life of a catalogue and attacks on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tuf.api.exceptions import DownloadError, RepositoryError

from smartcity_share.catalogue.fetching import CatalogueFetcher
from smartcity_share.catalogue.following import Follower
from smartcity_share.catalogue.reaching import FolderReach
from smartcity_share.catalogue.roles import ReleaseName
from smartcity_share.errors import CatalogueError
from tests.catalogue.conftest import CITY
from tests.catalogue.forging import forge
from tests.catalogue.made import NOW, Made, holders, signer

Step = Callable[[Made, Path, Path], object]


def kept(name: str) -> Step:
    return lambda made, _, beside: shutil.copytree(made.folder, beside / name)


def put_back(name: str) -> Step:
    def step(made: Made, _wheel: Path, beside: Path) -> None:
        shutil.rmtree(made.folder)
        shutil.copytree(beside / name, made.folder)

    return step


def rekeyed(made: Made, _wheel: Path, _beside: Path) -> None:
    made.cities[CITY] = (signer(),)
    made.keeper().rekey(f"r-{CITY}", holders(*made.cities[CITY]))
    made.publish(without=[CITY])


def renewed(made: Made, _wheel: Path, _beside: Path) -> None:
    made.keeper(*made.cities[CITY]).renew(f"r-{CITY}")
    made.publish()


def revoked(made: Made, _wheel: Path, _beside: Path) -> None:
    made.keeper(*made.revocations).revoke(ReleaseName(CITY, "parks", "1.1.0"), "it leaks")
    made.publish()


def rotated(made: Made, _wheel: Path, _beside: Path) -> None:
    new = signer()
    made.keeper(*made.root, new).rotate("root", holders(new))
    made.publish()


def strange(made: Made, _wheel: Path, _beside: Path) -> None:
    forge(made, f"r-{CITY}", lambda _: None, [signer()])


def of_the_server(made: Made, _wheel: Path, _beside: Path) -> None:
    forge(made, "cabut", lambda role: role.targets.clear(), [made.online])


LIFE: tuple[Step, ...] = (
    lambda made, wheel, _: (made.add(wheel), made.publish()),
    kept("first"), rekeyed, renewed, kept("second"), put_back("first"), put_back("second"), rotated, revoked, kept("third"),
    strange, put_back("third"), of_the_server, put_back("third"), renewed,
)  # fmt: skip
"""What happens to a catalogue: its keepers publish, its server is broken into, it is put back to what it was."""


def said_by_stock(made: Made, state: Path, root: bytes, path: str) -> object:
    try:
        found = made.reader(state, root).get_targetinfo(path)
    except (RepositoryError, DownloadError):
        return "refused"
    return None if found is None else found.to_dict()


def said_by_ours(made: Made, state: Path, root: bytes, path: str) -> object:
    state.mkdir(exist_ok=True)
    fetcher = CatalogueFetcher(FolderReach(made.folder))
    try:
        found = Follower(state, fetcher, root, place="k", now=NOW, floor=None, most_stale=None).signed(path)
    except CatalogueError:
        return "refused"
    return None if found is None else found[1].to_dict()


@pytest.mark.parametrize("first", [0, 8])
def test_ours_and_a_stock_reader_say_the_same(city: Made, parks: Path, newer_parks: Path, tmp_path: Path, first: int) -> None:
    city.add(parks)
    city.publish()
    root, said = city.trust_root, []
    for number, step in enumerate(LIFE):
        step(city, newer_parks, tmp_path / "beside")
        for wheel in (parks, newer_parks) if number >= first else ():  # readers who come later have seen less
            path = f"apps/{CITY}/parks/{wheel.name}"
            stock = said_by_stock(city, tmp_path / "stock", root, path)
            assert said_by_ours(city, tmp_path / "ours", root, path) == stock, (number, path)
            said.append(stock)
    assert "refused" in said
    assert any(isinstance(one, dict) and "revoked" in one["custom"] for one in said)
