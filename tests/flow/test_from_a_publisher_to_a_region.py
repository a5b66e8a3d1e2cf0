"""From a wheel to a region that has it: a city publishes in a catalogue with the commands, a regency installs from the copy."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from smartcity_share.cli.main import execute
from tests.apps.factory import AppFactory


@pytest.fixture
def wheel(app_factory: AppFactory) -> Path:
    """An app of a city."""
    return app_factory.wheel("parks", manifest={"origin": {"region": "32.73"}})


def run(*words: str | Path) -> None:
    assert execute([str(word) for word in words]) == 0


def test_a_city_publishes_and_a_regency_installs(
    wheel: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, holder in (("kota", "Diskominfo Kota Contoh"), ("pengelola", "Pengelola"), ("peladen", "Peladen")):
        run("catalogue", "key", "new", f"{name}.pem", "--holder", holder)
    run("catalogue", "init", "katalog", "--online-key", "peladen.pem.pub", "--key", "pengelola.pem")
    run("catalogue", "origin", "add", "katalog", "32.73", "--public", "kota.pem.pub", "--key", "pengelola.pem")
    run("catalogue", "add", "katalog", wheel, "--key", "kota.pem")
    run("catalogue", "publish", "katalog", "--key", "peladen.pem")
    root = shutil.copy("katalog/metadata/1.root.json", "nasional.json")  # handed over another way
    shutil.copytree("katalog", "stick")

    run("init", "instance", "--region", "71.08")
    capsys.readouterr()
    run("install", "parks", "--from", "stick", "--trust", root, "--instance", "instance", "--json")
    done = json.loads(capsys.readouterr().out)

    assert (done["version"], done["operation"]["state"]) == ("1.0.0", "done")
    assert (done["catalogue"]["origin"], done["catalogue"]["role"]) == ("32.73", "r-32.73")
