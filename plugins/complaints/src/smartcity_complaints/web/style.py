"""The style sheet of the app, kept by browsers until it changes."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response


def sheet(_: Request) -> Response:
    """Answer with the style sheet; its address carries its version, so it can be kept for good."""
    return Response(_content(), media_type="text/css", headers={"Cache-Control": "public, max-age=31536000, immutable"})


@cache
def version() -> str:
    """Return what tells one form of the style sheet from another."""
    return hashlib.sha256(_content()).hexdigest()[:12]


@cache
def _content() -> bytes:
    return (files("smartcity_complaints") / "static" / "complaints.css").read_bytes()
