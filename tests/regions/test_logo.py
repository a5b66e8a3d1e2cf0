"""A logo lies beside the profile, is a picture, and carries nothing that acts in a reader's browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from smartcity_share.regions.logo import MAX_BYTES, logo_problem

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def problem_of(folder: Path, name: str) -> str | None:
    problem = logo_problem(folder, name)
    assert problem is None or problem.mend
    return problem.code if problem else None


def test_a_plain_svg_and_a_png_are_shown(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text("\ufeff" + SVG.format('<use href="#a"/><!-- drawn --><path d="M0 0"/>'), "utf-8")
    (tmp_path / "logo.PNG").write_bytes(PNG)

    assert logo_problem(tmp_path, "logo.svg") is None
    assert logo_problem(tmp_path, "logo.PNG") is None


@pytest.mark.parametrize(
    "name", ["../logo.svg", "/etc/logo.svg", "parts/logo.svg", "..", "..\\logo.svg", "c:logo.svg", "a\0.svg"]
)
def test_a_logo_outside_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    assert problem_of(tmp_path, name) == "logo-outside"


def test_a_link_that_leads_outside_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.svg").write_text(SVG.format(""), "utf-8")
    (tmp_path / "region").mkdir()
    (tmp_path / "region" / "logo.svg").symlink_to(tmp_path / "secret.svg")

    assert problem_of(tmp_path / "region", "logo.svg") == "logo-outside"


def test_a_logo_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert problem_of(tmp_path, "logo.svg") == "logo-missing"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("logo.gif", b"GIF89a"),
        ("logo.png", b"GIF89a"),
        ("logo.svg", b"no picture"),
        ("logo.svg", b"<html/>"),
        ("logo.svg", "<svg/>".encode("utf-16")),
        ("logo.svg", b'<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>'),
        ("logo.svg", SVG.format("<script>alert(1)</script>").encode()),
        ("logo.svg", SVG.format("<foreignObject/>").encode()),
        ("logo.svg", SVG.format('<g onclick="a()"/>').encode()),
        ("logo.svg", SVG.format('<a href="javascript:a()"/>').encode()),
        ("logo.svg", SVG.format('<image xlink:href="https://contoh.example/x.png"/>').encode()),
        ("logo.svg", b"<svg/>" + b" " * MAX_BYTES),
    ],
)
def test_a_logo_that_is_no_plain_picture_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)

    assert problem_of(tmp_path, name) == "logo-invalid"
