"""The whole app: a setting, a table, a page. What it says of itself is in smartcity.toml."""

from __future__ import annotations

from sqlalchemy import Column, Integer, MetaData, String, Table
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from smartcity_share import DatabaseSchema, Installation, Settings, hookimpl, setting
from smartcity_share.toolkit import Pages, installation_of, language_of

pages = Pages("smartcity_hello")
metadata = MetaData()
word = Table("word", metadata, Column("id", Integer, primary_key=True), Column("text", String(280), nullable=False))


class HelloSettings(Settings):
    """What a region sets."""

    question: str = setting("Apa kabar?", title={"id": "Pertanyaan", "en": "Question"}, min_length=1, max_length=120)


def show(request: Request) -> Response:
    """Show the book: installation and language come with the request, for whichever region it is."""
    here = installation_of(request)
    with here.database.engine.connect() as connection:
        words = connection.execute(word.select().order_by(word.c.id.desc()).limit(50)).all()
    wording = here.region.wording(language_of(request), here.now().date())
    return pages.render(request, "book.html", {"words": words, "wording": wording})


async def add(request: Request) -> Response:
    """Keep a word, then send the browser to the book, so that loading it again adds nothing."""
    async with request.form(max_files=0, max_fields=10) as sent:
        text = str(sent.get("text", "")).strip()[:280]
    if text:
        await run_in_threadpool(_keep, installation_of(request), text)
    return RedirectResponse(f"{request.scope['root_path']}/", status_code=303)


def _keep(here: Installation, text: str) -> None:
    with here.database.begin() as connection:
        connection.execute(word.insert().values(text=text))


@hookimpl
def settings_model() -> type[Settings]:
    """Return what a region can set."""
    return HelloSettings


@hookimpl
def database_schema() -> DatabaseSchema:
    """Return the tables; the host makes them for each region."""
    return DatabaseSchema(metadata)


@hookimpl
def asgi_app() -> Starlette:
    """Return the pages: one application for every region."""
    return Starlette(routes=[Route("/", show, methods=["GET"]), Route("/", add, methods=["POST"])])
