"""What the hooks may return: readers that check it, draw iterables to their end and say what was wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from smartcity_share.hooks.values import Dataset, Health

if TYPE_CHECKING:
    import click
    from starlette.types import ASGIApp

    from smartcity_share.hooks.settings import Settings

_T = TypeVar("_T")
_MAPPING: type[Mapping[str, Any]] = Mapping  # type: ignore[type-abstract] # only asked with isinstance


class WrongReturnError(Exception):
    """A hook returned something of the wrong type.

    Args:
        result: What it returned, or an element of it.
        wanted: What its specification says.
        container: What the element lies in, where it is one.
    """

    def __init__(self, result: object, wanted: str, container: str = "") -> None:
        self.found = f"{container}{_described(result)}"
        self.wanted = wanted
        super().__init__(f"{self.found}; wanted: {wanted}")


def nothing(result: object) -> None:
    """Accept None alone."""
    if result is not None:
        raise WrongReturnError(result, "nothing (None)")


def one(wanted: type[_T]) -> Callable[[object], _T | None]:
    """Return a reader of one value of a class, or None."""

    def read(result: object) -> _T | None:
        if result is None or isinstance(result, wanted):
            return result
        raise WrongReturnError(result, f"{wanted.__name__} or None")

    return read


def many(wanted: type[_T]) -> Callable[[object], tuple[_T, ...]]:
    """Return a reader of an iterable of values of a class, or None."""
    return lambda result: _elements(result, wanted)


def health(result: object) -> Health:
    """Read a :class:`~smartcity_share.hooks.values.Health`; None is ok."""
    return one(Health)(result) or Health()


def datasets(result: object) -> tuple[Dataset, ...]:
    """Read data sets and all their rows."""
    return tuple(
        attrs.evolve(dataset, rows=_elements(dataset.rows, _MAPPING, f"data set `{dataset.dataset}` with "))
        for dataset in many(Dataset)(result)
    )


def settings_model(result: object) -> type[Settings] | None:
    """Read a subclass of :class:`smartcity_share.Settings`, or None."""
    from smartcity_share.hooks.settings import Settings

    if result is None or (isinstance(result, type) and issubclass(result, Settings)):
        return result
    raise WrongReturnError(result, "a subclass of smartcity_share.Settings, or None")


def settings_values(result: object) -> Mapping[str, Any] | None:
    """Read a mapping with string keys, or None."""
    wanted = "a mapping with the keys of settings, or None"
    if result is None:
        return None
    if not isinstance(result, Mapping):
        raise WrongReturnError(result, wanted)
    for key in result:
        if not isinstance(key, str):
            raise WrongReturnError(key, wanted, "a mapping with the key ")
    return dict(result)


def asgi_app(result: object) -> ASGIApp | None:
    """Read a callable, or None."""
    if result is None or callable(result):
        return result
    raise WrongReturnError(result, "an ASGI application, or None")


def commands(result: object) -> tuple[click.Command, ...]:
    """Read click commands."""
    import click

    return _elements(result, click.Command)


def _elements(result: object, wanted: type[_T], container: str = "") -> tuple[_T, ...]:
    if result is None:
        return ()
    said = f"an iterable of {wanted.__name__}, or None"
    if not isinstance(result, Iterable):
        raise WrongReturnError(result, said, container)
    found = tuple(result)
    for element in found:
        if not isinstance(element, wanted):
            raise WrongReturnError(element, said, container or f"{_described(result)} with ")
    return found


def _described(result: object) -> str:
    """Return the kind of a value, never the value: it may hold a secret or personal data."""
    if isinstance(result, type):
        return f"the class {result.__name__}"
    if result is None:
        return "None"
    name = type(result).__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
