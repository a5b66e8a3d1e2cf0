"""One region of the served demo, and how people move in it."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus

import attrs

from smartcity_share.cli.journey.preparation import Login, Prepared
from smartcity_share.cli.journey.visitor import Page, Visitor
from smartcity_share.regions.profile import RegionProfile


class Unmet(AssertionError):  # noqa: N818 - it is a finding, not an error of the program
    """A fact that does not hold; the text says what was found instead."""


@attrs.define
class Journey:
    """One region of the served demo, and what the checks learn on the way.

    Attributes:
        base: Address of the server.
        region: Code of the region.
        profile: Its profile, to compare pages with.
        others: The profiles of the other regions, of which nothing may be seen.
        service: The name the region gave the complaints service in its answers.
        prepared: The instance and its accounts.
        verify_days: Working days the region gives itself to check a complaint.
        number: The number of the complaint that is filed.
        link: The reporter's own link to it.
        deadline: The last day for checking it that the reporter is told.
    """

    base: str
    region: str
    profile: RegionProfile
    others: tuple[RegionProfile, ...]
    service: str
    prepared: Prepared
    verify_days: int
    number: str = ""
    link: str = ""
    deadline: date | None = None

    @property
    def home(self) -> str:
        """Path of the region's front page."""
        return f"/{self.region}/"

    def visitor(self, *, language: str = "id", host: str | None = None) -> Visitor:
        """A citizen with a fresh browser."""
        return Visitor(self.base, language=language, host=host)

    def official(self, login: str) -> Visitor:
        """An official who has signed in."""
        account = self.prepared.login(self.region, login)
        visitor = self.visitor()
        page = sign_in(visitor, self.home, account)
        expect(
            page.status == HTTPStatus.OK and "/_/masuk" not in page.url, f"{login} could not sign in: {page.status} {page.url}"
        )
        return visitor


def expect(holds: bool, found: str) -> None:
    """Raise :class:`Unmet` with what was found, unless it holds."""
    if not holds:
        raise Unmet(found)


def sign_in(visitor: Visitor, home: str, account: Login) -> Page:
    """Sign in through the form, as a person does."""
    form = visitor.get(f"{home}_/masuk").form("login", "password")
    return visitor.submit(form, {"login": account.login, "password": account.password})


def act(official: Visitor, journey: Journey, action: str, *, text: str = "", office: str = "") -> Page:
    """Take a step with the filed report through the official's page.

    Raises:
        Unmet: The page does not offer the step.
    """
    page = official.get(f"{journey.home}complaints/petugas/laporan/{journey.number}")
    form = next((form for form in page.forms if form.values.get("action") == action), None)
    if form is None:
        raise Unmet(f"the page of the report does not offer {action!r}: {page.status} {page.url}")
    given = {name: value for name, value in (("text", text), ("office", office)) if value}
    return official.submit(form, given)
