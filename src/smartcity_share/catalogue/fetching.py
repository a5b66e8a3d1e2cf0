"""What the TUF client reads metadata with: the files of the catalogue, wherever it lies."""

from __future__ import annotations

from collections.abc import Iterator

from tuf.api.exceptions import DownloadHTTPError
from tuf.ngclient import FetcherInterface

from smartcity_share.catalogue.reaching import Reach

_HEAD = 200
_NOT_FOUND = 404


class CatalogueFetcher(FetcherInterface):
    """Reads metadata; a URL is a path in the folder of the catalogue.

    Attributes:
        last: The metadata read last, unverified: for messages about what is wrong with it.
        is_page: Whether that looks like a web page.

    Args:
        reach: Reads the files.
    """

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self.last = b""
        self.is_page = False

    def _fetch(self, url: str) -> Iterator[bytes]:
        with self._reach.opened(url) as stream:
            if stream is None:
                raise DownloadHTTPError(f"{url} is not there", _NOT_FOUND)
            self.is_page = stream.is_page
            yield from stream.chunks

    def download_bytes(self, url: str, max_length: int) -> bytes:
        """Read a file whole.

        Args:
            url: Its path in the folder of the catalogue.
            max_length: Its largest length in bytes.

        Raises:
            DownloadHTTPError: It is not there.
            DownloadLengthMismatchError: It is longer.
            CatalogueUnreachableError: The catalogue cannot be reached.
        """
        self.last = b""
        self.last = super().download_bytes(url, max_length)
        self.is_page = self.is_page or self.last[:_HEAD].lstrip().startswith(b"<")
        return self.last
