"""Which releases are meant by the name of an app: pure, from the search index, which is a hint and no authority."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from packaging.version import InvalidVersion, Version

from smartcity_share.catalogue.entries import IndexRow
from smartcity_share.documents.suggest import did_you_mean
from smartcity_share.errors import Location, ReleaseAmbiguousError, ReleaseNotFoundError

_SHOWN = 8


def meant(
    rows: Sequence[IndexRow], app: str, version: str | None, origin: str | None, where: Location
) -> tuple[tuple[Version, IndexRow], ...]:
    """Return the releases that may be meant, the one to be preferred first: final before preview, newer before older.

    Args:
        rows: The search index.
        app: Id of the app.
        version: The version; None for any.
        origin: Code of the region that shares it; None where there is only one.
        where: The catalogue.

    Raises:
        ReleaseNotFoundError: There is no such app, origin or version.
        ReleaseAmbiguousError: Several regions share an app of this id, and none is named.
    """
    named = [row for row in rows if row.app == app]
    if not named:
        apps = sorted({row.app for row in rows})
        listed = f"It has: {_listed(apps)}." if apps else "It lists no app."
        raise ReleaseNotFoundError(
            f"The catalogue has no app `{app[:60]}`", where=where, hint=did_you_mean(app, apps) or listed
        )
    origins = sorted({row.origin for row in named})
    if origin is None and len(origins) > 1:
        raise ReleaseAmbiguousError(
            f"`{app}` is shared by {' and '.join(origins)}: two apps of one id",
            where=where,
            hint=f"Name the one you want: {' or '.join(f'`--origin {code}`' for code in origins[:_SHOWN])}.",
        )
    ours = [row for row in named if origin in (None, row.origin)]
    if not ours:
        raise ReleaseNotFoundError(
            f"{origin} shares no app `{app}` in this catalogue",
            where=where,
            hint=f"`{app}` is shared by {_listed(origins)}: another app under the same id. If you mean it, name its region: "
            f"`--origin {origins[0]}`.",
        )
    found = sorted(_versions(ours), key=lambda one: (not one[0].is_prerelease, one[0]), reverse=True)
    if version is None:
        return tuple(found)
    wanted = _version(version)
    exact = tuple(one for one in found if one[0] == wanted)
    if not exact:
        there = _listed([str(number) for number, _ in found])
        raise ReleaseNotFoundError(
            f"The catalogue has no version {version[:40]} of `{app}`", where=where, hint=f"It has: {there or 'none'}."
        )
    return exact


def _versions(rows: Iterable[IndexRow]) -> Iterable[tuple[Version, IndexRow]]:
    for row in rows:
        number = _version(row.version)
        if number is not None:
            yield number, row


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
