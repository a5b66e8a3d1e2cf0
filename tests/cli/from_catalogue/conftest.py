"""A signed catalogue with two versions of an app, an instance that follows it, and what a refusal must leave alone."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import attrs
import pytest

from smartcity_share.install import Instance
from tests.apps.factory import AppFactory
from tests.apps.gardens import gardens_one, gardens_two
from tests.catalogue.conftest import CITY
from tests.catalogue.made import NOW, Made, make
from tests.cli.conftest import Brought, Cli
from tests.install.conftest import tree

HERE = ("--region", "71.08")
VALUES = ("--set", "public_name=Taman")
NEWER = ("--set", "contact=Sari")


@attrs.frozen
class Wheels:
    """Two versions of an app."""

    one: Path
    two: Path


@pytest.fixture(scope="session")
def built_gardens(shared_app_factory: AppFactory) -> Wheels:
    """The wheels, built once."""
    return Wheels(gardens_one(shared_app_factory), gardens_two(shared_app_factory))


@pytest.fixture
def wheels(built_gardens: Wheels, app_factory: AppFactory) -> Wheels:
    """The same; what a test imported of them is forgotten when it ends."""
    return built_gardens


def made_on(folder: Path, wheel: Path, now: datetime = NOW) -> Made:
    """Make and publish a catalogue with one release on a day."""
    made = make(folder, now=now)
    made.add_origin(CITY, now=now)
    made.add(wheel, now=now)
    made.publish(now=now)
    return made


@pytest.fixture
def catalogue(tmp_path: Path, wheels: Wheels) -> Made:
    """A catalogue in a folder, published now, with the first version."""
    return made_on(tmp_path / "katalog", wheels.one)


def trust(catalogue: Made) -> Path:
    """The trust root of a catalogue, as it was handed over another way."""
    path = catalogue.folder.with_name(f"{catalogue.folder.name}-root.json")
    path.write_bytes(catalogue.trust_root)
    return path


def wheel_in(catalogue: Made) -> Path:
    """The file of the wheel in the folder of a catalogue."""
    return next(catalogue.folder.glob("targets/apps/*/gardens/*.whl"))


def follow(instance: Path, catalogue: Made, url: str = "", more: str = "") -> Path:
    """Write a catalogue into ``instance.toml`` as `nasional`."""
    root = instance / "trust" / "nasional.json"
    root.parent.mkdir(exist_ok=True)
    root.write_bytes(catalogue.trust_root)
    text = f'\n[catalogues.nasional]\nurl = "{url or catalogue.folder}"\nroot = "trust/nasional.json"\n{more}'
    config = instance / "instance.toml"
    before = config.read_text().partition("\n[catalogues.nasional]")[0]
    config.write_text(before + text)
    return instance


@pytest.fixture
def following(served: Path, catalogue: Made) -> Path:
    """The instance, following the catalogue in its folder."""
    return follow(served, catalogue)


@pytest.fixture
def gardens(brought: Brought, served: Path, catalogue: Made, wheels: Wheels) -> Path:
    """The same with the first version installed."""
    brought("cli-gardens", served, ("install", "--from", wheels.one, *HERE, *VALUES))
    return follow(served, catalogue)


def all_but_what_was_seen(folder: Path, app: str = "gardens") -> tuple[object, ...]:
    """Return every byte and row of an instance but what it remembers of catalogues, which is there to be remembered."""
    side_files = ("ledger.sqlite", "accounts.sqlite", "__pycache__", "data.sqlite-", "catalogues")
    with closing(Instance.open(folder)) as instance:
        rows = [(instance.ledger.settings(region, app), instance.audit.entries(region)) for region in instance.region_codes]
        return tree(folder, without=side_files), rows, instance.ledger.operations(), instance.ledger.installations()


Refused = Callable[..., str]


@pytest.fixture
def refused(cli: Cli, served: Path) -> Refused:
    """Install the app from the catalogue, which is refused: code, place and mend are told, and nothing was changed."""

    def run(code: str, *words: str | Path, by: tuple[str | Path, ...] = ("install", "gardens", *HERE, *VALUES)) -> str:
        before = all_but_what_was_seen(served)
        ran = cli(*by) if "--from" in by else cli(*by, *(words or ("--from", "nasional")))
        assert (ran.code, ran.out) == (1, "")
        assert f"error[{code}]" in ran.err
        assert "hint: " in ran.err
        assert all_but_what_was_seen(served) == before
        return " ".join(ran.err.split())

    return run
