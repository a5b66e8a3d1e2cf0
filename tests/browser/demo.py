"""The demo as the browser visits it: prepared once, then served from a copy of its own to each process that runs tests."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs

from smartcity_share.cli.journey.preparation import Preparation, Prepared
from smartcity_share.cli.journey.served import sign_in
from smartcity_share.cli.journey.server import free_port, serving
from smartcity_share.cli.journey.sources import find_sources
from smartcity_share.cli.journey.visitor import Visitor
from smartcity_share.errors import SmartCityError

ROOT = Path(__file__).resolve().parents[2]
PREPARED = "prepared.pickle"


@attrs.frozen
class Demo:
    """The served demo.

    Attributes:
        base: Address of the server, without a slash at the end.
        prepared: The instance it serves and its accounts.
    """

    base: str
    prepared: Prepared

    def root(self, region: str) -> str:
        """Return the address of a region's front page, without a slash at the end."""
        return f"{self.base}/{region}"

    def logins(self, region: str) -> tuple[str, ...]:
        """Return the accounts of a region, by what is typed at sign-in."""
        return tuple(login.login for login in self.prepared.logins if login.region == region)

    def visitor(self, region: str, login: str | None) -> Visitor:
        """Return a visitor without a browser: a citizen, or an official who has signed in."""
        visitor = Visitor(self.base)
        if login is not None:
            sign_in(visitor, f"/{region}/", self.prepared.login(region, login))
        return visitor


def prepare(folder: Path) -> None:
    """Prepare the demo in a folder: ``instance/`` and, beside it, what there is to know of it.

    It is run in a process of its own (``python -m tests.browser.demo FOLDER``), for it imports the apps from their wheels.
    """
    prepared = Preparation(find_sources(ROOT), folder, lambda _: None).run()
    (folder / PREPARED).write_bytes(pickle.dumps(prepared))


@contextmanager
def served(folder: Path) -> Iterator[Demo]:
    """Serve what :func:`prepare` made in a folder, or a copy of it."""
    prepared: Prepared = pickle.loads((folder / PREPARED).read_bytes())  # noqa: S301 - written by this module, for this run
    prepared = attrs.evolve(prepared, instance=folder / "instance")
    with serving(prepared.instance, free_port()) as base:
        yield Demo(base, prepared)


if __name__ == "__main__":
    try:
        prepare(Path(sys.argv[1]))
    except SmartCityError as fault:
        sys.exit(f"{fault}\n{fault.hint}")
