"""What a rule about the content of a wheel is handed, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import attrs

from smartcity_share.errors import Fault, Location


@attrs.frozen
class Content:
    """The files of one built wheel.

    Attributes:
        wheel: Name of the wheel, for places.
        files: Name -> content.
        project: The folder it was built in, as an absolute path; what must not be found inside.
    """

    wheel: str
    files: Mapping[str, bytes]
    project: str

    def at(self, name: str, line: int | None = None) -> Location:
        """Return the place of a file in the wheel."""
        return Location(f"{self.wheel}!{name}", line)


Rule = Callable[[Content], Iterator[Fault]]
