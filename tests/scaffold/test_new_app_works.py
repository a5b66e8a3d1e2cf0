"""A new user's first hour, timed: begin an app, test, check, build and install it, and read its page in the region's words.

Every command after the first is taken from the README of the new app, as that user would.
"""

from __future__ import annotations

import re
import resource
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

from tests.docs.shell import Shell, free_port

COMMANDS = ("python -m pytest", "smartcity manifest check", "smartcity build", "smartcity init", "smartcity install")
SECONDS = 60.0
"""Processor time the whole way may take."""


def shown(readme: str, begins: str) -> str:
    """Return the one command of a README that begins with some words."""
    found = re.findall(rf"^    ({re.escape(begins)}.*)$", readme, re.MULTILINE)
    assert len(found) == 1, f"{begins}: {found}"
    command: str = found[0]
    return command


def processor_time() -> float:
    """Return the seconds every child of this process has used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.timeout(900)
def test_from_nothing_to_a_page_in_the_words_of_a_region(
    clean_bin: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    began, used = time.monotonic(), processor_time()
    with Shell(tmp_path, path=str(clean_bin), variables={"NO_COLOR": "1"}, seconds=400) as shell:
        typed = [shell.type("smartcity new taman && cd taman")]
        project = tmp_path / "taman"
        readme = (project / "README.md").read_text("utf-8")
        typed += [shell.type(shown(readme, begins)) for begins in COMMANDS]
        assert [one.code for one in typed] == [0] * len(typed), "\n".join(one.output for one in typed)
        assert re.search(r"\d+ passed", typed[1].output), typed[1].output
        port = free_port()  # not before: it is free as long as nobody else is given it
        shell.serve(f"{shown(readme, 'smartcity serve')} --port {port}", f"http://127.0.0.1:{port}/healthz")
        with build_opener(ProxyHandler({})).open(f"http://127.0.0.1:{port}/71.08/taman/", timeout=30) as answer:
            page = answer.read().decode()
    used, passed = processor_time() - used, time.monotonic() - began
    record_property("processor_seconds", round(used, 1))
    record_property("clock_seconds", round(passed, 1))
    sys.stdout.write(f"from nothing to a page: {used:.1f} s of processor time, {passed:.1f} s on the clock\n")

    assert "Yang penting di Kabupaten Bolaang Mongondow Utara" in page
    assert "Bupati membaca yang Anda tulis di sini." in page
    assert "Apa yang perlu dibenahi?" in page
    assert used < SECONDS


@pytest.mark.timeout(600)
def test_what_a_ci_system_runs_passes_and_the_wheel_holds_no_trace_of_the_template(clean_bin: Path, tmp_path: Path) -> None:
    with Shell(tmp_path, path=str(clean_bin), variables={"NO_COLOR": "1"}, seconds=400) as shell:
        words = '--yes --title "Kebun \\"Raya\\"" --title-en "Botanic Garden" --region 73.71'
        begun = shell.type(f"smartcity new kebun-raya {words}")
        built = shell.type("cd kebun-raya && ./ci.sh")

    assert (begun.code, built.code) == (0, 0), begun.output + built.output
    assert "no changes" not in built.output.lower()
    (wheel,) = (tmp_path / "kebun-raya" / "dist").glob("kebun_raya-0.1.0-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        texts = {name: archive.read(name).decode("utf-8", errors="replace") for name in names}
    assert [name for name in names if name.startswith("tests/") or name.endswith((".tmpl", ".smartcity-new.json"))] == []
    assert [name for name, text in texts.items() if "«" in text or "»" in text or "PACKAGE" in text] == []
    assert 'id = "Kebun \\"Raya\\""' in texts["kebun_raya/smartcity.toml"]
    assert 'region = "73.71"' in texts["kebun_raya/smartcity.toml"]
