"""A region changes an app's templates, texts and files beside the app: checked first, used at once, by nobody else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from smartcity_share.errors import OverrideError, RefusedError, UsageError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import Instance, erase_app, install_app, open_installation, prepared_overrides, remove_app
from smartcity_share.install.overrides.item import parse_item
from smartcity_share.install.overrides.kept import from_text, to_text
from tests.apps.factory import AppFactory
from tests.install.conftest import OTHER, REGION, tree
from tests.kept import Brought
from tests.toolkit.frames import scope

PLUGIN = '''\
"""An app whose words, page and rules a region may change."""

from __future__ import annotations

import tomllib

from starlette.requests import Request

from smartcity_share import Health, HealthState, hookimpl
from smartcity_share.toolkit import Pages, installation_of, regional_file

pages = Pages(__package__)


def rules(installation):
    return tomllib.loads(regional_file(installation, __package__, "rules.toml").decode())


async def app(scope, receive, send):
    request = Request(scope, receive)
    days = rules(installation_of(request))["days"]
    await pages.render(request, "front.html", {"days": days})(scope, receive, send)


@hookimpl
def asgi_app():
    return app


@hookimpl
def check_health(installation):
    days = rules(installation)["days"]
    return Health() if days > 0 else Health(HealthState.FAILED, "no days are left", "Allow at least one day.")
'''
FRONT = '<main>{{ _("Write to us") }}: {{ days }}</main>\n'
PO = (
    'msgid ""\nmsgstr ""\n"Language: id\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    'msgid "Write to us"\nmsgstr "Tulis kepada kami"\n\nmsgid "%(count)s days"\nmsgstr "%(count)s hari"\n'
)
FILES = {
    "templates/front.html": FRONT,
    "locale/id/LC_MESSAGES/messages.po": PO,
    "regional/rules.toml": "days = 5\n",
    "regional/stamp.png": b"\x89PNG",
}


@pytest.fixture
def signs(brought: Brought, app_factory: AppFactory, actor: Actor) -> Instance:
    """The instance with the app in two regions."""

    def make(own: Instance) -> None:
        wheel = app_factory.wheel("signs", plugin=PLUGIN, files=FILES)
        for region in (REGION, OTHER):
            install_app(own, region, wheel, actor=actor)

    return brought(__name__, make)


def page(instance: Instance, region: str = REGION) -> str:
    """What a visitor of the region sees."""
    application = instance.registry().asgi_app("signs")
    assert application is not None
    installation = open_installation(instance, region, "signs")

    async def hosted(asgi: dict[str, object], receive: object, send: object) -> None:
        await application({**asgi, **scope(), "smartcity.installation": installation}, receive, send)  # type: ignore[arg-type]

    return TestClient(hosted).get("/").text.strip()  # type: ignore[arg-type]


def put(instance: Instance, actor: Actor, part: str, content: str | bytes, basis: str = "") -> None:
    prepared = prepared_overrides(instance, REGION, "signs")
    body = content.encode() if isinstance(content, str) else content
    prepared.apply(prepared.plan_put(parse_item(part), body, actor, basis=basis), actor, basis=basis)


def test_a_text_a_template_and_a_file_of_the_region_are_used_at_once_and_in_that_region_only(
    signs: Instance, actor: Actor
) -> None:
    assert page(signs) == "<main>Tulis kepada kami: 5</main>"
    prepared = prepared_overrides(signs, REGION, "signs")
    prepared.apply(prepared.plan_text("id", "Write to us", "Sampaikan", actor), actor)
    assert page(signs) == "<main>Sampaikan: 5</main>"
    put(signs, actor, "files/rules.toml", "days = 3\n")
    assert page(signs) == "<main>Sampaikan: 3</main>"
    put(signs, actor, "templates/front.html", '<p>{{ days }} — {{ _("Write to us") }}</p>\n')
    assert page(signs) == "<p>3 — Sampaikan</p>"
    assert page(signs, OTHER) == "<main>Tulis kepada kami: 5</main>"


def test_the_code_of_the_app_is_never_touched(signs: Instance, actor: Actor) -> None:
    before = tree(signs.layout.code)
    put(signs, actor, "templates/front.html", "<p>{{ days }}</p>\n")
    assert tree(signs.layout.code) == before


def test_who_changed_what_on_which_order_is_kept_and_recorded(signs: Instance, actor: Actor) -> None:
    put(signs, actor, "files/rules.toml", "days = 3\n", "SK 12/2026")
    part = prepared_overrides(signs, REGION, "signs").part(parse_item("files/rules.toml"))
    assert part.kept is not None
    assert (part.kept.set_by, part.kept.basis, part.kept.base_version) == ("IT officer", "SK 12/2026", "1.0.0")
    assert part.diff() == ("--- app/files/rules.toml\n+++ region/files/rules.toml\n@@ -1 +1 @@\n-days = 5\n+days = 3\n")
    entry = signs.audit.entries(REGION)[0]
    assert (entry.action, entry.detail["parts"], entry.detail["basis"]) == (
        "overrides.changed",
        ["files/rules.toml"],
        "SK 12/2026",
    )


def test_a_part_put_back_as_it_came_is_no_change_any_more(signs: Instance, actor: Actor) -> None:
    before = tree(signs.folder)
    put(signs, actor, "files/rules.toml", "days = 3\n")
    put(signs, actor, "files/rules.toml", "days = 5\n")
    assert tree(signs.folder) == before
    prepared = prepared_overrides(signs, REGION, "signs")
    assert prepared.plan_put(parse_item("files/rules.toml"), b"days = 5\n", actor).steps == ()


def test_a_dropped_part_or_message_is_as_it_came(signs: Instance, actor: Actor) -> None:
    for message, text in (("Write to us", "Sampaikan"), ("%(count)s days", "%(count)s hari kerja")):
        prepared = prepared_overrides(signs, REGION, "signs")
        prepared.apply(prepared.plan_text("id", message, text, actor), actor)
    prepared = prepared_overrides(signs, REGION, "signs")
    prepared.apply(prepared.plan_drop(parse_item("texts/id"), "Write to us"), actor)
    assert page(signs) == "<main>Tulis kepada kami: 5</main>"
    prepared = prepared_overrides(signs, REGION, "signs")
    assert list(prepared.kept) == [parse_item("texts/id")]
    prepared.apply(prepared.plan_drop(parse_item("texts/id")), actor)
    assert prepared_overrides(signs, REGION, "signs").kept == {}
    with pytest.raises(UsageError, match="has not changed"):
        prepared_overrides(signs, REGION, "signs").plan_drop(parse_item("texts/id"))


def test_a_change_that_breaks_the_app_is_taken_back(signs: Instance, actor: Actor) -> None:
    before = tree(signs.folder)
    with pytest.raises(Exception, match="no days are left"):
        put(signs, actor, "files/rules.toml", "days = 0\n")
    assert tree(signs.folder) == before


@pytest.mark.parametrize(
    ("part", "content", "code"),
    [
        ("templates/frnt.html", "x", "override-unknown"),
        ("files/other.toml", "x", "override-unknown"),
        ("templates/front.html", "{% if %}", "override-template-invalid"),
        ("templates/front.html", b"\xff\xfe", "override-unreadable"),
        ("files/rules.toml", "days = ", "override-unreadable"),
        ("files/stamp.png", b"x" * (1024 * 1024 + 1), "override-too-large"),
        ("texts/id", "no catalogue at all", "override-unreadable"),
        ("texts/su", 'msgid "Write to us"\nmsgstr "Serat"\n', "override-language-unknown"),
        ("texts/id", 'msgid "Wrte to us"\nmsgstr "Surat"\n', "override-message-unknown"),
        ("texts/id", 'msgid "%(count)s days"\nmsgstr "%(number)s hari"\n', "override-placeholder-unknown"),
    ],
)
def test_what_cannot_be_used_is_refused_before_anything_changes(
    signs: Instance, actor: Actor, part: str, content: str | bytes, code: str
) -> None:
    before = tree(signs.folder)
    with pytest.raises(RefusedError) as caught:
        put(signs, actor, part, content)
    assert [fault.code for fault in caught.value.faults] == [code]
    assert all(fault.mend for fault in caught.value.faults)
    assert tree(signs.folder) == before


def test_every_fault_of_a_catalogue_is_told_in_one_pass(signs: Instance, actor: Actor) -> None:
    faulty = 'msgid "Wrte to us"\nmsgstr "x"\n\nmsgid "%(count)s days"\nmsgstr "%(a)s %(b)s"\n'
    faults = prepared_overrides(signs, REGION, "signs").plan_put(parse_item("texts/su"), faulty.encode(), actor).refusals
    assert [fault.code for fault in faults] == [
        "override-language-unknown",
        "override-message-unknown",
        "override-placeholder-unknown",
    ]
    assert "Write to us" in faults[1].mend


@pytest.mark.parametrize(
    "name", ["", "templates", "templates/", "templates/../x", "files//x", "texts/../id", "code/x", "files/.env"]
)
def test_a_name_never_leads_anywhere_else(name: str) -> None:
    with pytest.raises(UsageError):
        parse_item(name)


@pytest.mark.parametrize(
    "source",
    [
        "{{ installation.database }}",
        "{{ installation.files.names() }}",
        "{{ installation.region.__class__.__mro__ }}",
        "{{ _.__globals__ }}",
        "{{ ''.__class__ }}",
        "{{ installation.now.__globals__ }}",
    ],
)
def test_a_template_of_a_region_cannot_reach_data_or_the_process(signs: Instance, actor: Actor, source: str) -> None:
    put(signs, actor, "templates/front.html", f"<p>{{% if true %}}{source}{{% endif %}}</p>")
    with pytest.raises(Exception, match=r"unsafe|undefined"):
        page(signs)
    assert "<main>" in page(signs, OTHER)


def test_an_export_holds_what_the_region_changed(signs: Instance, actor: Actor, tmp_path: Path) -> None:
    put(signs, actor, "files/rules.toml", "days = 3\n", "SK 12/2026")
    remove_app(signs, REGION, "signs", export=tmp_path / "out", actor=actor)
    document = json.loads((tmp_path / "out" / "overrides.json").read_text("utf-8"))
    assert document["parts"]["files/rules.toml"]["content"] == {"text": "days = 3\n"}
    erase_app(signs, REGION, "signs", signed_off_by="Sekretaris Daerah", actor=actor)
    assert not signs.layout.overrides(REGION, "signs").exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"format": 2, "parts": {}}',
        '{"format": 1, "parts": {"templates/../x": {}}}',
        '{"format": 1, "parts": {"texts/id": {"content": {"base64": "*"}, "base": null}}}',
    ],
)
def test_a_damaged_file_is_named_with_its_mend(signs: Instance, text: str) -> None:
    path = signs.layout.overrides(REGION, "signs")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OverrideError) as caught:
        prepared_overrides(signs, REGION, "signs")
    assert caught.value.hint


def test_the_file_gives_back_what_was_written(signs: Instance, actor: Actor) -> None:
    put(signs, actor, "files/stamp.png", b"\x89PNG\xff", "SK 1")
    kept = prepared_overrides(signs, REGION, "signs").kept
    assert from_text(to_text(kept)) == kept
