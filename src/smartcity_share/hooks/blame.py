"""What an exception of an app says to the people who have to deal with it: cause, place and mend."""

from __future__ import annotations

from typing import Final

from smartcity_share._version import __version__
from smartcity_share.errors import Location, SmartCityError
from smartcity_share.hooks.discovered import DiscoveredApp

_LONGEST: Final = 300
"""Characters of a foreign message that are shown; the whole of it is in the cause."""


def cause_text(cause: BaseException) -> str:
    """Return class and message of an exception on one line, without a full stop at the end."""
    try:
        said = " ".join(str(cause).split())
    except Exception:  # noqa: BLE001 - the border to foreign code: even __str__ of its exception may raise
        said = "(its message cannot be shown)"
    if len(said) > _LONGEST:
        said = said[:_LONGEST] + "…"
    return (f"{type(cause).__name__}: {said}" if said else type(cause).__name__).rstrip(".")


def place_in(cause: BaseException, package: str) -> Location | None:
    """Return the innermost line of a package that an exception passed through, as ``module:line``."""
    found: Location | None = None
    trace = cause.__traceback__
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if module == package or module.startswith(f"{package}."):
            found = Location(module, trace.tb_lineno)
        trace = trace.tb_next
    return found


def call_mend(cause: BaseException) -> str:
    """Return the mend for an exception in a hook: its own where it is one of ours."""
    own = cause.hint if isinstance(cause, SmartCityError) else None
    return own or "This is a fault of the app: send this message to its maker. `smartcity --debug …` shows where it was raised."


def import_mend(cause: BaseException, discovered: DiscoveredApp) -> str:
    """Return the mend for an app that cannot be imported."""
    package = discovered.module.partition(".")[0]
    missing = (cause.name or "") if isinstance(cause, ImportError) else ""
    if missing.partition(".")[0] == "smartcity_share":
        return (
            f"`{discovered.distribution}` is made for another version of smartcity-share than {__version__}: "
            "upgrade one of the two with pip."
        )
    if isinstance(cause, ModuleNotFoundError) and missing:
        if missing.partition(".")[0] == package:
            return (
                f"Reinstall it: `pip install --force-reinstall {discovered.distribution}`. If that does not help, "
                f"its maker corrects the entry point `{discovered.app_id} = {discovered.entry_point}` in pyproject.toml."
            )
        absent = _absent_requirements(discovered)
        if absent:
            return f"Install what it needs: `pip install {' '.join(absent)}`."
        top = missing.partition(".")[0]
        return (
            f"Install it: `pip install {top}` (its distribution may have another name). "
            f"Its maker adds it to the dependencies of `{discovered.distribution}`."
        )
    if isinstance(cause, AttributeError) and ":" in discovered.entry_point:
        return f"Its maker corrects the entry point `{discovered.app_id} = {discovered.entry_point}` in pyproject.toml."
    return (
        f"This is a fault of the app: `python -c 'import {discovered.module}'` shows where. "
        "Send it to its maker, or install another version."
    )


def _absent_requirements(discovered: DiscoveredApp) -> list[str]:
    """Return the requirements of an app that are not installed here, quoted for a shell."""
    import shlex
    from importlib.metadata import Distribution, PackageNotFoundError, version

    from packaging.requirements import InvalidRequirement, Requirement

    absent: list[str] = []
    for line in Distribution.at(discovered.dist_info).requires or ():
        try:
            requirement = Requirement(line)
        except InvalidRequirement:
            continue
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            version(requirement.name)
        except PackageNotFoundError:
            requirement.marker = None
            absent.append(shlex.quote(str(requirement)))
    return absent
