"""What the roles of a catalogue say of a file: only those that may speak for it are heard."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs
from pydantic import ValidationError

from smartcity_share.catalogue.entries import Entry, Index, NeededEntry, ReleaseEntry, RevokedEntry, readable_entry
from smartcity_share.catalogue.reaching import Reach
from smartcity_share.catalogue.release import ListedWheel
from smartcity_share.catalogue.roles import INDEX_PATH, REVOCATIONS, ReleasePath, speaks_for
from smartcity_share.errors import (
    CatalogueAlteredError,
    CatalogueInvalidError,
    CatalogueUntrustedError,
    Location,
    ReleaseRevokedError,
)

if TYPE_CHECKING:
    from tuf.api.metadata import TargetFile

    from smartcity_share.catalogue.following import Follower

MOST_WHEEL_BYTES: Final = 1 << 30
"""Most bytes a wheel may have."""
_MOST_INDEX_BYTES: Final = 64 << 20
_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_WRONG_HANDS: Final = "Do not use it, and tell whoever runs the catalogue: the keys of that role may be in wrong hands."
_AGAIN: Final = "Fetch the catalogue again; if it stays so, tell whoever runs it."


@attrs.frozen
class Said:
    """What a role says of a wheel.

    Attributes:
        role: The role that signed for it.
        wheel: The wheel.
        entry: What it says of it.
    """

    role: str
    wheel: ListedWheel
    entry: Entry


class Speakers:
    """The roles of a catalogue.

    Args:
        follower: Their metadata, verified.
        reach: Reads the files.
        place: Where the catalogue lies, for messages.
    """

    def __init__(self, follower: Follower, reach: Reach, place: str) -> None:
        self._follower, self._reach, self._place = follower, reach, place

    def index(self) -> Index:
        """Return the search index; an empty one where there is none.

        Raises:
            CatalogueAlteredError: It is not the one that was signed for.
            SmartCityError: Another error of a catalogue.
        """
        found = self._found(INDEX_PATH)
        if found is None:
            return Index(apps=())
        _, target = found
        try:
            return Index.model_validate_json(self._content(target))
        except ValidationError as error:
            raise self.unreadable(INDEX_PATH, error) from None

    def say(self, path: ReleasePath) -> Said | None:
        """Return what is said of a wheel; None where nobody signed for it.

        Raises:
            CatalogueUntrustedError: A role signed for it that does not speak for it.
            SmartCityError: Another error of a catalogue.
        """
        found = self._found(str(path))
        if found is None:
            return None
        role, target = found
        if target.length > MOST_WHEEL_BYTES:
            raise CatalogueInvalidError(
                f"{path.file} is said to have {target.length:,} bytes; at most {MOST_WHEEL_BYTES:,} are fetched",
                where=Location(self._place),
                hint=f"Tell {path.origin}, which signed it.",
            )
        entry = readable_entry(target.custom)
        if entry is None:
            raise self.unreadable(str(path))
        if isinstance(entry, RevokedEntry) != (role == REVOCATIONS):
            raise CatalogueUntrustedError(
                f"`{role}` says of {path} what is not its to say: `{REVOCATIONS}` revokes, and does nothing else",
                where=Location(self._place),
                hint=_WRONG_HANDS,
            )
        return Said(role, ListedWheel(path, target.length, self._digest(target)), entry)

    def needed(self, path: ReleasePath) -> ListedWheel:
        """Return a wheel that a release needs.

        Raises:
            ReleaseRevokedError: It was revoked.
            SmartCityError: Another error of a catalogue.
        """
        said = self.say(path)
        if said is None:
            raise CatalogueInvalidError(
                f"The release needs {path.file}, which {path.origin} has not signed",
                where=Location(self._place),
                hint=f"Tell {path.origin}, which shares the app: the wheels it needs are added with it.",
            )
        if isinstance(said.entry, RevokedEntry):
            raise self.revoked(f"{path.file}, which the release needs,", said.entry)
        if isinstance(said.entry, ReleaseEntry | NeededEntry):
            return said.wheel
        raise self.unreadable(str(path))

    def revoked(self, what: str, entry: RevokedEntry) -> ReleaseRevokedError:
        """Return the error of something that was revoked."""
        one = entry.revoked
        return ReleaseRevokedError(
            f"{what} was revoked on {one.at:%Y-%m-%d} by {one.by}: {one.reason}",
            where=Location(self._place),
            hint="Take a version that was not revoked; ask the region that shares it for one that mends this.",
        )

    def unreadable(self, path: str, error: ValidationError | None = None) -> CatalogueInvalidError:
        """Return the error of an entry that says nothing this program understands."""
        first = "" if error is None else f": {error.errors(include_url=False, include_input=False)[0]['msg']}"
        return CatalogueInvalidError(
            f"What the catalogue says of {path} cannot be read{first}",
            where=Location(self._place),
            hint="It may be written for a newer smartcity-share: see whether there is one. Else tell whoever runs it.",
        )

    def _found(self, path: str) -> tuple[str, TargetFile] | None:
        found = self._follower.signed(path)
        if found is not None and not speaks_for(found[0], path):
            raise CatalogueUntrustedError(
                f"`{found[0]}` signed {path}, for which it does not speak",
                where=Location(self._place),
                hint=_WRONG_HANDS,
            )
        return found

    def _digest(self, target: TargetFile) -> str:
        """Return the SHA-256 that was signed; it names files here and there, so it has to look like one."""
        digest = target.hashes.get("sha256", "")
        if _SHA256.fullmatch(digest) is None:
            raise self.unreadable(target.path)
        return digest

    def _content(self, target: TargetFile) -> bytes:
        from tuf.api.exceptions import RepositoryError

        folder, _, name = INDEX_PATH.rpartition("/")
        place = f"targets/{folder}/{self._digest(target)}.{name}"
        where = Location(f"{self._place}/{place}")
        most = min(target.length, _MOST_INDEX_BYTES)
        content = bytearray()
        with self._reach.opened(place) as stream:
            if stream is None:
                raise CatalogueInvalidError("The index of the catalogue is missing", where=where, hint=_AGAIN)
            for chunk in stream.chunks:
                content += chunk
                if len(content) > most:
                    break
        try:
            target.verify_length_and_hashes(bytes(content))
        except RepositoryError as error:
            message = f"The index of the catalogue is not the one that was signed for: {error}"
            raise CatalogueAlteredError(message, where=where, hint=_AGAIN) from None
        return bytes(content)
