"""What hooks return: plain frozen values, so that an app depends on nothing of the host's insides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from sqlalchemy import MetaData

    from smartcity_share.hooks.installation import Installation


@attrs.frozen
class DatabaseSchema:
    """The tables of an app.

    Attributes:
        metadata: The SQLAlchemy metadata with the tables of the current version.
        migrations: Alembic migrations as ``"package:folder"`` (a script location with ``versions/`` inside), or None for an
            app with one version of its tables so far: they are then created from the metadata.
    """

    metadata: MetaData
    migrations: str | None = None


class HealthState(StrEnum):
    """How an installation is."""

    OK = "ok"
    DEGRADED = "degraded"
    FAILED = "failed"


@attrs.frozen
class Health:
    """The answer to ``check_health``.

    Attributes:
        state: ok, degraded (works, with a fault that needs attention) or failed.
        message: One sentence for the IT officer; a :class:`Sentence` is shown in the language of the reader.
        mend: What to do, likewise; empty when the state is ok.
    """

    state: HealthState = HealthState.OK
    message: str = ""
    mend: str = ""


@attrs.frozen
class ReadinessAnswer:
    """Whether one ``[[requirement]]`` of the manifest that is checked by a probe is met.

    Attributes:
        requirement: Id in the manifest.
        met: True or False; None when the probe cannot tell.
        found: What was found, for the reader.
        mend: What the region has to do where it is not met.
    """

    requirement: str
    met: bool | None
    found: str
    mend: str = ""


@attrs.frozen
class IndicatorValue:
    """The value of one ``[[indicator]]`` of the manifest now.

    Attributes:
        indicator: Id in the manifest, which also holds unit, direction and formula.
        value: The number, or None where there is nothing to measure yet.
        dimension: What it is broken down by, for example ``{"office": "dlh"}``; empty for the whole region.
    """

    indicator: str
    value: float | None
    dimension: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen
class Dataset:
    """The rows of one ``[[dataset]]`` of the manifest: open data, no personal datum in it.

    Attributes:
        dataset: Id in the manifest.
        rows: One mapping per row, keys as declared in the manifest.
    """

    dataset: str
    rows: Iterable[Mapping[str, Any]]


@attrs.frozen
class Job:
    """The code behind one ``[[job]]`` of the manifest; the schedule is in the manifest.

    Attributes:
        job: Id in the manifest.
        run: Called once per installation each time the job is due.
    """

    job: str
    run: Callable[[Installation], None]


@attrs.frozen
class Message:
    """A notice to a person, sent through a connector that fulfils the ``message`` contract.

    Attributes:
        to: Address in the connector's terms, for example an e-mail address.
        subject: One line.
        text: Plain text.
        language: BCP 47 code of the text.
        reference: The sender's own key; a connector sends a reference once, however often it is asked.
    """

    to: str
    subject: str
    text: str
    language: str
    reference: str


@attrs.frozen
class Delivery:
    """What became of a message.

    Attributes:
        accepted: Whether the other side took it.
        receipt: The other side's id for it, if any.
        retry: Where it was not accepted: whether trying later can help.
        reason: Where it was not accepted: what the other side said.
        unreachable: Where it was not accepted: nobody was there to take any message, so that the next one need not be tried
            now. False: this message was refused, another one may pass.
    """

    accepted: bool
    receipt: str | None = None
    retry: bool = False
    reason: str = ""
    unreachable: bool = False
