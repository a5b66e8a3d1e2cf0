"""``smartcity upgrade`` and ``smartcity rollback``: told first, decided by key, undone as one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from tests.apps.factory import AppFactory, build, forgetting_imports
from tests.apps.gardens import KINDS, gardens_one, gardens_two
from tests.apps.libraries import library
from tests.cli.conftest import Brought, Cli, Ran, everything

HERE = ("--region", "71.08")
Run = Callable[..., Ran]


WHOLE: Final[dict[str, Any]] = {
    "page": [],
    "region_uses": [],
    "data": [
        {
            "id": "gardens",
            "title": {"id": "Taman", "en": "Gardens"},
            "purpose": {"id": "Mengelola taman", "en": "Looking after gardens"},
            "lawful_basis": "public-task",
            "retention": "P1Y",
            "export_format": "CSV",
            "fields": [{"name": "name", "class": "public"}, {"name": "area", "class": "public"}],
        }
    ],
}
"""What the manifest has to say for a project that is judged whole before it is built."""


@pytest.fixture
def run(cli: Cli) -> Run:
    """Run each command line as a process of its own would: nothing is imported yet."""

    def alone(*words: str | Path) -> Ran:
        with forgetting_imports():
            return cli(*words)

    return alone


@pytest.fixture(scope="session")
def one(shared_app_factory: AppFactory) -> Path:
    return gardens_one(shared_app_factory)


@pytest.fixture
def gardens(brought: Brought, served: Path, one: Path, tmp_path: Path) -> Path:
    """An instance with the first version of the app in one region, and one part changed there."""
    own = tmp_path / "kinds.toml"
    own.write_text(KINDS.replace("days = 3", "days = 5"))
    installing = ("install", "--from", one, *HERE, "--set", "public_name=Taman Kota", "--yes")
    return brought(__name__, served, installing, ("override", "put", "gardens", "files/kinds.toml", own, *HERE))


def two(factory: AppFactory, **options: Any) -> Path:
    return gardens_two(factory, **options)


def test_the_plan_shows_first_what_changed_between_the_two_versions(run: Run, gardens: Path, app_factory: AppFactory) -> None:
    project = two(app_factory, manifest=WHOLE).parent.parent
    log = "# Changes\n\n## 2.0.0\n\n- Areas.\n\n## 1.5.0\n\n- Photos.\n\n## 1.0.0\n\n- First.\n"
    (project / "CHANGELOG.md").write_text(log)
    before = everything(gardens, "gardens")
    ran = run("upgrade", "gardens", "--from", project, *HERE, "--set", "contact=Sari", "--plan")
    assert ran.code == 0, ran.err
    assert everything(gardens, "gardens") == before
    lines = [line.strip() for line in ran.out.splitlines()]
    assert lines[0] == "upgrade gardens 1.0.0 → 2.0.0 in 71.08"
    assert [line for line in lines if line in ("- Areas.", "- Photos.", "- First.")] == ["- Areas.", "- Photos."]
    assert lines.index("- Photos.") < next(place for place, line in enumerate(lines) if line.startswith("1. "))


def test_an_upgrade_and_the_way_back(run: Run, gardens: Path, app_factory: AppFactory) -> None:
    wheel = build(two(app_factory).parent.parent)
    ran = run("upgrade", "gardens", "--from", wheel, *HERE, "--set", "contact=Sari", "--basis", "SK 7", "--json")
    assert ran.code == 0, ran.err
    assert (ran.json["from_version"], ran.json["version"], ran.json["changed"]) == ("1.0.0", "2.0.0", True)
    again = run("upgrade", "gardens", "--from", wheel, *HERE)
    assert "at 2.0.0 already" in again.out
    before = everything(gardens, "gardens")
    planned = run("rollback", "gardens", *HERE, "--plan")
    assert everything(gardens, "gardens") == before
    assert "note: what is there now is kept too" in planned.out
    back = run("rollback", "gardens", *HERE, "--yes")
    assert back.code == 0, back.err
    assert "from 2.0.0 to 1.0.0" in back.out
    assert run("status", "--json").json["installations"][0]["version"] == "1.0.0"


def test_a_rollback_that_loses_something_needs_a_yes(run: Run, gardens: Path, app_factory: AppFactory) -> None:
    assert run("upgrade", "gardens", "--from", two(app_factory), *HERE, "--set", "contact=Sari").code == 0
    assert run("configure", "gardens", *HERE, "--set", "contact=Budi").code == 0
    ran = run("rollback", "gardens", *HERE)
    assert ran.code != 0
    assert "loses what was written since" in ran.err
    assert "settings that differ: contact" in ran.err
    assert run("rollback", "gardens==9.9", *HERE, "--yes").code != 0
    del gardens


def test_a_conflict_is_listed_by_its_key_and_decided_by_it(run: Run, gardens: Path, app_factory: AppFactory) -> None:
    wheel = two(app_factory, more={"regional/kinds.toml": KINDS.replace("days = 3", "days = 9")})
    words = ("upgrade", "gardens", "--from", wheel, *HERE, "--set", "contact=Sari")
    ran = run(*words)
    assert ran.code != 0
    assert '--ours "files/kinds.toml:road.days"' in ran.err
    both = run(*words, "--ours", "all", "--theirs", "all")
    assert "asked for both ways" in both.err
    assert run(*words, "--ours", "files/kinds.toml:road.days").code == 0
    del gardens


def test_what_the_new_version_needs_beyond_the_host_is_taken_from_the_folder_that_is_named(
    run: Run, gardens: Path, app_factory: AppFactory, tmp_path: Path
) -> None:
    wheel = two(app_factory, dependencies=["smartcity_test_soil"])
    library(tmp_path / "wheels", "soil")
    words = ("upgrade", "gardens", "--from", wheel, *HERE, "--set", "contact=Sari")

    refused = run(*words)
    assert refused.code != 0
    assert "smartcity_test_soil" in refused.err.replace("-", "_")
    assert run(*words, "--wheels", tmp_path / "wheels").code == 0
    del gardens
