"""Photos of a form that is not sent yet, kept for a while: a browser loses them with the next page.

They belong to the one-time key of the form, of which only the hash is kept. They become photos of the report when it is filed,
and are deleted when that does not happen.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select

from smartcity_complaints import model
from smartcity_complaints.keeping import KeptFiles, new_photo_id
from smartcity_complaints.numbers import fingerprint
from smartcity_complaints.photos import Picture
from smartcity_complaints.store import reading
from smartcity_share import Installation

HELD_FOR: Final = timedelta(hours=2)
MOST_BYTES: Final = 200_000_000
"""What all forms of a region together may hold; beyond it photos have to be chosen again, and nothing else is lost."""
_FOLDER: Final = "held/"
_TABLE: Final = model.held_photo


def hold(installation: Installation, key: str, pictures: Sequence[Picture]) -> bool:
    """Hold photos for a form, beside those it holds already.

    Args:
        installation: The installation.
        key: One-time key of the form.
        pictures: The photos, ready to be kept.

    Returns:
        Whether they are held: not where too much is held already.
    """
    owner, now = fingerprint(key), installation.now()
    with KeptFiles(installation.files) as files, installation.database.begin() as connection:
        held = connection.execute(select(func.coalesce(func.sum(_TABLE.c.size), 0))).scalar_one()
        if held + sum(len(picture.content) for picture in pictures) > MOST_BYTES:
            return False
        last = connection.execute(select(func.max(_TABLE.c.sequence)).where(_TABLE.c.form_fingerprint == owner)).scalar_one()
        for sequence, picture in enumerate(pictures, start=(last or 0) + 1):
            photo_id = new_photo_id()
            files.write(_whole(photo_id), picture.content)
            files.write(_small(photo_id), picture.small)
            connection.execute(
                insert(_TABLE).values(
                    id=photo_id, form_fingerprint=owner, sequence=sequence, width=picture.width, height=picture.height,
                    size=len(picture.content), added_at=now,
                )
            )  # fmt: skip
    return True


def held_count(installation: Installation, key: str) -> int:
    """Return how many photos a form holds."""
    with reading(installation) as connection:
        query = select(func.count()).select_from(_TABLE).where(_TABLE.c.form_fingerprint == fingerprint(key))
        return connection.execute(query).scalar_one()


def held_pictures(installation: Installation, key: str) -> list[Picture]:
    """Return the photos a form holds, in the order they were chosen; one whose file is gone is passed over."""
    query = select(_TABLE).where(_TABLE.c.form_fingerprint == fingerprint(key)).order_by(_TABLE.c.sequence)
    found = []
    with reading(installation) as connection:
        rows = connection.execute(query).all()
    for row in rows:
        try:
            with installation.files.open(_whole(row.id)) as whole, installation.files.open(_small(row.id)) as small:
                found.append(Picture(whole.read(), small.read(), row.width, row.height))
        except FileNotFoundError:
            continue
    return found


def drop(installation: Installation, key: str) -> None:
    """Delete the photos a form holds."""
    with installation.database.begin() as connection:
        ids = _ids(connection, _TABLE.c.form_fingerprint == fingerprint(key))
    _delete(installation, ids)


def clean(installation: Installation) -> int:
    """Delete what was held too long, and files that no form holds; return how many photos that were."""
    with installation.database.begin() as connection:
        ids = _ids(connection, _TABLE.c.added_at <= installation.now() - HELD_FOR)
    _delete(installation, ids)
    with reading(installation) as connection:
        known = set(connection.execute(select(_TABLE.c.id)).scalars())
    strays = {name.removeprefix(_FOLDER)[:26] for name in installation.files.names(_FOLDER)} - known
    _delete(installation, sorted(strays))
    return len(set(ids) | strays)


def _ids(connection: Connection, condition: object) -> list[str]:
    """Take photos out of the table; their files go once that is committed."""
    ids = list(connection.execute(select(_TABLE.c.id).where(condition)).scalars())  # type: ignore[arg-type]
    connection.execute(delete(_TABLE).where(_TABLE.c.id.in_(ids)))
    return ids


def _delete(installation: Installation, ids: Sequence[str]) -> None:
    for photo_id in ids:
        installation.files.delete(_whole(photo_id))
        installation.files.delete(_small(photo_id))


def _whole(photo_id: str) -> str:
    return f"{_FOLDER}{photo_id}.jpg"


def _small(photo_id: str) -> str:
    return f"{_FOLDER}{photo_id}-small.jpg"
