"""A project as an author has it, and pytest run in it as an author runs it."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import attrs
import pytest

from tests.apps.factory import AppFactory, AppProject

PLUGIN = '''\
"""An app with a setting, a table, a role and two pages."""

from __future__ import annotations

from sqlalchemy import Column, Integer, MetaData, String, Table
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.routing import Route

from smartcity_share import DatabaseSchema, Settings, hookimpl, setting
from smartcity_share.toolkit import actor_of, installation_of, language_of

metadata = MetaData()
tree = Table("tree", metadata, Column("id", Integer, primary_key=True), Column("name", String(80)))


class TreeSettings(Settings):
    kind: str = setting(title={"id": "Jenis", "en": "Kind"}, min_length=3)


def show(request):
    here = installation_of(request)
    words = here.region.wording(language_of(request), here.now().date())
    return PlainTextResponse(f"{words.head_title} {here.settings.kind} {actor_of(request).name}")


async def add(request):
    here = installation_of(request)
    name = (await request.form())["name"]
    def keep():
        with here.database.begin() as connection:
            connection.execute(tree.insert().values(name=name))
        here.audit.record(actor_of(request), "tree.planted", name)
    await run_in_threadpool(keep)
    return RedirectResponse(request.scope["root_path"] + "/", status_code=303)


def fail(request):
    raise RuntimeError("a fault of the app")


@hookimpl
def settings_model():
    return TreeSettings


@hookimpl
def database_schema():
    return DatabaseSchema(metadata)


@hookimpl
def provision(installation):
    with installation.database.begin() as connection:
        connection.execute(tree.insert().values(name="first"))
    installation.files.write("map.txt", b"a map")


@hookimpl
def asgi_app():
    return Starlette(
        routes=[Route("/", show), Route("/desk", show), Route("/fail", fail), Route("/add", add, methods=["POST"])]
    )
'''

MANIFEST = {
    "needs": {"database": True, "files": True},
    "region_uses": ["name", "offices"],
    "role": [{"id": "officer", "title": {"id": "Petugas", "en": "Officer"}, "permissions": ["desk.open"]}],
    "page": [
        {"path": "/", "access": "public", "menu": True, "title": {"id": "Pohon", "en": "Trees"}},
        {"path": "/desk", "access": "permission", "permission": "desk.open"},
    ],
}

CONFTEST = """\
from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def app_settings():
    return {"kind": "trembesi"}
"""


@attrs.frozen
class Author:
    """An author in a project folder.

    Attributes:
        project: The project.
    """

    project: AppProject

    def use(self, setting: str = 'smartcity_app = "."') -> Author:
        """Name the project in its pytest settings."""
        pyproject = self.project.folder / "pyproject.toml"
        text = f"""
[tool.pytest.ini_options]
addopts = ["--strict-config", "-p", "no:cacheprovider"]
filterwarnings = ["error"]
{setting}
"""
        pyproject.write_text(pyproject.read_text("utf-8") + text, "utf-8")
        return self

    def test(self, source: str, *options: str, conftest: str = CONFTEST) -> str:
        """Run pytest over some tests in a process of its own and return what it printed."""
        folder = self.project.folder / "tests"
        folder.mkdir(exist_ok=True)
        (folder / "conftest.py").write_text(conftest, "utf-8")
        (folder / "test_it.py").write_text(source.replace("PACKAGE", self.project.package), "utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:schemathesis", *options]
        environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        done = subprocess.run(command, cwd=self.project.folder, capture_output=True, text=True, check=False, env=environ)
        return done.stdout + done.stderr


def outcomes(printed: str) -> dict[str, int]:
    """Return how many tests passed, failed and so on, from the last line of pytest."""
    return {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|errors?)", printed)}


@pytest.fixture
def author(app_factory: AppFactory) -> Author:
    """An author whose app is installed nowhere."""
    return Author(app_factory.write("trees", plugin=PLUGIN, manifest=MANIFEST))
