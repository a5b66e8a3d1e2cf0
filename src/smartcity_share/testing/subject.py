"""The app a test is about: its manifest and code, taken from the project folder as it is being written."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import attrs

from smartcity_share.errors import AppNotFoundError
from smartcity_share.hooks.discover import discover
from smartcity_share.hooks.installation import Actor
from smartcity_share.hooks.registry import AppRegistry
from smartcity_share.hooks.settings import Settings
from smartcity_share.manifest.access import PageMatcher, permissions_of
from smartcity_share.manifest.find import from_project
from smartcity_share.testing.on_path import put_first, record

if TYPE_CHECKING:
    from smartcity_share.hooks.values import DatabaseSchema
    from smartcity_share.manifest.model import Manifest, Page


@attrs.frozen(slots=False, eq=False)
class AppUnderTest:
    """An app, loaded from its source; make it with :func:`app_under_test`.

    Attributes:
        project: The project folder.
        manifest: Its manifest.
        registry: What calls its hooks.
        workplace: A folder for what is made once per run: metadata, the database other databases are copied from.
    """

    project: Path
    manifest: Manifest
    registry: AppRegistry = attrs.field(repr=False)
    workplace: TemporaryDirectory[str] = attrs.field(repr=False)

    @property
    def id(self) -> str:
        """The id of the app."""
        return self.manifest.app.id

    @property
    def version(self) -> str:
        """The version of its distribution; ``0`` where the build works it out and it is not installed."""
        return self.registry.app(self.id).version

    def settings(self, values: Mapping[str, Any] | None = None) -> Settings:
        """Return its settings with these values, checked as an install checks them.

        Args:
            values: Value by key; anything left out has its default.

        Raises:
            pydantic.ValidationError: A value is wrong, or a required one is missing.
        """
        model = self.registry.settings_model(self.id) or Settings
        return model.model_validate(dict(values or {}))

    def official(self, role: str, *, office: str | None = None, name: str = "") -> Actor:
        """Return an official who holds a role.

        Args:
            role: Id of the role in the manifest.
            office: Id of the office of the region the official belongs to.
            name: Display name; made from the role if empty.

        Raises:
            KeyError: The manifest has no such role.
        """
        if role not in {one.id for one in self.manifest.roles}:
            raise KeyError(f"no [[role]] of {self.id} has the id {role!r}")
        return Actor(
            account=f"{role}-{office or 'all'}",
            name=name or f"Contoh {role}",
            roles=frozenset({role}),
            permissions=permissions_of(self.manifest, [role]),
            office=office,
        )

    def page(self, path: str, method: str = "GET") -> Page | None:
        """Return the ``[[page]]`` that decides who may send a request, None where none covers it.

        Args:
            path: Path below the app's address.
            method: HTTP method.
        """
        return self._pages.match(path, method)

    @cached_property
    def schema(self) -> DatabaseSchema | None:
        """Its tables; None for an app that stores nothing."""
        return self.registry.database_schema(self.id)

    @cached_property
    def _pages(self) -> PageMatcher:
        return PageMatcher(self.manifest.pages)


def app_under_test(project: Path) -> AppUnderTest:
    """Return the app of a project folder. Once per process: code is imported once.

    The app need not be installed: its source is put on the import path, with the metadata an editable install would have.

    Args:
        project: The folder with ``pyproject.toml``.

    Raises:
        ManifestError: The manifest has faults; all of them are in ``faults``.
        PackageError: The folder is no project.
        SmartCityError: Whatever keeps the app from being loaded.
    """
    return _app_under_test(Path(project).resolve())


@cache
def _app_under_test(project: Path) -> AppUnderTest:
    found = from_project(project)
    put_first(project)
    workplace = TemporaryDirectory(prefix="smartcity-testing-")
    app = found.manifest.app.id
    if not _is_installed(app, project):
        record(project, found.metadata, Path(workplace.name) / "metadata")
    registry = AppRegistry(discover())
    registry.app(app)
    return AppUnderTest(project, found.manifest, registry, workplace)


def _is_installed(app: str, project: Path) -> bool:
    """Whether the environment has the app from this very folder, as an editable install does."""
    try:
        home = discover().get(app).package_folder
    except AppNotFoundError:
        return False
    return home is not None and home.resolve().is_relative_to(project)
