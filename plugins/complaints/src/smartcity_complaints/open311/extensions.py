"""What goes beyond GeoReport v2 with ``extensions=true``, in the form servers in use have given it.

``attributes`` are the answers to further questions, ``extended_attributes`` the way a report came and its photos, ``notes`` the
steps everyone may know of: here stands that a report is in progress, which ``status`` has no word for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, select

from smartcity_complaints import model, store
from smartcity_complaints.open311.answers import MEDIA, answers_of, labelled
from smartcity_complaints.open311.context import Context
from smartcity_complaints.open311.listing import Found
from smartcity_complaints.open311.moments import write_moment
from smartcity_complaints.records import Event, Photo, visible
from smartcity_complaints.regional import offices
from smartcity_complaints.workflow import Action, Audience

_CHUNK: Final = 500
_NOTE_TYPES: Final[Mapping[str, str]] = {
    Action.SUBMIT: "submitted",
    Action.VERIFY: "verified",
    Action.RETURN: "returned",
    Action.COMPLETE: "completed",
    Action.REJECT: "rejected",
    Action.FORWARD: "forwarded",
    Action.START: "in_progress",
    Action.PROGRESS: "in_progress",
    Action.REPLY: "answered",
    Action.CLOSE: "closed",
    Action.REOPEN: "reopened",
    Action.APPEAL: "reopened",
    "merge": "merged",
    "split": "reopened",
    "joined": "duplicate_joined",
    "parted": "duplicate_parted",
    "rate": "rated",
}
"""Every step everyone may know of; a test holds it to the workflow."""


class Extensions:
    """The further parts of some requests, read at once.

    Args:
        connection: An open connection.
        context: The context.
        requests: The requests.
        shown: Ids of those whose words and photos may be shown.
    """

    def __init__(self, connection: Connection, context: Context, requests: Sequence[Found], shown: set[int]) -> None:
        ids = [request.id for request in requests]
        visible_ids = [key for key in ids if key in shown]
        self._context = context
        self._shown = shown
        self._offices = offices(context.installation, context.language)
        self._answers = answers_of(connection, visible_ids)
        self._events = _events(connection, ids)
        self._photos: dict[int, tuple[Photo, ...]] = {}
        for start in range(0, len(visible_ids), _CHUNK):
            self._photos |= store.photos(connection, visible_ids[start : start + _CHUNK])

    def of(self, request: Found) -> dict[str, Any]:
        """Return the further parts of a request."""
        return {
            "attributes": [
                {"label": answer.question, "name": answer.code, "value": answer.text, "code": answer.key}
                # A picture elsewhere was looked at by nobody here.
                for answer in labelled(
                    self._context.settings.open311,
                    request.kind,
                    [answer for answer in self._answers.get(request.id, ()) if answer.code != MEDIA],
                    self._context.language,
                )
            ],
            "extended_attributes": {
                "channel": request.channel,
                "photos": [self._photo(photo) for photo in self._photos.get(request.id, ())],
            },
            "notes": self._notes(request),
        }

    def _photo(self, photo: Photo) -> dict[str, Any]:
        return {
            "media_url": f"{self._context.app_url}/foto/{photo.id}",
            "width": photo.width,
            "height": photo.height,
            "created_at": write_moment(photo.added_at, self._context.zone),
        }

    def _notes(self, request: Found) -> list[dict[str, Any]]:
        events = visible(self._events.get(request.id, ()), Audience.EVERYONE)
        entries = self._context.words.timeline(events, self._offices, names=False)
        return [
            {
                "datetime": write_moment(event.at, self._context.zone),
                "description": ": ".join(
                    part for part in (entry.title, entry.text if request.id in self._shown else "") if part
                ),
                "type": _NOTE_TYPES[event.action],
            }
            for event, entry in zip(events, entries, strict=True)
        ]


def _events(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[Event, ...]]:
    table = model.history
    found: dict[int, list[Event]] = {key: [] for key in ids}
    for start in range(0, len(ids), _CHUNK):
        query = (
            select(table)
            .where(table.c.report_id.in_(ids[start : start + _CHUNK]))
            .order_by(table.c.report_id, table.c.sequence)
        )
        for row in connection.execute(query):
            found[row.report_id].append(Event.of(row))
    return {key: tuple(events) for key, events in found.items()}
