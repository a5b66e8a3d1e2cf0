"""Claim: a fleet is made, looked at and upgraded many times faster than by django-tenants; one poisoned region stops no other.

Regions with one app of 20 tables and 10 migrations, then 12; ours on SQLite and on PostgreSQL, django-tenants on the same
PostgreSQL, in one run. Ours is the storage alone: `install_app` adds its journal to it. django-tenants is installed into an
environment of its own; --peer gives it fewer tenants, and ratios are per tenant. All data lie in memory, where there is a file
system for it, and the server runs without fsync: nobody waits for a disk. Every figure is the time of the calls alone,
without starting a process: everything is imported, and the server has used its memory once, before the clock starts.

    ./dev bench fleet [--tenants N] [--peer N]
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import Column, Integer, MetaData, String, Table, select, text

from smartcity_share import DatabaseSchema
from smartcity_share.errors import MigrationError
from smartcity_share.install.layout import Layout
from smartcity_share.install.records import InstallationRecord, InstallationState
from smartcity_share.install.storage.database_url import parsed_url
from smartcity_share.install.storage.port import Storage
from smartcity_share.install.storage.postgres_storage import PostgresStorage
from smartcity_share.install.storage.sqlite_storage import SqliteStorage
from tests.postgresql import memory_folder, programs, running_server

TABLES = 20
BEFORE, AFTER = 10, 12
POISONED = 3
REHEARSED = 60
NOW = datetime(2026, 3, 2, tzinfo=UTC)

FIRST = f"""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0001", None
def upgrade():
    for number in range({TABLES}):
        op.create_table(f"t{{number}}", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(80)))
        op.create_index(f"ix_t{{number}}", f"t{{number}}", ["name"])
"""
NEXT = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "{number:04}", "{before:04}"
def upgrade():
    op.add_column("t{number}", sa.Column("c{number}", sa.Integer))
"""

DJANGO_FIRST = f"""
from django.db import migrations, models
class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(name=f"T{{n}}", fields=[
            ("id", models.BigAutoField(primary_key=True)), ("name", models.CharField(max_length=80, null=True, db_index=True))])
        for n in range({TABLES})
    ]
"""
DJANGO_NEXT = """
from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = [("fleet", "{before:04}_m")]
    operations = [migrations.AddField(model_name="t{number}", name="c{number}", field=models.IntegerField(null=True))]
"""
DJANGO_MODELS = f"""
from django.db import models
for _n in range({TABLES}):
    _fields = {{"__module__": __name__, "id": models.BigAutoField(primary_key=True),
               "name": models.CharField(max_length=80, null=True, db_index=True)}}
    if 2 <= _n <= {AFTER}:
        _fields[f"c{{_n}}"] = models.IntegerField(null=True)
    globals()[f"T{{_n}}"] = type(f"T{{_n}}", (models.Model,), _fields)
"""
DJANGO_CUSTOMERS = """
from django.db import models
from django_tenants.models import DomainMixin, TenantMixin
class Client(TenantMixin):
    auto_create_schema = True
class Domain(DomainMixin):
    pass
"""
DJANGO_DRIVE = """
import io, json, sys, time
from pathlib import Path
from django.conf import settings
from django.db import connection
from sqlalchemy.engine import make_url
url, count, here = make_url(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
later, poisoned = json.loads(sys.argv[4]), int(sys.argv[5])
shared = ["django_tenants", "django.contrib.contenttypes", "customers"]
settings.configure(
    DATABASES={"default": {"ENGINE": "django_tenants.postgresql_backend", "NAME": url.database, "USER": url.username,
        "PASSWORD": url.password, "HOST": url.host, "PORT": url.port}},
    DATABASE_ROUTERS=["django_tenants.routers.TenantSyncRouter"],
    SHARED_APPS=shared, TENANT_APPS=["fleet"], INSTALLED_APPS=[*shared, "fleet"],
    TENANT_MODEL="customers.Client", TENANT_DOMAIN_MODEL="customers.Domain",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", USE_TZ=True, SECRET_KEY="x")
import django
django.setup()
from django.core.management import call_command
from customers.models import Client
def migrate():
    began = time.perf_counter()
    try:
        call_command("migrate_schemas", verbosity=0, stdout=io.StringIO(), tenant=True)
        fault = ""
    except Exception as error:
        fault = type(error).__name__
    return time.perf_counter() - began, fault
call_command("makemigrations", "customers", verbosity=0)
call_command("migrate_schemas", shared=True, verbosity=0)
began = time.perf_counter()
for number in range(count):
    Client(schema_name=f"t{number:04}").save(verbosity=0)
found = {"create": time.perf_counter() - began, "noop": migrate()[0]}
with connection.cursor() as cursor:
    cursor.execute(f'ALTER TABLE "t{poisoned:04}".fleet_t11 ADD COLUMN c11 integer')
for name, content in later.items():
    (here / "fleet" / "migrations" / name).write_text(content)
import importlib; importlib.invalidate_caches()
_, found["fault"] = migrate()
def done():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM information_schema.columns WHERE column_name = 'c12' AND table_name = 'fleet_t12'")
        return cursor.fetchone()[0]
found["poisoned_done"] = done()
with connection.cursor() as cursor:
    cursor.execute(f'ALTER TABLE "t{poisoned:04}".fleet_t11 DROP COLUMN c11')
left = count - found["poisoned_done"]
found["upgrade"] = migrate()[0] / max(left, 1) * count
assert done() == count
print(json.dumps(found))
"""


def must(holds: bool, told: str) -> None:
    """End where what was measured did not do its work."""
    if not holds:
        sys.exit(f"error: it does not hold that {told}")


def timed(call: Callable[[], object]) -> float:
    """Return how long a call takes, in seconds."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def make_app(folder: Path) -> tuple[DatabaseSchema, Path]:
    """Write the package of migrations up to the old version."""
    versions = folder / "smartcity_bench_fleet" / "migrations" / "versions"
    versions.mkdir(parents=True)
    (folder / "smartcity_bench_fleet" / "__init__.py").touch()
    (versions / "0001_m.py").write_text(FIRST)
    for number in range(2, BEFORE + 1):
        (versions / f"{number:04}_m.py").write_text(NEXT.format(number=number, before=number - 1))
    sys.path.insert(0, str(folder))
    metadata = MetaData()
    for number in range(TABLES):
        Table(f"t{number}", metadata, Column("id", Integer, primary_key=True), Column("name", String(80), index=True))
    return DatabaseSchema(metadata, "smartcity_bench_fleet:migrations"), versions


def ours(storage: Storage, schema: DatabaseSchema, versions: Path, folder: Path, count: int) -> SimpleNamespace:
    """Measure one engine."""
    storage.create()
    stores = [storage.data(f"{number:04}", "fleet") for number in range(count)]
    template = folder / f"fleet-1{storage.template_suffix}"

    def create() -> None:
        storage.make_template(template, schema, 1)
        for store in stores:
            store.create(template)

    found = SimpleNamespace(create=timed(create))
    for number in range(count):
        storage.ledger.put_installation(
            InstallationRecord(f"{number:04}", "fleet", "1", "fleet", 1, InstallationState.ACTIVE, "", None, None, NOW, NOW)
        )

    def look() -> None:
        must(len(storage.ledger.installations(app="fleet")) == count, "the ledger knows every installation")

    look()
    found.noop = min(timed(look) for _ in range(5))
    for number in range(BEFORE + 1, AFTER + 1):
        (versions / f"{number:04}_m.py").write_text(NEXT.format(number=number, before=number - 1))
    with stores[POISONED].database.begin() as connection:
        connection.execute(text("ALTER TABLE t11 ADD COLUMN c11 integer"))
    faults: dict[int, str] = {}

    def upgrade() -> None:
        script = storage.render(schema, frozenset({f"{BEFORE:04}"}))
        for number, store in enumerate(stores):
            try:
                store.migrate(script, 1)
            except MigrationError as error:
                faults[number] = str(error).splitlines()[0]

    found.upgrade = timed(upgrade)
    done = [number for number, store in enumerate(stores) if store.revisions() == {f"{AFTER:04}"}]
    must(list(faults) == [POISONED], f"only the poisoned region fails: {faults}")
    must(len(done) == count - 1, "all others are done")
    with stores[POISONED].database.engine.connect() as connection:
        connection.execute(select(schema.metadata.tables["t11"])).all()
    found.done, found.fault = len(done), faults[POISONED]
    for number in range(BEFORE + 1, AFTER + 1):
        (versions / f"{number:04}_m.py").unlink()
    storage.close()
    return found


def peer(url: str, folder: Path, count: int) -> SimpleNamespace:
    """Measure django-tenants in an environment of its own."""
    uv = shutil.which("uv") or sys.exit("error: no uv here\nhint: run it with ./dev bench fleet")
    subprocess.run([uv, "venv", "-q", folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    wanted = ["django>=5.2,<5.3", "django-tenants==4.0.1", "psycopg[binary]", "sqlalchemy"]
    subprocess.run([uv, "pip", "install", "-q", "--python", python, *wanted], check=True)
    for app, models in (("customers", DJANGO_CUSTOMERS), ("fleet", DJANGO_MODELS)):
        (folder / app / "migrations").mkdir(parents=True)
        (folder / app / "__init__.py").touch()
        (folder / app / "migrations" / "__init__.py").touch()
        (folder / app / "models.py").write_text(models)
    texts = {f"{number:04}_m.py": DJANGO_NEXT.format(number=number, before=number - 1) for number in range(2, AFTER + 1)}
    texts["0001_m.py"] = DJANGO_FIRST
    later = {f"{number:04}_m.py" for number in range(BEFORE + 1, AFTER + 1)}
    for name in texts.keys() - later:
        (folder / "fleet" / "migrations" / name).write_text(texts[name])
    (folder / "drive.py").write_text(DJANGO_DRIVE)
    given = [url, str(count), str(folder), json.dumps({name: texts[name] for name in later}), str(POISONED)]
    asked = subprocess.run([python, "drive.py", *given], cwd=folder, check=False, capture_output=True, text=True)
    if asked.returncode:
        sys.exit(f"error: django-tenants ended with\n{asked.stderr}")
    return SimpleNamespace(**json.loads(asked.stdout.splitlines()[-1]))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tenants", type=int, default=500)
    parser.add_argument("--peer", type=int, default=500, help="tenants of django-tenants")
    chosen = parser.parse_args()
    place = programs()
    if place is None:
        sys.exit("error: no PostgreSQL server here\nhint: apt-get install postgresql")
    with tempfile.TemporaryDirectory(dir=memory_folder()) as made, running_server(place, "128MB") as server:
        folder = Path(made)
        schema, versions = make_app(folder / "app")
        layout = Layout(folder / "instance")
        layout.folder.mkdir()
        with server.database() as url, server.database() as other, server.database() as rehearsal:
            count = chosen.tenants
            stage = folder / "rehearsal"
            stage.mkdir()
            ours(SqliteStorage(Layout(stage)), schema, versions, stage, REHEARSED)
            ours(PostgresStorage(parsed_url(rehearsal)), schema, versions, stage, REHEARSED)
            sqlite, postgres = SqliteStorage(layout), PostgresStorage(parsed_url(url))
            results = {
                "ours, SQLite": (count, ours(sqlite, schema, versions, folder, count)),
                "ours, PostgreSQL": (count, ours(postgres, schema, versions, folder, count)),
                "django-tenants": (chosen.peer, peer(other, folder / "peer", chosen.peer)),
            }
    count, base = results["django-tenants"]
    print(f"{'':18}{'tenants':>8}{'create':>20}{'nothing to do':>22}{'add two columns':>20}  poisoned: done")
    for name, (number, found) in results.items():
        cells = []
        for what in ("create", "noop", "upgrade"):
            ratio = (getattr(base, what) / count) / (getattr(found, what) / number)
            cells.append(f"{getattr(found, what):.3f} s ({ratio:,.0f}x)")
        done = getattr(found, "done", None) or base.poisoned_done
        print(f"{name:18}{number:>8}{cells[0]:>20}{cells[1]:>22}{cells[2]:>20}  {done} of {number}, {found.fault[:60]}")


if __name__ == "__main__":
    main()
