"""Whatever `manifest check` and `build` are pointed at that is no app: a clear line, exit 1 or 2, and nothing written."""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from smartcity_share.cli.main import execute
from tests.apps.factory import AppFactory, AppProject

Case = Callable[[AppProject, Path], Path]


def missing(_: AppProject, place: Path) -> Path:
    return place / "nothing-here"


def missing_manifest(_: AppProject, place: Path) -> Path:
    return place / "smartcity.toml"


def folder_without_project(_: AppProject, place: Path) -> Path:
    (place / "notes.txt").write_text("a")
    return place


def project_without_manifest(project: AppProject, _: Path) -> Path:
    project.manifest.unlink()
    return project.folder


def pipe(_: AppProject, place: Path) -> Path:
    os.mkfifo(place / "smartcity.toml")
    return place / "smartcity.toml"


def pipe_named_as_a_wheel(_: AppProject, place: Path) -> Path:
    os.mkfifo(place / "a-1-py3-none-any.whl")
    return place / "a-1-py3-none-any.whl"


def other_file(_: AppProject, place: Path) -> Path:
    (place / "notes.txt").write_text("a")
    return place / "notes.txt"


def wheel_that_is_no_zip(_: AppProject, place: Path) -> Path:
    path = place / "a-1-py3-none-any.whl"
    path.write_bytes(b"\x7fELF")
    return path


def zip_that_is_no_wheel(_: AppProject, place: Path) -> Path:
    path = place / "a-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("a.txt", "a")
    return path


def zip_bomb(_: AppProject, place: Path) -> Path:
    path = place / "a-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a/smartcity.toml", bytes(200 << 20))
        file.writestr("a-1.dist-info/METADATA", "Name: a\nVersion: 1\n")
    return path


def lying_zip_bomb(_: AppProject, place: Path) -> Path:
    path = zip_bomb(_, place)
    content = bytearray(path.read_bytes())
    whole = struct.pack("<I", 200 << 20)
    while (at := content.find(whole)) >= 0:
        content[at : at + 4] = struct.pack("<I", 100)
    path.write_bytes(content)
    return path


def wheel_with_a_name_that_leaves_it(_: AppProject, place: Path) -> Path:
    path = place / "a-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("../../a/smartcity.toml", "manifest_version = 1\n")
        file.writestr("a-1.dist-info/METADATA", "Name: a\nVersion: 1\n")
    return path


def future_version(project: AppProject, _: Path) -> Path:
    project.manifest.write_text("manifest_version = 7\n", "utf-8")
    return project.folder


def other_encoding(project: AppProject, _: Path) -> Path:
    project.manifest.write_bytes(project.manifest.read_text("utf-8").encode("utf-16"))
    return project.folder


def one_byte_of_another_encoding(project: AppProject, _: Path) -> Path:
    project.manifest.write_bytes(project.manifest.read_bytes() + "# café\n".encode("latin-1"))
    return project.folder


def settings_of_another_encoding(project: AppProject, _: Path) -> Path:
    (project.folder / "pyproject.toml").write_bytes(b"\xff\xfe\x00")
    return project.folder


def manifest_that_is_a_link_out(project: AppProject, place: Path) -> Path:
    secret = place / "secret.toml"
    project.manifest.rename(secret)
    project.manifest.symlink_to(secret)
    return project.folder


def file_that_is_a_link_out(project: AppProject, place: Path) -> Path:
    (place / "secret.txt").write_text("secret")
    (project.manifest.parent / "data.txt").symlink_to(place / "secret.txt")
    return project.folder


def folder_that_is_a_link_out(project: AppProject, place: Path) -> Path:
    (place / "outside").mkdir()
    (project.manifest.parent / "templates").symlink_to(place / "outside", target_is_directory=True)
    return project.folder


def link_to_itself(project: AppProject, _: Path) -> Path:
    project.manifest.unlink()
    project.manifest.symlink_to(project.manifest)
    return project.folder


def id_with_a_path(project: AppProject, _: Path) -> Path:
    text = project.manifest.read_text("utf-8")
    project.manifest.write_text(text.replace('id = "parks"', 'id = "../parks"'), "utf-8")
    return project.folder


def picture_with_a_path(project: AppProject, place: Path) -> Path:
    (place / "secret.png").write_text("secret")
    project.manifest.write_text(project.manifest.read_text("utf-8") + '\n[media]\nicon = "../../../secret.png"\n', "utf-8")
    return project.folder


def distribution_with_a_path(project: AppProject, _: Path) -> Path:
    pyproject = project.folder / "pyproject.toml"
    pyproject.write_text(pyproject.read_text("utf-8").replace(f'"{project.distribution}"', '"../../evil"'), "utf-8")
    return project.folder


WORDS: dict[Case, str] = {
    missing: "There is no such file",
    missing_manifest: "There is no such file",
    folder_without_project: "has no pyproject.toml",
    project_without_manifest: "no smartcity.toml",
    pipe: "a pipe or a device",
    pipe_named_as_a_wheel: "a pipe",
    other_file: "neither a manifest nor a project folder nor a wheel",
    wheel_that_is_no_zip: "no zip file",
    zip_that_is_no_wheel: "no dist-info folder",
    zip_bomb: "that is no app",
    lying_zip_bomb: "a-1-py3-none-any.whl",
    wheel_with_a_name_that_leaves_it: "would leave its folder",
    future_version: "is of version 7",
    other_encoding: "UTF-16",
    one_byte_of_another_encoding: "not UTF-8",
    settings_of_another_encoding: "UTF",
    manifest_that_is_a_link_out: "leads out of the project",
    file_that_is_a_link_out: "leads out of the project",
    folder_that_is_a_link_out: "leads out of the project",
    link_to_itself: "smartcity.toml",
    id_with_a_path: "not an app id",
    picture_with_a_path: "not the path of a file in the package folder",
    distribution_with_a_path: "no name of a distribution",
}
"""What a path is made of -> words of the line that `manifest check` prints about it."""

A_FILE = "a file, not the folder of a project"
WORDS_OF_BUILD = {
    missing: "There is no such folder",
    missing_manifest: "There is no such folder",
    **dict.fromkeys(
        (
            other_file,
            pipe,
            pipe_named_as_a_wheel,
            wheel_that_is_no_zip,
            zip_that_is_no_wheel,
            zip_bomb,
            lying_zip_bomb,
            wheel_with_a_name_that_leaves_it,
        ),
        A_FILE,
    ),
}
"""The same for `build`, which wants a folder."""

COMMANDS = (["manifest", "check"], ["manifest", "check", "--fix"], ["manifest", "check", "--json"], ["build"])


def tree(folder: Path) -> dict[str, bytes | str]:
    """Every file below a folder with its bytes, links with where they lead."""
    return {
        str(path): str(path.readlink()) if path.is_symlink() else path.read_bytes() if path.is_file() else "folder"
        for path in sorted(folder.rglob("*"))
    }


@pytest.mark.parametrize("command", COMMANDS, ids=[" ".join(command) for command in COMMANDS])
@pytest.mark.parametrize("case", WORDS, ids=[case.__name__ for case in WORDS])
def test_it_is_told_in_a_clear_line_and_nothing_is_written(
    case: Case, command: list[str], app_factory: AppFactory, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    path = case(app_factory.write("parks"), place)
    before = tree(tmp_path)

    code = execute([*command, str(path)])

    printed = capsys.readouterr()
    said = printed.out + printed.err
    assert code in (1, 2)
    assert tree(tmp_path) == before
    assert "Traceback" not in said
    assert "unexpected" not in said
    words = WORDS_OF_BUILD if command == ["build"] else WORDS
    assert words.get(case, WORDS[case]) in said
    assert said.startswith("error[" if command == ["build"] else ("error[", "{", str(path)))
    assert "hint: " in said or "mend: " in said or '"mend": "' in said or '"hint": "' in said
