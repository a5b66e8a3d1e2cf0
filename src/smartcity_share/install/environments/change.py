"""What becomes of the environment of a code set: a plain value."""

from __future__ import annotations

import attrs

from smartcity_share.install.environments.locked import LockedPackage


@attrs.frozen
class EnvironmentChange:
    """What becomes of the environment of a code set.

    Attributes:
        code_set: The code set.
        before: Name of the environment in use; None where there is none.
        after: Name of the one that will be; None where nothing beyond the host is needed any more.
        packages: What the one after holds.
        kept: The digests of wheels that the store has already.
        existed: Whether the one after is there and sound: used before, and kept.
        dropped: Environments that will not be kept any longer.
        dropped_wheels: Digests of wheels that only those need.
        earlier: Environments used before the one in use, the last one first.
        required: Whether the operation cannot do without; a removal can.
    """

    code_set: str
    before: str | None
    after: str | None
    packages: tuple[LockedPackage, ...] = ()
    kept: tuple[str, ...] = ()
    existed: bool = False
    dropped: tuple[str, ...] = ()
    dropped_wheels: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    required: bool = True
