"""``smartcity override`` changes an app beside the app: listed, taken out, put back, dropped."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.apps.factory import AppFactory
from tests.cli.conftest import Brought, Cli
from tests.install.test_overriding import FILES, FRONT, PLUGIN

HERE = ("--region", "71.08")


@pytest.fixture(scope="session")
def wheel(shared_app_factory: AppFactory) -> Path:
    return shared_app_factory.wheel("signs", plugin=PLUGIN, files=FILES)


@pytest.fixture
def signs(brought: Brought, served: Path, wheel: Path) -> Path:
    """An instance with an app that has something to change."""
    return brought(__name__, served, ("install", "--from", wheel, *HERE))


def test_what_can_be_changed_is_listed(cli: Cli, signs: Path) -> None:
    parts = cli("override", "list", "signs", *HERE, "--json").json["parts"]
    assert [part["part"] for part in parts] == ["files/rules.toml", "files/stamp.png", "templates/front.html", "texts/id"]
    assert not any(part["changed"] for part in parts)
    assert "Write to us" in cli("override", "list", "signs", *HERE, "--texts").out


def test_a_part_is_taken_out_changed_and_put_back(cli: Cli, signs: Path, tmp_path: Path) -> None:
    file = tmp_path / "front.html"
    assert cli("override", "show", "signs", "templates/front.html", *HERE, "--output", file).code == 0
    assert file.read_text("utf-8") == FRONT
    file.write_text(FRONT.replace("main", "div"), encoding="utf-8")
    planned = cli("override", "put", "signs", "templates/front.html", file, *HERE, "--plan")
    assert "put the region's own in place: templates/front.html" in planned.out
    ran = cli("override", "put", "signs", "templates/front.html", file, *HERE, "--basis", "SK 3", "--by", "Petugas", "--json")
    assert (ran.code, ran.json["changed"]) == (0, True)
    assert "+<div>" in cli("override", "show", "signs", "templates/front.html", *HERE, "--diff").out
    (row,) = [one for one in cli("override", "list", "signs", *HERE, "--json").json["parts"] if one["changed"]]
    assert (row["set_by"], row["basis"], row["base_version"]) == ("Petugas", "SK 3", "1.0.0")


def test_one_text_is_changed_and_dropped(cli: Cli, signs: Path) -> None:
    assert cli("override", "text", "signs", "Write to us", "Sampaikan", *HERE).code == 0
    rows = cli("override", "list", "signs", *HERE, "--texts", "--json").json["messages"]
    assert [row["text"] for row in rows if row["message"] == "Write to us"] == ["Sampaikan"]
    assert cli("override", "drop", "signs", "texts/id", "--message", "Write to us", *HERE).code == 0
    assert not any(part["changed"] for part in cli("override", "list", "signs", *HERE, "--json").json["parts"])


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("show", "signs", "templates/frnt.html"), 2, "templates/front.html"),
        (("show", "signs", "../instance.toml"), 2, "override list"),
        (("put", "signs", "files/rules.toml", "not-there.toml"), 1, "cannot be read"),
        (("text", "signs", "Wrte to us", "x"), 1, "Write to us"),
        (("drop", "signs", "texts/id"), 2, "has not changed"),
        (("list", "sings"), 1, "signs"),
    ],
)
def test_what_is_wrong_is_said_with_its_mend(cli: Cli, signs: Path, words: tuple[str, ...], code: int, told: str) -> None:
    ran = cli("override", *words, *HERE)
    assert ran.code == code
    assert told in ran.err
    assert "hint" in ran.err or "mend" in ran.err


def test_a_file_that_is_there_is_not_written_over(cli: Cli, signs: Path, tmp_path: Path) -> None:
    file = tmp_path / "front.html"
    file.write_text("mine", encoding="utf-8")
    assert cli("override", "show", "signs", "templates/front.html", *HERE, "--output", file).code == 1
    assert file.read_text("utf-8") == "mine"
