"""Which region and which app a request is for: by host name, or by the first part of the path."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NamedTuple

import attrs

from smartcity_share.errors import InstanceError, ProfileError, RegionNotFoundError
from smartcity_share.host.cookies import is_loopback_name
from smartcity_share.host.refusal import Refusal

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance
    from smartcity_share.regions.profile import RegionProfile

OWN_SPACE: Final = "_"
"""First part of the host's own addresses under a region's root; no app can have this id."""

_HOST: Final = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?)*|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?"
)
LOOK_SECONDS: Final = 5.0
"""How old the knowledge of a profile may be."""

_LONGEST_HOST: Final = 260
_MOST_REMEMBERED: Final = 1024


@attrs.frozen(eq=False)
class RegionContext:
    """The region a request is for.

    Attributes:
        code: Code of the region.
        profile: Its profile.
        root_path: Where its addresses begin: ``/71.08``, or empty under a host name of its own.
        by_host: Whether it is reached by a host name of its own.
        languages: The languages of the region, the first is its own.
    """

    code: str
    profile: RegionProfile
    root_path: str
    by_host: bool
    languages: tuple[str, ...] = attrs.field(init=False)

    @languages.default
    def _of_profile(self) -> tuple[str, ...]:
        return tuple(self.profile.languages)


class Place(NamedTuple):
    """Where a path leads.

    Attributes:
        region: Code of the region; None for the addresses above all regions.
        root: Root path of the region, empty under a host name of its own.
        app: Id of the app, ``_`` for the host's own addresses, empty for the front page.
        below: Path below the app, or below the root for the host's own addresses; empty where the slash after it is missing.
    """

    region: str | None
    root: str
    app: str
    below: str


def place_of(path: str, region_by_host: str | None) -> Place:
    """Return where a checked path leads; nothing is looked up.

    Args:
        path: The decoded path.
        region_by_host: Code of the region the host name belongs to, if any.
    """
    if region_by_host is None:
        parts = path.split("/", 3)
        code = parts[1]
        if code in ("", OWN_SPACE):
            return Place(None, "", code, path)
        root, rest = f"/{code}", parts[2:]
        region: str = code
    else:
        root, rest, region = "", path.split("/", 2)[1:], region_by_host
    if not rest:
        return Place(region, root, "", "")
    app = rest[0]
    if app in ("", OWN_SPACE):
        return Place(region, root, app, path[len(root) :])
    return Place(region, root, app, f"/{rest[1]}" if len(rest) > 1 else "")


class HostName(NamedTuple):
    """A ``Host`` header.

    Attributes:
        text: The header in small letters.
        region: Code of the region the name belongs to; None for every other name.
        is_loopback: Whether it names this machine itself.
    """

    text: str
    region: str | None
    is_loopback: bool


class HostNames:
    """Reads ``Host`` headers and finds the region a host name belongs to.

    Args:
        hosts: Host name -> code of a region, from ``instance.toml``.
    """

    def __init__(self, hosts: Mapping[str, str]) -> None:
        self._hosts = {name.lower(): code for name, code in hosts.items()}
        self._known: dict[bytes | None, HostName | None] = {}

    def find(self, header: bytes | None) -> HostName | None:
        """Return what a header says; None where it is missing or no host name."""
        try:
            return self._known[header]
        except KeyError:
            found = self._read(header)
        if header is None or len(header) <= _LONGEST_HOST:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[header] = found
        return found

    def _read(self, header: bytes | None) -> HostName | None:
        text = "" if header is None or len(header) > _LONGEST_HOST else header.decode("latin-1").lower()
        if not _HOST.fullmatch(text):
            return None
        name = text if text.endswith("]") else text.rpartition(":")[0] or text
        return HostName(text, self._hosts.get(name), is_loopback_name(text))


class Regions:
    """The regions of an instance as the host sees them; a profile is read when its region is first asked for.

    A region that was added and a profile that was changed are seen after some seconds, without a restart.

    Args:
        instance: The instance.
        look_seconds: How old the knowledge of a profile may be.
        monotonic: Seconds of a clock that never goes back.
    """

    def __init__(
        self, instance: Instance, *, look_seconds: float = LOOK_SECONDS, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._instance = instance
        self._look_seconds = look_seconds
        self._monotonic = monotonic
        self._codes = frozenset(instance.region_codes)
        self._codes_until = monotonic() + look_seconds
        self._contexts: dict[tuple[str, bool], _Read] = {}

    def known(self, code: str) -> bool:
        """Whether the instance serves a region with this code; the folder is looked at again where it seems not to."""
        if code not in self._codes and self._monotonic() >= self._codes_until:
            self._codes = frozenset(self._instance.region_codes)
            self._codes_until = self._monotonic() + self._look_seconds
        return code in self._codes

    def context(self, code: str, *, by_host: bool) -> RegionContext | None:
        """Return the context of a region that was asked for before; None if it has to be read."""
        found = self._contexts.get((code, by_host))
        if found is None:
            return None
        if self._monotonic() >= found.until:
            try:
                changed = self._instance.profile_stamp(code) != found.stamp
            except InstanceError:
                changed = True
            if changed:
                return None
            found.until = self._monotonic() + self._look_seconds
        return found.context

    def until(self, context: RegionContext) -> float:
        """Return until when a context counts without its profile being looked at, in seconds of the clock."""
        found = self._contexts.get((context.code, context.by_host))
        return found.until if found is not None and found.context is context else 0.0

    def read(self, code: str, *, by_host: bool) -> RegionContext:
        """Read the profile of a region; waits for the disk.

        Raises:
            Refusal: 404 for a region that is not served, 503 where its profile cannot be read.
        """
        try:
            self._instance.profile_folder(code)  # a region that was taken away is not one whose profile is lost
            stamp = self._instance.profile_stamp(code)
            profile = self._instance.profile(code)
        except RegionNotFoundError:
            raise Refusal(HTTPStatus.NOT_FOUND, "No region is served at this address.") from None
        except (InstanceError, ProfileError) as error:
            raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "The profile of this region has faults.") from error
        context = RegionContext(code, profile, "" if by_host else f"/{code}", by_host)
        self._contexts[code, by_host] = _Read(context, stamp, self._monotonic() + self._look_seconds)
        return context


@attrs.define(eq=False)
class _Read:
    context: RegionContext
    stamp: int
    until: float
