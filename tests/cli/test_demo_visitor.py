"""The visitor that drives the demo holds forms, cookies and redirects as a browser does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from smartcity_share.cli.journey.visitor import Page, Upload, Visitor

PAGE = """
<h1>Buat <b>laporan</b></h1><script>var hidden = "not words";</script><a href="/lain?x=1">lain</a>
<form method="post" action="kirim" enctype="multipart/form-data">
  <input type="hidden" name="key" value="k1"><input name="place" value="pasar"><input type="file" name="photo">
  <textarea name="text">lama</textarea>
  <select name="kind"><option value="">Pilih</option><option value="road" selected>Jalan</option></select>
  <input type="radio" name="channel" value="web"><input type="radio" name="channel" value="app" checked>
  <input type="checkbox" name="consent"><button name="act" value="send">Kirim</button>
</form>
<form action="/cari"><input name="q"></form>
"""


def page(text: str = PAGE) -> Page:
    return Page("http://example.test/lapor/", 200, {}, text.encode())


def test_a_form_holds_what_its_controls_hold_when_the_page_is_opened() -> None:
    form = page().form("text", "kind")

    assert form.action == "http://example.test/lapor/kirim"
    assert (form.method, form.multipart) == ("post", True)
    assert form.values == {"key": "k1", "place": "pasar", "text": "lama", "kind": "road", "channel": "app"}
    assert form.choices == {"kind": ["", "road"], "channel": ["web", "app"], "consent": ["on"]}
    assert form.buttons == {"act": ["send"]}


def test_words_are_what_a_reader_sees() -> None:
    assert page().words.startswith("Buat laporan lain")
    assert "not words" not in page().words
    assert page().links == ("http://example.test/lain?x=1",)


def test_what_a_form_offers_is_told_apart_from_what_the_page_says() -> None:
    assert "Jalan" in page().words
    assert page().words_outside_forms == "Buat laporan lain"
    assert page('<form><select name="a"><option>Satu</select></form><dd>Dua</dd>').words_outside_forms == "Dua"


def test_a_form_that_is_not_there_is_named() -> None:
    with pytest.raises(LookupError, match="no form with password"):
        page().form("password")


class Answers(BaseHTTPRequestHandler):
    """Sets a cookie, redirects, and echoes what it was sent."""

    def do_GET(self) -> None:
        if self.path == "/pergi":
            self.send_response(303)
            self.send_header("Location", "/echo?sampai=ya")
            self.send_header("Set-Cookie", "sesi=abc; Path=/71.08/; HttpOnly")
            self.end_headers()
            return
        self._echo(200 if self.path.startswith(("/echo", "/71.08/")) else 404)

    def do_POST(self) -> None:
        self._echo(200)

    def _echo(self, status: int) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        told = [f"{self.command} {self.path}", *(f"{name}: {self.headers.get(name)}" for name in ("Host", "Origin", "Cookie"))]
        content = "\n".join(told).encode() + b"\n\n" + body
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the handler's signature
        """Say nothing."""


@pytest.fixture
def base() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_redirects_are_followed_and_cookies_kept_to_their_path(base: str) -> None:
    visitor = Visitor(base)

    assert visitor.get("/pergi").url == f"{base}/echo?sampai=ya"
    assert "Cookie: None" in visitor.get("/echo").text
    assert "Cookie: sesi=abc" in visitor.get("/71.08/x").text


def test_a_forger_sends_a_cookie_where_it_does_not_belong(base: str) -> None:
    visitor = Visitor(base)
    visitor.get("/pergi")
    visitor.send_cookies_everywhere()

    assert "Cookie: sesi=abc" in visitor.get("/echo").text


def test_a_host_name_is_told_to_the_server_and_is_the_origin_of_forms(base: str) -> None:
    visitor = Visitor(base, host="lapor.example:80")
    form = Page(f"{base}/echo", 200, {}, b'<form method="post" action="/echo"><input name="a"></form>').form("a")

    answer = visitor.submit(form, {"a": "1"}).text

    assert "Host: lapor.example:80" in answer
    assert "Origin: http://lapor.example:80" in answer
    assert answer.endswith("a=1")


def test_files_travel_with_the_values_of_the_form(base: str) -> None:
    form = Page(f"{base}/lapor/", 200, {}, PAGE.encode()).form("text")
    form.action = f"{base}/echo"

    answer = Visitor(base).submit(form, {"text": "baru"}, files={"photo": [Upload("a.png", b"\x89PNG", "image/png")]})

    assert b'name="text"\r\n\r\nbaru' in answer.body
    assert b'filename="a.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG' in answer.body


def test_a_value_for_a_control_that_is_not_there_is_refused(base: str) -> None:
    with pytest.raises(LookupError, match="no control 'nama'"):
        Visitor(base).submit(page().form("text"), {"nama": "x"})


def test_an_answer_of_refusal_is_a_page_like_any_other(base: str) -> None:
    assert Visitor(base).get("/tidak-ada").status == 404
