"""Wheels that are to be listed in a catalogue: verified, and asked which others they need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from pydantic import ValidationError

from smartcity_share.catalogue.entries import ReleaseEntry
from smartcity_share.catalogue.roles import FILE_NAME
from smartcity_share.errors import Location, PackageError
from smartcity_share.manifest.find import from_wheel
from smartcity_share.package.wheel import Wheel


@attrs.frozen
class Offer:
    """A release that is to be listed.

    Attributes:
        origin: Code of the region that shares the app.
        entry: What the catalogue says of it.
        wheel: The wheel of the app.
        needs: The wheels it needs, as far as they were given.
        missing: Requirements that none of the given wheels meets; a region has them, or fetches them elsewhere.
    """

    origin: str
    entry: ReleaseEntry
    wheel: Wheel
    needs: tuple[Wheel, ...]
    missing: tuple[str, ...]


def offer(path: Path, folder: Path | None = None, *, sharer: str | None = None) -> Offer:
    """Read a wheel that is to be listed, importing nothing of it.

    Args:
        path: The wheel of an app.
        folder: A folder with wheels it may need; None lists it alone.
        sharer: Code of the region that shares it, where its manifest names none: it is of a project, not of a region.

    Raises:
        PackageError: It is no wheel of an app, was altered, or does not say which region shares it.
        ManifestError: Its manifest has faults.
    """
    wheel = _whole(path)
    manifest = from_wheel(path).manifest
    origin = manifest.origin.region or sharer
    if origin is None:
        raise PackageError(
            f"{path.name} does not say which region shares it",
            where=Location(str(path), key="origin.region"),
            hint="Name the region that does: `--origin CODE`. Where the app is a region's own, write its code into `[origin]` "
            "of smartcity.toml, and build it again.",
        )
    needs, missing = needed_by(wheel, [] if folder is None else sorted(folder.glob("*.whl")))
    try:
        entry = ReleaseEntry(
            app=manifest.app.id,
            version=wheel.version,
            summary=dict(manifest.app.summary),
            host_api=manifest.host_api,
            wheels=tuple(sorted(one.path.name for one in needs)),
        )
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise PackageError(
            f"{path.name} cannot be listed: {'.'.join(map(str, first['loc']))}: {first['msg'][:100]}",
            where=Location(str(path)),
            hint="Shorten what the message names, and build it again.",
        ) from None
    return Offer(origin, entry, wheel, needs, missing)


def needed_by(wheel: Wheel, candidates: Sequence[Path]) -> tuple[tuple[Wheel, ...], tuple[str, ...]]:
    """Return the wheels that a wheel needs, and theirs in turn; and the requirements that none of them meets.

    Every one that fits is taken, also for another system or Python than this: nobody knows where the app will run.

    Args:
        wheel: The wheel.
        candidates: Wheels it may need.

    Raises:
        PackageError: One that it needs is no wheel, or was altered.
    """
    there = [_structured(path) for path in candidates if path.resolve() != wheel.path.resolve()]
    found: dict[str, Wheel] = {}
    missing: dict[str, None] = {}
    seen: set[tuple[str, str]] = set()
    left = list(_asked(wheel, ""))
    while left:
        requirement = left.pop(0)
        name = canonicalize_name(requirement.name)
        fitting = [one for one in there if one.name == name and requirement.specifier.contains(one.version, prereleases=True)]
        if not fitting:
            missing[str(requirement)] = None
        for one in fitting:
            found.setdefault(one.path.name, one)
            for extra in ("", *sorted(requirement.extras)):
                if (one.path.name, extra) not in seen:
                    seen.add((one.path.name, extra))
                    left += _asked(one, extra)
    for one in found.values():
        one.verify()
    return tuple(found[name] for name in sorted(found)), tuple(missing)


def _asked(wheel: Wheel, extra: str) -> Iterator[Requirement]:
    """Yield what a wheel asks for, or what it asks for more with an extra, on any system."""
    for text in wheel.metadata.requires_dist:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            raise PackageError(
                f"{wheel.path.name} has a requirement that cannot be read: {text[:100]}",
                where=Location(str(wheel.path)),
                hint="Mend `dependencies` in its pyproject.toml, and build it again.",
            ) from None
        marker = requirement.marker
        by_extra = marker is not None and "extra" in str(marker)
        if (by_extra and marker is not None and marker.evaluate({"extra": extra})) if extra or by_extra else True:
            yield requirement


def _structured(path: Path) -> Wheel:
    wheel = Wheel.open(path)
    if FILE_NAME.fullmatch(path.name) is None:
        raise PackageError(
            f"The file name {path.name[:100]!r} cannot stand in a catalogue",
            where=Location(str(path)),
            hint="Its name is made of ASCII letters, digits, and . _ + ! -; build it again under such a name.",
        )
    return wheel


def _whole(path: Path) -> Wheel:
    wheel = _structured(path)
    wheel.verify()
    return wheel
