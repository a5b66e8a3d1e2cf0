"""What was allowed a moment ago is allowed again: the short way through the host for requests that repeat one another.

A request passes region, session, page and role step by step (:mod:`smartcity_share.host.dispatch`). Where an app was reached,
a ticket says how. The next request of the same standing (scheme, host name, cookies) for the same address passes with one
look-up, as long as nothing can have changed that the first one rested on:

* the ledger and the hour: all tickets are dropped when they change, and none counts once the ledger has to be looked at again;
* the profile of the region: a ticket counts until the profile has to be looked at again;
* the session: it is asked for itself, so one that was ended, was changed or has to be read again takes its tickets with it.

What was denied, what may change something and what carries a body never gets a ticket.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs

from smartcity_share.host.front import LONGEST_HEADERS, MOST_HEADERS
from smartcity_share.host.paths import LONGEST_QUERY

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Scope

    from smartcity_share.host.caller import Standing
    from smartcity_share.host.routing import RegionContext
    from smartcity_share.host.sessions import Session, Sessions
    from smartcity_share.host.visit import Visit

_MOST: Final = 4096
_LONGEST_PATH: Final = 256
_METHODS: Final = frozenset({"GET", "HEAD"})


@attrs.frozen(eq=False)
class Ticket:
    """How a request reached its app.

    Attributes:
        path: The decoded path.
        region: The region.
        session: The session, if any.
        app: Id of the app.
        asgi: Its application.
        state: What the app's lifespan wants each request to carry.
        given: What the host puts into the scope, the same for every such request.
        until: Until when it counts at most, in seconds of the clock.
    """

    path: str
    region: RegionContext
    session: Session | None
    app: str
    asgi: ASGIApp
    state: Mapping[str, Any]
    given: Mapping[str, Any]
    until: float


class Tickets:
    """The tickets of a process.

    Args:
        sessions: The sessions, which say whether one still counts.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._known: Book = {}

    def find(self, scope: Scope, visit: Visit, now: float) -> Ticket | None:
        """Return the ticket of a request; None where it has none that counts, or is not of the plainest form.

        Args:
            scope: The ASGI scope.
            visit: The request.
            now: Seconds of the clock that never goes back.
        """
        sent, headers = scope["headers"], visit.headers
        ticket = self._known.get((visit.caller.standing, scope.get("raw_path"), scope["method"]))
        if (
            ticket is None
            or ticket.until <= now
            or ticket.path != scope["path"]
            or len(scope["query_string"]) > LONGEST_QUERY
            or not len(headers) == len(sent) <= MOST_HEADERS
            or sum(map(len, headers.values())) > LONGEST_HEADERS
            or b"content-length" in headers
            or b"transfer-encoding" in headers
        ):
            return None
        session = ticket.session
        return ticket if session is None or self._sessions.holds(session) else None

    def book(self) -> Book:
        """Return where tickets go that rest on what is known now; once all are dropped, what is put there counts no more."""
        return self._known

    @staticmethod
    def put(book: Book, scope: Scope, visit: Visit, ticket: Ticket) -> None:
        """Give a ticket to a request that reached its app, if it is of a kind that gets one.

        Args:
            book: The book that was there before anything was looked up for the request.
            scope: The ASGI scope.
            visit: The request.
            ticket: How it reached its app.
        """
        raw = scope.get("raw_path")
        standing = visit.caller.standing
        nameless = standing.cookies.token is not None and ticket.session is None
        if raw is None or len(raw) > _LONGEST_PATH or scope["method"] not in _METHODS or nameless:
            return
        if len(book) >= _MOST:
            book.clear()
        book[standing, raw, scope["method"]] = ticket

    def drop(self) -> None:
        """Drop every ticket, those that are being made as well."""
        self._known = {}


Book = dict[tuple["Standing", "bytes | None", str], Ticket]
"""Tickets by standing, path as it was sent, and method."""
