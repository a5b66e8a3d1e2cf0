"""With ``Online`` the addresses of a file are asked; without it, and inside private networks, nothing is."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from smartcity_share.cli.main import execute
from smartcity_share.errors import Fault
from smartcity_share.publiccode import Online, check
from smartcity_share.publiccode.reach.public import may_be_asked
from tests.publiccode.samples import SMALLEST, png

HERE = Online(loopback=True, seconds=5)
ENDED = threading.Event()
"""Ends what a server does without an end, at the end of the tests."""


class Handler(BaseHTTPRequestHandler):
    """Answers by the path that is asked."""

    hits: list[tuple[str, str]]

    def do_GET(self) -> None:
        self.hits.append((self.path, self.headers["Host"]))
        kind, _, rest = self.path.strip("/").partition("/")
        match kind:
            case "status":
                self._answer(int(rest), b"")
            case "to":
                self._answer(302, b"", Location=unquote(rest))
            case "on":
                self._answer(301, b"", Location=f"/on/{int(rest) - 1}" if rest != "0" else "/ok")
            case "png":
                self._answer(200, png(int(rest.removesuffix(".png"))))
            case "slow":
                self._without_end(b"HTTP/1.1 200 OK\r\nX: ", b"x", pause=0.05)
            case "head":
                self._without_end(b"HTTP/1.1 200 OK\r\n", b"X: " + b"x" * 60_000 + b"\r\n")
            case "body":
                self._without_end(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 60_000)
            case "nothing":
                self.wfile.write(b"\x00 nothing that is HTTP\r\n\r\n")
            case _:
                self._answer(200, b"yes")

    def _without_end(self, first: bytes, more: bytes, *, pause: float = 0) -> None:
        self.wfile.write(first)
        while not ENDED.wait(pause):
            self.wfile.write(more)

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:  # the client had enough
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Site(ThreadingHTTPServer):
    """A server of this machine, and what it was asked."""

    daemon_threads = True

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.hits: list[tuple[str, str]] = []
        super().__init__(("127.0.0.1", 0), type("Asked", (Handler,), {"hits": self.hits}))
        self.url = f"http{'s' if context else ''}://127.0.0.1:{self.server_port}"
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that hangs up is what is tested."""


def running(context: ssl.SSLContext | None = None) -> Iterator[Site]:
    """Serve until the test ends."""
    ENDED.clear()
    with Site(context) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        ENDED.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    """A server of this machine."""
    yield from running()


def file_with(address: str, more: str = "") -> str:
    """A valid file with an address for its repository."""
    return SMALLEST.replace("https://example.org/parks.git", address) + more


def asked(address: str, online: Online = HERE) -> Fault | None:
    """What is told of an address."""
    result = check(file_with(f'"{address}"'), online=online)
    assert result.warnings == result.notices == ()
    assert len(result.errors) < 2
    return next(iter(result.errors), None)


def told(address: str, online: Online = HERE) -> tuple[str, str]:
    """The code and the message of what is told of an address."""
    fault = asked(address, online)
    assert fault is not None
    assert (fault.where.key, fault.where.line, fault.mend != "") == ("url", 3, True)
    return fault.code, fault.message


def no_host(host: str, port: int) -> Sequence[str]:
    """A resolver that knows nobody."""
    raise OSError(host)


def test_an_address_that_answers_is_asked_once_however_often_it_stands_there(site: Site) -> None:
    address = f"{site.url}/ok?a=b c"
    more = f"landingURL: {address}\nroadmap: {address}\n"

    assert check(file_with(address, more), online=HERE).valid
    assert site.hits == [("/ok?a=b%20c", f"127.0.0.1:{site.server_port}")]


def test_every_link_of_the_file_is_asked_and_told_at_its_place(site: Site) -> None:
    links = f"documentation: {site.url}/status/404\n    apiDocumentation: {site.url}/status/500\n    features"
    text = file_with(f"{site.url}/status/403", f"landingURL: {site.url}/status/410\nroadmap: {site.url}/status/201\n")

    result = check(text.replace("features", links), online=HERE)

    assert {(fault.where.key, fault.code) for fault in result.errors} == {
        (key, "address-unreachable")
        for key in ("url", "landingURL", "roadmap", "description.en.documentation", "description.en.apiDocumentation")
    }
    mends = {fault.where.key: fault.mend for fault in result.errors}
    assert "again later" in mends["url"]
    assert "again later" in mends["description.en.apiDocumentation"]
    assert "Correct" in mends["landingURL"]


def test_without_being_asked_for_the_network_is_left_alone(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "publiccode.yml"
    path.write_text(file_with(f"{site.url}/status/404", f"logo: {site.url}/png/1.png\n"), "utf-8")

    assert execute(["publiccode", "check", str(path)]) == 0
    assert site.hits == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "0x7f.1", "2130706433", "0", "[::1]", "[::ffff:127.0.0.1]", "127.0.0.1."]
)
def test_this_machine_is_not_asked_by_any_of_its_names(host: str, site: Site) -> None:
    code, _ = told(f"http://{host}:{site.server_port}/ok", Online())

    assert code in ("address-refused", "address-unreachable")  # a system may not know a spelling
    assert site.hits == []


def test_the_command_has_no_way_to_ask_this_machine(site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "publiccode.yml"
    path.write_text(file_with(f"{site.url}/ok"), "utf-8")

    assert execute(["publiccode", "check", str(path), "--online"]) == 1
    assert "(address-refused)" in capsys.readouterr().out
    assert site.hits == []


@pytest.mark.parametrize("host", ["10.0.0.1", "192.168.1.1", "169.254.169.254", "[fd00::1]", "[fe80::1]", "100.64.0.1"])
def test_a_redirect_into_a_private_network_is_not_followed(host: str, site: Site) -> None:
    code, _ = told(f"{site.url}/to/http://{host}/latest/meta-data", Online(loopback=True, seconds=2))

    assert code == "address-refused"


def test_redirects_are_followed_to_an_end(site: Site) -> None:
    assert asked(f"{site.url}/on/3") is None
    assert "more than 5 times" in told(f"{site.url}/on/9")[1]
    assert "only http and https" in told(f"{site.url}/to/file:///etc/passwd")[1]
    assert "only http and https" in told("ssh://git@example.org/parks.git")[1]


@pytest.mark.parametrize(
    "place",
    [
        *(
            "http://[",
            "http://[::1",
            "http://a b/",
            "http://\u00fc.example.:99999/",
            "//",
            "http:",
            "?",
            "http://%00/",
            "\\\\x\\y",
        ),
        *("http://" + "a" * 300 + ".example/", "http://xn--/", "HTTPS://", "javascript:alert(1)", "\\\\x\\y"),
    ],
)
def test_any_place_a_server_sends_on_to_ends_in_a_finding(place: str, site: Site) -> None:
    online = Online(loopback=True, seconds=5, redirects=2, resolver=no_host)
    code, message = told(f"{site.url}/to/{quote(place, safe='')}", online)

    assert code == "address-unreachable"
    assert "\n" not in message


def test_a_name_is_looked_up_once_and_the_connection_goes_to_what_was_found(site: Site) -> None:
    answers = [["127.0.0.1"], ["169.254.169.254"], ["127.0.0.1"]]
    names: list[tuple[str, int]] = []

    def rebound(host: str, port: int) -> Sequence[str]:
        names.append((host, port))
        return answers[len(names) - 1]

    assert asked(f"http://parks.example:{site.server_port}/ok", Online(loopback=True, resolver=rebound)) is None
    assert names == [("parks.example", site.server_port)]
    assert site.hits == [("/ok", f"parks.example:{site.server_port}")]


def test_a_name_with_one_private_address_among_others_is_not_asked(site: Site) -> None:
    online = Online(loopback=True, resolver=lambda *_: ["127.0.0.1", "10.0.0.1"])

    assert told(f"http://parks.example:{site.server_port}/ok", online)[0] == "address-refused"
    assert site.hits == []


@pytest.mark.parametrize(
    ("path", "why"),
    [("slow", "too long"), ("head", "more than is read"), ("nothing", "cannot be reached")],
)
def test_what_a_server_sends_without_an_end_has_one(path: str, why: str, site: Site) -> None:
    begun = time.monotonic()

    assert why in told(f"{site.url}/{path}", Online(loopback=True, seconds=1, most_bytes=100_000))[1]
    assert time.monotonic() - begun < 4


def test_of_a_body_without_an_end_no_more_is_read_than_is_wanted(site: Site) -> None:
    assert asked(f"{site.url}/body") is None
    result = check(file_with(f"{site.url}/ok", f"logo: {site.url}/body/a.png\n"), online=HERE)
    assert [(fault.where.key, fault.code) for fault in result.errors] == [("logo", "picture-kind")]


def test_nobody_there_and_a_name_that_is_none_are_told() -> None:
    over = threading.Event()

    def hanging(host: str, port: int) -> Sequence[str]:
        over.wait(5)
        return []

    assert "no such host" in told("https://parks.example/", Online(resolver=no_host))[1]
    assert "no address" in told("https://parks.example/", Online(resolver=lambda *_: []))[1]
    assert "looked up in time" in told("https://parks.example/", Online(resolver=hanging, seconds=0.2))[1]
    assert "refused" in told("http://127.0.0.1:1/")[1].lower()
    over.set()


def test_a_logo_at_a_web_address_is_looked_into(site: Site) -> None:
    found = {}
    for width in (119, 120):
        more = f"logo: {site.url}/png/{width}.png\nlegal: {{license: MIT, authorsFile: {site.url}/status/404}}\n"
        result = check(file_with(f"{site.url}/ok", more).replace("legal:\n  license: Apache-2.0\n", ""), online=HERE)
        found[width] = {(fault.where.key, fault.code) for fault in result.errors}

    assert found[119] - found[120] == {("logo", "picture-too-small")}
    assert found[120] == {("legal.authorsFile", "address-unreachable")}


def test_more_addresses_than_are_asked_are_told_as_not_checked(site: Site) -> None:
    shots = ", ".join(f"{site.url}/ok/{number}.png" for number in range(20))
    text = file_with(f"{site.url}/ok").replace("[Register]", f"[Register]\n    screenshots: [{shots}]")

    result = check(text, online=Online(loopback=True, addresses=5))
    timed_out = check(text, online=Online(loopback=True, total_seconds=0))

    assert result.valid
    assert len(site.hits) == 5
    assert len(result.notices) == 16
    assert len(timed_out.notices) == 21


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for parks.example, with its key, that nobody vouches for."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the certificate of the server")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=parks.example"]
    command += ["-addext", "subjectAltName=DNS:parks.example", "-keyout", str(path), "-out", f"{path}.crt"]
    subprocess.run(command, check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


@pytest.fixture
def secure(certificate: Path) -> Iterator[Site]:
    """A server of this machine that speaks TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    yield from running(context)


@pytest.fixture
def parks() -> Callable[..., Online]:
    """Looks up every name as this machine."""
    return lambda: Online(loopback=True, seconds=5, resolver=lambda *_: ["127.0.0.1"])


def test_a_certificate_is_checked_against_the_name_though_the_address_is_connected_to(
    secure: Site, certificate: Path, parks: Callable[..., Online], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"https://parks.example:{secure.server_port}/ok"
    assert "certificate is not trusted" in told(address, parks())[1]

    monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")

    assert asked(address, parks()) is None
    assert "certificate is not trusted" in told(address.replace("parks", "others"), parks())[1]
    assert [host for _, host in secure.hits] == [f"parks.example:{secure.server_port}"]


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_addresses_of_the_public_internet_may_be_asked(address: str) -> None:
    assert may_be_asked(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "10.1.1.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.1.2.3"),
        *("255.255.255.255", "224.0.0.1", "240.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1"),
        *("::1", "::", "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff0e::1", "2001:db8::1"),
        *("::ffff:10.0.0.1", "::ffff:127.0.0.1", "::7f00:1", "2002:a00:1::", "64:ff9b::a00:1", "64:ff9b:1::1", "2001:0:1::"),
        *("", "example.org", "1", "127.1"),
    ],
)
def test_other_addresses_may_not(address: str) -> None:
    assert not may_be_asked(address)
    assert may_be_asked(address, loopback=True) == address.removeprefix("::ffff:").startswith(("127.0", "127.8", "::1"))
