"""What the roles of the manifest permit."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """What the roles of the manifest permit."""

    WORK = "report.work"
    VIEW_ALL = "report.view-all"
    VIEW_OFFICE = "report.view-office"
    VERIFY = "report.verify"
    FORWARD = "report.forward"
    HANDLE = "report.handle"
    CLOSE = "report.close"
    NOTE = "report.note"
    CONTACT = "report.contact"
    API_KEYS = "apikey.manage"
    PRIVACY = "report.privacy"
    NOTICES = "report.notices"
