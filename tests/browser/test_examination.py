"""What the tests of this folder look for is found where it is: one faulty page for each kind of fault."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from smartcity_share.cli.journey.server import free_port
from tests.browser import axe_core
from tests.browser.chromium import BrowserError, Chromium, Context
from tests.browser.examination import FEWER_VIEWS, VIEWS, examine, in_tabs
from tests.browser.focus import faults_of_focus
from tests.browser.tab import Tab

PAGE = """<!doctype html><html lang="en"><head><title>A page</title><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><style>{style}</style></head><body><main><h1>A page</h1>{body}</main></body></html>"""
POLICY = "default-src 'self'; style-src 'unsafe-inline'; img-src * data:"


@contextmanager
def served(body: str, style: str = "") -> Iterator[str]:
    """Serve one page and yield its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = PAGE.format(style=style, body=body).encode()
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()


def test_a_page_without_fault_has_none(person: Context, axe: str) -> None:
    with served("<p>Words</p><a href='/'>A link</a>") as address, person.tab() as tab:
        tab.open(address)
        report = examine(tab, axe, VIEWS)

        assert (report.violations, report.complaints, report.strangers, report.wide) == ({}, {}, {}, {})


@pytest.mark.parametrize(
    ("body", "style", "rule"),
    [
        ("<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>", "", "image-alt"),
        ("<p>Words</p>", "p {color: #aaa}", "color-contrast"),
        ("<p>Words</p>", "@media (prefers-color-scheme: dark) {p {color: #aaa}}", "color-contrast"),
        ("<p>Words</p>", "@media (max-width: 400px) {p {color: #aaa}}", "color-contrast"),
        ("<details><summary>More</summary><p class=c>Words</p></details>", ".c {color: #aaa}", "color-contrast"),
    ],
)
def test_a_rule_that_is_broken_in_one_view_is_told(person: Context, axe: str, body: str, style: str, rule: str) -> None:
    """By night alone, on a phone alone, in a folded part alone: each is looked at."""
    with served(body, style) as address, person.tab() as tab:
        tab.open(address)

        assert [fault.split(" ")[0] for fault in examine(tab, axe, FEWER_VIEWS).violations] == [rule]


def test_what_the_content_policy_stops_is_told(person: Context, axe: str) -> None:
    with served("<p onclick='alert()'>Words</p><script>document.title = ''</script>") as address, person.tab() as tab:
        tab.open(address)

        assert "Content Security Policy" in " ".join(examine(tab, axe).complaints)


def test_what_is_asked_of_another_host_is_told_and_not_reached(person: Context, axe: str) -> None:
    with served("<img alt='' src='http://elsewhere.example/a.png'>") as address, person.tab() as tab:
        tab.open(address)
        report = examine(tab, axe)

        assert list(report.strangers) == ["http://elsewhere.example/a.png"]
        assert "ERR_NAME_NOT_RESOLVED" in " ".join(report.complaints)


def test_what_is_missing_is_told_but_an_error_page_is_no_fault(person: Context, axe: str) -> None:
    with served("<img alt='' src='missing.png'>") as address, person.tab() as tab:
        tab.open(f"{address}not-there")
        report = examine(tab, axe)

        assert tab.status == 404
        assert len(report.complaints) == 1
        assert "missing.png" in " ".join(report.complaints)


def test_a_page_that_scrolls_sideways_is_told_with_what_sticks_out(person: Context, axe: str) -> None:
    body = "<p class=wide>Words</p><div class=box tabindex=0><p class=wide>Words</p></div>"
    with served(body, ".wide {width: 40rem} .box {overflow: auto}") as address, person.tab() as tab:
        tab.open(address)

        assert list(examine(tab, axe).wide) == ['<p class="wide">Words</p>']


@pytest.mark.parametrize(
    ("body", "style", "fault"),
    [
        ("<a href='/'>One</a> <a href='/'>Two</a>", "", ""),
        ("<a href='/'>One</a> <a href='/'>Two</a>", "a:focus {outline: none}", "not seen"),
        ("<a href='/'>One</a> <a href='/' class=out>Two</a>", ".out {position: absolute; left: -9999px}", "not seen"),
        ("<a href='/'>One</a> <details name=a><summary tabindex=-1>Two</summary></details>", "", ""),
        ("<a href='/'>One</a> <div inert><a href='/'>Two</a></div>", "", "never comes to"),
    ],
)
def test_a_focus_that_is_not_seen_or_leaves_something_out_is_told(person: Context, body: str, style: str, fault: str) -> None:
    with served(body, style) as address, person.tab() as tab:
        found = faults_of_focus(tab, address)

        assert [text for text in found if fault not in text] == []
        assert bool(found) == bool(fault)


def test_a_focus_that_is_trapped_is_told(person: Context) -> None:
    trap = "addEventListener('keydown', event => event.target.localName === 'textarea' && event.preventDefault())"
    page = "<a href='/'>One</a> <textarea aria-label='Two'></textarea> <a href='/'>Three</a>"
    with served(page) as address, person.tab() as tab:
        tab.call("Page.addScriptToEvaluateOnNewDocument", source=trap)

        assert "never comes back" in faults_of_focus(tab, address)[0]


def test_what_fails_in_one_tab_does_not_keep_the_others_from_their_work(person: Context) -> None:
    def work(tab: Tab, item: int) -> int:
        if item == 3:
            raise ValueError("three")
        return int(tab.run("number => number * 2", item))

    with pytest.raises(ExceptionGroup) as failed:
        in_tabs(person, range(6), work)

    assert [str(fault) for fault in failed.value.exceptions] == ["three"]
    assert failed.value.exceptions[0].__notes__ == ["with 3"]


def test_an_address_where_nobody_answers_is_told(person: Context) -> None:
    with person.tab() as tab, pytest.raises(BrowserError, match="ERR_CONNECTION_REFUSED"):
        tab.open(f"http://127.0.0.1:{free_port()}/")


def test_a_script_that_throws_is_told(person: Context) -> None:
    with person.tab() as tab, pytest.raises(BrowserError, match="does not fit"):
        tab.run("document.querySelector('nowhere').click()")


def test_a_browser_that_does_not_start_is_told_with_what_it_said(tmp_path: Path) -> None:
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\necho no such display >&2\nexit 1\n")
    program.chmod(0o755)

    with pytest.raises(BrowserError, match="Chromium has ended; it said: no such display"):
        Chromium(str(program))


def test_a_browser_leaves_no_process_and_no_file(chromium: Chromium) -> None:
    program = chromium.program
    with Chromium(program) as other, other.context() as person, person.tab() as tab:
        tab.open("about:blank")
        group, profile = other.group, other.profile
        assert profile.is_dir()

    assert not profile.exists()
    with pytest.raises(ProcessLookupError):
        os.killpg(group, 0)


def test_a_package_that_is_not_the_pinned_axe_core_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "axe-core.tgz"
    other.write_bytes(b"something else")

    with pytest.raises(axe_core.AxeError, match="is not axe-core"):
        axe_core.script(other)


def test_a_missing_axe_core_says_how_to_fetch_it(tmp_path: Path) -> None:
    with pytest.raises(axe_core.AxeError, match=axe_core.FETCH):
        axe_core.script(tmp_path / "nowhere.tgz")


def test_without_npm_the_fetch_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(shutil, "which", lambda _: None)

    with pytest.raises(axe_core.AxeError, match="no npm"):
        axe_core.fetch()
