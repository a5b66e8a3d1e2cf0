"""``smartcity new`` as a user types it: by flags, on a terminal, and with input it cannot use."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli


class Terminal(io.StringIO):
    """A terminal somebody types into."""

    def isatty(self) -> bool:
        return True


def inside(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


@pytest.fixture(autouse=True)
def _no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())


def test_flags_say_everything(cli: Cli, tmp_path: Path) -> None:
    words = ("--title", "Taman", "--title-en", "Parks", "--agency", "Dinas X", "--contact", "Tim", "--email", "a@b.example")
    ran = cli("new", "taman", "--into", tmp_path, "--region", "73.71", "--category", "environment", *words)

    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[-1] == f"Next: cd {tmp_path / 'taman'} && python -m pytest"
    assert ran.err == ""
    manifest = (tmp_path / "taman" / "src" / "taman" / "smartcity.toml").read_text("utf-8")
    assert 'title = { id = "Taman", en = "Parks" }' in manifest
    assert 'category = "environment"' in manifest
    assert cli("manifest", "check", tmp_path / "taman").code == 0


def test_what_is_not_given_is_named_for_later(cli: Cli, tmp_path: Path) -> None:
    ran = cli("new", "taman", "--into", tmp_path)

    assert "Replace in its smartcity.toml and pyproject.toml: agency, contact, email." in ran.err
    assert cli("new", "kebun", "--into", tmp_path, "--json").json == {
        "folder": str(tmp_path / "kebun"),
        "app": "kebun",
        "placeholders": ["agency", "contact", "email"],
    }


def test_on_a_terminal_it_asks_until_an_answer_can_be_used(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("Taman Kita\nOur Parks\n\nTim Taman\nnobody\ntaman@b.example\n"))
    ran = cli("new", "taman", "--into", tmp_path)

    assert ran.code == 0, ran.err
    manifest = (tmp_path / "taman" / "src" / "taman" / "smartcity.toml").read_text("utf-8")
    assert 'title = { id = "Taman Kita", en = "Our Parks" }' in manifest
    assert 'name = "Tim Taman", email = "taman@b.example"' in manifest
    assert "no e-mail address" in ran.err
    assert "Replace in its smartcity.toml and pyproject.toml: agency." in ran.err


def test_yes_asks_nothing_on_a_terminal(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(""))

    assert cli("new", "taman", "--into", tmp_path, "--yes").code == 0


BAD_NAMES = {
    "../taman": "is a path",
    "/tmp/taman": "is a path",  # noqa: S108 - a name somebody may type
    "a\\b": "is a path",
    "..": "is a path",
    ".": "is a path",
    "": "is no app id",
    "Taman": "is no app id",
    "taman kota": "is no app id",
    "1taman": "is no app id",
    "-taman": "No such option",
    "taman-": "is no app id",
    "taman--kota": "is no app id",
    "taman_kota": "is no app id",
    "t": "is no app id",
    "t" * 32: "is no app id",
    "tamán": "is no app id",
    "taman\n": "is no app id",
    "class": "is a word of Python",
    "import": "is a word of Python",
    "email": "is a module of Python",
    "test": "is installed in this environment",
    "starlette": "is installed in this environment",
    "smartcity-share": "is installed in this environment",
}


@pytest.mark.parametrize(("name", "told"), BAD_NAMES.items(), ids=[repr(name) for name in BAD_NAMES])
def test_a_name_that_cannot_be_used_is_one_line_and_writes_nothing(cli: Cli, tmp_path: Path, name: str, told: str) -> None:
    ran = cli("new", name, "--into", tmp_path)

    assert ran.code == 2
    assert told in ran.err
    assert len([line for line in ran.err.splitlines() if line.startswith(("error", "Error"))]) == 1
    assert inside(tmp_path) == []


NEAR = {"Taman Kota": "taman-kota", "../taman": "taman", "9_Kebun!": "kebun", "!!": "taman"}


@pytest.mark.parametrize(("name", "near"), NEAR.items())
def test_a_name_that_could_be_meant_is_proposed(cli: Cli, tmp_path: Path, name: str, near: str) -> None:
    assert f"`smartcity new {near}`" in cli("new", name, "--into", tmp_path).err


def test_without_a_name_the_usage_is_told(cli: Cli) -> None:
    ran = cli("new")

    assert (ran.code, "No name is given" in ran.err) == (2, True)


@pytest.mark.parametrize("there", ["folder", "file", "link"])
def test_what_is_there_already_is_left_alone(cli: Cli, tmp_path: Path, there: str) -> None:
    place = tmp_path / "taman"
    if there == "folder":
        place.mkdir()
        (place / "mine.txt").write_text("mine", "utf-8")
    elif there == "file":
        place.write_text("mine", "utf-8")
    else:
        place.symlink_to(tmp_path / "elsewhere")
    before = inside(tmp_path)
    ran = cli("new", "taman", "--into", tmp_path)

    assert ran.code == 1
    assert "There is something of this name already; nothing was written" in ran.err
    assert inside(tmp_path) == before


def test_an_empty_folder_is_taken(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "taman").mkdir()

    assert cli("new", "taman", "--into", tmp_path).code == 0


def test_a_place_that_is_none_is_told(cli: Cli, tmp_path: Path) -> None:
    ran = cli("new", "taman", "--into", tmp_path / "nowhere")

    assert (ran.code, "There is no such folder" in ran.err) == (1, True)


BAD_ANSWERS = [("--email", "nobody"), ("--region", "99.99"), ("--category", "enviroment"), ("--title", "a\nb")]


@pytest.mark.parametrize("flag", BAD_ANSWERS)
def test_an_answer_that_cannot_be_used_writes_nothing(cli: Cli, tmp_path: Path, flag: tuple[str, str]) -> None:
    ran = cli("new", "taman", "--into", tmp_path, *flag)

    assert ran.code == 2
    assert inside(tmp_path) == []


def test_a_disk_that_refuses_leaves_nothing(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from smartcity_share.scaffold import project

    written = []

    def fails(path: Path, content: bytes, *, mode: int) -> None:
        written.append(path)
        if len(written) > 5:
            raise OSError(28, "No space left on device")
        path.write_bytes(content)

    monkeypatch.setattr(project, "write_whole", fails)
    ran = cli("new", "taman", "--into", tmp_path)

    assert ran.code == 1
    assert "No space left on device" in ran.err
    assert inside(tmp_path) == []


def test_update_tells_what_it_did(cli: Cli, tmp_path: Path) -> None:
    assert cli("new", "taman", "--into", tmp_path).code == 0
    project = tmp_path / "taman"
    nothing = cli("new", "--update", project)
    assert (nothing.code, nothing.out) == (0, "Nothing to do: the project is up to date.\n")

    manifest = project / "src" / "taman" / "smartcity.toml"
    manifest.write_text(manifest.read_text("utf-8").replace("Dinas Komunikasi dan Informatika", "Dinas Kami"), "utf-8")
    other = cli("new", "--update", project, "--agency", "Dinas Lain", "--json")
    assert other.code == 1
    assert other.json["changes"] == [{"path": "src/taman/smartcity.toml", "fate": "conflict", "conflicts": 1}]

    told = cli("new", "--update", project, "--contact", "Tim Lain")
    assert told.code == 1, "the place between the marks is the author's, and was changed by the template again"
    assert f"Decide in {manifest}" in told.err


def test_update_of_another_folder_is_told(cli: Cli, tmp_path: Path) -> None:
    ran = cli("new", "--update", tmp_path)

    assert ran.code == 1
    assert "was not made by `smartcity new`" in ran.err
