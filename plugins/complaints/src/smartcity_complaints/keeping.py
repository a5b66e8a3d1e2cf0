"""Keeping photos of a report: the files and the row that tells of each, both or neither."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, func, select

from smartcity_complaints import model, store
from smartcity_complaints.photos import Picture
from smartcity_complaints.records import Photo, Report
from smartcity_share import FileStore


class KeptFiles:
    """The files written for a transaction. Used around it: where the transaction fails, the files go again.

    Args:
        files: Where they are written.
    """

    def __init__(self, files: FileStore) -> None:
        self._files = files
        self._written: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is not None:
            # Also when the process is told to stop: a photo without its report must not stay behind.
            for name in self._written:
                self._files.delete(name)

    def write(self, name: str, content: bytes) -> None:
        """Write one file."""
        self._written.append(name)
        self._files.write(name, content)

    def keep(
        self,
        connection: Connection,
        report: Report,
        pictures: Iterable[Picture],
        *,
        author: str,
        at: datetime,
        event_sequence: int | None = None,
    ) -> None:
        """Add photos to a report.

        Args:
            connection: The connection of the transaction.
            report: The report.
            pictures: The photos, ready to be kept.
            author: ``reporter`` or ``official``.
            at: The moment.
            event_sequence: The event an official added them with.
        """
        table = model.photo
        last = connection.execute(select(func.max(table.c.sequence)).where(table.c.report_id == report.id)).scalar_one()
        for sequence, picture in enumerate(pictures, start=(last or 0) + 1):
            photo = Photo(
                id=new_photo_id(),
                report_id=report.id,
                sequence=sequence,
                author=author,
                width=picture.width,
                height=picture.height,
                size=len(picture.content),
                sha256=picture.sha256,
                added_at=at,
                event_sequence=event_sequence,
            )
            self.write(photo.file, picture.content)
            self.write(photo.small_file, picture.small)
            store.add_photo(connection, photo)


def new_photo_id() -> str:
    """Return a fresh id of a photo, which cannot be guessed."""
    return secrets.token_hex(13)
