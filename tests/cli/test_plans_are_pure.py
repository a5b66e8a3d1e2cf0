"""``--plan`` shows what a change would do, and changes nothing: not a byte, not a row, also as ``--json``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli, everything

HERE = ("--region", "71.08")
THERE = ("--region", "13.10")


@pytest.mark.parametrize("form", [("--plan",), ("--plan", "--json")])
@pytest.mark.parametrize("kind", ["install", "configure", "remove", "erase", "reinstate"])
def test_a_plan_changes_nothing(
    cli: Cli, installed: Path, parks_wheel: Path, tmp_path: Path, kind: str, form: tuple[str, ...]
) -> None:
    words: dict[str, tuple[str | Path, ...]] = {
        "install": ("install", "--from", parks_wheel, *THERE, "--set", "public_name=Kebun"),
        "configure": ("configure", "parks", *HERE, "--set", "opening_hour=9"),
        "remove": ("remove", "parks", *HERE, "--export", tmp_path / "never"),
        "erase": ("remove", "parks", *HERE, "--erase", "--signed-off-by", "Sekretaris Daerah"),
        "reinstate": ("remove", "parks", *HERE, "--cancel"),
    }
    if kind in ("erase", "reinstate"):
        assert cli("remove", "parks", *HERE, "--export", tmp_path / "out", "--yes").code == 0
    before = everything(installed)
    shown = cli(*words[kind], *form)
    assert (shown.code, shown.err) == (0, "")
    if "--json" in form:
        assert shown.json["kind"] == kind
        assert [step["name"] for step in shown.json["steps"]] != []
    else:
        assert "  1. " in shown.out
    assert everything(installed) == before
    assert not (tmp_path / "never").exists()
