"""What an instance remembers of a catalogue may be damaged, in use, or left by a process that was killed."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from smartcity_share.catalogue.locking import locked
from smartcity_share.cli.main import execute
from tests.catalogue.made import Made
from tests.cli.conftest import Cli
from tests.cli.from_catalogue.conftest import HERE, VALUES, Refused
from tests.install.killing import Place, struck_at

INSTALL = ("install", "gardens", "--from", "nasional", *HERE, *VALUES)


def remembered(folder: Path) -> Path:
    """The folder of the one catalogue that was read."""
    (found,) = (folder / "catalogues").iterdir()
    return found


def test_metadata_that_were_damaged_are_fetched_again(cli: Cli, following: Path) -> None:
    assert cli(*INSTALL, "--plan").code == 0
    kept = [path for path in remembered(following).rglob("*.json") if path.is_file()]
    assert {"timestamp.json", "cabut.json", "r-73.71.json", "root.json", "seen.json"} <= {path.name for path in kept}
    whole = {path: path.read_bytes() for path in kept}
    for path, content in whole.items():
        path.write_bytes(content[: len(content) // 2])
    assert cli("doctor").code == 0
    assert cli(*INSTALL, "--plan").code == 0
    assert {path: path.read_bytes() for path in kept if path.name != "seen.json"} == {
        path: content for path, content in whole.items() if path.name != "seen.json"
    }


def test_no_symbolic_link_is_made(cli: Cli, following: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_words: object, **_more: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "symlink", refuse)
    assert cli(*INSTALL, "--plan").code == 0


def test_one_command_at_a_time_reads_a_catalogue(cli: Cli, refused: Refused, following: Path) -> None:
    assert cli(*INSTALL, "--plan").code == 0
    with locked(remembered(following), "reading this catalogue"):
        assert "Another command is reading this catalogue" in refused("catalogue-busy")


def test_an_install_that_was_killed_is_resumed_without_the_catalogue(cli: Cli, following: Path, catalogue: Made) -> None:
    child = os.fork()
    if child == 0:
        with struck_at(Place(0, "store-code", "row"), lambda: os.kill(os.getpid(), signal.SIGKILL)):
            execute([*INSTALL, "--yes"])
        os._exit(7)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    catalogue.folder.rename(catalogue.folder.with_name("away"))
    ran = cli("resume", "--json")
    assert [one["state"] for one in ran.json["operations"]] == ["done"]
    assert cli("history", "--json").json["operations"][0]["catalogue"]["role"] == "r-73.71"


def test_doctor_names_a_trust_root_that_is_missing(cli: Cli, following: Path, refused: Refused) -> None:
    (following / "trust" / "nasional.json").unlink()
    assert "The trust root cannot be read" in refused("catalogue-invalid")
    (finding,) = cli("doctor", "--json").json["findings"]
    assert (finding["code"], finding["subject"]) == ("trust-root-missing", "catalogue nasional")


def test_doctor_tells_a_fault_of_the_configuration_once(cli: Cli, following: Path) -> None:
    config = following / "instance.toml"
    config.write_text(config.read_text() + "stale_dayz = 3\n")
    (finding,) = cli("doctor", "--json").json["findings"]
    assert finding["code"] == "instance-config-invalid"
    assert "`stale_dayz` is not a known key in `catalogues.nasional`" in finding["message"]


@pytest.mark.parametrize("line", ['url = "ftp://katalog"', 'url = "http://me:secret@katalog"', 'root = "../trust.json"'])
def test_what_cannot_be_followed_is_told_with_its_line(cli: Cli, following: Path, line: str) -> None:
    config = following / "instance.toml"
    key = line.partition(" ")[0]
    lines = [line if one.startswith(f"{key} = ") else one for one in config.read_text().splitlines()]
    config.write_text("\n".join(lines) + "\n")
    ran = cli(*INSTALL)
    assert (ran.code, "[catalogues.nasional" in ran.err) == (1, True)
    assert "secret" not in ran.err


def test_wheels_that_nobody_installed_go_after_a_month(cli: Cli, following: Path) -> None:
    assert cli(*INSTALL, "--plan").code == 0
    (kept,) = (remembered(following) / "wheels").iterdir()
    other = kept.with_name("0123456789abcdef")
    other.mkdir()
    (other / "a.whl.part").write_bytes(b"half")
    os.utime(other, (0, time.time() - 29 * 86_400))
    assert cli(*INSTALL, "--plan").code == 0
    assert other.is_dir()
    os.utime(other, (0, time.time() - 31 * 86_400))
    assert cli(*INSTALL, "--plan").code == 0
    assert list(kept.parent.iterdir()) == [kept]
