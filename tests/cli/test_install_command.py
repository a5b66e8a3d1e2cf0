"""``smartcity install`` makes an app the region's own, asks on a terminal, and tells every fault at once."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from tests.apps.factory import AppFactory
from tests.cli.conftest import Cli
from tests.install.conftest import MANIFEST, PARKS


def test_an_app_is_installed_from_a_wheel(cli: Cli, served: Path, parks_wheel: Path) -> None:
    ran = cli("install", "parks", "--from", parks_wheel, "--region", "71.08", "--set", "public_name=Taman")
    assert ran.code == 0
    assert ran.out == "Installed parks 1.0.0 in 71.08 Kabupaten Bolaang Mongondow Utara\n  smartcity serve\n"
    assert (served / "installations" / "71.08" / "parks" / "data.sqlite").is_file()


def test_an_app_is_installed_from_a_folder_with_an_answers_file(
    cli: Cli, served: Path, app_factory: AppFactory, tmp_path: Path
) -> None:
    (tmp_path / "answers.toml").write_text('public_name = "Taman"\ntags = ["a", "b"]\n[texts]\nen = "Hello"\n')
    folder = app_factory.write("parks", plugin=PARKS, manifest=MANIFEST).folder
    ran = cli("install", "--from", folder, "--region", "71.08", "--answers", tmp_path / "answers.toml", "--json")
    assert ran.code == 0
    after = {change["key"]: change["after"] for change in ran.json["settings"]}
    assert after == {"public_name": "Taman", "tags": ["a", "b"], "texts": {"en": "Hello"}}
    assert ran.json["operation"]["state"] == "done"
    assert served.is_dir()


def test_a_plan_is_shown_and_nothing_is_changed(cli: Cli, served: Path, parks_wheel: Path) -> None:
    words = ("install", "--from", parks_wheel, "--region", "71.08", "--set", "public_name=Taman", "--plan")
    ran = cli(*words)
    assert ran.code == 0
    assert "1. unpack the wheel into code/parks/1.0.0-" in ran.out
    assert 'public_name: (none) → "Taman"' in ran.out
    assert [step["name"] for step in cli(*words, "--json").json["steps"]][-1] == "activate"
    assert list((served / "code").iterdir()) == []


def test_a_secret_comes_from_the_environment(
    cli: Cli, served: Path, parks_wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMARTCITY_SECRET_TOKEN", "marker-7")
    ran = cli("install", "--from", parks_wheel, "--region", "71.08", "--set", "public_name=Taman", "--json")
    assert "marker-7" not in ran.out
    assert (served / "secrets" / "71.08" / "parks" / "token").read_text() == "marker-7"


def test_faulty_answers_are_listed_with_line_and_mend(cli: Cli, served: Path, parks_wheel: Path, tmp_path: Path) -> None:
    (tmp_path / "answers.toml").write_text('public_nam = "Taman"\nopening_hour = 25\n')
    ran = cli("install", "--from", parks_wheel, "--region", "71.08", "--answers", tmp_path / "answers.toml")
    assert ran.code == 1
    assert "answers.toml:1:1 [public_nam]: `public_nam` is not a known key (key-unknown)" in ran.err
    assert "mend: Did you mean `public_name`?" in ran.err
    assert "answers.toml:2:1 [opening_hour]" in ran.err
    assert "mend: Give it with `--set public_name=VALUE`, or in an answers file." in ran.err
    assert list((served / "installations").iterdir()) == []


def test_an_error_comes_as_json_too(cli: Cli, served: Path, parks_wheel: Path) -> None:
    ran = cli("install", "--from", parks_wheel, "--region", "71.08", "--json")
    assert ran.code == 1
    assert served.is_dir()
    assert ran.json["error"]["code"] == "settings-invalid"
    assert [fault["code"] for fault in ran.json["error"]["faults"]] == ["key-missing"]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("install", "--region", "71.08"), 1, "No app is named"),
        (("install", "absent", "--region", "71.08"), 1, "No app `absent`"),
        (("install", "--region", "73.71"), 1, "does not serve region 73.71"),
        (("install", "--region", "13.1"), 1, "13.1"),
        (("install",), 2, "serves several regions"),
        (("install", "--from", "/absent.whl", "--region", "71.08"), 2, "There is no file, folder or catalogue `/absent.whl`"),
    ],
)
def test_what_cannot_be_is_told_with_the_mend(cli: Cli, served: Path, words: tuple[str, ...], code: int, told: str) -> None:
    ran = cli(*words)
    assert (ran.code, ran.out) == (code, "")
    assert told in ran.err
    assert served.is_dir()


def test_a_folder_that_is_no_instance_is_told(cli: Cli, tmp_path: Path) -> None:
    ran = cli("install", "x", "--instance", tmp_path)
    assert (ran.code, "is no instance" in ran.err, "smartcity init" in ran.err) == (1, True, True)


class Typed:
    """Somebody at a terminal, who gives these answers and sees what is asked."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, object, bool]] = []

    def __call__(self, text: str, default: object = None, *, hide_input: bool = False, **_: object) -> str:
        self.asked.append((text.strip(), default, hide_input))
        answer = self.answers.pop(0)
        return str(default) if answer == "" else answer


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for command in ("install", "configure"):
        monkeypatch.setattr(f"smartcity_share.cli.commands.{command}.is_terminal", lambda: True)


@pytest.mark.usefixtures("terminal")
def test_on_a_terminal_only_what_is_required_is_asked_until_it_is_accepted(
    cli: Cli, served: Path, parks_wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = Typed("x", "Taman")
    monkeypatch.setattr(click, "prompt", typed)
    monkeypatch.setattr(click, "confirm", lambda *_, **__: True)
    ran = cli("install", "--from", parks_wheel, "--region", "71.08")
    assert ran.code == 0
    assert [asked[0] for asked in typed.asked] == ["public_name", "public_name"]
    assert "Name\n  Example: Taman Kota\n  Found 1 character; wanted at least 3" in ran.err
    assert served.is_dir()


@pytest.mark.usefixtures("terminal")
def test_the_wizard_asks_for_everything_shows_defaults_and_hides_secrets(
    cli: Cli, served: Path, parks_wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = Typed("Taman", "nine", "9", "", "", "", "marker-9")
    monkeypatch.setattr(click, "prompt", typed)
    monkeypatch.setattr(click, "confirm", lambda *_, **__: True)
    ran = cli("install", "--from", parks_wheel, "--region", "71.08", "--wizard")
    assert ran.code == 0
    assert typed.asked == [
        ("public_name", None, False),
        ("opening_hour", "7", False),
        ("opening_hour", "7", False),
        ("tags", "[]", False),
        ("texts", '{"id": "Selamat datang"}', False),
        ("sender", "", False),
        ("token", "", True),
    ]
    assert "shared by the apps of the region" in ran.err
    assert "marker-9" not in ran.out + ran.err
    assert (served / "secrets" / "71.08" / "parks" / "token").read_text() == "marker-9"


@pytest.mark.usefixtures("terminal")
def test_saying_no_changes_nothing(cli: Cli, served: Path, parks_wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no(*_: object, **__: object) -> bool:
        raise click.Abort

    monkeypatch.setattr(click, "confirm", no)
    ran = cli("install", "--from", parks_wheel, "--region", "71.08", "--set", "public_name=Taman")
    assert ran.code == 1
    assert list((served / "code").iterdir()) == list((served / "installations").iterdir()) == []
