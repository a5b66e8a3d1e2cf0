"""What the host is given: the hooks of the app, each a short way into the module that does it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from smartcity_share import (
    DatabaseSchema,
    Dataset,
    Health,
    HealthState,
    IndicatorValue,
    Installation,
    Job,
    ReadinessAnswer,
    RegionFacts,
    Sentence,
    Settings,
    hookimpl,
)

if TYPE_CHECKING:
    from starlette.types import ASGIApp


@hookimpl
def settings_model() -> type[Settings]:
    """Return the settings."""
    from smartcity_complaints.settings import ComplaintsSettings

    return ComplaintsSettings


@hookimpl
def check_readiness(region: RegionFacts) -> Iterable[ReadinessAnswer]:
    """Look whether the profile lists offices to forward to and districts to choose from."""
    offices, districts = len(region.offices), len(region.districts)
    return (
        ReadinessAnswer(
            "offices-listed",
            met=offices > 0,
            found=f"The profile lists {offices} offices.",
            mend="" if offices else "Add an [[offices]] entry to the region profile for each office that receives reports.",
        ),
        ReadinessAnswer(
            "districts-listed",
            met=districts > 0,
            found=f"The profile lists {districts} districts.",
            mend="" if districts else "Add a [[district]] to the region profile for each district.",
        ),
    )


@hookimpl
def database_schema() -> DatabaseSchema:
    """Return the tables and where their migrations are."""
    import smartcity_complaints.derived  # noqa: F401 - puts its tables beside those of the model
    from smartcity_complaints.model import metadata

    return DatabaseSchema(metadata, migrations="smartcity_complaints:migrations")


@hookimpl
def provision(installation: Installation) -> None:
    """Keep the kinds of the settings, so that every report finds the words of its kind."""
    from smartcity_complaints.regional import settings_of
    from smartcity_complaints.store import remember_kind

    with installation.database.begin() as connection:
        for kind in settings_of(installation).kinds:
            remember_kind(connection, kind.code, kind.title.by_language())


@hookimpl
def after_upgrade(installation: Installation, from_version: str) -> None:  # noqa: ARG001 - whatever it was, it is safe
    """Make anew what follows from the reports: an older version may not have kept it."""
    from smartcity_complaints.upkeep import rebuild

    rebuild(installation)


@hookimpl
def asgi_app() -> ASGIApp:
    """Return the pages."""
    from smartcity_complaints.web.app import application

    return application()


@hookimpl
def jobs() -> Iterable[Job]:
    """Return the code behind the jobs."""
    from smartcity_complaints.deadlines import close_answered, escalate
    from smartcity_complaints.held import clean
    from smartcity_complaints.privacy.retention import end_retention
    from smartcity_complaints.sending import send_waiting

    def send_notices(installation: Installation) -> None:
        send_waiting(installation)

    def erase_what_is_over(installation: Installation) -> None:
        end_retention(installation)

    def mind_deadlines(installation: Installation) -> None:
        escalate(installation)
        close_answered(installation)

    def clean_forms(installation: Installation) -> None:
        clean(installation)

    return (
        Job("mind-deadlines", mind_deadlines),
        Job("clean-forms", clean_forms),
        Job("send-notices", send_notices),
        Job("end-retention", erase_what_is_over),
    )


@hookimpl
def check_health(installation: Installation) -> Health:
    """Read the tables, and look whether each kind goes to an office that the region has."""
    from smartcity_complaints.listing import tally
    from smartcity_complaints.privacy.requests import overdue
    from smartcity_complaints.regional import settings_of
    from smartcity_complaints.sending import health_of_notices
    from smartcity_complaints.store import reading

    with reading(installation) as connection:
        counts = tally(connection, installation.now())
        waiting = overdue(connection, installation.now())
    strays = sorted(
        {
            f"{kind.code} -> {kind.office}"
            for kind in settings_of(installation).kinds
            if kind.office is not None and installation.region.office(kind.office) is None
        }
    )
    if strays:
        return Health(
            HealthState.DEGRADED,
            Sentence(
                "Kinds of report go to offices the region profile does not list: %(kinds)s.",
                kinds=", ".join(strays),
            ),
            Sentence("Correct `office` of these kinds in the settings, or add the offices to the region profile."),
        )
    if waiting:
        return Health(
            HealthState.DEGRADED,
            Sentence("%(count)s requests for erasure wait longer than 72 hours for a decision.", count=waiting),
            Sentence("Let the data protection officer decide on them: page “Personal data” of the work list."),
        )
    notices = health_of_notices(installation)
    if notices.state is not HealthState.OK:
        return notices
    said = Sentence("%(total)s reports, %(open)s open, %(late)s late.", total=counts.total, open=counts.open, late=counts.late)
    return Health(HealthState.OK, said)


@hookimpl
def indicators(installation: Installation) -> Iterable[IndicatorValue]:
    """Return the figures of the service."""
    from smartcity_complaints.figures import indicators_of

    return tuple(indicators_of(installation))


@hookimpl
def datasets(installation: Installation) -> Iterable[Dataset]:
    """Return the open data of the service."""
    from smartcity_complaints.open_data import datasets_of

    return datasets_of(installation)


@hookimpl
def export_data(installation: Installation, target: Path) -> None:
    """Write everything the region owns in this app."""
    from smartcity_complaints.exchange import export_to

    export_to(installation, target)


@hookimpl
def import_data(installation: Installation, source: Path) -> None:
    """Take over what ``export_data`` wrote."""
    from smartcity_complaints.exchange import import_from

    import_from(installation, source)
