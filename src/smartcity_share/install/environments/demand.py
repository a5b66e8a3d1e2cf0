"""What apps need, and what of it is there: pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

import attrs
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name


class Installed(Protocol):
    """A distribution that is there; ``importlib.metadata`` has these too."""

    @property
    def version(self) -> str:
        """Its version."""

    @property
    def requires(self) -> list[str] | None:
        """Its requirements."""


Lookup = Callable[[str], Installed | None]
"""Returns the distribution of a normalised name, None where there is none."""


@attrs.frozen
class AppDemand:
    """What one version of an app needs.

    Attributes:
        app: Id of the app.
        version: Its version.
        distribution: Name of its distribution.
        requires: Its requirements, as metadata writes them.
    """

    app: str
    version: str
    distribution: str
    requires: tuple[str, ...]

    @property
    def label(self) -> str:
        """The app and its version, for messages."""
        return f"`{self.app}` {self.version}"


@attrs.frozen
class Unmet:
    """A requirement that nothing meets.

    Attributes:
        requirement: The requirement.
        there: The version that is there and does not fit; None where the package is missing.
        by_host: Whether that version is one of the host's own packages, which an app cannot change.
    """

    requirement: Requirement
    there: str | None
    by_host: bool


@attrs.frozen
class Reach:
    """What was found on the way through requirements.

    Attributes:
        unmet: What nothing meets.
        used: Normalised names of the packages of the environment that are needed.
        malformed: Requirements that are none.
    """

    unmet: tuple[Unmet, ...]
    used: frozenset[str]
    malformed: tuple[str, ...] = ()


def reach(demands: Sequence[AppDemand], host: Lookup, environment: Lookup, present: Iterable[AppDemand] = ()) -> Reach:
    """Follow the requirements of apps through what is there.

    Args:
        demands: The apps; each one's distribution counts as being there.
        host: The packages of the host; what these need themselves is taken as met.
        environment: The packages of the environment beside it.
        present: Other apps whose distributions are there; their requirements are not followed.
    """
    apps = {canonicalize_name(one.distribution): one for one in (*present, *demands)}
    unmet: list[Unmet] = []
    used: set[str] = set()
    malformed: list[str] = []
    seen: set[tuple[str, str]] = set()
    left = [requirement for one in demands for requirement in _asked(one.requires, ("",), malformed)]
    while left:
        requirement = left.pop()
        name = canonicalize_name(requirement.name)
        app, own = apps.get(name), host(name)
        found: Installed | None
        extras: tuple[str, ...]
        if app is not None:
            found, extras = _AppItself(app.version), ()
        elif own is not None:
            found, extras = own, tuple(sorted(requirement.extras))
        else:
            found, extras = environment(name), ("", *sorted(requirement.extras))
        there = None if found is None else found.version
        if found is None or there is None or not requirement.specifier.contains(there, prereleases=True):
            unmet.append(Unmet(requirement, there, by_host=app is None and own is not None))
            continue
        if app is None and own is None:
            used.add(name)
        for extra in extras:
            if (name, extra) not in seen:
                seen.add((name, extra))
                left += _asked(found.requires or (), (extra,), [], only_for_extra=extra != "")
    return Reach(tuple(unmet), frozenset(used), tuple(malformed))


@attrs.frozen
class _AppItself:
    version: str
    requires: None = None


def applicable(requires: Iterable[str], extras: Iterable[str] = ("",)) -> Iterator[Requirement]:
    """Yield the requirements that hold on this machine.

    Args:
        requires: Requirements as metadata writes them; one that is none is passed over.
        extras: The extras that are asked for; the empty one stands for what is always needed.
    """
    yield from _asked(requires, tuple(extras), [])


def _asked(
    requires: Iterable[str], extras: tuple[str, ...], malformed: list[str], *, only_for_extra: bool = False
) -> Iterator[Requirement]:
    for text in requires:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            malformed.append(text)
            continue
        marker = requirement.marker
        if marker is None:
            if not only_for_extra:
                yield requirement
        elif any(marker.evaluate({"extra": extra}) for extra in extras) and not (
            only_for_extra and marker.evaluate({"extra": ""})
        ):
            yield requirement
