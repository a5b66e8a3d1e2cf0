"""Claim: `smartcity --help` costs at most 1.5 x a bare click command, and the same with 0 and with 50 installed apps.

Processor time (user + system) of the whole child process, median of N runs, everything measured in turn. Peers are installed
with uv into a temporary environment; where that is not possible the script says so and goes on without them.

    python benchmarks/cold_start.py [--runs N] [--without-peers]
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

APPS: Final = 50
LIMIT: Final = 1.5
FLAT: Final = 1.1
"""The figure with apps may be this much above the one without: noise of a shared machine."""

PEERS: Final = {
    "datasette": ("datasette", "datasette-cluster-map", "datasette-vega", "datasette-graphql"),
    "llm": ("llm", "llm-gemini", "llm-mistral", "llm-anthropic", "llm-cmd"),
}
"""Command -> the distributions it is installed with: itself and plugins people use."""

CLICK: Final = '''\
import click

@click.group()
@click.version_option("1")
def main():
    """A bare click command with as many commands."""

{commands}
main()
'''

MANIFEST: Final = """\
manifest_version = 1
host_api = ">=1.0,<2"
region_uses = ["name"]

[app]
id = "{app_id}"
title = {{ id = "Aplikasi {number}", en = "App {number}" }}
summary = {{ id = "Sebuah aplikasi", en = "An app" }}
category = "public-service"
status = "stable"

[origin]
contacts = [{{ name = "Team", email = "apps@example.org" }}]

[terms]
agreement_required = false

[localisation]
complete = ["id", "en"]
"""


class Case(NamedTuple):
    """One command to measure."""

    label: str
    command: Sequence[str]
    environment: Mapping[str, str]


def main() -> int:
    """Measure, print the table, say whether the claim held."""
    parser = argparse.ArgumentParser(description="Processor time of the first line of output.")
    parser.add_argument("--runs", type=int, default=21, metavar="N", help="runs of each command (default 21)")
    parser.add_argument("--without-peers", action="store_true", help="do not install datasette and llm")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="smartcity-bench-") as name:
        folder = Path(name)
        measured = measure(own_cases(folder) + ([] if options.without_peers else peer_cases(folder)), options.runs)
    click = measured["bare click, --help"]
    print(f"\n{'':<44}{'CPU ms':>8}{'x bare click':>14}")
    for label, milliseconds in measured.items():
        print(f"{label:<44}{milliseconds:>8.1f}{milliseconds / click:>14.2f}")
    none, many = measured["smartcity --help, 0 apps"], measured[f"smartcity --help, {APPS} apps"]
    light = max(none, many) <= LIMIT * click
    flat = many <= FLAT * none
    print(f"\nat most {LIMIT} x bare click: {'held' if light else 'NOT held'} ({max(none, many) / click:.2f})")
    print(f"flat in the number of apps: {'held' if flat else 'NOT held'} ({many / none:.2f} x with {APPS} apps)")
    return 0 if light and flat else 1


def own_cases(folder: Path) -> list[Case]:
    """Return our commands and the bare ones beside them."""
    empty, full = folder / "no-apps", folder / "apps"
    empty.mkdir()
    write_apps(full, APPS)
    script = folder / "bare.py"
    script.write_text(CLICK.format(commands=click_commands()), encoding="utf-8")
    smartcity = shutil.which("smartcity", path=str(Path(sys.executable).parent))
    if smartcity is None:
        sys.exit("error: this interpreter has no smartcity command\nhint: run `./dev bench cold_start`")
    ours = [sys.executable, smartcity]
    count = "from smartcity_share.hooks.discover import discover; print(len(discover()))"
    return [
        Case("bare interpreter", [sys.executable, "-c", "pass"], {}),
        Case("bare click, --help", [sys.executable, str(script), "--help"], {}),
        Case("smartcity --help, 0 apps", [*ours, "--help"], {"PYTHONPATH": str(empty)}),
        Case(f"smartcity --help, {APPS} apps", [*ours, "--help"], {"PYTHONPATH": str(full)}),
        Case("smartcity --version", [*ours, "--version"], {"PYTHONPATH": str(empty)}),
        Case("discovery alone, 0 apps", [sys.executable, "-c", count], {"PYTHONPATH": str(empty)}),
        Case(f"discovery alone, {APPS} apps", [sys.executable, "-c", count], {"PYTHONPATH": str(full)}),
    ]


def click_commands() -> str:
    """Return the source of as many bare commands as `smartcity` has."""
    from smartcity_share.cli.main import COMMANDS

    return "\n".join(
        f"@main.command({name!r})\ndef command_{number}():\n    {summary!r}\n"
        for number, (name, (_, summary)) in enumerate(COMMANDS.items())
    )


def write_apps(site: Path, number: int) -> None:
    """Write what an installer leaves of apps: metadata and manifests, no code."""
    for index in range(number):
        app_id = f"bench-{index:02}"
        info = site / f"smartcity_{app_id.replace('-', '_')}-1.0.dist-info"
        (info / "extra_metadata").mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.4\nName: smartcity-{app_id}\nVersion: 1.0\n\n{'text ' * 400}\n")
        (info / "entry_points.txt").write_text(f"[smartcity_share.apps]\n{app_id} = smartcity_bench_{index}.plugin\n")
        (info / "extra_metadata" / "smartcity.toml").write_text(MANIFEST.format(app_id=app_id, number=index))


def peer_cases(folder: Path) -> list[Case]:
    """Install the peers one by one and return a case for each that could be."""
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if uv is None:
        print("no uv here: datasette and llm are not measured")
        return []
    cases = []
    for name, packages in PEERS.items():
        environment = folder / f"venv-{name}"
        bin_folder = environment / ("Scripts" if os.name == "nt" else "bin")
        python = bin_folder / "python"
        print(f"installing {', '.join(packages)}", flush=True)
        for command in (
            [uv, "venv", "-q", "--python", sys.executable, str(environment)],
            [uv, "pip", "install", "-q", "--compile-bytecode", "--python", str(python), *packages],
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
                print(f"{name} could not be installed and is not measured: {reason}")
                break
        else:
            label = f"{name} --help, {len(packages) - 1} plugins"
            cases.append(Case(label, [str(python), str(bin_folder / name), "--help"], {"HOME": str(folder)}))
    return cases


def measure(cases: Sequence[Case], runs: int) -> dict[str, float]:
    """Return the median of each case in milliseconds; one run before the others fills the caches and is not counted."""
    taken: dict[str, list[float]] = {case.label: [] for case in cases}
    for turn in range(runs + 1):
        for case in cases:
            milliseconds = child_milliseconds(case)
            if turn:
                taken[case.label].append(milliseconds)
    return {label: statistics.median(values) for label, values in taken.items()}


def child_milliseconds(case: Case) -> float:
    """Run a command and return the processor time of it and its children."""
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(case.command, env={**os.environ, **case.environment}, stdout=subprocess.DEVNULL, stderr=said)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            said.seek(0)
            text = said.read().decode(errors="replace")
            sys.exit(f"error: {' '.join(case.command)} ended with {child.returncode}:\n{text}")
    return (usage.ru_utime + usage.ru_stime) * 1000


if __name__ == "__main__":
    sys.exit(main())
