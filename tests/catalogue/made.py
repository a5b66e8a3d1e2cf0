"""Real catalogues for tests: keys, a folder, origins and releases, made through what publishes; and a stock TUF reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import attrs
from securesystemslib.signer import CryptoSigner
from tuf.api.exceptions import DownloadHTTPError
from tuf.ngclient import FetcherInterface, Updater

from smartcity_share.catalogue.keeping import Keeper, Signers, Written, begin
from smartcity_share.catalogue.offering import Offer, offer
from smartcity_share.catalogue.origins import Holders
from smartcity_share.catalogue.publishing import Publication, publish

NOW = datetime.now(UTC).replace(microsecond=0)
"""The tests' now is the true one: a stock reader knows no other."""


def signer(holder: str = "") -> CryptoSigner:
    """Make a key in memory."""
    made = CryptoSigner.generate_ed25519()
    if holder:
        made.public_key.unrecognized_fields["x-holder"] = holder
    return made


def holders(*signers: CryptoSigner, threshold: int | None = None) -> Holders:
    """The public halves of keys; all of them have to sign where no threshold is given."""
    return Holders(tuple(one.public_key for one in signers), len(signers) if threshold is None else threshold)


@attrs.frozen
class Made:
    """A catalogue, and every key of it.

    Attributes:
        folder: Its folder.
        root: Keys of root and targets, all of which have to sign.
        revocations: Keys of the role that revokes.
        online: Key of snapshot, timestamp and index.
        cities: Keys of each origin, by code.
    """

    folder: Path
    root: tuple[CryptoSigner, ...]
    revocations: tuple[CryptoSigner, ...]
    online: CryptoSigner
    cities: dict[str, tuple[CryptoSigner, ...]] = attrs.field(factory=dict)

    @property
    def trust_root(self) -> bytes:
        """The first root: what a region trusts."""
        return (self.folder / "metadata" / "1.root.json").read_bytes()

    def keeper(self, *signers: CryptoSigner, now: datetime = NOW) -> Keeper:
        """Whoever changes it with some keys; with those of the root where none are named."""
        return Keeper(self.folder, signers or self.root, now)

    def add_origin(self, code: str, *signers: CryptoSigner, now: datetime = NOW) -> tuple[CryptoSigner, ...]:
        """Let an origin in, with one key where none are named."""
        self.cities[code] = signers or (signer(f"Kota {code}"),)
        self.keeper(now=now).add_origin(code, holders(*self.cities[code]))
        return self.cities[code]

    def add(self, *wheels: Path, folder: Path | None = None, now: datetime = NOW) -> tuple[Written, ...]:
        """List wheels, each signed by its origin."""
        offers: Sequence[Offer] = [offer(wheel, folder) for wheel in wheels]
        codes = dict.fromkeys(one.origin for one in offers)
        return self.keeper(*(key for code in codes for key in self.cities[code]), now=now).add(offers)

    def publish(self, *signers: CryptoSigner, now: datetime = NOW, without: Sequence[str] = ()) -> Publication:
        """Publish with the online key, and more."""
        keys: Signers = (self.online, *signers)
        return publish(self.folder, keys, now, without=without)

    def reader(self, state: Path, trust_root: bytes | None = None) -> Updater:
        """A stock reader that remembers in a folder of its own."""
        return reader(self.folder, state, self.trust_root if trust_root is None else trust_root)

    def published_files(self) -> dict[str, bytes]:
        """Every file of it, by its path in the folder."""
        return files_in(self.folder)


def make(folder: Path, *, now: datetime = NOW, keys: int = 1) -> Made:
    """Begin a catalogue and publish it, empty.

    Args:
        folder: A new folder.
        now: When.
        keys: How many keys root and targets have; all have to sign.
    """
    made = Made(
        folder,
        tuple(signer(f"Pengelola {number}") for number in range(keys)),
        (signer("Pencabut"),),
        signer("Peladen"),
    )
    begin(
        folder,
        (*made.root, *made.revocations, made.online),
        root=holders(*made.root),
        targets=holders(*made.root),
        revocations=holders(*made.revocations),
        online=holders(made.online),
        now=now,
    )
    made.publish(now=now)
    return made


class FolderFetcher(FetcherInterface):
    """Reads a catalogue from its folder; what is not there is not found."""

    def _fetch(self, url: str) -> Iterator[bytes]:
        path = Path(url)
        if not path.is_file():
            raise DownloadHTTPError(f"not found: {path.name}", 404)
        yield path.read_bytes()


def reader(folder: Path, state: Path, trust_root: bytes) -> Updater:
    """Return a stock TUF reader of the folder of a catalogue, with nothing of ours in it."""
    state.mkdir(parents=True, exist_ok=True)
    return Updater(
        str(state),
        f"{folder}/metadata/",
        str(state),
        f"{folder}/targets/",
        fetcher=FolderFetcher(),
        bootstrap=trust_root,
    )


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path in it; the lock is left out."""
    found: Iterable[Path] = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "lock")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def days(number: float) -> timedelta:
    """A number of days."""
    return timedelta(days=number)
