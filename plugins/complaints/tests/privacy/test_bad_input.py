"""Nothing that is typed into any form of the app becomes markup, a template, SQL, a header or a line of a log."""

from __future__ import annotations

import logging
from collections.abc import Callable
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, inspect, select
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from smartcity_complaints import model, store
from smartcity_complaints.draft import Draft, faults_of
from smartcity_complaints.filing import Filed
from smartcity_complaints.handling import Order, act
from smartcity_complaints.numbers import token_fits
from smartcity_complaints.privacy.requests import ask_erasure
from smartcity_complaints.settings import Area, ComplaintsSettings, Kind, Sentences, Titles
from smartcity_complaints.workflow import Action
from smartcity_share import Actor, Installation

Mark = Callable[..., Filed]
Official = Callable[..., Actor]
Browse = Callable[..., Any]

PAYLOADS = (
    "<zqx onload=alert(1)>",
    '" zqattr="1" autofocus onfocus="alert(1)',
    "' zqattr='1",
    "</textarea></title></style><zqx>",
    "<!--><zqx>--><![CDATA[<zqx>]]>",
    "{{ 7777 * 3 }}{% for zq in range(3) %}{{ zq }}{% endfor %}${7777*3}#{7777*3}",
    "%(number)s %s %d %(zqx)s %",
    "'; DROP TABLE report; -- ",
    "' OR '1'='1",
    '"); DELETE FROM event; --',
    "\r\nSet-Cookie: zqhead=1\r\n\r\n<zqx>",
    "\n2026-03-02 ERROR forged entry zqlog",
    "javascript:alert(1)",
    "\x00\x07\x1b[31mzq\x1b[0m",
    "\u202e\u2066zq\ufeff",
    "../../../../etc/passwd",
    "=HYPERLINK(1)",
    "&lt;zqx&gt;&#60;zqx&#62;",
    "zq" * 3000,
)
nasty = st.lists(st.sampled_from(PAYLOADS) | st.text(max_size=30), min_size=1, max_size=3).map("".join)


@attrs.define
class _Form:
    """One form of a page: where it goes and what it holds."""

    action: str
    method: str
    fields: dict[str, str] = attrs.field(factory=dict)
    typed: list[str] = attrs.field(factory=list)


class _Page(HTMLParser):
    """Reads forms, tags and attributes as a browser would meet them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[_Form] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self._choice = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.attributes |= set(given)
        self.links += [given[name] for name in ("href", "src", "action") if name in given]
        if tag == "form":
            self.forms.append(_Form(given.get("action", ""), given.get("method", "get")))
        if not self.forms or not given.get("name"):
            if tag == "option" and self.forms and self._choice and given.get("value"):
                self.forms[-1].fields[self._choice] = self.forms[-1].fields.get(self._choice) or given["value"]
            return
        form, name = self.forms[-1], given["name"]
        kind = given.get("type", "text") if tag == "input" else tag
        self._choice = name if tag == "select" else ""
        if kind in {"text", "search", "email", "tel", "url", "textarea", "number", "password"}:
            form.typed.append(name)
            form.fields.setdefault(name, given.get("value", ""))
        elif kind == "radio" or tag == "button" or kind == "hidden":
            form.fields.setdefault(name, given.get("value", ""))
        elif kind == "checkbox":
            form.fields[name] = given.get("value", "1")


def _sound(answer: Any, where: str) -> None:
    """A page has no tag, attribute, link or header of ours in it, and no template was run."""
    assert answer.status_code < 500, where
    assert not any("zqhead" in value for value in answer.headers.values()), where
    if not answer.headers.get("content-type", "").startswith("text/html"):
        return
    page = _Page(answer.text)
    assert not {tag for tag in page.tags if tag.startswith("zq")}, where
    assert not {name for name in page.attributes if name.startswith(("zq", "on"))}, where
    assert not [link for link in page.links if link.strip().lower().startswith("javascript:")], where
    assert "23331" not in answer.text, where


def _pages(reports: list[Filed], request: int) -> dict[str, list[str]]:
    """Every page with a form or with words in it, by the role that opens it."""
    own = [f"/lacak/{filed.number}{part}?kunci={filed.token}" for filed in reports for part in ("", "/data")]
    detail = [f"/petugas/laporan/{filed.number}" for filed in reports]
    return {
        "": ["/", "/lapor", "/lacak", "/laporan", "/data", *own],
        "coordinator": ["/petugas", "/petugas?status=semua", *detail, "/petugas/kunci-api", "/petugas/kabar"],
        "data-officer": ["/petugas/data-pribadi", f"/petugas/data-pribadi/permintaan/{request}"],
    }


def _tables(installation: Installation) -> set[str]:
    return set(inspect(installation.database.engine).get_table_names())


@pytest.fixture
def desk(installation: Installation, mark: Mark, browse: Browse, official: Official) -> Callable[[str], int]:
    """What walks through every form of the app with a payload."""

    def walk(payload: str) -> int:
        reports = [mark(), mark(handled=True, published=True)]
        ask_erasure(installation, reports[0].number, reports[0].token, "")
        with store.reading(installation) as connection:
            request = connection.execute(select(func.max(model.erasure_request.c.id))).scalar_one()
        browsers = {"": browse(), "coordinator": browse(official()), "data-officer": browse(official("data-officer"))}
        sent = 0
        for role, paths in _pages(reports, request).items():
            for path in paths:
                page = browsers[role].get(path)
                assert page.status_code == 200, path
                for form in _Page(page.text).forms:
                    target = form.action.removeprefix("/71.08/complaints")
                    values = form.fields | dict.fromkeys(form.typed, payload)
                    if form.method == "post":
                        answer = browsers[role].post(target, values)
                    else:
                        answer = browsers[role].get(target, params=values)
                    _sound(answer, f"{role} {target}")
                    sent += 1
        for role, paths in _pages(reports, request).items():
            for path in paths:
                _sound(browsers[role].get(path), f"{role} {path}")
        return sent

    return walk


@pytest.mark.parametrize(
    "answer",
    [
        PlainTextResponse("", 500),
        PlainTextResponse("", headers={"x-note": "zqhead=1"}),
        HTMLResponse("<p><zqx></p>"),
        HTMLResponse('<input value="" zqattr="1">'),
        HTMLResponse('<p onclick="x">'),
        HTMLResponse('<a href=" JavaScript:x">'),
        HTMLResponse("<p>23331</p>"),
    ],
)
def test_what_is_looked_for_would_be_found(answer: Response) -> None:
    with pytest.raises(AssertionError):
        _sound(SimpleNamespace(status_code=answer.status_code, headers=answer.headers, text=bytes(answer.body).decode()), "")


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_every_form_takes_every_payload_as_words(
    installation: Installation, desk: Any, caplog: pytest.LogCaptureFixture, audit: Any, payload: str
) -> None:
    caplog.set_level(logging.DEBUG)
    tables = _tables(installation)

    assert desk(payload) > 20
    assert _tables(installation) == tables
    with store.reading(installation) as connection:
        assert connection.execute(select(func.count()).select_from(model.report)).scalar_one() >= 1
        assert connection.execute(select(func.count()).select_from(model.history)).scalar_one() >= 1
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("smartcity")]
    assert not any("zq" in line or "\n" in line for line in ours)
    assert not any("\n" in f"{action}{subject}" for _, action, subject, _ in audit.entries)


TYPED = {
    "key": "", "kind": "waste", "text": "Sampah menumpuk di depan pasar lama.", "place": "Pasar", "consent": "1",
    "name": "Contoh", "email": "contoh@surel.example", "langkah": "kirim",
}  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_each_text_field_of_a_report_that_is_taken_is_shown_as_words(
    installation: Installation, browse: Browse, official: Official, payload: str
) -> None:
    """One field at a time and the others as they should be: what is refused keeps nothing, what is taken is shown as typed."""
    citizen, officer = browse(), browse(official())
    taken: dict[str, str] = {}
    for field in ("text", "place", "name", ("phone", "email", "latitude", "longitude")[PAYLOADS.index(payload) % 4]):
        form = next(form for form in _Page(citizen.get("/lapor").text).forms if "key" in form.fields)
        typed = f"{payload} di depan pasar lama" if field == "text" else payload
        answer = citizen.post("/lapor", TYPED | {"key": form.fields["key"], field: typed})
        _sound(answer, field)
        if answer.status_code != 303:
            assert answer.status_code == 422, field
            continue
        with store.reading(installation) as connection:
            row = connection.execute(select(model.report).order_by(model.report.c.id.desc())).mappings().first()
            report = store.find(connection, row["number"])  # type: ignore[index]
            assert report is not None
            contact = store.contact(connection, report.id)
        taken[field] = str(getattr(contact if field == "name" else report, field))
        act(installation, official(), report.number, Order(Action.VERIFY, publish=True))
        _sound(citizen.client.get(answer.headers["location"]), field)
        for path in ("/laporan", f"/laporan?cari={report.number}", f"/lacak/{report.number}"):
            _sound(citizen.get(path), f"{field} {path}")
        for path in ("/petugas", f"/petugas/laporan/{report.number}"):
            _sound(officer.get(path), f"{field} {path}")
        _sound(officer.post(f"/petugas/laporan/{report.number}/pelapor", {}), f"{field} reporter")

    assert set(taken) <= {"text", "place", "name"}
    if payload.isprintable() and len(payload) < 50:
        assert set(taken) == {"text", "place", "name"}
        assert [value.removesuffix(" di depan pasar lama").strip() for value in taken.values()] == [payload.strip()] * 3


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(payload=nasty)
def test_every_form_takes_any_mixture_as_words(desk: Any, payload: str) -> None:
    assert desk(payload.encode(errors="ignore").decode()) > 20


@pytest.mark.parametrize("payload", PAYLOADS[:12], ids=range(12))
def test_texts_of_the_settings_are_shown_as_words(
    install: Callable[..., Installation], browse: Browse, official: Official, draft: Callable[..., Draft], payload: str
) -> None:
    from smartcity_complaints.filing import file_report, new_key

    text = payload[:100]
    nasty_settings = {
        "service_name": Titles(id=text, en=text),
        "welcome": Sentences(id=text, en=text),
        "consent": Sentences(id=text, en=text),
        "kinds": (Kind(code="waste", title=Titles(id=text, en=text)),),
    }
    installation = install(**nasty_settings)
    filed = file_report(installation, draft(), key=new_key())
    for language in ("id", "en"):
        for actor in ({}, {"actor": official()}):
            browser = browse(of=installation, language=language, **actor)
            for path in ("/", "/lapor", "/laporan", "/data", f"/lacak/{filed.number}?kunci={filed.token}", "/petugas"):
                _sound(browser.get(path), path)
            for path in ("/data/datapackage.json", "/open311/v2/services.json", "/open311/v2/services.xml"):
                _sound(browser.get(path), path)


def test_an_address_of_a_report_is_no_way_to_a_file_or_a_query(browse: Browse, official: Official) -> None:
    for name in ("..%2f..%2fetc%2fpasswd", "%00", "'%20OR%20'1'='1", "{{7*7}}", "%0d%0aSet-Cookie:%20zqhead=1", "a" * 500):
        for path in (f"/lacak/{name}", f"/foto/{name}", f"/petugas/laporan/{name}", f"/lapor/diterima/{name}"):
            answer = browse(official()).get(path)

            assert answer.status_code == 404, path
            _sound(answer, path)


# -- places -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("latitude", "longitude", "field"),
    [
        ("91", "0", "latitude"),
        ("-90.0001", "0", "latitude"),
        ("0", "180.5", "longitude"),
        ("0", "-999", "longitude"),
        ("nan", "0", "latitude"),
        ("inf", "0", "latitude"),
        ("1e1", "0", "latitude"),
        ("0x10", "0", "latitude"),
        ("٣", "0", "latitude"),
        ("0; DROP TABLE report", "0", "latitude"),
        ("0.9", "", "longitude"),
        ("", "123.4", "latitude"),
        ("51.5", "-0.1", "latitude"),
        ("-0.9", "-123.4", "latitude"),
    ],
)
def test_a_place_outside_the_region_or_the_world_is_refused_at_its_field(
    install: Callable[..., Installation], draft: Callable[..., Draft], latitude: str, longitude: str, field: str
) -> None:
    bounded = install(area=Area(south=0.3, west=122.9, north=1.1, east=124.2))

    assert list(faults_of(draft(latitude=latitude, longitude=longitude), bounded)) == [field]
    assert faults_of(draft(latitude="0.9", longitude="123.4"), bounded) == {}


@given(latitude=st.text(max_size=12), longitude=st.text(max_size=12))
def test_whatever_is_typed_as_a_place_is_taken_in_the_world_or_refused(latitude: str, longitude: str) -> None:
    from smartcity_complaints.draft import _coordinate_faults, degrees

    class Anywhere:
        settings = ComplaintsSettings()
        id = "71.08/complaints"

    draft = Draft(latitude=latitude.strip(), longitude=longitude.strip())
    if _coordinate_faults(draft, Anywhere()) or not (draft.latitude or draft.longitude):  # type: ignore[arg-type]
        return
    found = degrees(draft.latitude), degrees(draft.longitude)

    assert found[0] is not None
    assert found[1] is not None
    assert -90 <= found[0] <= 90
    assert -180 <= found[1] <= 180


# -- secrets ------------------------------------------------------------------------------------------------------------


@given(token=st.text(max_size=60))
def test_no_guessed_token_fits(token: str) -> None:
    assert not token_fits(token, "0" * 64)
    assert not token_fits(token, None)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changed=st.text(alphabet="23456789ABCDEFGHJKMNPQRSTUVWXYZabc \x00é", min_size=0, max_size=40))
def test_a_forged_token_opens_nothing(browse: Browse, mark: Mark, changed: str) -> None:
    filed = mark()
    browser = browse()
    for path in (f"/lacak/{filed.number}", f"/lacak/{filed.number}/data", f"/lapor/diterima/{filed.number}"):
        answer = browser.get(path, params={"kunci": changed}, follow_redirects=True)

        assert "TANDA" not in answer.text, path
    for action in ("appeal", "complete", "rate"):
        posted = browser.post(f"/lacak/{filed.number}", {"kunci": changed, "action": action, "text": "Saya.", "rating": "5"})

        assert posted.status_code == 404
