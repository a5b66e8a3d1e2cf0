"""Installing from a catalogue: which one is meant, what it is trusted by, and whose app is taken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from smartcity_share.catalogue.freshness import MOST_STALE_DAYS
from smartcity_share.catalogue.location import CatalogueLocation, is_address
from smartcity_share.documents.suggest import did_you_mean
from smartcity_share.errors import CatalogueInvalidError, Location, SmartCityError, UsageError
from smartcity_share.install.records import OperationState

if TYPE_CHECKING:
    from collections.abc import Callable

    from smartcity_share.catalogue.release import Release
    from smartcity_share.install.instance import Instance

_TRUST_MEND: Final = (
    "Get the file `1.root.json` from whoever runs the catalogue by another way than the catalogue itself, compare its SHA-256 "
    "by telephone, and name it: `--trust ROOT.json`."
)


@attrs.frozen
class CatalogueSource:
    """A catalogue an app is to be taken from.

    Attributes:
        name: What it is called; its location where it has no name.
        location: Where it lies.
        root: The file with the trust root.
        most_stale: How old a copy in a folder may be.
        origin: Code of the region that shares the app; None where only one does.
        watch: Told the name of each wheel, the bytes that are there and all it has.
    """

    name: str
    location: CatalogueLocation
    root: Path
    most_stale: timedelta = timedelta(days=MOST_STALE_DAYS)
    origin: str | None = None
    watch: Callable[[str, int, int], None] | None = None


def chosen_source(
    instance: Instance, text: str | None, trust: Path | None = None, origin: str | None = None
) -> Path | CatalogueSource | None:
    """Return what is meant by the source of an app.

    Args:
        instance: The instance; its ``instance.toml`` names catalogues.
        text: A wheel, a project folder, the name of a catalogue, or its folder or address; None for none.
        trust: The file with the trust root of a catalogue that has no name here.
        origin: Code of the region that shares the app.

    Raises:
        UsageError: Nothing is called so, the trust root is not given, or options do not belong to it.
    """
    named = {} if text is None else instance.config.catalogues
    if text is not None and text in named:
        if trust is not None:
            raise UsageError(
                f"`{text}` is a catalogue of this instance, and has its trust root there",
                hint="Leave `--trust` out; it is `root` in instance.toml. For a folder of that name write `./NAME`.",
            )
        found = named[text]
        location = CatalogueLocation.read(found.url, instance.folder)
        return CatalogueSource(text, location, instance.folder / found.root, timedelta(days=found.stale_days), origin)
    if text is not None and (is_address(text) or trust is not None or _is_catalogue(Path(text))):
        location = CatalogueLocation.read(text)
        if trust is None:
            raise UsageError(f"{text} is a catalogue, and nothing says by what it is trusted", hint=_TRUST_MEND)
        if location.folder is not None and not location.folder.is_dir():
            raise UsageError(f"There is no folder {text}", hint=_mend_of_name(text, tuple(named)))
        return CatalogueSource(text, location, trust, origin=origin)
    if trust is not None or origin is not None:
        option = "--trust" if trust is not None else "--origin"
        raise UsageError(f"`{option}` belongs to a catalogue", hint="Name one with `--from`, or leave the option out.")
    if text is not None and not Path(text).exists():
        raise UsageError(f"There is no file, folder or catalogue `{text[:200]}`", hint=_mend_of_name(text, tuple(named)))
    return None if text is None else Path(text)


def _is_catalogue(path: Path) -> bool:
    return (path / "metadata" / "timestamp.json").is_file() or (path / "metadata" / "1.root.json").is_file()


def _mend_of_name(text: str, names: tuple[str, ...]) -> str:
    known = f"Catalogues of this instance: {', '.join(names)}." if names else "instance.toml names no catalogue."
    return did_you_mean(text, names) or f"Check the path. {known}"


@contextmanager
def fetched_release(
    instance: Instance, source: CatalogueSource, app: str, version: str | None
) -> Iterator[tuple[Path, Release]]:
    """Find a release, fetch and verify it; what was fetched goes when the block ends with its code in the instance.

    Args:
        instance: The instance; it remembers what it saw of the catalogue.
        source: The catalogue.
        app: Id of the app.
        version: Its version; None takes the newest that fits.

    Yields:
        The wheel, with those it needs beside it, and what was found.

    Raises:
        UsageError: The file with the trust root is not there.
        SmartCityError: One of the errors of a catalogue.
    """
    from smartcity_share.catalogue.opened import opened_catalogue  # brings TUF
    from smartcity_share.catalogue.state import state_name
    from smartcity_share.catalogue.wheels import silent

    root = _root(source)
    state = instance.layout.catalogues / state_name(root)
    with opened_catalogue(
        source.location, root, state, instance.now(), name=source.name, most_stale=source.most_stale
    ) as catalogue:
        release = catalogue.find(app, version, source.origin or _origin_in_use(instance, app))
        yield catalogue.wheels.fetch(release, source.watch or silent), release
        if any(one.code_digest == release.wheel.sha256 for one in instance.ledger.installations(app=release.app)):
            catalogue.wheels.drop(release)


def _root(source: CatalogueSource) -> bytes:
    try:
        return source.root.read_bytes()
    except OSError as error:
        raise CatalogueInvalidError(
            f"The trust root cannot be read: {error.strerror}", where=Location(str(source.root)), hint=_TRUST_MEND
        ) from None


def _origin_in_use(instance: Instance, app: str) -> str | None:
    """Return whose app of this id is installed here: it is not replaced by another one's unless somebody says so.

    Where no manifest tells it, because it is of a project or was damaged, whoever signed what was installed last is meant.
    """
    records = instance.ledger.installations(app=app)
    for record in records:
        with suppress(SmartCityError):
            found = instance.discovered(record)
            if found.fault is None and found.manifest.origin.region is not None:
                return found.manifest.origin.region
    regions = {record.region for record in records}
    for operation in reversed(instance.ledger.operations(OperationState.DONE, app=app) if records else ()):
        if operation.region in regions and (signed := operation.plan.get("catalogue")):
            return str(signed["origin"])
    return None
