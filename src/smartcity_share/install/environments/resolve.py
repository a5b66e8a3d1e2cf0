"""Finding the packages that fit all apps of a code set and the host, before anything is touched."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import attrs
from packaging.tags import Tag, sys_tags
from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from packaging.version import Version

from smartcity_share.install.code_store import file_digest
from smartcity_share.install.environments.answers import ResolverAnswer, read_pip_report, read_uv_lock
from smartcity_share.install.environments.demand import AppDemand
from smartcity_share.install.environments.host import host_packages
from smartcity_share.install.environments.locked import LockedPackage
from smartcity_share.install.environments.stubs import AppStub, app_stubs, write_app_stubs, write_host_stubs
from smartcity_share.install.environments.tools import Tool, ToolKind
from smartcity_share.install.environments.wheel_folders import WheelFolders


@attrs.frozen
class Resolution:
    """What a resolver answered.

    Attributes:
        packages: What has to be beside the host; None where the apps do not fit together.
        said: Its explanation where they do not, with the apps by their own names.
    """

    packages: tuple[LockedPackage, ...] | None
    said: str = ""


@contextmanager
def opened_resolver(tool: Tool, wheels: WheelFolders, index: str = "") -> Iterator[Resolver]:
    """Prepare a resolver; what it needs to know of the host and of the wheels is written down once.

    Args:
        tool: uv or pip.
        wheels: The wheels it may take.
        index: The package index it may ask; empty for none.
    """
    with tempfile.TemporaryDirectory(prefix="smartcity-resolve-") as place:
        folder = Path(place)
        for name in ("host", "wheels"):
            (folder / name).mkdir()
        held = write_host_stubs(host_packages(), folder / "host")
        wheels.gather(folder / "wheels", without={name.partition("==")[0] for name in held})
        yield Resolver(tool.at_hand(folder), wheels, index, folder, held)


@attrs.frozen
class Resolver:
    """Asks uv or pip; made by :func:`opened_resolver`.

    Attributes:
        tool: The program.
        wheels: The wheels it may take.
        index: The package index it may ask; empty for none.
    """

    tool: Tool
    wheels: WheelFolders
    index: str
    _folder: Path
    _held: tuple[str, ...]

    def resolve(
        self, demands: Sequence[AppDemand], preferred: Sequence[LockedPackage] = (), signed: Sequence[LockedPackage] = ()
    ) -> Resolution:
        """Find the packages some apps need together.

        Args:
            demands: The apps.
            preferred: Packages that are kept where they still fit, so that as little as possible changes.
            signed: Packages that are taken where they fit, rather than newer ones; of one name the newest.

        Raises:
            OperationError: The program cannot be run.
        """
        stubs = app_stubs(demands)
        folder = self._folder / "apps"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        write_app_stubs(stubs, folder)
        wanted = "".join(f"{one.name}=={one.version}\n" for one in stubs)
        (self._folder / "requirements.in").write_text(wanted, encoding="utf-8")
        kept = {one.name: one.label for one in preferred}
        newest = {one.name: one.label for one in sorted(signed, key=lambda one: Version(one.version))}
        answer = self._held_to({**newest, **kept}.values())
        if answer.packages is None and kept and newest:
            answer = self._held_to(newest.values())
        if answer.packages is None and (kept or newest):
            answer = self._held_to([])
        if answer.packages is None:
            return Resolution(None, _in_own_words(answer.said, stubs))
        not_ours = {name.partition("==")[0] for name in self._held} | {one.name for one in stubs}
        chosen = [self._chosen(files) for name, files in answer.packages.items() if name not in not_ours]
        return Resolution(tuple(sorted(chosen)))

    def _held_to(self, pins: Iterable[str]) -> ResolverAnswer:
        (self._folder / "constraints.txt").write_text("\n".join([*self._held, *pins, ""]), encoding="utf-8")
        return self._ask(self._folder)

    def _ask(self, folder: Path) -> ResolverAnswer:
        sources = ["--find-links", "host", "--find-links", "apps", "--find-links", "wheels", "--only-binary", ":all:"]
        if self.tool.kind is ToolKind.UV:
            where = ["--default-index", self.index] if self.index else ["--no-index"]
            options = ["--no-config", "--no-cache", "--color", "never", "--no-progress", "--python", sys.executable]
            wanted = ["--format", "pylock.toml", "--constraint", "constraints.txt", "requirements.in"]
            done = self.tool.run(["pip", "compile", *options, *where, *sources, *wanted], folder)
            return read_uv_lock(done.stdout) if done.returncode == 0 else ResolverAnswer(None, done.stderr)
        where = ["--index-url", self.index] if self.index else ["--no-index"]
        options = ["--no-input", "--no-cache-dir", "--retries", "0", "--ignore-installed", "--no-color"]
        wanted = ["--constraint", "constraints.txt", "--requirement", "requirements.in"]
        done = self.tool.run(["install", "--dry-run", "--report", "report.json", *options, *where, *sources, *wanted], folder)
        if done.returncode == 0:
            return read_pip_report((folder / "report.json").read_text(encoding="utf-8"))
        return ResolverAnswer(None, f"{done.stdout}\n{done.stderr}")

    def _chosen(self, files: Sequence[LockedPackage]) -> LockedPackage:
        """Return the file that fits this Python best; a lock may name those of other machines too."""
        place = {path.name: path for path in self.wheels.sound}
        order = _order()

        def rank(file: LockedPackage) -> int:
            try:
                tags = parse_wheel_filename(file.filename)[3]
            except InvalidWheelFilename:
                return len(order)
            return min(order.get(tag, len(order)) for tag in tags)

        best = min(files, key=rank)
        at = place.get(best.filename)
        if at is None or not best.origin.startswith("file:"):
            return best
        return attrs.evolve(best, origin=at.as_uri(), sha256=file_digest(at))  # it was shown a stub of that wheel


@cache
def _order() -> dict[Tag, int]:
    """Return the tags this Python takes, the best one first."""
    return {tag: rank for rank, tag in enumerate(sys_tags())}


def _in_own_words(said: str, stubs: Sequence[AppStub]) -> str:
    """Return the explanation of a resolver in one line, with the apps named as people know them."""
    for stub in stubs:
        said = re.sub(rf"{re.escape(stub.name)}(?:==0\+smartcity| 0\+smartcity)?", f"`{stub.demand.app}`", said)
    lines = [line.strip() for line in said.splitlines()]
    told = [
        line for line in lines if line and not line.startswith(("Using ", "Resolved ", "Looking in", "WARNING", "[notice]"))
    ]
    return " ".join(told)
