"""Requirements that no environment can meet, and what else keeps one from being planned."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

from packaging.requirements import Requirement

from smartcity_share.errors import Fault, Location
from smartcity_share.install.environments.demand import AppDemand, Reach, applicable


def requirement_faults(missing: Reach, requires: Sequence[str], where: Location) -> tuple[Fault, ...]:
    """Return what an app asks for that it can never have here: another version of a package the host itself runs on.

    Args:
        missing: What it has not.
        requires: Its own requirements.
        where: The place faults are told at.
    """
    own = list(applicable(requires))
    faults = [malformed_fault(text, where) for text in missing.malformed]
    faults += [
        unmet_fault(one.requirement, one.there, where) for one in missing.unmet if one.by_host and one.requirement in own
    ]
    return tuple(faults)


def malformed_fault(text: str, where: Location) -> Fault:
    """Return the fault of a requirement that is none."""
    return Fault("requirement-malformed", f"`{text[:80]}` is no requirement", where, "Its maker corrects it.")


def unmet_fault(requirement: Requirement, there: str | None, where: Location) -> Fault:
    """Return the fault of a requirement the packages of the host do not meet.

    Args:
        requirement: The requirement.
        there: The version that is there; None where there is none.
        where: The place.
    """
    wanted = f"{requirement.name}{requirement.specifier}"
    state = "not installed" if there is None else f"installed in version {there}"
    mend = f'Run `{sys.executable} -m pip install "{wanted}"`, then try again.'
    if there is not None:
        mend = f"See that no other app needs {there}, then r{mend[1:]}"
    return Fault("dependency-unmet", f"It needs {wanted}, which is {state}", where, mend)


def conflict_fault(message: str, app: str, where: Location, *, other: str = "") -> Fault:
    """Return the fault of apps that cannot share an environment.

    Args:
        message: Which apps, packages and ranges.
        app: The app that could live elsewhere.
        where: The place.
        other: The app it does not fit, where that is one alone.
    """
    if other == app:
        mend = (
            f"Regions that still have the other version of `{app}` share its packages. Its maker widens the range so that both "
            "versions fit one release of each package; or the region gets an instance of its own: `smartcity init`."
        )
        return Fault("dependency-conflict", message, where, mend)
    mend = f"Take versions of the apps that fit together, or make an instance of its own for `{app}`: `smartcity init`."
    return Fault("dependency-conflict", message, where, mend)


def together_fault(demands: Sequence[AppDemand], said: str, where: Location) -> Fault:
    """Return the fault of apps that fit one by one and not all together.

    Args:
        demands: The apps, the one that could live elsewhere last.
        said: The explanation of the resolver.
        where: The place.
    """
    labels = ", ".join(one.label for one in demands)
    return conflict_fault(f"{labels} do not fit together here: {short_reason(said)}", demands[-1].app, where)


def short_reason(said: str) -> str:
    """Return the explanation of uv or pip without the words around it."""
    text = re.sub(r"^.*?(?:cause:|The conflict is caused by:|ERROR:|error:)", "", said, count=1).strip()
    return (text or "the resolver gave no reason")[:600].rstrip(".")


def no_tool_fault(where: Location) -> Fault:
    """Return the fault of a machine without uv and pip."""
    return Fault(
        "resolver-missing",
        "It needs Python packages beyond those of the host, and neither uv nor pip is here to find them",
        where,
        f"Put uv on the PATH, or run `{sys.executable} -m ensurepip`; then try again.",
    )
