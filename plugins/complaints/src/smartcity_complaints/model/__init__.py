"""The tables of one installation.

A report and what identifies its reporter lie apart; what happened to a report is append-only (``histories``). Moments are aware
and in UTC. ``info["class"]`` of a column is the class of the datum, as in the manifest.
"""

from __future__ import annotations

from smartcity_complaints.model.columns import Moment, metadata
from smartcity_complaints.model.erasures import erasure_request
from smartcity_complaints.model.histories import TRIGGERS, forwarding, history
from smartcity_complaints.model.notices import outbox
from smartcity_complaints.model.pictures import held_photo, photo
from smartcity_complaints.model.programs import api_key, changeset
from smartcity_complaints.model.reports import answer, counter, kind, report, reporter

__all__ = [
    "TRIGGERS",
    "Moment",
    "answer",
    "api_key",
    "changeset",
    "counter",
    "erasure_request",
    "forwarding",
    "held_photo",
    "history",
    "kind",
    "metadata",
    "outbox",
    "photo",
    "report",
    "reporter",
]
