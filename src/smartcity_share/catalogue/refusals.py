"""What TUF raises, told to a person: which role, which keys, which date, and the mend."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from securesystemslib.signer import Key
from tuf.api.exceptions import (
    BadVersionNumberError,
    DownloadError,
    DownloadHTTPError,
    DownloadLengthMismatchError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    RepositoryError,
    UnsignedMetadataError,
)
from tuf.api.metadata import Root, Targets
from tuf.api.serialization import DeserializationError

from smartcity_share.catalogue.keys import named, shown
from smartcity_share.catalogue.reaching import PORTAL_MEND
from smartcity_share.catalogue.roles import REVOCATIONS, TOP_LEVEL, parent_of
from smartcity_share.errors import (
    CatalogueAlteredError,
    CatalogueExpiredError,
    CatalogueInvalidError,
    CatalogueRolledBackError,
    CatalogueUntrustedError,
    Location,
    SmartCityError,
)

if TYPE_CHECKING:
    from smartcity_share.catalogue.fetching import CatalogueFetcher

_TRIPPED_OVER: Final = (TypeError, ValueError, AttributeError, KeyError, OverflowError, RecursionError)
"""What python-tuf raises where it has read metadata, signed or not, that hold other types than they should."""
_AGAIN: Final = (
    "Nothing was changed. Fetch the catalogue again from where it is published; if it stays so, tell whoever runs it."
)


@contextmanager
def told(place: str, role: str, fetcher: CatalogueFetcher, delegator: Root | Targets | None = None) -> Iterator[None]:
    """Tell what TUF raises in the block as one of our errors.

    Args:
        place: Where the catalogue lies.
        role: The role whose metadata are read.
        fetcher: What reads them.
        delegator: The metadata that name the keys of the role, where they are known.

    Raises:
        SmartCityError: One of the errors of a catalogue.
    """
    try:
        yield
    except (RepositoryError, DownloadError, *_TRIPPED_OVER) as error:
        raise _refusal(error, Location(place, key=role), role, fetcher, delegator) from None


def _refusal(  # noqa: PLR0911 - one for each kind
    error: Exception, where: Location, role: str, fetcher: CatalogueFetcher, delegator: Root | Targets | None
) -> SmartCityError:
    match error:
        case UnsignedMetadataError():
            return _unsigned(where, role, fetcher.last, delegator)
        case ExpiredMetadataError():
            return expired(where, role, fetcher.last)
        case BadVersionNumberError():
            return CatalogueRolledBackError(
                f"The catalogue is older than what was seen of it, or is mixed from several states: {error}",
                where=where,
                hint="Nothing was changed. Take a newer copy of the catalogue. If its own server sends it, somebody may be "
                "handing you old releases on purpose: tell whoever runs it.",
            )
        case LengthOrHashMismatchError() | DownloadLengthMismatchError():
            return CatalogueAlteredError(f"The metadata are not those that were signed for: {error}", where=where, hint=_AGAIN)
        case DownloadHTTPError():
            return _absent(where, role)
        case DeserializationError():
            return _unreadable(where, role, fetcher)
        case _ if "missing info for" in str(error):
            return CatalogueRolledBackError(f"What was listed before is gone: {error}", where=where, hint=_AGAIN)
        case _:
            return CatalogueInvalidError(f"The catalogue does not hold together: {error}", where=where, hint=_AGAIN)


def expired(where: Location, role: str, metadata: bytes, date: str = "") -> CatalogueExpiredError:
    """Return the error of metadata that ran out.

    Args:
        where: The place.
        role: The role.
        metadata: Its metadata, to tell the date from where it is not given.
        date: The day it ran out.
    """
    day = date or str(_signed(metadata).get("expires", ""))[:10]
    return CatalogueExpiredError(
        f"The metadata of `{role}` ran out{f' on {day}' if day else ''}",
        where=where,
        hint=f"Tell whoever keeps the keys of `{role}` to sign it anew; releases stay as they are. If that date lies ahead, "
        "set the clock of this machine.",
    )


def _unsigned(where: Location, role: str, metadata: bytes, delegator: Root | Targets | None) -> CatalogueUntrustedError:
    keys, threshold = _keys(role, delegator)
    names = {key.keyid: named(key) for key in keys}
    signers = [str(one.get("keyid", "")) for one in _signatures(metadata)]
    held = f"signed by {', '.join(names.get(one, shown(one)) for one in signers)}" if signers else "signed by nobody"
    of = f" of the keys {', '.join(names.values())}" if names else ""
    mend = "Do not use it. Fetch it again; if it stays so, tell whoever runs it that somebody else may be writing to it."
    parent = parent_of(role)
    if parent is not None and not names.keys() & set(signers):
        mend += f" If the keys were changed, `{parent}` has to name the new ones, and these have to sign."
    wants = f"{threshold} signature{'' if threshold == 1 else 's'}" if threshold else "more signatures"
    return CatalogueUntrustedError(f"`{role}` needs {wants}{of}, and has not got them: {held}", where=where, hint=mend)


def _absent(where: Location, role: str) -> CatalogueInvalidError:
    if role in TOP_LEVEL:
        return CatalogueInvalidError(
            f"There is no catalogue: the metadata of `{role}` are missing",
            where=where,
            hint="Name the folder or the address that holds `metadata` and `targets`, and copy all of it.",
        )
    what = "the list of what was revoked is" if role == REVOCATIONS else f"the metadata of `{role}` are"
    return CatalogueInvalidError(
        f"The catalogue is not whole: {what} missing",
        where=where,
        hint="Copy the whole folder `metadata`. If its server lacks the file, whoever runs it publishes again.",
    )


def _unreadable(where: Location, role: str, fetcher: CatalogueFetcher) -> CatalogueInvalidError:
    if fetcher.is_page:
        return CatalogueInvalidError(
            f"There is a web page where the metadata of `{role}` should be: this is not the catalogue",
            where=where,
            hint=PORTAL_MEND,
        )
    return CatalogueInvalidError(f"The metadata of `{role}` cannot be read", where=where, hint=_AGAIN)


def _keys(role: str, delegator: Root | Targets | None) -> tuple[list[Key], int]:
    if delegator is None:
        return [], 0
    try:
        found = delegator.get_delegated_role(role)
        return [delegator.get_key(keyid) for keyid in found.keyids], found.threshold
    except ValueError:
        return [], 0


def _signed(metadata: bytes) -> dict[str, Any]:
    found = _table(metadata, "signed")
    return found if isinstance(found, dict) else {}


def _signatures(metadata: bytes) -> list[dict[str, Any]]:
    found = _table(metadata, "signatures")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _table(metadata: bytes, key: str) -> Any:
    try:
        document = json.loads(metadata)
    except (ValueError, RecursionError):
        return None
    return document.get(key) if isinstance(document, dict) else None
