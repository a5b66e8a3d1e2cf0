"""How the apps of a region are: every one asked at once, each with a time limit, a broken one never stopping the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, TypeVar

import attrs

from smartcity_share.errors import SmartCityError
from smartcity_share.hooks.overrides import NO_OVERRIDES, Overrides
from smartcity_share.hooks.registry import HEALTH_TIMEOUT
from smartcity_share.hooks.sentence import Sentence
from smartcity_share.hooks.values import Health, HealthState, IndicatorValue
from smartcity_share.hooks.waiting import NoAnswerError, SharedCalls
from smartcity_share.install.records import InstallationRecord, InstallationState
from smartcity_share.install.runtime import open_installation
from smartcity_share.install.service_title import service_title
from smartcity_share.toolkit.translations import message

if TYPE_CHECKING:
    from smartcity_share.hooks.installation import Installation
    from smartcity_share.install.instance import Instance
    from smartcity_share.manifest.model import Manifest

_T = TypeVar("_T")

AT_ONCE: Final = 8
"""Most apps that are asked at the same time."""

# One for the process: an app that hangs costs one thread however often its page is opened.
_questions: Final = SharedCalls()


SAID_BELOW: Final = (
    message("App `%(app)s`: check_health did not answer in %(seconds)s s."),
    message(
        "See that what it waits for (a network address, a lock, a disk) answers, then ask again; "
        "if it goes on, send this message to the maker of the app."
    ),
)
"""Sentences of layers that have no catalogue, marked here for that of the console."""


@attrs.frozen
class AppStatus:
    """One app of a region.

    Attributes:
        record: What the ledger says.
        manifest: What the app says of itself; None where that cannot be read.
        health: How it is; None while it is not in use, or another process runs its code.
        indicators: Its figures; None where they are not available.
        title: What the region calls it, per language; empty where the manifest cannot be read.
        package: Import name of the package with its catalogues; empty while it has said nothing itself.
        overrides: What the region put in place of parts of the app, its texts among them.
    """

    record: InstallationRecord
    manifest: Manifest | None
    health: Health | None
    indicators: tuple[IndicatorValue, ...] | None
    title: Mapping[str, str] = attrs.field(factory=dict)
    package: str = ""
    overrides: Overrides = NO_OVERRIDES

    @property
    def well(self) -> bool:
        """Whether it is in use and says that nothing is wrong."""
        return self.health is not None and self.health.state is HealthState.OK


def statuses(
    instance: Instance, records: Sequence[InstallationRecord], timeout: float = HEALTH_TIMEOUT
) -> tuple[AppStatus, ...]:
    """Ask apps how they are, all at once.

    Args:
        instance: The instance.
        records: The installations to ask.
        timeout: Seconds each has to answer, for its health and for its figures.

    Returns:
        One status for each record, in their order.
    """
    if not records:
        return ()
    with ThreadPoolExecutor(max_workers=min(AT_ONCE, len(records)), thread_name_prefix="console status") as pool:
        return tuple(pool.map(lambda record: status_of(instance, record, timeout), records))


def status_of(instance: Instance, record: InstallationRecord, timeout: float = HEALTH_TIMEOUT) -> AppStatus:
    """Ask one app how it is.

    Args:
        instance: The instance.
        record: The installation.
        timeout: Seconds it has to answer.
    """
    manifest = manifest_of(instance, record)
    title = {} if manifest is None else service_title(instance.ledger, manifest, record.region, record.app)
    return attrs.evolve(_asked_for_health(instance, record, manifest, timeout), title=title)


def _asked_for_health(instance: Instance, record: InstallationRecord, manifest: Manifest | None, timeout: float) -> AppStatus:
    if record.state is not InstallationState.ACTIVE or not instance.run_here((record,)):
        return AppStatus(record, manifest, None, None)
    try:
        # Opening it imports the app, which may hang like anything else of it.
        installation = _asked(instance, record, "open", lambda: open_installation(instance, record.region, record.app), timeout)
    except SmartCityError as error:
        return AppStatus(record, manifest, Health(HealthState.FAILED, str(error), error.hint or ""), None)
    except NoAnswerError:
        return AppStatus(record, manifest, _silent(record, timeout), None)
    registry = instance.registry_of(record)
    return AppStatus(
        record,
        manifest,
        registry.check_health(record.app, installation, timeout),
        _indicators(instance, record, installation, timeout),
        package=registry.index.get(record.app).module.partition(".")[0],
        overrides=installation.overrides,
    )


def manifest_of(instance: Instance, record: InstallationRecord) -> Manifest | None:
    """Return what an app says of itself, without importing it; None where that cannot be read."""
    try:
        return instance.discovered(record).manifest
    except SmartCityError:
        return None


def _indicators(
    instance: Instance, record: InstallationRecord, installation: Installation, timeout: float
) -> tuple[IndicatorValue, ...] | None:
    registry = instance.registry_of(record)
    try:
        return _asked(instance, record, "indicators", lambda: registry.indicators(record.app, installation), timeout)
    except (SmartCityError, NoAnswerError):
        return None


def _asked(instance: Instance, record: InstallationRecord, what: str, question: Callable[[], _T], timeout: float) -> _T:
    return _questions.ask((instance.folder, record.id, record.version, what), question, timeout)


def _silent(record: InstallationRecord, timeout: float) -> Health:
    return Health(
        HealthState.FAILED,
        Sentence("App `%(app)s` could not be loaded in %(seconds)s s.", app=record.app, seconds=f"{timeout:g}"),
        Sentence("See what its module waits for when it is imported, or run `smartcity doctor`."),
    )
