"""What SQLAlchemy compiles is shared by all engines of a test process that speak to the same kind of server.

Every test opens instances anew, each with engines of its own, and every engine would compile the same few hundred statements
once more: a sixth of the processor time of the tests. A statement is looked up by itself and by its dialect, so engines that
share both the cache and the dialect compile it once. Nothing else is shared: neither connections nor what listens to them.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy
from sqlalchemy import Dialect, Engine
from sqlalchemy.util import LRUCache

_create = sqlalchemy.create_engine
_shared: dict[tuple[object, ...], tuple[Dialect, LRUCache[Any, Any]]] = {}


def _create_sharing(url: Any, **options: Any) -> Engine:
    """Do what ``create_engine`` does; the engine compiles together with those that were made before."""
    place = sqlalchemy.make_url(url)
    key = (place.drivername, place.host, place.port, place.username)
    given = {**options, "execution_options": {**options.get("execution_options", {}), "compiled_cache": LRUCache(3000)}}
    if key in _shared:
        given["execution_options"]["compiled_cache"] = _shared[key][1]
    engine = _create(url, **given)
    if key in _shared:
        engine.dialect = _shared[key][0]
    else:
        _share_once_it_knows_the_server(engine, key, given["execution_options"]["compiled_cache"])
    return engine


def _share_once_it_knows_the_server(engine: Engine, key: tuple[object, ...], cache: LRUCache[Any, Any]) -> None:
    """Let others have the dialect of an engine when it has asked the server what it is, with its first connection."""

    def known(connection: Any) -> None:
        _shared.setdefault(key, (engine.dialect, cache))

    sqlalchemy.event.listen(engine, "engine_connect", known, once=True)


def share_what_is_compiled() -> None:
    """Share what is compiled from here on, in this process."""
    sqlalchemy.create_engine = _create_sharing
