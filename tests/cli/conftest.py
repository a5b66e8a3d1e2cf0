"""The command line as a user meets it: words in, exit code and text out."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import attrs
import pytest

from smartcity_share.cli.main import execute
from smartcity_share.install import Instance
from tests.apps.factory import AppFactory, forgetting_imports
from tests.install.conftest import MANIFEST, PARKS, tree
from tests.kept import Kept


@attrs.frozen
class Ran:
    """What a command did.

    Attributes:
        code: Its exit code.
        out: Standard output.
        err: Standard error.
    """

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as one JSON document."""
        return json.loads(self.out)


Cli = Callable[..., Ran]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Run a ``smartcity`` command line in this process."""
    monkeypatch.delenv("SMARTCITY_INSTANCE", raising=False)

    def run(*words: str | Path) -> Ran:
        capsys.readouterr()
        code = execute([str(word) for word in words])
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return Ran(code, printed.out, printed.err)

    return run


Brought = Callable[..., Path]


@pytest.fixture
def brought(cli: Cli, kept: Kept, app_factory: AppFactory) -> Brought:
    """Brings an instance to the state of a name by command lines, which the first test runs; any other copies the state."""

    def bring(name: str, folder: Path, *lines: tuple[str | Path, ...]) -> Path:
        def make() -> None:
            for words in lines:
                with forgetting_imports():
                    assert cli(*words).code == 0

        kept.bring(folder, "sqlite", name, make)
        return folder

    return bring


@pytest.fixture(scope="session")
def built_parks(shared_app_factory: AppFactory) -> Path:
    """The wheel of the app with everything an install prepares, built once."""
    return shared_app_factory.wheel("parks", plugin=PARKS, manifest=MANIFEST)


@pytest.fixture
def parks_wheel(built_parks: Path, app_factory: AppFactory) -> Path:
    """The same; what a test imported of it is forgotten when the test ends."""
    return built_parks


@pytest.fixture
def served(brought: Brought, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An instance of two regions, chosen by SMARTCITY_INSTANCE."""
    folder = tmp_path / "instance"
    brought("cli", folder, ("init", folder, "--region", "71.08", "--region", "13.10"))
    monkeypatch.setenv("SMARTCITY_INSTANCE", str(folder))
    return folder


@pytest.fixture
def installed(brought: Brought, served: Path, parks_wheel: Path) -> Path:
    """The same with the app in one region."""
    words = ("--set", "public_name=Taman Kota", "--set", "token=marker-1", "--basis", "SK 1", "--by", "Petugas")
    return brought("cli-installed", served, ("install", "--from", parks_wheel, "--region", "71.08", *words))


@pytest.fixture
def backup(cli: Cli, installed: Path, tmp_path: Path) -> Path:
    """A backup of the app; the instance goes on in use."""
    assert cli("backup", "parks", "--region", "71.08", "-o", tmp_path / "b").code == 0
    return tmp_path / "b"


def everything(folder: Path, app: str = "parks") -> tuple[object, ...]:
    """Return every byte of an instance, and every row that tells of an operation: neither a plan nor a refusal changes any.

    What SQLite keeps beside a file that is read is left out, and so is what Python keeps of a module.
    """
    side_files = ("ledger.sqlite", "accounts.sqlite", "__pycache__", "data.sqlite-")
    with closing(Instance.open(folder)) as instance:
        settings = [instance.ledger.settings(region, app) for region in instance.region_codes]
        entries = [instance.audit.entries(region) for region in instance.region_codes]
        rows = (instance.ledger.operations(), instance.ledger.installations(), instance.ledger.backups(), settings, entries)
    return tree(folder, without=side_files), rows
