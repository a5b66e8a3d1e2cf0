"""Why a request of another program is refused: the HTTP status and every fault at once, in words its user can read."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

import attrs

from smartcity_complaints.errors import ComplaintsError

STATUSES: Final = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.INTERNAL_SERVER_ERROR,
)
"""The statuses of refusals: 404 for what is not there, 403 for a missing or wrong key, 400 for everything else a request can
have wrong with it, as GeoReport v2 says; 405 and 500 as HTTP does."""


@attrs.frozen
class Fault:
    """One thing that is wrong.

    Attributes:
        reason: What it is, as a sentence to be translated.
        parameter: The parameter that has it, or empty.
    """

    reason: ComplaintsError
    parameter: str = ""


class Refusal(Exception):  # noqa: N818 - it is an answer, not a failure
    """Ends a request with an error answer.

    Args:
        status: The HTTP status, one of :data:`STATUSES`.
        faults: What is wrong, at least one.
    """

    def __init__(self, status: HTTPStatus, *faults: Fault) -> None:
        super().__init__(status, faults)
        self.status = status
        self.faults = faults


class UnreadableError(ComplaintsError):
    """A parameter does not have the form it must have."""


class UnknownError(ComplaintsError):
    """What a request names does not exist, or may not be known of."""


class KeyRefusedError(ComplaintsError):
    """An API key is missing, unknown or revoked."""
