"""A report with a marker in every personal field, and what looks for markers."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from sqlalchemy import select
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from smartcity_complaints import model, store
from smartcity_complaints.draft import Draft
from smartcity_complaints.filing import Filed, file_report, new_key
from smartcity_complaints.handling import Order, act
from smartcity_complaints.open311.answers import Answer
from smartcity_complaints.photos import prepare
from smartcity_complaints.plugin import asgi_app
from smartcity_complaints.workflow import Action
from smartcity_share import Actor, Installation
from smartcity_share.testing import VISITOR, PostOffice
from smartcity_share.toolkit import Shell

ROOT = "/71.08/complaints"

MARKS = {
    "name": "TANDANAMA Contoh",
    "email": "tandasurel@contoh.example",
    "phone": "+62 811 7770 888",
    "text": "TANDAISI seorang warga bernama TANDAORANG terganggu.",
    "place": "TANDATEMPAT nomor 7",
    "latitude": "0.7771234",
    "longitude": "123.7775678",
}
MARKERS = ("tanda", "7770 888", "7771234", "7775678")
"""What must not be found in small letters anywhere it does not belong."""


@pytest.fixture
def post() -> PostOffice:
    return PostOffice()


@pytest.fixture
def installation(install: Callable[..., Installation], post: PostOffice) -> Installation:
    return attrs.evolve(install(), messages=post)


Mark = Callable[..., Filed]


@pytest.fixture
def mark(
    installation: Installation, draft: Callable[..., Draft], official: Callable[..., Actor], jpeg: Callable[..., bytes]
) -> Mark:
    """File a report with markers in every field; ``mark(handled=True)`` also closes it, with markers in every step."""
    keys = itertools.count()

    def make(*, handled: bool = False, published: bool = False, **changes: Any) -> Filed:
        filed = file_report(
            installation,
            draft(**(MARKS | {"notices": True} | changes)),
            key=new_key() if next(keys) else "k" * 24,
            pictures=[prepare(jpeg(), 8)],
            answers=[Answer("pole-number", "TANDAJAWABAN")],
        )
        if handled:
            by = attrs.evolve(official(), name="TANDAPETUGAS")
            for order in (
                Order(Action.VERIFY, "TANDACATATAN", publish=published),
                Order(Action.FORWARD, "TANDAPERINTAH", office="dinas-lh"),
                Order(Action.REPLY, "TANDABALASAN"),
                Order(Action.CLOSE),
            ):
                act(installation, by, filed.number, order)
        return filed

    return make


@pytest.fixture
def everything() -> Callable[[Installation], str]:
    """Return every row of every table as one text, in small letters."""
    return _everything


def _everything(installation: Installation) -> str:
    with store.reading(installation) as connection:
        return "\n".join(str(connection.execute(select(table)).all()) for table in model.metadata.sorted_tables).lower()


@pytest.fixture
def found_in() -> Callable[[str | bytes], list[str]]:
    """Return the markers that stand in a text or in bytes."""
    return _found_in


def _found_in(text: str | bytes) -> list[str]:
    plain = text.decode("latin-1") if isinstance(text, bytes) else text
    return [marker for marker in MARKERS if marker in plain.lower()]


@attrs.frozen
class _Host:
    """Sets what the host sets, and nothing more."""

    installation: Installation
    actor: Actor
    language: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            region = self.installation.region
            shell = Shell(
                region_code=region.code,
                region_name="Kabupaten Contoh",
                government="Pemerintah Kabupaten Contoh",
                home_url="/71.08/",
                static_url="/71.08/_/static/",
                language=self.language,
                time_zone=region.time_zone,
            )
            scope = {
                **scope,
                "root_path": ROOT,
                "smartcity.installation": self.installation,
                "smartcity.actor": self.actor,
                "smartcity.shell": shell,
            }
        await asgi_app()(scope, receive, send)


@attrs.frozen
class Browser:
    """A client that begins every address with where the host has put the app, and follows no redirect after a POST."""

    client: TestClient

    def get(self, path: str, **options: Any) -> Any:
        return self.client.get(ROOT + path, **options)

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> Any:
        return self.client.post(ROOT + path, data=data, follow_redirects=False, **options)


@pytest.fixture
def browse(installation: Installation) -> Callable[..., Browser]:
    """Open browsers: ``browse(official("verifier"), language="en")``."""

    def make(actor: Actor = VISITOR, *, language: str = "id", of: Installation | None = None) -> Browser:
        return Browser(TestClient(_Host(of or installation, actor, language)))

    return make
