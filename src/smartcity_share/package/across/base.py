"""What a rule across the parts of an app is handed, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

import attrs

from smartcity_share.documents.toml import Key
from smartcity_share.errors import Fault, Location
from smartcity_share.manifest.find import FoundManifest
from smartcity_share.manifest.metadata import APPS_GROUP, CONNECTORS_GROUP
from smartcity_share.manifest.model import Manifest
from smartcity_share.package.across.code import Code, Said
from smartcity_share.package.interview import Interview


@attrs.frozen(slots=False)
class Parts:
    """The parts of one app.

    Attributes:
        found: The manifest, with its text and the metadata around it.
        package: Name of the package folder the manifest lies in.
        files: Content of the files of that folder, by their path in it.
        place: What stands before the path of a file in messages: the folder, or the wheel.
        interview: What the app answered; None where it was not asked.
    """

    found: FoundManifest
    package: str
    files: Mapping[str, bytes]
    place: str
    interview: Interview | None = None

    @cached_property
    def code(self) -> Code:
        """What the code and the templates say."""
        return Code.read(self.files)

    @property
    def manifest(self) -> Manifest:
        """The manifest."""
        return self.found.manifest

    @property
    def entry_point(self) -> str:
        """Value of the entry point of the app: ``package.module`` or ``package.module:name``."""
        wanted = CONNECTORS_GROUP if self.manifest.app.kind == "connector" else APPS_GROUP
        return "".join(self.found.metadata.entry_points.get(wanted, {}).get(self.manifest.app.id, "").split())

    @property
    def hooks(self) -> frozenset[str]:
        """The hooks the app implements: as it answered, or all that are marked in its code."""
        return frozenset(self.code.hooks() if self.interview is None else self.interview.hooks)

    def at(self, file: str, line: int | None = None) -> Location:
        """Return a place in a file of the package."""
        return Location(f"{self.place}{file}", line)

    def where(self, said: Said) -> Location:
        """Return the place where the code says something."""
        return self.at(said.file, said.line)

    def key(self, *key: str | int) -> Location:
        """Return the place of a key of the manifest."""
        path: Key = key
        return self.found.document.locate(path)


Rule = Callable[[Parts], Iterator[Fault]]
"""A rule yields the faults it finds."""
