"""The settings of the complaints app: what makes it the region's own.

The deadlines are those of SP4N-LAPOR!: verification and forwarding within 3 working days, follow-up by the office within 5,
and a case counts as done when 10 working days pass after the reply without a word of the reporter (frequently asked questions
of the national service, lapor.go.id). The 5 days are also the "normative" class of the KemenPANRB limits; work that needs an
inspection on the spot has up to 60, which a region sets per kind. The levels of escalation and the time to change a rating have
no national source; they are the choice of this app.
"""

from __future__ import annotations

from smartcity_complaints.open311.settings import Open311Settings
from smartcity_complaints.settings.area import Area
from smartcity_complaints.settings.kinds import DEFAULT_KINDS, Kind
from smartcity_complaints.settings.service import ComplaintsSettings
from smartcity_complaints.texts import Sentences, Titles

__all__ = ["DEFAULT_KINDS", "Area", "ComplaintsSettings", "Kind", "Open311Settings", "Sentences", "Titles"]
