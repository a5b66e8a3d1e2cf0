"""Claim: a 1 GB installation is backed up, proven and restored on PostgreSQL in less than 200 MB of memory, and is equal.

100,000 complaints of five years with their histories, and photos of 90 kB, filled in bulk. Every command runs as a user runs
it, in a process of its own whose peak memory (VmHWM) is read at its end. The restored installation is compared once more here,
row for row through the tables of the app, and file for file. Where the disk is the same for everything, times say little.

    ./dev bench backup [--complaints N] [--photos N] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from complaints import NOW, complaints
from pyrage import x25519
from sqlalchemy import insert

from smartcity_complaints import model
from smartcity_share import Installation
from smartcity_share.install import Instance, install_app, local_actor, open_installation
from smartcity_share.install.answers import answers_from_file
from tests.postgresql import programs, running_server

REGION = "73.71"
MEMORY_MB = 200
PHOTO_BYTES = 90_000
ROOT = Path(__file__).parents[1]
_BATCH = 5_000
_CHILD = """
import sys
from smartcity_share.cli.main import execute
code = execute(sys.argv[1:])
high = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(high.split()[1], file=sys.stderr)
sys.exit(code)
"""


class Ran(NamedTuple):
    """What a command took."""

    what: str
    seconds: float
    megabytes: float


def main() -> int:
    """Fill, back up, prove, restore, compare; print the table and whether the claim held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--complaints", type=int, default=100_000, metavar="N")
    parser.add_argument("--photos", type=int, default=11_000, metavar="N")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="work here, and leave everything")
    options = parser.parse_args()
    place = programs()
    if place is None:
        sys.exit("error: no PostgreSQL server here\nhint: apt-get install postgresql")
    with (
        tempfile.TemporaryDirectory(prefix="smartcity-bench-") as made,
        running_server(place, "128MB") as server,
        server.database() as url,
    ):
        folder = options.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        here = filled(folder / "here", options.complaints, options.photos)
        key = x25519.Identity.generate()
        (folder / "key").write_text(str(key))
        plain, secret = folder / "plain", folder / "secret.age"
        ran = [
            run("backup", here, "backup", "complaints", "-o", plain),
            run("backup, encrypted", here, "backup", "complaints", "-o", secret, "--encrypt-to", key.to_public()),
            run("proof", here, "backup", "--prove", plain),
            run("restore on PostgreSQL", here, "restore", plain, "--into", folder / "there", "--database", url),
            run("back on SQLite", folder / "there", "backup", "complaints", "-o", folder / "again"),
            run("restore on SQLite", here, "restore", folder / "again", "--into", folder / "back"),
        ]
        print(f"\nfile of {plain.stat().st_size / 1e6:,.0f} MB")
        for one in ran:
            print(f"{one.what:24}{one.seconds:8.1f} s {one.megabytes:8.0f} MB")
        first, *others = (digests(place) for place in (here, folder / "there", folder / "back"))
        equal = all(other == first for other in others)
    rows = sum(count for name, (count, _) in first.items() if name != "files")
    print(f"{rows:,} rows and {first['files'][0]:,} files compared: {'equal' if equal else 'NOT equal'}")
    low = all(one.megabytes < MEMORY_MB for one in ran)
    print(f"claim (less than {MEMORY_MB} MB, equal): {'held' if low and equal else 'MISSED'}")
    return 0 if low and equal else 1


def run(what: str, instance: Path, *words: object) -> Ran:
    """Run a command as a user does."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, *map(str, words)],
        env={**os.environ, "SMARTCITY_INSTANCE": str(instance)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"error: {what} ended with\n{done.stdout}{done.stderr}")
    took = Ran(what, time.perf_counter() - began, int(done.stderr.splitlines()[-1]) / 1024)
    print(f"{what}: {took.seconds:.1f} s, {took.megabytes:.0f} MB", flush=True)
    return took


def filled(folder: Path, count: int, photos: int) -> Path:
    """Make an instance with one installation, filled in bulk; one that is there is used again."""
    if (folder / "instance.toml").exists():
        return folder
    began = time.perf_counter()
    instance = Instance.create(folder, [REGION], {REGION: ROOT / "examples" / "regions" / REGION}, now=lambda: NOW)
    answers = answers_from_file(ROOT / "examples" / "demo" / REGION / "answers-complaints.toml")
    install_app(instance, REGION, answers=answers, app="complaints", actor=local_actor("Benchmark"))
    installation = open_installation(instance, REGION, "complaints")
    fill(installation, count, photos)
    home = instance.layout.files(REGION, "complaints") / "photos"
    chance = random.Random(2)  # noqa: S311 - data
    for number in range(photos):
        path = home / f"{number:026}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(chance.randbytes(PHOTO_BYTES))
    instance.close()
    print(f"filled in {time.perf_counter() - began:.0f} s", flush=True)
    return folder


def fill(installation: Installation, count: int, photos: int) -> None:
    """Write the rows."""
    rows = complaints(installation, count)
    chance = random.Random(3)  # noqa: S311 - data
    with installation.database.begin() as connection:
        while batch := list(islice(rows, _BATCH)):
            connection.execute(insert(model.report), [row["report"] for row in batch])
            connection.execute(insert(model.history), [event for row in batch for event in row["events"]])
            connection.execute(insert(model.reporter), [row["reporter"] for row in batch if row["reporter"]])
            if given := [row["forwarding"] for row in batch if row["forwarding"]]:
                connection.execute(insert(model.forwarding), given)
        pictures = [
            {
                "id": f"{number:026}", "report_id": 1 + number % count, "sequence": 1 + number // count, "author": "reporter",
                "width": 1280, "height": 960, "size": PHOTO_BYTES, "sha256": f"{chance.getrandbits(256):064x}", "added_at": NOW,
            }
            for number in range(photos)
        ]  # fmt: skip
        connection.execute(insert(model.photo), pictures)


def digests(folder: Path) -> dict[str, tuple[int, str]]:
    """Return of each table the number and the digest of its rows as the app reads them, and the same of the files."""
    asked = subprocess.run([sys.executable, __file__, "--digests", folder], capture_output=True, text=True, check=True)
    return {name: (count, digest) for name, (count, digest) in json.loads(asked.stdout).items()}


def print_digests(folder: Path) -> None:
    """Print what :func:`digests` returns."""
    instance = Instance.open(folder)
    installation = open_installation(instance, REGION, "complaints")
    found: dict[str, tuple[int, str]] = {}
    for name, table in model.metadata.tables.items():
        with installation.database.engine.connect().execution_options(yield_per=1000) as connection:
            found[name] = summed(repr(tuple(row)).encode() for row in connection.execute(table.select()))
    home = instance.layout.files(REGION, "complaints")
    found["files"] = summed(f"{name} ".encode() + (home / name).read_bytes() for name in installation.files.names())
    print(json.dumps(found))
    instance.close()


def summed(parts: Iterator[bytes]) -> tuple[int, str]:
    """Return how many there are, and a digest that does not depend on their order."""
    count, total = 0, 0
    for part in parts:
        count += 1
        total += int.from_bytes(hashlib.sha256(part).digest())
    return count, f"{total:x}"


def started() -> Any:
    """Answer the process that asks for digests, or measure."""
    if sys.argv[1:2] == ["--digests"]:
        print_digests(Path(sys.argv[2]))
        return 0
    return main()


if __name__ == "__main__":
    sys.exit(started())
