"""Claim: a rollout through the real operations, with journal, kept state and health probe, takes at most 0.25 s a region.

The fleet of `fleet.py` (one app of 20 tables and 10 migrations, then 12), made by `install_app` and upgraded by `smartcity
rollout` as an operator types it, on SQLite and on PostgreSQL without fsync. One region is poisoned: it has a column already
that the upgrade adds. All others must come out done, and it must be named, in quarantine, and answer on its old version.

    ./dev bench rollout --regions 500
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import text

from benchmarks.fleet import AFTER, BEFORE, FIRST, NEXT, POISONED, TABLES, must
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import Instance, install_app, open_installation
from smartcity_share.regions.table import all_regions
from tests.apps.factory import AppFactory
from tests.postgresql import programs, running_server

CLAIM = 0.25
PLUGIN = f"""
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select
from smartcity_share import DatabaseSchema, Health, hookimpl
metadata = MetaData()
tables = [
    Table(f"t{{n}}", metadata, Column("id", Integer, primary_key=True), Column("name", String(80), index=True))
    for n in range({TABLES})
]

@hookimpl
def database_schema():
    return DatabaseSchema(metadata, "smartcity_bench_rollout:migrations")

@hookimpl
def provision(installation):
    with installation.database.begin() as connection:
        connection.execute(insert(tables[0]), [{{"name": str(n)}} for n in range(20)])

@hookimpl
def check_health(installation):
    with installation.database.engine.connect() as connection:
        connection.execute(select(tables[0])).all()
    return Health()
"""


def wheel(factory: AppFactory, version: str, migrations: int) -> Path:
    """Build one version of the app."""
    files = {"migrations/versions/0001_m.py": FIRST}
    for number in range(2, migrations + 1):
        files[f"migrations/versions/{number:04}_m.py"] = NEXT.format(number=number, before=number - 1)
    manifest = {"needs": {"database": True}}
    return factory.wheel(
        "fleet", plugin=PLUGIN, manifest=manifest, version=version, package="smartcity_bench_rollout", files=files
    )


def install_all(folder: Path, app: Path) -> float:
    """Install the old version in every region, poison one, and return the seconds the installs took."""
    instance, actor = Instance.open(folder), Actor(name="benchmark")
    began = time.perf_counter()
    for region in instance.region_codes:
        install_app(instance, region, app, {}, actor=actor)
    seconds = time.perf_counter() - began
    with instance.data(instance.region_codes[POISONED], "fleet").database.begin() as connection:
        connection.execute(text("ALTER TABLE t11 ADD COLUMN c11 integer"))
    instance.close()
    return seconds


def look(folder: Path) -> dict[str, Any]:
    """Return the versions of a fleet, what is in quarantine, and whether the poisoned region answers."""
    from smartcity_share.install.rollouts.store import RolloutStore

    instance = Instance.open(folder)
    poisoned = instance.region_codes[POISONED]
    health = instance.registry_for(poisoned, "fleet").check_health("fleet", open_installation(instance, poisoned, "fleet"))
    found = {
        "new": sum(record.version == "2.0.0" for record in instance.ledger.installations(app="fleet")),
        "held": [(one.region, one.fault) for one in RolloutStore(instance.storage.jobs).quarantine()],
        "poisoned": poisoned,
        "health": str(health.state),
    }
    instance.close()
    return found


def child(stage: str, *arguments: Path) -> Any:
    """Run one of the functions above in a process of its own: a process imports one version of an app."""
    done = subprocess.run([sys.executable, __file__, "--stage", stage, *arguments], check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def smartcity(*arguments: object, folder: Path) -> tuple[str, float]:
    """Run a command of an operator; return what it printed, and its seconds."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "smartcity_share", *map(str, arguments), "--instance", folder, "--json"]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
    must(done.returncode in {0, 1}, f"`smartcity {arguments[0]} {arguments[1]}` works")
    return done.stdout, time.perf_counter() - began


def measure(folder: Path, database: str, count: int, old: Path, new: Path) -> SimpleNamespace:
    """Install and roll out on one engine."""
    codes = [region.code for region in all_regions()][:count]
    Instance.create(folder, codes, database=database).close()
    installed = child("install", folder, old)
    begun = json.loads(smartcity("rollout", "begin", "--from", new, "--share", 100, "--yes", folder=folder)[0])
    seconds = 0.0
    while True:
        out, took = smartcity("rollout", "run", begun["id"], folder=folder)
        seconds += took
        if not json.loads(out.splitlines()[-1])["next_command"]:
            break
        smartcity("rollout", "approve", begun["id"], folder=folder)
    found = child("look", folder)
    must(found["new"] == count - 1, f"all others are done: {found}")
    must([region for region, _ in found["held"]] == [found["poisoned"]], "the poisoned region alone is in quarantine")
    must(found["health"] == "ok", "the poisoned region works on its old version")
    return SimpleNamespace(install=installed, rollout=seconds, done=found["new"], fault=found["held"][0][1])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Roll an upgrade out over a fleet, one region poisoned.")
    parser.add_argument("--regions", type=int, default=500)
    parser.add_argument("--stage", nargs="+", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.stage:
        stage, *places = chosen.stage
        print(json.dumps({"install": install_all, "look": look}[stage](*map(Path, places))))
        return
    place = programs() or sys.exit("error: no PostgreSQL server here")
    count = chosen.regions
    print(f"{'':12}{'regions':>8}{'install':>22}{'rollout':>22}  poisoned: done")
    with tempfile.TemporaryDirectory() as made, running_server(place, "128MB") as server, server.database() as url:
        folder = Path(made)
        factory = AppFactory(folder / "apps")
        old, new = wheel(factory, "1.0.0", BEFORE), wheel(factory, "2.0.0", AFTER)
        for name, database in (("SQLite", "sqlite"), ("PostgreSQL", url)):
            found = measure(folder / name, database, count, old, new)
            cells = [f"{seconds:.1f} s, {seconds / count:.3f} each" for seconds in (found.install, found.rollout)]
            claim = "holds" if found.rollout / count <= CLAIM else "MISSED"
            print(f"{name:12}{count:>8}{cells[0]:>22}{cells[1]:>22}  {found.done} of {count}, {found.fault[:60]}")
            print(f"{'':12}claim of {CLAIM} s a region {claim}", flush=True)


if __name__ == "__main__":
    main()
