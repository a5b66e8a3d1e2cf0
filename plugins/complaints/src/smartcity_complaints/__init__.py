"""Complaints and reports of citizens: file with text, place and photo, follow by number; triage, forward, reply, close.

Read in this order:

1. :mod:`~smartcity_complaints.workflow`: what may happen to a report;
2. :mod:`~smartcity_complaints.model`: what is stored;
3. :mod:`~smartcity_complaints.filing` and :mod:`~smartcity_complaints.handling`: the two ways anything changes;
4. :mod:`~smartcity_complaints.plugin`: what the host is given;
5. :mod:`~smartcity_complaints.web`: the pages.
"""
