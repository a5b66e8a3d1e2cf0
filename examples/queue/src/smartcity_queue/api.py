"""The FastAPI application: which region a request is for is a dependency like any other."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import func, select

from smartcity_queue.plugin import numbers
from smartcity_share import Installation
from smartcity_share.toolkit import Pages, installation_of

pages = Pages("smartcity_queue")
# The pages of the documentation load their scripts from elsewhere, which the host refuses; the description itself stays.
api = FastAPI(title="Counter queue", version="1.0.0", docs_url=None, redoc_url=None)


def here(request: Request) -> Installation:
    """Return the installation of the region that the request is for."""
    return installation_of(request)


Here = Annotated[Installation, Depends(here)]


class Taking(BaseModel):
    """What a visitor asks for."""

    counter: int = Field(ge=1, description="Number of the counter.")


class Ticket(BaseModel):
    """A number, and how long it will take."""

    number: int
    counter: int
    ahead: int = Field(description="How many are called before; 0 where it is called already.")
    called: bool


@api.get("/", include_in_schema=False)
def show(request: Request, installation: Here) -> Response:
    """Show whose turn it is."""
    with installation.database.engine.connect() as connection:
        called = select(numbers.c.counter, func.max(numbers.c.number)).where(numbers.c.called_at.is_not(None))
        turns = connection.execute(called.group_by(numbers.c.counter).order_by(numbers.c.counter)).all()
    return pages.render(request, "turns.html", {"turns": turns})


@api.post("/numbers", status_code=201)
def take(taking: Taking, installation: Here) -> Ticket:
    """Take a number."""
    if taking.counter > installation.settings.counters:
        raise HTTPException(404, f"There are {installation.settings.counters} counters.")
    with installation.database.begin() as connection:
        taken = numbers.insert().values(counter=taking.counter, taken_at=installation.now())
        number = connection.execute(taken).inserted_primary_key[0]
    return look(number, installation)


@api.get("/numbers/{number}")
def look(number: int, installation: Here) -> Ticket:
    """Look how many are ahead."""
    with installation.database.engine.connect() as connection:
        row = connection.execute(select(numbers).where(numbers.c.number == number)).one_or_none()
        if row is None:
            raise HTTPException(404, "There is no such number.")
        waiting = numbers.c.called_at.is_(None) & (numbers.c.counter == row.counter) & (numbers.c.number < number)
        ahead = connection.execute(select(func.count()).where(waiting)).scalar_one()
    called = row.called_at is not None
    return Ticket(number=number, counter=row.counter, ahead=0 if called else ahead, called=called)


@api.post("/next")
def call(taking: Taking, installation: Here) -> Ticket:
    """Call the next; who may is said in the manifest."""
    with installation.database.begin() as connection:
        waiting = numbers.c.called_at.is_(None) & (numbers.c.counter == taking.counter)
        number = connection.execute(select(func.min(numbers.c.number)).where(waiting)).scalar_one()
        if number is None:
            raise HTTPException(404, "Nobody waits at this counter.")
        connection.execute(numbers.update().where(numbers.c.number == number).values(called_at=installation.now()))
    return look(number, installation)
