"""``smartcity region`` finds, shows and adds regions, and says what to do when it cannot."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from smartcity_share.cli.main import execute
from smartcity_share.install.instance import Instance
from smartcity_share.regions.wording import WORDS

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "regions"


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    folder = tmp_path / "instance"
    Instance.create(folder, ["13.10"]).close()
    return folder


def test_find_bandung_lists_exactly_three_regions_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["region", "find", "bandung", "--json"]) == 0

    printed = json.loads(capsys.readouterr().out)
    assert printed["query"] == "bandung"
    assert [region["code"] for region in printed["regions"]] == ["32.04", "32.17", "32.73"]
    assert printed["regions"][2] == {
        "code": "32.73",
        "name": "Kota Bandung",
        "short_name": "Bandung",
        "kind": "kota",
        "province": "Jawa Barat",
        "province_code": "32",
        "time_zone": "Asia/Jakarta",
        "autonomous": True,
    }


def test_find_prints_a_line_for_each_region(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["region", "find", "kab.", "bandung"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines][1:] == [
        ["32.04", "Kabupaten", "Bandung", "Jawa", "Barat", "Asia/Jakarta"],
        ["32.17", "Kabupaten", "Bandung", "Barat", "Jawa", "Barat", "Asia/Jakarta"],
    ]


@pytest.mark.parametrize("text", ["xqzwv", "13.1", "99.99"])
def test_find_without_a_hit_exits_1(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["region", "find", text]) == 1
    assert capsys.readouterr().err.startswith("error[region-not-found]: ")

    assert execute(["region", "find", text, "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {"query": text, "regions": []}


def test_find_says_that_a_zero_was_lost(capsys: pytest.CaptureFixture[str]) -> None:
    execute(["region", "find", "13.1"])

    message = capsys.readouterr().err
    assert "13.1 is not a region code: a trailing zero was lost" in message
    assert "13.10 Kabupaten Dharmasraya" in message


def test_show_keeps_the_zero_and_gives_the_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["region", "show", "13.10"]) == 0

    printed = capsys.readouterr().out
    for expected in ("13.10", "Kabupaten Dharmasraya", "Bupati", "Perbup", "Asia/Jakarta"):
        assert expected in printed


def test_show_gives_every_word_in_both_languages_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["region", "show", "kota", "makassar", "--json", "--on", "2014-01-31"]) == 0

    printed = json.loads(capsys.readouterr().out)
    assert (printed["code"], printed["on"]) == ("73.71", "2014-01-31")
    assert list(printed["words"]["id"]) == list(WORDS) == list(printed["words"]["en"])
    assert (printed["words"]["id"]["head_title"], printed["words"]["en"]["head_title"]) == ("Walikota", "Mayor")
    assert printed["aliases"] == [{"name": "Kota Ujung Pandang", "kind": "former", "source": "PP 86/1999"}]


def test_show_refuses_an_ambiguous_name_with_the_candidates(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["region", "show", "bandung", "--json"]) == 1

    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == "region-ambiguous"
    assert all(code in error["hint"] for code in ("32.04", "32.17", "32.73"))


@pytest.mark.parametrize(("text", "code"), [("13.1", "region-not-found"), ("makasar", "region-not-found")])
def test_show_of_an_unknown_region_exits_1(text: str, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["region", "show", text]) == 1
    assert f"error[{code}]" in capsys.readouterr().err


def test_find_without_a_text_is_wrong_usage() -> None:
    assert execute(["region", "find"]) == 2


def test_add_lets_an_instance_serve_another_region(instance: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["region", "add", "32.73", "--instance", str(instance)]) == 0

    assert "The instance now serves 32.73 Kota Bandung." in capsys.readouterr().out
    assert Instance.open(instance).region_codes == ("13.10", "32.73")


@pytest.mark.parametrize("given", ["profile.toml", "."])
def test_add_takes_a_profile_and_what_lies_beside_it(
    instance: Path, given: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMARTCITY_INSTANCE", str(instance))

    assert execute(["region", "add", "7371", "--profile", str(EXAMPLES / "73.71" / given)]) == 0

    assert "smartcity install APP --region 73.71" in capsys.readouterr().out
    opened = Instance.open(instance)
    assert opened.profile("73.71").capital == "Makassar"
    assert (opened.profile_folder("73.71") / "logo.svg").exists()


def test_add_refuses_a_profile_under_another_name(instance: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "makassar.toml").write_text('code = "73.71"', "utf-8")

    arguments = ["region", "add", "73.71", "--profile", str(tmp_path / "makassar.toml"), "--instance", str(instance)]
    assert execute(arguments) == 2

    assert "Rename it to profile.toml" in capsys.readouterr().err
    assert Instance.open(instance).region_codes == ("13.10",)


@pytest.mark.parametrize(("text", "code"), [("bandung", "region-ambiguous"), ("13.1", "region-not-found")])
def test_add_changes_nothing_when_the_region_is_not_clear(
    instance: Path, text: str, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(["region", "add", text, "--instance", str(instance)]) == 1

    assert f"error[{code}]" in capsys.readouterr().err
    assert Instance.open(instance).region_codes == ("13.10",)


def test_add_outside_an_instance_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["region", "add", "32.73", "--instance", str(tmp_path)]) == 1
    assert "error[instance-invalid]" in capsys.readouterr().err


def modules_after(arguments: list[str]) -> set[str]:
    """The top-level modules a fresh interpreter has loaded after a command."""
    program = (
        "import sys, io, contextlib\n"
        "from smartcity_share.cli.main import execute\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):\n"
        f"    execute({arguments!r})\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "arguments", [["region", "find", "bandung", "--json"], ["region", "find", "makasar"], ["region", "show", "13.10"]]
)
def test_nothing_heavy_is_loaded(arguments: list[str]) -> None:
    heavy = {"pydantic", "starlette", "sqlalchemy", "rich", "asyncio", "pluggy", "jinja2", "babel", "tree_sitter"}

    assert modules_after(arguments) & heavy == set()


def test_the_spelling_check_is_loaded_only_for_a_name_that_fits_nothing() -> None:
    assert "rapidfuzz" not in modules_after(["region", "find", "bandung"])
    assert "rapidfuzz" in modules_after(["region", "find", "makasar"])
