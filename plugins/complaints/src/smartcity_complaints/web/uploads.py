"""Photos in a submitted form: read, judged and made ready to be kept."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import FormData, UploadFile

from smartcity_complaints.errors import ComplaintsError, NotPossibleError, PhotoRefusedError
from smartcity_complaints.photos import Picture, prepare
from smartcity_complaints.regional import settings_of
from smartcity_share import Installation

MOST_FILES = 12


async def read_uploads(sent: FormData) -> list[bytes]:
    """Return what was uploaded in the fields named ``photo``; an empty field is none."""
    return [await upload.read() for upload in sent.getlist("photo") if isinstance(upload, UploadFile) and upload.size]


def prepare_all(
    installation: Installation, uploads: Sequence[bytes], *, already: int = 0
) -> tuple[tuple[Picture, ...], ComplaintsError | None]:
    """Return uploads ready to be kept, or none and why.

    Args:
        installation: The installation, for its limits.
        uploads: What was uploaded.
        already: How many photos there are besides.
    """
    settings = settings_of(installation)
    if uploads and len(uploads) + already > settings.photo_count:
        return (), NotPossibleError("Choose at most %(limit)s photos.", limit=settings.photo_count)
    try:
        return tuple(prepare(upload, settings.photo_megabytes) for upload in uploads), None
    except PhotoRefusedError as refused:
        return (), refused
