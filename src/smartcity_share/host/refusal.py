"""A request the host answers itself, instead of an app: what to say and with which status."""

from __future__ import annotations

from http import HTTPStatus

Header = tuple[bytes, bytes]


class Refusal(Exception):  # noqa: N818 - no fault of anybody: the way an answer leaves the middle of the chain
    """Ends the handling of a request with an answer of the host.

    Args:
        status: The status.
        message: One sentence for the reader, in English; the pages translate it.
        headers: Further headers of the answer.
        end_connection: Whether the connection cannot be used again, because part of the request was not read.
    """

    def __init__(
        self, status: HTTPStatus | int, message: str = "", *, headers: tuple[Header, ...] = (), end_connection: bool = False
    ) -> None:
        self.status = HTTPStatus(status)
        super().__init__(f"{self.status.value} {self.status.phrase}")
        self.message = message
        self.headers = headers
        self.end_connection = end_connection


class Redirect(Exception):  # noqa: N818 - as above
    """Ends the handling of a request by sending the reader elsewhere in the same region.

    Args:
        location: A path on this host, with query; never an address of another host.
        status: 303 after a form, 307 or 308 to repeat the request, 302 else.
    """

    def __init__(self, location: str, status: HTTPStatus = HTTPStatus.SEE_OTHER) -> None:
        super().__init__(location)
        self.location = location
        self.status = status
