"""What the demo is made of: the projects of two apps, and for each region a profile, answers and a data generator."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import attrs

from smartcity_share.errors import UsageError

REGIONS: Final = ("73.71", "71.08", "13.10")
"""Three unlike regions: a kota and two kabupaten, on three islands, in two time zones."""

APPS: Final = ("complaints", "hello")


@attrs.frozen
class Sources:
    """A checkout of the project.

    Attributes:
        root: The folder of the checkout.
    """

    root: Path

    @property
    def projects(self) -> dict[str, Path]:
        """The project folder of each app, by app id."""
        return {"complaints": self.root / "plugins" / "complaints", "hello": self.root / "examples" / "hello"}

    @property
    def generator(self) -> Path:
        """The script that writes example complaints for a profile."""
        return self.root / "examples" / "demo" / "generate.py"

    def profile(self, region: str) -> Path:
        """Return the folder with the example profile of a region."""
        return self.root / "examples" / "regions" / region

    def answers(self, region: str, app: str) -> Path:
        """Return the answers file of a region for an app."""
        return self.root / "examples" / "demo" / region / f"answers-{app}.toml"


def find_sources(given: Path | None) -> Sources:
    """Find the checkout the demo is built from.

    Args:
        given: The folder the user named, or None to look where this package and the working folder lie.

    Raises:
        UsageError: No checkout is there.
    """
    package = Path(__file__).resolve()
    candidates = (given,) if given is not None else (*package.parents, Path.cwd(), *Path.cwd().parents)
    for folder in candidates:
        found = Sources(folder)
        if found.generator.is_file() and all(project.is_dir() for project in found.projects.values()):
            return found
    raise UsageError(
        f"{given} is no checkout of smartcity-share" if given else "The demo needs a checkout of smartcity-share beside it",
        hint="Clone the project and run `./dev demo` in it, or name its folder: `smartcity demo --sources FOLDER`.",
    )
