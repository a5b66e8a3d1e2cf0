"""The hooks an app may implement: host API 1.0, grouped by the stage of an app's life.

Every hook is called for **one app at a time**, by :mod:`smartcity_share.hooks.registry` and nothing else, with arguments by
name; an implementation takes the ones it needs. Arguments are only ever added. Returning None means "nothing to say".
All hooks of API 1.0 are synchronous; the host calls those that may wait (health, export, jobs) in a worker thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smartcity_share.hooks.markers import hookspec

if TYPE_CHECKING:
    import click
    from starlette.types import ASGIApp

    from smartcity_share.hooks.installation import Installation
    from smartcity_share.hooks.region_facts import RegionFacts
    from smartcity_share.hooks.settings import Settings
    from smartcity_share.hooks.values import (
        DatabaseSchema,
        Dataset,
        Delivery,
        Health,
        IndicatorValue,
        Job,
        Message,
        ReadinessAnswer,
    )

# -- describe --------------------------------------------------------------------------------------------------------------


@hookspec(firstresult=True)
def settings_model() -> type[Settings] | None:
    """Return the settings of the app.

    Called by install, configure, the console and the build, before anything is changed. Sync; must not do I/O.

    Returns:
        A subclass of :class:`smartcity_share.Settings`; None for an app without settings.

    Failure: the operation is refused before it begins, the app is named.

    .. versionadded:: 1.0
    """


@hookspec(firstresult=True)
def check_readiness(region: RegionFacts) -> Iterable[ReadinessAnswer] | None:
    """Answer the requirements of the manifest that are checked by a probe.

    Called by ``fit`` and by the plan of an install. Sync.

    Args:
        region: The declared facts of the receiving region.

    Returns:
        One answer per requirement with ``check = "probe"``.

    Failure: the requirements count as not answered and the app is named.

    .. versionadded:: 1.0
    """


# -- install ---------------------------------------------------------------------------------------------------------------


@hookspec(firstresult=True)
def database_schema() -> DatabaseSchema | None:
    """Return the tables of the app and its migrations.

    Called by install and upgrade. Sync; must not do I/O.

    Returns:
        The schema; None for an app that stores nothing.

    Failure: the operation is refused before it begins.

    .. versionadded:: 1.0
    """


@hookspec(firstresult=True)
def provision(installation: Installation) -> None:
    """Prepare a new installation after its tables and settings exist: first rows, folders. Must be safe to run again.

    Called by install, once, as a journaled step. Sync.

    Args:
        installation: The new installation.

    Failure: the install is undone.

    .. versionadded:: 1.0
    """


@hookspec(firstresult=True)
def migrate_settings(values: Mapping[str, Any], from_version: str) -> Mapping[str, Any] | None:
    """Carry settings of an older version over where ``renamed_from`` does not say enough.

    Called by upgrade, before anything is changed. Sync; pure.

    Args:
        values: The stored values by key, secrets left out.
        from_version: The version that stored them.

    Returns:
        The values for this version; None to keep them as they are.

    Failure: the upgrade is refused.

    .. versionadded:: 1.0
    """


@hookspec(firstresult=True)
def after_upgrade(installation: Installation, from_version: str) -> None:
    """Finish an upgrade after the tables were migrated. Must be safe to run again.

    Called by upgrade, as a journaled step, before the health probe. Sync.

    Args:
        installation: The installation, on the new version.
        from_version: The version it had.

    Failure: the upgrade is rolled back, code and data.

    .. versionadded:: 1.0
    """


# -- serve -----------------------------------------------------------------------------------------------------------------


@hookspec(firstresult=True)
def asgi_app() -> ASGIApp | None:
    """Return the ASGI application of the app: one object for every region in the process.

    Called by the host once per process. The installation and the actor arrive with each request
    (:func:`smartcity_share.toolkit.installation_of`, :func:`smartcity_share.toolkit.actor_of`). The host has already enforced
    the roles of the manifest.

    Returns:
        Any ASGI callable; None for an app without pages.

    Failure: the app's addresses show its failure page; every other app works on.

    .. versionadded:: 1.0
    """


@hookspec(firstresult=True)
def jobs() -> Iterable[Job] | None:
    """Return the code behind the ``[[job]]`` entries of the manifest.

    Called by the worker, once per process. Sync.

    Failure: the app's jobs do not run and ``doctor`` names it.

    .. versionadded:: 1.0
    """


@hookspec(firstresult=True)
def commands() -> Iterable[click.Command] | None:
    """Return the app's own commands, reached as ``smartcity app APP COMMAND``.

    Called by the command line, for the named app only. The installation is the click context's ``obj``. Sync.

    Failure: the command ends with the app named.

    .. versionadded:: 1.0
    """


@hookspec(firstresult=True)
def deliver_message(installation: Installation, message: Message) -> Delivery | None:
    """Deliver one message to the outside: the ``message`` contract of a connector.

    Called by the outbox of the region, in a worker thread, until it is accepted or refused for good. Sync; may wait.

    Args:
        installation: The connector's own installation, with its settings and secrets.
        message: The message; ``reference`` makes a repeated call harmless.

    Returns:
        What became of it.

    Failure: counts as not accepted, try again.

    .. versionadded:: 1.0
    """


# -- report ----------------------------------------------------------------------------------------------------------------


@hookspec(firstresult=True)
def check_health(installation: Installation) -> Health | None:
    """Say how the installation is, looking at its own data and what it needs outside.

    Called by ``doctor``, the console, and after install, configure and upgrade, with a time limit. Sync; may wait.

    Args:
        installation: The installation to look at.

    Returns:
        The health; None counts as ok.

    Failure or no answer in time: counts as failed, the app is named with its mend.

    .. versionadded:: 1.0
    """


@hookspec(firstresult=True)
def indicators(installation: Installation) -> Iterable[IndicatorValue] | None:
    """Return the present values of the ``[[indicator]]`` entries of the manifest.

    Called by the console and the adoption report. Sync.

    Args:
        installation: The installation to measure.

    Failure: the indicators are shown as not available.

    .. versionadded:: 1.0
    """


@hookspec(firstresult=True)
def datasets(installation: Installation) -> Iterable[Dataset] | None:
    """Return the rows of the ``[[dataset]]`` entries of the manifest.

    Called by the open data pages and exports. Sync.

    Args:
        installation: The installation to read.

    Failure: the data set is shown as not available.

    .. versionadded:: 1.0
    """


# -- leave -----------------------------------------------------------------------------------------------------------------


@hookspec(firstresult=True)
def export_data(installation: Installation, target: Path) -> None:
    """Write everything the region owns in this app to open formats.

    Called by ``remove --export`` before anything is removed. Sync; may take long.

    Args:
        installation: The installation to export.
        target: An empty folder.

    Failure: nothing is removed.

    .. versionadded:: 1.0
    """


@hookspec(firstresult=True)
def import_data(installation: Installation, source: Path) -> None:
    """Read what :func:`export_data` wrote, or what another system left in the same form. Must be safe to run again.

    Called by ``smartcity app APP import`` and by the demo. Sync.

    Args:
        installation: The installation to fill.
        source: A folder as ``export_data`` writes it.

    Failure: the error is shown; the app leaves no half of a row behind.

    .. versionadded:: 1.0
    """


@hookspec(firstresult=True)
def deprovision(installation: Installation) -> None:
    """Release what the app holds outside its own database and files. Must be safe to run again.

    Called by remove, as a journaled step, before data and files go. Sync.

    Args:
        installation: The installation that leaves.

    Failure: the removal is undone.

    .. versionadded:: 1.0
    """
