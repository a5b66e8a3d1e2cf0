"""Taking a step with a report: judged by the workflow, written with its history in one transaction, recorded for audit.

Who acts comes from the session of an official or from the secret link of the reporter, never from what was sent with the form.
"""

from __future__ import annotations

from smartcity_complaints.handling.acts import act, act_as_reporter, act_by_clock, steps_for_reporter
from smartcity_complaints.handling.appeals import appeal_until
from smartcity_complaints.handling.contacts import read_contact
from smartcity_complaints.handling.hands import hand_of
from smartcity_complaints.handling.orders import WITH_PHOTOS, Order

__all__ = [
    "WITH_PHOTOS",
    "Order",
    "act",
    "act_as_reporter",
    "act_by_clock",
    "appeal_until",
    "hand_of",
    "read_contact",
    "steps_for_reporter",
]
