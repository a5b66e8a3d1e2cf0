"""Claim: what an app needs is there 8 times faster than with ``python -m venv`` and ``pip install``, cold and warm.

Two questions, from local wheels alone, in one run:

* *What an instance does*: install the complaints app in an instance, the journal and all, against a new ``venv`` into which
  pip installs the app with everything it needs, as a region does that has no instance.
* *Like for like*: a folder with the whole closure of the app, made as an instance makes environments, against the same
  ``venv`` and pip; and against uv with the options of the issue.

pip is told to compile no byte code, as ours does not.

Cold: nothing was kept or cached. Warm: the wheels are kept in the instance, pip and uv have filled their caches. The time on
the clock and that of the processor are printed: on a machine that is shared, the second is the one that travels.

    ./dev bench environment
"""

from __future__ import annotations

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import attrs

ROOT = Path(__file__).resolve().parents[1]
PROFILE = ROOT / "examples" / "regions" / "71.08"
CLAIM = 8
INSTALL = """
import sys
from pathlib import Path
from smartcity_share.install import Instance, install_app, local_actor
instance = Instance.open(Path(sys.argv[1]))
install_app(instance, "71.08", Path(sys.argv[2]), actor=local_actor())
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
for package in packages:
    if not store.is_sound(package):
        store.fetch(package)
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


def taken(action: Callable[[], object]) -> Taken:
    """Return what the child processes of an action take."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    action()
    clock, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Taken(clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def run(*words: str | Path) -> None:
    """Run a command; what it prints is shown only where it fails."""
    done = subprocess.run([str(word) for word in words], check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"error: {' '.join(str(word) for word in words)}\n{done.stdout}{done.stderr}")


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
    """Write what an environment consists of, for :data:`BUILD` and for uv."""
    from packaging.utils import parse_wheel_filename

    from smartcity_share.install.code_store import file_digest

    rows = [(*parse_wheel_filename(one.name)[:2], file_digest(one), one.name, one.as_uri()) for one in wheels]
    lock.write_text("".join(" ".join(str(part) for part in row) + "\n" for row in rows), encoding="utf-8")
    hashed = "".join(f"{row[0]}=={row[1]} --hash=sha256:{row[2]}\n" for row in rows)
    lock.with_suffix(".requirements").write_text(hashed, encoding="utf-8")
    return lock


def main() -> None:
    """Measure and print."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    uv = shutil.which("uv") or sys.exit("error: no uv here\nhint: run it with ./dev bench environment")
    python = sys.executable
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "dist").mkdir()
        app, wheels = closure(folder / "dist", uv)
        lock = locked(wheels, folder / "lock")
        print(f"{len(wheels)} wheels, {sum(one.stat().st_size for one in wheels) / 1e6:.0f} MB")
        host = folder / "host"  # smartcity alone: what the app needs beyond it is not there
        library = next(one for one in wheels if one.name.startswith("smartcity_share-"))
        run(uv, "venv", "-q", "--python", python, host)
        run(
            uv,
            "pip",
            "install",
            "-q",
            "--python",
            host / "bin" / "python",
            "--no-index",
            "--find-links",
            folder / "dist",
            library,
        )

        def pip_installs(name: str) -> Taken:
            place, cache = folder / name, folder / "pip-cache"
            options = [
                "--no-index",
                "--find-links",
                folder / "dist",
                "--cache-dir",
                cache,
                "--only-binary",
                ":all:",
                "--no-compile",
            ]

            def act() -> None:
                run(python, "-m", "venv", place)
                run(place / "bin" / "python", "-m", "pip", "--isolated", "install", "-q", *options, app)

            return taken(act)

        def instance_installs(name: str) -> Taken:
            place = folder / name
            if not place.exists():
                run(host / "bin" / "smartcity", "init", place, "--region", "71.08", "--profile", PROFILE)
            return taken(lambda: run(host / "bin" / "python", "-c", INSTALL, place, app))

        def we_build(name: str) -> Taken:
            place = folder / name
            for left in ("scratch", "environments"):
                shutil.rmtree(place / left, ignore_errors=True)
            place.mkdir(exist_ok=True)
            return taken(lambda: run(host / "bin" / "python", "-c", BUILD, place, lock))

        def uv_installs(name: str, cache: str) -> Taken:
            options = ["--require-hashes", "--link-mode", "copy", "--only-binary", ":all:", "--no-index", "--no-deps"]
            options += ["--find-links", str(folder / "dist"), "--cache-dir", str(folder / cache), "--no-config"]
            wanted = ["-r", str(lock.with_suffix(".requirements"))]
            return taken(
                lambda: run(uv, "pip", "install", "-q", "--python", python, "--target", folder / name, *options, *wanted)
            )

        ours = {"cold": we_build("ours"), "warm": we_build("ours")}
        inside = {"cold": instance_installs("instance"), "warm": again(folder, host, instance_installs)}
        with_uv = {"cold": uv_installs("uv-cold", "uv-cache"), "warm": uv_installs("uv-warm", "uv-cache")}
        peer = {state: pip_installs(f"venv-{state}") for state in ("cold", "warm")}
    print_table("an instance installs the app", inside, peer, claim=True)
    print_table("an environment of the whole closure", ours, peer, claim=True)
    print_table("the same with uv pip install --link-mode copy", with_uv, peer, claim=False)


def again(folder: Path, host: Path, install: Callable[[str], Taken]) -> Taken:
    """Remove the app and the environments, keep the wheels, and install it once more."""
    python, place = host / "bin" / "python", folder / "instance"
    remove = (
        "import sys; from pathlib import Path; from smartcity_share.install import Instance, remove_app, local_actor\n"
        "instance = Instance.open(Path(sys.argv[1]))\n"
        "remove_app(instance, '71.08', 'complaints', export=None, without_export=True, actor=local_actor())"
    )
    run(python, "-c", remove, place)
    shutil.rmtree(place / "environments")
    return install("instance")


def print_table(title: str, found: dict[str, Taken], peer: dict[str, Taken], *, claim: bool) -> None:
    """Print one comparison and whether the claim held."""
    print(f"\n{title}")
    for state, mine in found.items():
        theirs = peer[state]
        clock, processor = theirs.clock / mine.clock, theirs.processor / mine.processor
        told = f"; {clock:.1f} times, processor {processor:.1f} times"
        if claim:
            told += f" (claim: {CLAIM}{'' if min(clock, processor) >= CLAIM else ', MISSED'})"
        print(
            f"  {state}: {mine.clock:.2f} s, processor {mine.processor:.2f} s; "
            f"venv and pip {theirs.clock:.2f} s, processor {theirs.processor:.2f} s{told}"
        )


if __name__ == "__main__":
    main()
