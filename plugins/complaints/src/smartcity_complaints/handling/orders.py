"""What is to be done with a report."""

from __future__ import annotations

from typing import Final

import attrs

from smartcity_complaints.photos import Picture
from smartcity_complaints.workflow import Action

WITH_PHOTOS: Final = frozenset({Action.PROGRESS, Action.REPLY})
"""What an official may add photos to."""


@attrs.frozen
class Order:
    """What is to be done.

    Attributes:
        action: The step.
        text: The words given with it.
        office: The office named with it.
        publish: With ``verify``: whether words and photos may be shown to everyone.
        version: The version of the report the page showed; None takes whatever is there.
        head: With ``merge``: the number of the report that was there before.
        rating: With ``rate``: one to five.
        level: With ``escalate``: the level it rises to.
        pictures: With ``progress`` and ``reply``: photos of what was done, ready to be kept.
    """

    action: Action
    text: str = ""
    office: str | None = None
    publish: bool = False
    version: int | None = None
    head: str = ""
    rating: int | None = None
    level: int = 0
    pictures: tuple[Picture, ...] = ()
