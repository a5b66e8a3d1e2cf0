"""Every plugin folder is installed, isolated and checked: a member that nothing names would pass all tests by being absent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

Project = dict[str, Any]


def import_names(root: Path, folder: str) -> set[str]:
    return {path.parent.name for path in (root / "plugins" / folder / "src").glob("*/__init__.py")}


def test_every_plugin_folder_is_a_project(root: Path, plugin_projects: dict[str, Project]) -> None:
    folders = {path.name for path in (root / "plugins").iterdir() if path.is_dir() and any(path.rglob("*.py"))}

    assert folders == set(plugin_projects)


def test_the_plugins_group_names_every_plugin(project: Project, plugin_projects: dict[str, Project]) -> None:
    names = sorted(plugin["project"]["name"] for plugin in plugin_projects.values())

    assert sorted(project["dependency-groups"]["plugins"]) == names


def test_every_plugin_comes_from_the_workspace(project: Project, plugin_projects: dict[str, Project]) -> None:
    names = sorted(plugin["project"]["name"] for plugin in plugin_projects.values())

    assert project["tool"]["uv"]["sources"] == {name: {"workspace": True} for name in names}


def test_the_contracts_of_the_layers_cover_every_plugin(
    root: Path, project: Project, plugin_projects: dict[str, Project]
) -> None:
    modules = {name for folder in plugin_projects for name in import_names(root, folder)}
    linter = project["tool"]["importlinter"]
    contracts = {contract["id"]: contract for contract in linter["contracts"]}

    assert set(linter["root_packages"]) == {"smartcity_share", *modules}
    assert set(contracts["plugins-doors"]["source_modules"]) == modules
    assert set(contracts["plugins-apart"]["modules"]) == modules
    assert set(contracts["library-knows-no-plugin"]["forbidden_modules"]) == modules
    assert set(project["tool"]["coverage"]["run"]["source_pkgs"]) == {"smartcity_share", *modules}


def test_the_types_of_every_plugin_are_checked(project: Project, plugin_projects: dict[str, Project]) -> None:
    assert set(project["tool"]["mypy"]["mypy_path"]) == {"src", *(f"plugins/{folder}/src" for folder in plugin_projects)}


def test_a_plugin_may_import_no_part_of_the_library_but_the_toolkit_and_the_test_help(root: Path, project: Project) -> None:
    contracts = {contract["id"]: contract for contract in project["tool"]["importlinter"]["contracts"]}
    home = root / "src" / "smartcity_share"
    parts = {path.stem for path in home.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    private = parts - {"__init__", "__main__", "_version", "toolkit", "testing"}

    assert set(contracts["plugins-doors"]["forbidden_modules"]) == {f"smartcity_share.{part}" for part in private}
    assert set(contracts["pluggy"]["source_modules"]) == {
        f"smartcity_share.{part}" for part in (private | {"toolkit"} | (parts & {"testing"})) - {"hooks"}
    }


def test_a_plugin_does_not_declare_a_sibling(plugin_projects: dict[str, Project]) -> None:
    names = {plugin["project"]["name"] for plugin in plugin_projects.values()}
    for plugin in plugin_projects.values():
        declared = {text.split(";")[0].strip("<>=!~ ,.0123456789[]") for text in plugin["project"]["dependencies"]}

        assert not (declared & (names - {plugin["project"]["name"]}))


def test_an_editable_plugin_is_made_again_when_its_manifest_changes(root: Path, plugin_projects: dict[str, Project]) -> None:
    """The copy of the manifest in the dist-info of an editable install would otherwise stay as it was."""
    for folder, plugin in plugin_projects.items():
        (manifest,) = (root / "plugins" / folder).glob("src/*/smartcity.toml")
        watched = {key["file"] for key in plugin["tool"]["uv"]["cache-keys"]}

        assert {"pyproject.toml", manifest.relative_to(root / "plugins" / folder).as_posix()} <= watched


def test_every_plugin_has_what_a_reader_looks_for(root: Path, plugin_projects: dict[str, Project]) -> None:
    for folder, plugin in plugin_projects.items():
        home = root / "plugins" / folder

        assert len((home / "README.md").read_text("utf-8").split()) > 50, f"plugins/{folder}/README.md says too little"
        assert list(home.glob("tests/**/test_*.py")), f"plugins/{folder} has no tests"
        assert plugin["project"]["license"]
        assert plugin["project"]["description"]
