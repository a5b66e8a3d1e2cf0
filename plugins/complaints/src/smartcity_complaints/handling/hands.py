"""What an official may do here."""

from __future__ import annotations

from smartcity_complaints.workflow import Hand
from smartcity_share import Actor


def hand_of(actor: Actor) -> Hand:
    """Return what an official may do here, from the session."""
    return Hand(permissions=actor.permissions, office=actor.office)
