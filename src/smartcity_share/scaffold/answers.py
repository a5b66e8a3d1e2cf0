"""What the author says of the app that begins: typed, or read back from the record in the project."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from smartcity_share.documents.shapes import Line
from smartcity_share.errors import UsageError
from smartcity_share.manifest.types import AppId
from smartcity_share.manifest.vocabulary import check_category
from smartcity_share.scaffold.naming import package_of

_EMAIL: Final = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\"]+")


def _email(value: str) -> str:
    if _EMAIL.fullmatch(value) is None:
        raise PydanticCustomError("value-invalid", "it is no e-mail address")
    return value


def _region(value: str) -> str:
    from smartcity_share.regions.table import by_code

    if value and value not in by_code():
        raise PydanticCustomError("value-invalid", "no region has this code; find it with smartcity region find")
    return value


Short = Annotated[Line, Field(min_length=1, max_length=100)]


class Answers(BaseModel):
    """What a scaffold is made from. Everything but the name has a value that stands until the author replaces it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: AppId
    """Id of the app."""
    title_id: Short
    """What citizens call it, in Indonesian."""
    title_en: Short
    """The same in English."""
    agency: Short = "Dinas Komunikasi dan Informatika"
    """The agency it comes from."""
    contact: Short = "Tim Aplikasi"
    """The person or team that answers for it."""
    email: Annotated[Short, AfterValidator(_email)] = "aplikasi@contoh.example"
    """Their address."""
    region: Annotated[str, AfterValidator(_region)] = ""
    """Code of the region it comes from; empty where it is none."""
    category: Annotated[str, AfterValidator(check_category)] = "public-service"
    """A category of the manifest's vocabulary."""

    @property
    def package(self) -> str:
        """The import name."""
        return package_of(self.name)


PLACEHOLDERS: Final = ("agency", "contact", "email")
"""Answers whose default says nothing true of anybody."""


def title_from(name: str) -> str:
    """Return the title that stands until somebody gives one: ``taman-kota`` is "Taman Kota"."""
    return " ".join(part.capitalize() for part in name.split("-"))


def checked_answers(given: dict[str, Any]) -> Answers:
    """Return answers that can be used.

    Args:
        given: Value by key; what is None or left out has its default.

    Raises:
        UsageError: Values are wrong; the message names each.
    """
    values = {key: value for key, value in given.items() if value is not None}
    title = values.get("title_id") or title_from(str(values.get("name", "")))
    try:
        return Answers.model_validate({"title_id": title, "title_en": title, **values})
    except ValidationError as error:
        told = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
    raise UsageError("; ".join(told), hint="Correct the values; `smartcity new --help` says what each is.")
