"""Telling an error that came of the server's being away from one that came of what it was asked."""

from __future__ import annotations

from typing import Final

_AWAY: Final = ("57P01", "57P02", "57P03", "53300")
"""The server is ended, was cut off, is starting, or has no connection left."""
_CONNECTION: Final = "08"
"""Class of everything about the connection itself."""


def tells_outage(error: BaseException) -> bool:
    """Whether a connection could not be opened or was lost, and an error came of that.

    Errors of ours and of apps keep what they came of, so the whole chain is asked. What never reached the server has no code of
    the server's.

    Args:
        error: What was raised.
    """
    from psycopg import OperationalError
    from sqlalchemy.exc import DBAPIError

    found: BaseException | None = error
    seen: set[int] = set()
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        said = found.orig if isinstance(found, DBAPIError) else found
        if isinstance(said, OperationalError):
            code = said.sqlstate
            if code is None or code.startswith(_CONNECTION) or code in _AWAY:
                return True
        found = found.__cause__ or found.__context__
    return False
