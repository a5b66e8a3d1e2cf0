"""Error pages: in the region's frame and the reader's language, whatever went wrong."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.resources import files

import pytest

from smartcity_share.console.errors import ADVICE, ConsoleErrorPages
from smartcity_share.console.host_texts import HOST_TEXTS
from smartcity_share.host.failure import TITLES
from smartcity_share.toolkit.translations import translations_for
from tests.console.conftest import NORTH, Town
from tests.toolkit.frames import scope
from tests.toolkit.markup import faults_of, parse


@pytest.mark.parametrize("status", sorted(int(status) for status in TITLES))
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_error_has_a_sound_page_with_a_way_on(status: int, language: str) -> None:
    title = next(text for known, text in TITLES.items() if known == status)
    kind, body = ConsoleErrorPages().render(scope(language=language), status, title, "", "r1")
    page = parse(body.decode())
    assert kind == "text/html; charset=utf-8"
    assert faults_of(body.decode()) == []
    assert page.all("h1")[0].text == translations_for("smartcity_share.console", language).gettext(title)
    assert ADVICE[status]
    assert "/00.01/" in [link.attributes["href"] for link in page.all("a")]
    assert ("r1" in page.text) == (status >= 500 or status == 400)


def test_a_page_that_needs_a_session_leads_to_the_sign_in_form() -> None:
    _, body = ConsoleErrorPages().render(scope(), 401, "Sign in first", "", "r1")
    assert "/00.01/_/masuk" in [link.attributes["href"] for link in parse(body.decode()).all("main")[0].all("a")]


def test_above_all_regions_the_page_has_a_frame_of_its_own() -> None:
    _, body = ConsoleErrorPages().render({"type": "http", "path": "/x", "headers": []}, 404, "There is no such page", "", "r1")
    assert faults_of(body.decode()) == []


def test_a_text_of_the_host_is_escaped() -> None:
    _, body = ConsoleErrorPages().render(scope(), 400, "<b>x</b>", "<script>", "<i>")
    assert b"<script>" not in body
    assert b"<i>" not in body


def test_the_pages_of_the_host_come_through_it(town: Town) -> None:
    client = town.visitor()
    for path, status, text in (
        (f"/{NORTH}/tiada/", 404, "Daerah ini tidak memiliki layanan di alamat itu."),
        ("/99.99/", 404, "Tidak ada daerah yang dilayani di alamat ini."),
        (f"/{NORTH}/_/tiada", 404, "Tidak ada apa pun di alamat ini."),
    ):
        answer = client.get(path, headers={"accept-language": "id"})
        assert answer.status_code == status
        assert faults_of(answer.text) == []
        assert text in parse(answer.text).text


def test_a_form_from_another_site_is_refused_in_words(town: Town) -> None:
    answer = town.visitor().post(f"/{NORTH}/_/masuk", data={"login": "x"}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert "berasal dari situs lain" in answer.text


def test_every_text_the_host_hands_over_is_in_the_catalogue_and_no_other() -> None:
    handed, written = set(TITLES.values()), set[str]()
    for file in files("smartcity_share.host").iterdir():
        if file.name.endswith(".py"):
            tree = ast.parse(file.read_text("utf-8"))
            handed |= {*_arguments(tree, "Refusal", 1), *_constants(tree), *_messages(tree)}
            written |= {str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    sentences = {text for text in handed if text[:1].isupper() and " " in text}
    own = {"Login or password is not right."}  # told in the console's own words
    assert sentences - set(HOST_TEXTS) - own == set()
    assert set(HOST_TEXTS) - written == set()


def _arguments(tree: ast.Module, name: str, place: int) -> Iterator[str]:
    """Yield the texts that are handed to a class at a place, written there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name and len(node.args) > place:
            argument = node.args[place]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value


def _constants(tree: ast.Module) -> Iterator[str]:
    """Yield the constants of a module that are texts: some of them are handed over by name."""
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value


def _messages(tree: ast.Module) -> Iterator[str]:
    """Yield the texts that are assigned together with a status."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple):
            yield from (
                part.value for part in node.value.elts if isinstance(part, ast.Constant) and isinstance(part.value, str)
            )
