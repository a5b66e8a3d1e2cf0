"""What can go wrong with one report, in words that a page can show."""

from __future__ import annotations


class ComplaintsError(Exception):
    """The root of every refusal of this app.

    Args:
        message: What is wrong, as an English gettext message id without values in it.
        **values: Values for the ``%(name)s`` places of the message.
    """

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message % values if values else message)
        self.message = message
        self.values = values


class NotAllowedError(ComplaintsError):
    """The actor may not do this, or not to this report."""


class NotPossibleError(ComplaintsError):
    """The report is in a state in which this cannot be done, or something the act needs is missing."""


class ChangedMeanwhileError(ComplaintsError):
    """Somebody else changed the report after the page was shown."""


class ReportNotFoundError(ComplaintsError):
    """No report has this number, or the actor may not know that it exists: the two look the same."""

    def __init__(self, message: str = "There is no report with this number.", **values: object) -> None:
        super().__init__(message, **values)


class PhotoRefusedError(ComplaintsError):
    """An upload is no photo that can be kept."""


class ImportRefusedError(ComplaintsError):
    """A folder is no export of this app, or has a fault; nothing of it was taken over."""
