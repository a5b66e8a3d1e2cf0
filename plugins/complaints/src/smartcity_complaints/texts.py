"""Texts that a region sets, in the languages of the app, and the codes that settings are keyed by."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from smartcity_share import setting

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Words = Annotated[str, StringConstraints(max_length=1000, strip_whitespace=True)]
Title = Annotated[str, StringConstraints(max_length=120, strip_whitespace=True)]


class _Texts(BaseModel):
    """A text in the languages of the app; one may be left empty and is then read in the other."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = ""
    en: str = ""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.id or self.en):
            message = "write the text in one language at least"
            raise ValueError(message)
        return self

    def text_in(self, language: str) -> str:
        """Return the text in a language, or in the other where it is left empty."""
        return (self.en or self.id) if language.startswith("en") else (self.id or self.en)

    def by_language(self) -> dict[str, str]:
        """Return the texts that are given, by language."""
        return {language: text for language, text in (("id", self.id), ("en", self.en)) if text}


class Titles(_Texts):
    """A short text per language."""

    id: Title = setting("", title={"id": "Bahasa Indonesia", "en": "Indonesian"})
    en: Title = setting("", title={"id": "Bahasa Inggris", "en": "English"})


class Sentences(_Texts):
    """A longer text per language."""

    id: Words = setting("", title={"id": "Bahasa Indonesia", "en": "Indonesian"})
    en: Words = setting("", title={"id": "Bahasa Inggris", "en": "English"})
