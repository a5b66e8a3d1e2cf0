"""Cut off between any two writes, a catalogue is readable: what was published before, or what is being published."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from smartcity_share import durable
from smartcity_share.catalogue import repository
from smartcity_share.catalogue.checking import check
from smartcity_share.catalogue.repository import Repository
from tests.catalogue.conftest import CITY
from tests.catalogue.made import NOW, Made, files_in, holders, make, reader, signer

PARKS = f"apps/{CITY}/parks/"


class CutOff(BaseException):
    """The process is gone; nothing of it runs on."""


def states(made: Made, act: Callable[[Made], object], patch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Made]:
    """Yield the catalogue as it is left when the act is cut off before each of its writes, and at last when it is done."""
    for allowed in range(100):
        folder = tmp_path / f"cut-{allowed}"
        shutil.copytree(made.folder, folder)
        copy = Made(folder, made.root, made.revocations, made.online, dict(made.cities))
        left = [allowed]

        def counted(write: Callable[..., object], left: list[int] = left) -> Callable[..., object]:
            def cut(*arguments: object, **more: object) -> object:
                if not left[0]:
                    raise CutOff
                left[0] -= 1
                return write(*arguments, **more)

            return cut

        done = True
        with patch.context() as patched:
            patched.setattr(repository, "write_whole", counted(durable.write_whole))
            patched.setattr(repository, "put_whole", counted(durable.put_whole))
            try:
                act(copy)
            except CutOff:
                done = False
        yield copy
        if done:
            assert allowed
            return
    raise AssertionError("it never ended")


def listed(made: Made, wheel: Path, state: Path, trusted: bytes) -> bool:
    """Whether a stock reader finds a release, and can fetch it."""
    stock = reader(made.folder, state, trusted)
    found = stock.get_targetinfo(PARKS + wheel.name)
    if found is not None:
        stock.download_target(found, str(state / "fetched.whl"))
    index = stock.get_targetinfo("index/apps.json")
    assert index is not None
    indexed = wheel.name.encode() in Path(stock.download_target(index, str(state / "index"))).read_bytes()
    assert indexed == (found is not None)
    return found is not None


def test_a_publication_that_is_cut_off_is_read_as_before_or_after(
    city: Made, parks: Path, newer_parks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.add(parks)
    city.publish()
    trusted = city.trust_root
    seen = []

    def act(made: Made) -> None:
        made.add(newer_parks)
        made.publish()

    for made in states(city, act, monkeypatch, tmp_path):
        state = tmp_path / f"state-{len(seen)}"
        assert listed(made, parks, state, trusted)
        seen.append(listed(made, newer_parks, state, trusted))
        made.add(newer_parks)
        made.publish()  # the same commands again, and it is done
        assert listed(made, newer_parks, state, trusted)
        assert check(made.folder, trusted, NOW).faults == ()

    assert seen == sorted(seen)
    assert {*seen} == {False, True}
    assert len(seen) > 5


def test_a_new_root_that_is_cut_off_is_read_as_before_or_after(
    city: Made, parks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the old and the new key of the timestamp at hand there is no moment in which readers are refused."""
    city.add(parks)
    city.publish()
    trusted, new = city.trust_root, signer("Baru")
    count = 0

    def act(made: Made) -> None:
        made.keeper(*made.root).rotate("timestamp", holders(new))
        made.publish(new)

    for made in states(city, act, monkeypatch, tmp_path):
        count += 1
        assert listed(made, parks, tmp_path / f"state-{count}", trusted)
        made.publish(new)
        assert check(made.folder, trusted, NOW).faults == ()

    assert count > 3


def test_what_was_begun_and_cut_off_is_begun_again(tmp_path: Path, parks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make(tmp_path / "katalog")
    made.add_origin(CITY)
    before = files_in(made.folder)
    ended = 0

    for cut in states(made, lambda copy: copy.add(parks), monkeypatch, tmp_path):
        ended += 1
        assert before.items() <= files_in(cut.folder).items()
        cut.add(parks)
        cut.publish()
        assert listed(cut, parks, tmp_path / f"state-{ended}", made.trust_root)

    assert ended == 3


def test_a_beginning_that_is_cut_off_leaves_nothing_and_is_begun_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Repository, "set_aside", _cut)
        with pytest.raises(CutOff):
            make(tmp_path / "katalog")

    assert not list(tmp_path.iterdir())
    assert make(tmp_path / "katalog").trust_root


def _cut(*_: object) -> None:
    raise CutOff
