"""What is wrong with a form is told beside its control, in the reader's language."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from pydantic import BaseModel, SecretStr, field_validator, model_validator

from smartcity_share import Settings, setting
from smartcity_share.documents.shapes import EmailAddress
from smartcity_share.toolkit.faults import errors_of
from smartcity_share.toolkit.translations import translations_for


def named(**more: Any) -> dict[str, Any]:
    return {"title": {"id": "Judul"}, **more}


class Row(BaseModel):
    """One row."""

    code: str
    days: int = 1


class Mine(Settings):
    """Settings with every kind of limit."""

    word: str = setting(**named(), min_length=2, max_length=5, pattern="^[a-z]*$")
    days: int = setting(3, **named(), ge=1, le=9)
    more: float = setting(3, **named(), gt=1, lt=9)
    kind: Literal["a", "b"] = setting("a", **named())
    mails: list[EmailAddress] = setting([], **named(), max_length=2)
    rows: list[Row] = setting([], **named())
    one: Row | None = setting(None, **named())
    token: SecretStr = setting(**named())
    odd: str = setting("", **named())

    @field_validator("odd")
    @classmethod
    def _even(cls, value: str) -> str:
        if value == "odd":
            raise ValueError("Choose one of the offered values.")
        return value

    @model_validator(mode="after")
    def _together(self) -> Mine:
        if self.word == "no" and self.kind == "b":
            raise ValueError("These two do not go together.")
        return self


GOOD = {"word": "abc", "token": "secret"}


def faults(**answers: Any) -> dict[str, str]:
    return errors_of(Mine, {**GOOD, **answers})


def test_good_answers_have_no_fault() -> None:
    assert faults() == {}


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"word": "a"}, {"word": "Write at least 2 characters."}),
        ({"word": "abcdef"}, {"word": "Write at most 5 characters."}),
        ({"word": "AB"}, {"word": "This does not have the form that is wanted here."}),
        ({"days": "five"}, {"days": "Enter a whole number."}),
        ({"days": 0}, {"days": "Enter 1 or more."}),
        ({"days": 10}, {"days": "Enter 9 or less."}),
        ({"more": 1}, {"more": "Enter more than 1.0."}),
        ({"more": 9}, {"more": "Enter less than 9.0."}),
        ({"more": "x"}, {"more": "Enter a number."}),
        ({"kind": "c"}, {"kind": "Choose one of the offered values."}),
        ({"mails": ["a@b.example", "nobody"]}, {"mails": "Line 2: 'nobody' is not an e-mail address"}),
        ({"mails": ["a@b.example"] * 3}, {"mails": "Give at most 2 entries."}),
        ({"rows": [{"code": "x"}, {}]}, {"rows.1.code": "Fill in this entry."}),
        ({"rows": [{"code": "x", "days": "y"}]}, {"rows.0.days": "Enter a whole number."}),
        ({"one": {"days": 2}}, {"one.code": "Fill in this entry."}),
        ({"odd": "odd"}, {"odd": "Choose one of the offered values."}),
        ({"word": "no", "kind": "b"}, {"": "These two do not go together."}),
        ({"one": 7}, {"one": "This value is not valid here."}),
    ],
)  # fmt: skip
def test_each_fault_stands_beside_its_control(answers: dict[str, Any], expected: dict[str, str]) -> None:
    found = faults(**answers)
    if "mails" in expected:
        found = {name: text.replace('"', "'").replace("`", "'") for name, text in found.items()}
    assert found == expected


def test_a_missing_secret_is_a_fault_unless_one_is_set() -> None:
    assert errors_of(Mine, {"word": "abc"}) == {"token": "Fill in this entry."}
    assert errors_of(Mine, {"word": "abc"}, secrets_set={"token"}) == {}


def test_faults_and_the_texts_of_the_app_s_own_validators_are_translated() -> None:
    translate = translations_for("smartcity_share.toolkit", "id").gettext
    assert errors_of(Mine, {**GOOD, "days": 0, "odd": "odd"}, translate) == {
        "days": "Isi 1 atau lebih.",
        "odd": "Pilih salah satu nilai yang tersedia.",
    }
