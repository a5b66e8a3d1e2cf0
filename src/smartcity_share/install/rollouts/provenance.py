"""The catalogue the wheel of a rollout was found in, kept beside the wheel for the day its regions are upgraded."""

from __future__ import annotations

import json
from pathlib import Path

from smartcity_share.catalogue.release import Provenance
from smartcity_share.durable import write_whole


def keep_provenance(wheel: Path, provenance: Provenance) -> None:
    """Write down where a wheel was found.

    Args:
        wheel: The wheel a rollout keeps.
        provenance: The catalogue.
    """
    write_whole(_file(wheel), json.dumps(provenance.as_json()).encode())


def kept_provenance(wheel: Path) -> Provenance | None:
    """Return where a wheel was found; None where it came from no catalogue.

    Args:
        wheel: The wheel a rollout keeps.
    """
    try:
        return Provenance.from_json(json.loads(_file(wheel).read_bytes()))
    except FileNotFoundError:
        return None


def _file(wheel: Path) -> Path:
    return wheel.with_name("catalogue.json")
