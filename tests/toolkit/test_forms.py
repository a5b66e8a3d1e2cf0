"""Settings become controls, and what a browser sends comes back as the same settings."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import ChoiceLoader, DictLoader, PackageLoader
from pydantic import BaseModel, Field, SecretStr

from smartcity_share import Settings, setting
from smartcity_share.documents.shapes import EmailAddress
from smartcity_share.toolkit.controls import Control
from smartcity_share.toolkit.forms import FormField, Secrecy, answers_of, fields_of
from smartcity_share.toolkit.pages import Pages
from smartcity_share.toolkit.submission import MAX_ROWS
from tests.toolkit.frames import scope
from tests.toolkit.markup import Element, Submission, parse, submission

FORM = '{% import "smartcity/forms.html" as forms %}<form>{% for f in fields %}{{ forms.field(f) }}{% endfor %}</form>'
pages = Pages("smartcity_share.toolkit")
pages.environment.loader = ChoiceLoader([DictLoader({"form.html": FORM}), PackageLoader("smartcity_share.toolkit")])


def named(key: str, **more: Any) -> dict[str, Any]:
    return {"title": {"id": f"Judul {key}", "en": f"Title {key}"}, **more}


class Channel(StrEnum):
    """How a notice goes out."""

    MAIL = "mail"
    SMS = "sms"


class Texts(BaseModel):
    """A text in two languages."""

    local: str = Field(title="Local")
    english: str = ""


class Sort(BaseModel):
    """One row."""

    code: str
    days: int = 3
    names: Texts
    open: bool = True
    channel: Channel | None = None


class Everything(Settings):
    """A setting of every type."""

    name: str = setting(**named("name"), max_length=80, example="Contoh")
    remark: str = setting("", **named("remark"), max_length=2000)
    nick: str | None = setting(None, **named("nick"))
    days: int = setting(5, **named("days"), ge=1, le=60)
    share: float = setting(0.5, **named("share"))
    price: Decimal = setting(Decimal("1.10"), **named("price"))
    listed: bool = setting(True, **named("listed"))
    maybe: bool | None = setting(None, **named("maybe"))
    channel: Channel = setting(Channel.MAIL, **named("channel"))
    level: Literal[1, 2, 3] = setting(1, **named("level"))
    channels: tuple[Channel, ...] = setting((), **named("channels"))
    starts: date | None = setting(None, **named("starts"))
    opens: time = setting(time(8), **named("opens"))
    mails: list[EmailAddress] = setting([], **named("mails"))
    numbers: list[int] = setting([], **named("numbers"))
    texts: Texts = setting(Texts(local="a"), **named("texts"))
    sorts: list[Sort] = setting([], **named("sorts"))
    extra: dict[str, int] = setting({}, **named("extra"))
    token: SecretStr | None = setting(None, **named("token"))


def draw(fields: tuple[FormField, ...]) -> str:
    return pages.text(scope(), "form.html", {"fields": fields})


def control(fields: tuple[FormField, ...], name: str) -> FormField:
    return next(field for field in fields if field.name == name)


line = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20)
texts = st.builds(Texts, local=line, english=line | st.just(""))
everything = st.builds(
    Everything,
    name=line,
    remark=st.lists(line, max_size=3).map("\n".join),
    nick=st.none() | line,
    days=st.integers(1, 60),
    share=st.floats(allow_nan=False, allow_infinity=False),
    price=st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9),
    listed=st.booleans(),
    maybe=st.none() | st.booleans(),
    channel=st.sampled_from(Channel),
    level=st.sampled_from([1, 2, 3]),
    channels=st.lists(st.sampled_from(Channel), unique=True).map(lambda found: tuple(sorted(found))),
    starts=st.none() | st.dates(),
    opens=st.times(),
    mails=st.lists(st.sampled_from(["a@b.example", "x+y@z.example"])),
    numbers=st.lists(st.integers(-(10**12), 10**12)),
    texts=texts,
    sorts=st.lists(
        st.builds(
            Sort,
            code=line,
            days=st.integers(),
            names=texts,
            open=st.booleans(),
            channel=st.none() | st.sampled_from(Channel),
        ),
        max_size=3,
    ),
    extra=st.dictionaries(line, st.integers(), max_size=3),
)


@settings(max_examples=40)
@given(everything)
def test_what_a_browser_sends_back_untouched_is_what_was_stored(settings: Everything) -> None:
    stored = settings.model_dump(mode="json", exclude={"token"})
    html = draw(fields_of(Everything, stored, "id"))
    assert Everything.model_validate(answers_of(Everything, submission(html))) == settings


def test_a_form_without_stored_values_sends_the_defaults() -> None:
    html = draw(fields_of(Everything, {}, "id"))
    answers = answers_of(Everything, submission(html, name="Layanan"))
    assert Everything.model_validate(answers) == Everything(name="Layanan")


def test_titles_helps_and_examples_are_in_the_language_asked_for() -> None:
    class Mine(Settings):
        days: int = setting(5, title={"id": "Hari", "en": "Days"}, help={"id": "Bantuan"}, example=3)

    (field,) = fields_of(Mine, {}, "en")
    assert (field.title, field.help, field.attributes["placeholder"]) == ("Days", "Bantuan", "3")
    assert fields_of(Mine, {}, "id")[0].title == "Hari"


def test_a_field_without_a_title_is_named_by_its_key() -> None:
    (code, *_), *_ = [fields_of(Sort, {}, "id")]
    assert code.title == "Code"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("name", Control.TEXT), ("remark", Control.LONG_TEXT), ("days", Control.NUMBER), ("listed", Control.CHECKBOX),
        ("maybe", Control.SELECT), ("channel", Control.SELECT), ("channels", Control.CHECKBOXES), ("starts", Control.DATE),
        ("opens", Control.TEXT), ("mails", Control.LINES), ("texts", Control.GROUP), ("sorts", Control.ROWS),
        ("extra", Control.JSON), ("token", Control.SECRET),
    ],
)  # fmt: skip
def test_every_type_has_its_control(name: str, expected: Control) -> None:
    assert control(fields_of(Everything, {}, "id"), name).control is expected


def test_an_address_of_e_mail_has_the_keyboard_for_it() -> None:
    class Mine(Settings):
        mail: EmailAddress = setting(title={"id": "Surel"})

    assert fields_of(Mine, {}, "id")[0].control is Control.EMAIL


def test_a_type_nobody_made_a_control_for_is_asked_as_text() -> None:
    class Odd(Settings):
        odd: Annotated[complex, Field()] = setting(1j, title={"id": "Aneh"})

    (field,) = fields_of(Odd, {"odd": "2j"}, "id")
    assert (field.control, field.value) == (Control.TEXT, "2j")
    assert Odd.model_validate(answers_of(Odd, submission(draw((field,))))).odd == 2j


def test_limits_of_the_model_are_limits_of_the_control() -> None:
    days = control(fields_of(Everything, {}, "id"), "days")
    assert (days.attributes["min"], days.attributes["max"], days.attributes["step"]) == ("1", "60", "1")
    assert control(fields_of(Everything, {}, "id"), "name").attributes["maxlength"] == "80"


def test_a_secret_is_never_shown_and_stays_when_nothing_is_typed() -> None:
    fields = fields_of(Everything, {"token": "very secret"}, "id", secrets_set={"token"})
    html = draw(fields)
    assert "very secret" not in html
    assert control(fields, "token").secret is Secrecy.SET
    assert "token" not in answers_of(Everything, submission(html))
    assert answers_of(Everything, submission(html, token="new"))["token"] == "new"


def test_a_required_secret_that_is_set_need_not_be_typed_again() -> None:
    class Mine(Settings):
        token: SecretStr = setting(title={"id": "Kunci"})

    assert fields_of(Mine, {}, "id")[0].required
    assert not fields_of(Mine, {}, "id", secrets_set={"token"})[0].required


def test_a_row_is_added_by_filling_a_spare_one_and_removed_by_its_tick() -> None:
    stored = {"name": "x", "sorts": [{"code": "a", "names": {"local": "A"}}, {"code": "b", "names": {"local": "B"}}]}
    form = submission(
        draw(fields_of(Everything, stored, "id")),
        **{"sorts.2.code": "c", "sorts.2.names.local": "C", "sorts.2.days": "9"},
    )
    form.append(("sorts.0.-", "1"))
    found = Everything.model_validate(answers_of(Everything, form))
    assert [(sort.code, sort.days) for sort in found.sorts] == [("b", 3), ("c", 9)]


def test_an_optional_group_left_empty_is_none() -> None:
    class Mine(Settings):
        texts: Texts | None = setting(None, title={"id": "Teks"})

    assert answers_of(Mine, submission(draw(fields_of(Mine, {}, "id")))) == {"texts": None}
    filled = submission(draw(fields_of(Mine, {}, "id")), **{"texts.local": "a"})
    assert Mine.model_validate(answers_of(Mine, filled)).texts == Texts(local="a")


def test_clearing_a_text_clears_it_and_clearing_a_number_gives_the_default() -> None:
    class Mine(Settings):
        word: str = setting("abc", title={"id": "Kata"})
        days: int = setting(5, title={"id": "Hari"})

    html = draw(fields_of(Mine, {"word": "xyz", "days": 7}, "id"))
    assert answers_of(Mine, submission(html, word="  ", days="")) == {"word": ""}


def test_what_is_no_number_comes_back_as_it_was_typed() -> None:
    html = draw(fields_of(Everything, {"name": "x"}, "id"))
    answers = answers_of(Everything, submission(html, days="five", extra="{", sorts="?"))
    assert (answers["days"], answers["extra"]) == ("five", "{")


def test_a_forged_form_cannot_make_more_rows_than_are_read() -> None:
    forged = Submission([(f"sorts.{number}.code", "x") for number in (*range(MAX_ROWS + 200), 10**9, -1)])
    forged += [("sorts.x.code", "x"), ("sorts.\u0661.code", "x"), ("sorts", "x"), ("nothing", "x")]
    assert len(answers_of(Everything, forged)["sorts"]) == MAX_ROWS


def test_every_control_is_labelled_and_names_its_help_and_error() -> None:
    errors = {"days": "Salah.", "sorts.0.code": "Kosong.", "channels": "Pilih.", "texts": "Isi.", "listed": "Centang."}
    stored = {"name": "x", "sorts": [{"code": "a", "names": {"local": "A"}}]}
    html = draw(fields_of(Everything, stored, "id", errors=errors))
    root = parse(html)
    ids = [element.attributes["id"] for element in root.walk() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for name, text in errors.items():
        assert f"f-{name}" in ids
        (shown,) = [element for element in root.walk() if element.attributes.get("id") == f"f-{name}-error"]
        assert text in shown.text
    for element in root.all("input", "select", "textarea"):
        assert _labelled(root, element), element.attributes
        assert set(element.attributes.get("aria-describedby", "").split()) <= set(ids)


def _labelled(root: Element, element: Element) -> bool:
    inside = element.parent is not None and element.parent.tag == "label"
    return inside or any(label.attributes.get("for") == element.attributes.get("id") for label in root.all("label"))


def test_choices_are_shown_by_their_names_and_by_themselves_where_they_have_none() -> None:
    class Mine(Settings):
        channel: Channel = setting(Channel.MAIL, title={"id": "Saluran"}, options={"mail": {"id": "Surel", "en": "E-mail"}})

    assert fields_of(Mine, {}, "id")[0].options == (("mail", "Surel"), ("sms", "Sms"))
    assert fields_of(Mine, {}, "en")[0].options == (("mail", "E-mail"), ("sms", "Sms"))
