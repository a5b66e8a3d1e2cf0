"""What an environment consists of: exact packages, each with the digest of its wheel."""

from __future__ import annotations

import hashlib
import re
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

from smartcity_share.errors import OperationError

_LINE: Final = re.compile(r"([a-z0-9][a-z0-9._-]*)==(\S+) --hash=sha256:([0-9a-f]{64})")
_SHORT: Final = 12


@attrs.frozen(order=True)
class LockedPackage:
    """One package of an environment.

    Attributes:
        name: Its normalised name.
        version: Its version.
        sha256: SHA-256 of its wheel in hexadecimal; the store of the instance keeps the wheel under it.
        filename: Name of the wheel file; empty where the store has it already.
        origin: Where the wheel is fetched from, a ``file:`` or ``http(s):`` URL; empty where the store has it already.
    """

    name: str
    version: str
    sha256: str
    filename: str = attrs.field(default="", eq=False)
    origin: str = attrs.field(default="", eq=False, repr=False)

    @property
    def label(self) -> str:
        """Name and version as a requirement writes them."""
        return f"{self.name}=={self.version}"

    def as_json(self) -> dict[str, str]:
        """Return it as the journal keeps it."""
        return {key: str(value) for key, value in attrs.asdict(self).items()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> LockedPackage:
        """Return what :meth:`as_json` was made from."""
        return cls(**data)


def environment_name(packages: Iterable[LockedPackage]) -> str:
    """Return the name of the environment that holds these packages: the same packages, the same name.

    The name is that of a Python too: an environment made by another Python is another one.

    Args:
        packages: The packages.
    """
    content = "\n".join([sysconfig.get_platform(), lock_text(packages)])
    version = f"{sys.version_info.major}{sys.version_info.minor}"
    return f"py{version}-{hashlib.sha256(content.encode()).hexdigest()[:_SHORT]}"


def lock_text(packages: Iterable[LockedPackage]) -> str:
    """Return the packages as hashed requirements, as pip and uv read them.

    Args:
        packages: The packages.
    """
    return "".join(f"{one.label} --hash=sha256:{one.sha256}\n" for one in sorted(packages))


def read_lock(text: str, label: str) -> tuple[LockedPackage, ...]:
    """Return the packages that :func:`lock_text` wrote.

    Args:
        text: The hashed requirements.
        label: Where they were read, for messages.

    Raises:
        OperationError: It was changed into something else.
    """
    found = []
    for line in text.splitlines():
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise OperationError(
                f"{label} holds a line that is no hashed requirement: {line[:80]!r}",
                hint="Make the environment again: `smartcity doctor --rebuild`.",
            )
        found.append(LockedPackage(match[1], match[2], match[3]))
    return tuple(sorted(found))
