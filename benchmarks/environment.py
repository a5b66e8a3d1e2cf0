"""Claim: an environment with what an app needs is there 8 times faster than by ``python -m venv`` and ``pip install``.

Two questions, from local wheels alone, in one run, cold and warm:

* *A new environment*: a folder with the whole closure of the complaints app, made as an instance makes environments, with uv
  and with no uv on the path, against a new ``venv`` into which pip installs the same wheels.
* *What an instance does*: install the complaints app, with journal, database, import of the app and its health probe, in a
  process of its own and, for the next region, in a process that goes on. The peer is the same: code alone.

The claim is about pip as it comes, which compiles byte code; nothing here does, so the first start of an app pays for that. So
it is measured against pip that is told to compile none as well. Every program keeps its own byte code, as where it is
installed.

Cold: nothing was kept or cached. Warm: the wheels are kept in the instance, pip has filled its cache. Each is done several
times in turns; the medians are printed. Everything lies in memory, where there is a file system for it. The time on the clock,
which is claimed, and that of the processor are printed: on a machine that is shared the second is the one that travels, and it
counts both cores that uv uses.

    ./dev bench environment [--rounds N]
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import attrs

from tests.postgresql import memory_folder

ROOT = Path(__file__).resolve().parents[1]
PROFILES = ROOT / "examples" / "regions"
REGIONS = ("71.08", "73.71")
CLAIM = 8
STATES = ("cold", "warm")
PEERS: dict[str, list[str]] = {"pip": [], "pip that compiles nothing": ["--no-compile"]}
"""Options of pip, by what the table calls it; the claim is about the first."""
INSTALL = """
import os, sys, time
from pathlib import Path
from smartcity_share.install import Instance, install_app, local_actor
instance = Instance.open(Path(sys.argv[1]))
for region in sys.argv[3:]:
    clock, processor = time.monotonic(), sum(os.times()[:4])
    install_app(instance, region, Path(sys.argv[2]), actor=local_actor())
    print(time.monotonic() - clock, sum(os.times()[:4]) - processor)
"""
INIT = """
import sys
from pathlib import Path
from smartcity_share.install import Instance
Instance.create(Path(sys.argv[1]), sys.argv[3:], {code: Path(sys.argv[2]) / code for code in sys.argv[3:]})
"""
BUILD = """
import sys
from pathlib import Path
from smartcity_share.install.environments.build import build_environment
from smartcity_share.install.environments.locked import LockedPackage, environment_name
from smartcity_share.install.environments.place import EnvironmentSet
from smartcity_share.install.environments.store import PackageStore
folder, lock = Path(sys.argv[1]), Path(sys.argv[2])
packages = [LockedPackage(*line.split()) for line in lock.read_text().splitlines()]
store = PackageStore(folder / "packages")
store.keep(packages)
scratch = folder / "scratch"
scratch.mkdir()
build_environment(EnvironmentSet(folder / "environments" / "main"), environment_name(packages), packages, store, scratch)
"""


@attrs.frozen
class Taken:
    """What something took.

    Attributes:
        clock: Seconds on the clock.
        processor: Seconds of processor time, that of every child process included.
    """

    clock: float
    processor: float


Samples = dict[tuple[str, str], list[Taken]]
"""What was measured, by what it is and by state."""


def taken(action: Callable[[], object]) -> Taken:
    """Return what the child processes of an action take."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    action()
    clock, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Taken(clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def run(*words: str | Path, path: str | None = None) -> str:
    """Run a command and return what it prints; shown only where it fails.

    Args:
        words: The command.
        path: Where it looks for programs; None for where this process does.
    """
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env |= {} if path is None else {"PATH": path}
    done = subprocess.run([str(word) for word in words], check=False, capture_output=True, text=True, env=env)
    if done.returncode:
        sys.exit(f"error: {' '.join(str(word) for word in words)}\n{done.stdout}{done.stderr}")
    return done.stdout


def closure(folder: Path, uv: str) -> tuple[Path, list[Path]]:
    """Build the wheels of the library and of the app, and fetch what they need; return that of the app and all of them."""
    for project in (ROOT, ROOT / "plugins" / "complaints"):
        run(uv, "build", "-q", "--wheel", "--out-dir", folder, project)
    app = next(folder.glob("smartcity_complaints-*.whl"))
    from smartcity_share.install.environments.tools import find_pip

    pip = find_pip() or sys.exit("error: no pip here\nhint: python -m ensurepip")
    run(*pip.command, "download", "-q", "--only-binary", ":all:", "--find-links", folder, "--dest", folder, app)
    return app, sorted(folder.glob("*.whl"))


def locked(wheels: list[Path], lock: Path) -> Path:
    """Write what an environment consists of, for :data:`BUILD`."""
    from packaging.utils import parse_wheel_filename

    from smartcity_share.install.code_store import file_digest

    rows = [(*parse_wheel_filename(one.name)[:2], file_digest(one), one.name, one.as_uri()) for one in wheels]
    lock.write_text("".join(" ".join(str(part) for part in row) + "\n" for row in rows), encoding="utf-8")
    return lock


@attrs.frozen
class Bench:
    """Everything that is measured, in one folder.

    Attributes:
        folder: The folder.
        app: The wheel of the app.
        lock: What :func:`locked` wrote.
        host: An environment with smartcity alone: what the app needs beyond it is not there.
        uv: uv.
    """

    folder: Path
    app: Path
    lock: Path
    host: Path
    uv: str

    @property
    def host_python(self) -> Path:
        """The Python of the host."""
        return self.host / "bin" / "python"

    def make_host(self, library: Path) -> None:
        """Install smartcity, and let it keep its byte code, as on a machine where it has run before."""
        run(self.uv, "venv", "-q", "--python", sys.executable, self.host)
        found = ("--no-index", "--find-links", library.parent)
        run(self.uv, "pip", "install", "-q", "--compile-bytecode", "--python", self.host_python, *found, library)

    def forget(self) -> None:
        """Remove what an earlier turn kept or cached."""
        for pattern in ("ours", "without-uv", "instance-*", *(f"{peer}-*" for peer in PEERS)):
            for left in self.folder.glob(pattern):
                shutil.rmtree(left)

    def pip_installs(self, peer: str, state: str) -> Taken:
        """Take the time of ``python -m venv`` and ``pip install``, with the options of a peer."""
        place = self.folder / f"{peer}-{state}"
        options = ["--no-index", "--find-links", self.app.parent, "--only-binary", ":all:", *PEERS[peer]]
        cache = ["--cache-dir", self.folder / f"{peer}-cache"]

        def act() -> None:
            run(sys.executable, "-m", "venv", place)
            run(place / "bin" / "python", "-m", "pip", "--isolated", "install", "-q", *options, *cache, self.app)

        return taken(act)

    def we_build(self, name: str, path: str | None = None) -> Taken:
        """Take the time of an environment as an instance makes it; what is kept of an earlier call is used again."""
        place = self.folder / name
        for left in ("scratch", "environments"):
            shutil.rmtree(place / left, ignore_errors=True)
        place.mkdir(exist_ok=True)
        return taken(lambda: run(self.host_python, "-c", BUILD, place, self.lock, path=path))

    def instance_installs(self, *, kept: bool) -> tuple[Taken, Taken]:
        """Take the time of an install in a process of its own, and of one in the next region by a process that goes on.

        Args:
            kept: Whether the instance has the wheels already: those of the call before, without them.
        """
        found = []
        for regions in (REGIONS[:1], REGIONS):
            place = self.folder / f"instance-{kept}-{len(regions)}"
            run(self.host_python, "-c", INIT, place, PROFILES, *REGIONS)
            if kept:
                shutil.copytree(self.folder / f"instance-{False}-{len(regions)}" / "packages", place / "packages")
            said: list[str] = []
            whole = taken(lambda: said.append(run(self.host_python, "-c", INSTALL, place, self.app, *regions)))  # noqa: B023
            clock, processor = said[0].splitlines()[-1].split()
            found.append(whole if len(regions) == 1 else Taken(float(clock), float(processor)))
        return found[0], found[1]


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=3)
    rounds = options.parse_args().rounds
    uv = shutil.which("uv") or sys.exit("error: no uv here\nhint: run it with ./dev bench environment")
    with tempfile.TemporaryDirectory(dir=memory_folder()) as made:
        folder = Path(made)
        (folder / "dist").mkdir()
        app, wheels = closure(folder / "dist", uv)
        print(f"{len(wheels)} wheels, {sum(one.stat().st_size for one in wheels) / 1e6:.0f} MB")
        bench = Bench(folder, app, locked(wheels, folder / "lock"), folder / "host", uv)
        bench.make_host(next(one for one in wheels if one.name.startswith("smartcity_share-")))
        samples: Samples = {}
        for _ in range(rounds):
            bench.forget()
            for state in STATES:
                samples.setdefault(("ours", state), []).append(bench.we_build("ours"))
                samples.setdefault(("without", state), []).append(bench.we_build("without-uv", path=os.defpath))
                for peer in PEERS:
                    samples.setdefault((peer, state), []).append(bench.pip_installs(peer, state))
                first, following = bench.instance_installs(kept=state == "warm")
                samples.setdefault(("instance", state), []).append(first)
                samples.setdefault(("next", state), []).append(following)
    print_table("a new environment", "ours", samples, claim=True)
    print_table("the same where there is no uv", "without", samples)
    print_table("an instance installs the app", "instance", samples)
    print_table("and in the next region, in the same process", "next", samples)


def median(found: list[Taken]) -> Taken:
    """Return what something takes in the middle, clock and processor each by itself."""
    return Taken(statistics.median(one.clock for one in found), statistics.median(one.processor for one in found))


def print_table(title: str, name: str, samples: Samples, *, claim: bool = False) -> None:
    """Print one comparison and whether the claim held."""
    print(f"\n{title}")
    for state in STATES:
        mine = median(samples[name, state])
        print(f"  {state}: {mine.clock:.2f} s, processor {mine.processor:.2f} s")
        for peer, options in PEERS.items():
            theirs = median(samples[peer, state])
            clock, processor = theirs.clock / mine.clock, theirs.processor / mine.processor
            told = f"venv and {peer} {theirs.clock:.2f} s, processor {theirs.processor:.2f} s"
            told += f": {clock:.1f} times, processor {processor:.1f} times"
            if claim and not options:
                told += f" (claim: {CLAIM} on the clock{'' if clock >= CLAIM else ', MISSED'})"
            print(f"    {told}")


if __name__ == "__main__":
    main()
