"""Answers get the type of their setting, and everything that is wrong with them is told at once, with its place."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr, model_validator

from smartcity_share import Settings, setting
from smartcity_share.errors import HookError, SettingsError
from smartcity_share.install.answers import (
    NO_ANSWERS,
    Answers,
    answers_from_environment,
    answers_from_file,
    answers_from_mapping,
    answers_from_options,
    toml_value,
)
from smartcity_share.install.records import SettingValue
from smartcity_share.install.settings_change import SettingsOutcome, settings_outcome

NOW = datetime(2026, 3, 2, tzinfo=UTC)


class Place(BaseModel):
    """A value with parts."""

    name: str
    levels: dict[str, int] = {}


def text(name: str) -> dict[str, str]:
    return {"en": name}


class Mine(Settings):
    """A setting of each type."""

    title: str = setting(title=text("Title"), min_length=3)
    count: int = setting(3, title=text("Count"), ge=1)
    share: float = setting(0.5, title=text("Share"))
    open: bool = setting(default=True, title=text("Open"))
    since: date | None = setting(None, title=text("Since"))
    tone: Literal["formal", "plain"] = setting("plain", title=text("Tone"))
    words: tuple[str, ...] = setting((), title=text("Words"))
    texts: dict[str, str] = setting({"id": "Halo"}, title=text("Texts"))
    place: Place | None = setting(None, title=text("Place"))
    sender: str = setting("", title=text("Sender"), scope="region")
    token: SecretStr | None = setting(None, title=text("Token"), min_length=6)


def outcome(answers: Answers, stored: dict[str, Any] | None = None, unset: tuple[str, ...] = ()) -> SettingsOutcome:
    values = {"title": "Taman", **(stored or {})}
    kept = {key: SettingValue("71.08", "mine", key, value, None, "me", NOW) for key, value in values.items()}
    return settings_outcome(Mine, "mine", kept, {}, answers, unset)


def after(*options: str) -> dict[str, Any]:
    found = outcome(answers_from_options(options))
    assert found.faults == ()
    return {change.key: change.after for change in found.changes}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("count=9", 9),
        ("share=0.25", 0.25),
        ("open=false", False),
        ("open=no", False),
        ("since=2026-01-31", "2026-01-31"),
        ("tone=formal", "formal"),
        ("title=[not a list]", "[not a list]"),
        ("title=12345", "12345"),
        ("title=a=b=c", "a=b=c"),
        ('words=["a", "b"]', ["a", "b"]),
        ('texts={ id = "Apa", en = "What" }', {"id": "Apa", "en": "What"}),
        ('place={ name = "X", levels = { a = 1 } }', {"name": "X", "levels": {"a": 1}}),
    ],
)
def test_a_text_gets_the_type_of_its_setting(option: str, value: object) -> None:
    assert after(option) == {option.partition("=")[0]: value}


def test_a_dotted_key_changes_one_value_inside_a_setting_and_keeps_the_others() -> None:
    assert after("texts.en=Hello") == {"texts": {"id": "Halo", "en": "Hello"}}
    assert after("place.name=X", "place.levels.a=2") == {"place": {"name": "X", "levels": {"a": 2}}}


def test_the_last_answer_of_a_key_holds() -> None:
    assert after("count=4", "count=5") == {"count": 5}


def test_values_that_are_there_already_change_nothing() -> None:
    assert outcome(answers_from_options(["title=Taman"])).changes == ()


def test_the_value_of_a_region_is_stored_for_the_region() -> None:
    (change,) = outcome(answers_from_mapping({"sender": "x"})).changes
    assert change.scope == "_region"


def test_a_stored_value_can_be_taken_away_so_that_the_default_holds() -> None:
    (change,) = outcome(NO_ANSWERS, {"count": 9}, ("count",)).changes
    assert (change.key, change.unset, change.default) == ("count", True, 3)
    assert outcome(NO_ANSWERS, unset=("count",)).changes == ()
    (fault,) = outcome(NO_ANSWERS, unset=("cuont",)).faults
    assert (fault.code, fault.mend) == ("key-unknown", "Did you mean `count`?")
    (fault,) = outcome(NO_ANSWERS, unset=("title",)).faults
    assert (fault.code, fault.mend) == ("key-missing", "Give it with `--set title=VALUE`, or in an answers file.")


FAULTY = """\
titel = "Taman"
count = 0
tone = "form"
words = ["a", 3]

[place]
nam = "x"
"""


def test_all_faults_of_a_file_are_told_at_once_with_line_and_near_match(tmp_path: Path) -> None:
    (tmp_path / "answers.toml").write_text(FAULTY)
    found = outcome(answers_from_file(tmp_path / "answers.toml") + answers_from_options(["share=much"]))
    told = {(fault.where.line, fault.where.key, fault.code) for fault in found.faults}
    assert told == {
        (1, "titel", "key-unknown"),
        (2, "count", "value-invalid"),
        (3, "tone", "value-not-allowed"),
        (4, "words[2]", "value-type"),
        (6, "place.name", "key-missing"),
        (None, "share", "value-type"),
    }
    mends = {fault.where.key: fault.mend for fault in found.faults}
    assert "Did you mean `title`?" in mends["titel"]
    assert "Did you mean `formal`?" in mends["tone"]
    assert found.changes == ()


def test_a_file_that_is_missing_or_no_toml_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        answers_from_file(tmp_path / "absent.toml")
    assert [fault.code for fault in caught.value.faults] == ["file-missing"]
    (tmp_path / "bad.toml").write_text("a = \n")
    with pytest.raises(SettingsError) as caught:
        answers_from_file(tmp_path / "bad.toml")
    assert caught.value.faults[0].where.line == 1


def test_options_that_are_not_key_and_value_are_told_together_without_their_value() -> None:
    with pytest.raises(SettingsError) as caught:
        answers_from_options(["count", "=secret-a", "a b=secret-b", "ok=1"])
    assert [fault.code for fault in caught.value.faults] == ["answer-malformed"] * 3
    assert "secret-" not in "".join(f"{fault.message}{fault.mend}" for fault in caught.value.faults)


def test_secrets_come_from_the_environment_under_their_name() -> None:
    answers = answers_from_environment({"SMARTCITY_SECRET_TOKEN": "marker-1", "SMARTCITY_SECRET_TITLE": "no"}, ["token"])
    (change,) = outcome(answers).changes
    assert (change.key, change.is_secret, change.secret, change.after) == ("token", True, "marker-1", None)
    assert "marker-1" not in repr(change) + repr(answers)


@pytest.mark.parametrize(
    "given_by", [answers_from_mapping({"token": "ab-9"}), answers_from_options(["token=ab-9", "count=ab-9"])]
)
def test_a_faulty_secret_is_told_without_its_value(given_by: Answers) -> None:
    found = outcome(given_by)
    assert "token" in {fault.where.key for fault in found.faults}
    assert "ab-9" not in "".join(f"{fault.message}{fault.mend}" for fault in found.faults)


def test_a_fault_of_the_whole_model_does_not_carry_a_secret_out() -> None:
    class Careless(Settings):
        token: SecretStr = setting(title=text("Token"))

        @model_validator(mode="after")
        def _leaks(self) -> Careless:
            message = f"{self.token.get_secret_value()} is no good"
            raise ValueError(message)

    found = settings_outcome(Careless, "careless", {}, {}, answers_from_mapping({"token": "marker-2"}))
    assert found.faults
    assert "marker-2" not in repr(found.faults)


def test_a_missing_secret_is_told_with_the_variable_it_may_come_from() -> None:
    class Needs(Settings):
        token: SecretStr = setting(title=text("Token"))

    (fault,) = settings_outcome(Needs, "needs", {}, {}, NO_ANSWERS).faults
    assert (fault.code, "SMARTCITY_SECRET_TOKEN" in fault.mend) == ("key-missing", True)


def test_an_app_that_hides_a_secret_inside_another_value_is_refused() -> None:
    class Inner(BaseModel):
        token: SecretStr

    class Hiding(Settings):
        servers: list[Inner] = setting([], title=text("Servers"))

    with pytest.raises(HookError, match="servers"):
        settings_outcome(Hiding, "hiding", {}, {}, NO_ANSWERS)


def test_an_app_without_settings_takes_no_answer() -> None:
    assert settings_outcome(None, "bare", {}, {}, NO_ANSWERS) == SettingsOutcome()
    (fault,) = settings_outcome(None, "bare", {}, {}, answers_from_mapping({"x": 1})).faults
    assert fault.code == "key-unknown"


@given(st.text())
def test_any_text_is_judged_without_failing(option: str) -> None:
    try:
        answers = answers_from_options([option])
    except SettingsError:
        return
    found = outcome(answers)
    assert found.faults or all(change.key in Mine.model_fields for change in found.changes)


@given(st.sampled_from(list(Mine.model_fields)), st.text(max_size=30))
def test_any_value_of_a_setting_is_accepted_or_told_with_its_key(key: str, value: str) -> None:
    found = outcome(answers_from_options([f"{key}={value}"]))
    assert all((fault.where.key or "").startswith(key) for fault in found.faults)


@given(st.text(max_size=40))
def test_a_toml_value_never_becomes_more_than_one_key(value: str) -> None:
    is_toml, found = toml_value(value)
    assert is_toml or found is None or isinstance(found, object)
    if is_toml:
        assert "\n" not in value
