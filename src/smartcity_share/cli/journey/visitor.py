"""A visitor with a browser's manners: keeps cookies, follows redirects, fills in the forms a page really has.

It is written on the standard library so that ``smartcity demo --check`` needs nothing beyond the installed package.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from functools import cached_property
from html.parser import HTMLParser
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from typing import Final, cast
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, ProxyHandler, Request, build_opener

import attrs

_TIMEOUT_SECONDS: Final = 30
_VOID_TYPES: Final = frozenset({"submit", "button", "image", "reset", "file"})


@attrs.frozen
class Upload:
    """A file put into a form.

    Attributes:
        filename: The name the browser would send.
        content: The bytes.
        media_type: The type the browser would send.
    """

    filename: str
    content: bytes
    media_type: str


@attrs.define
class Form:
    """A form found in a page.

    Attributes:
        action: Absolute address it is sent to.
        method: ``get`` or ``post``.
        multipart: Whether it is sent as ``multipart/form-data``.
        values: What its controls hold when the page is opened, by name.
        choices: Values a select or a group of radio buttons offers, by name.
        buttons: Value of each named submit button, by name.
    """

    action: str
    method: str
    multipart: bool
    values: dict[str, str] = attrs.Factory(dict)
    choices: dict[str, list[str]] = attrs.Factory(dict)
    buttons: dict[str, list[str]] = attrs.Factory(dict)


@attrs.frozen
class Page:
    """An answer of the server.

    Attributes:
        url: Address after redirects.
        status: HTTP status.
        headers: Header values by lower-case name; the last one wins.
        body: The bytes.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", errors="replace")

    @property
    def words(self) -> str:
        """What a reader sees: the text of the page without tags, white space folded."""
        return self._read(_Words("script", "style"))

    @property
    def words_outside_forms(self) -> str:
        """What the page says, without what its forms offer to choose or hold typed."""
        return self._read(_Words("script", "style", "form"))

    @property
    def links(self) -> tuple[str, ...]:
        """Absolute addresses of the links in the page, in order."""
        return tuple(self._controls.links)

    @property
    def forms(self) -> tuple[Form, ...]:
        """The forms of the page, in order."""
        return tuple(self._controls.forms)

    @cached_property
    def _controls(self) -> _Forms:
        reader = _Forms(self.url)
        reader.feed(self.text)
        return reader

    def _read(self, reader: _Words) -> str:
        reader.feed(self.text)
        return " ".join(" ".join(reader.parts).split())

    def form(self, *names: str) -> Form:
        """Return the first form that has a control or button of every name.

        Raises:
            LookupError: The page has no such form.
        """
        for form in self.forms:
            if all(name in form.values or name in form.buttons or name in form.choices for name in names):
                return form
        raise LookupError(f"{self.url} (status {self.status}) has no form with {', '.join(names)}")


class Visitor:
    """One person at a browser.

    Args:
        base: Address every relative one is joined to, for example ``http://127.0.0.1:8000``.
        host: Value of the Host header where it differs from the address, to visit a region by its host name.
        language: What the browser asks for.
    """

    def __init__(self, base: str, *, host: str | None = None, language: str = "id") -> None:
        self._base = base
        self._host = host
        self._language = language
        self._jar = CookieJar()
        # No proxy of the machine may stand between the demo and its own server.
        self._opener: OpenerDirector = build_opener(ProxyHandler({}), HTTPCookieProcessor(self._jar))

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies held, by name."""
        return {cookie.name: cookie.value or "" for cookie in self._jar}

    def send_cookies_everywhere(self) -> None:
        """Send every cookie held to every address of the server, whatever path it is for: what a forger would do."""
        for cookie in self._jar:
            cookie.path, cookie.path_specified = "/", True
        held = list(self._jar)
        self._jar.clear()
        for cookie in held:
            self._jar.set_cookie(cookie)

    def get(self, address: str) -> Page:
        """Open an address."""
        return self._send(Request(urljoin(self._base, address)))  # noqa: S310 - the base is the demo server

    def submit(
        self,
        form: Form,
        values: Mapping[str, str] | None = None,
        *,
        files: Mapping[str, Sequence[Upload]] | None = None,
    ) -> Page:
        """Send a form with what it holds, changed by ``values``.

        Raises:
            LookupError: A value is given for a control the form does not have.
        """
        filled = dict(form.values)
        for name, value in (values or {}).items():
            if name not in form.values and name not in form.buttons and name not in form.choices:
                raise LookupError(f"the form to {form.action} has no control {name!r}; it has {sorted(form.values)}")
            filled[name] = value
        if form.method == "get":
            return self.get(f"{form.action}?{urlencode(filled)}")
        if form.multipart:
            body, media_type = _multipart(filled, files or {})
        else:
            body, media_type = urlencode(filled).encode(), "application/x-www-form-urlencoded"
        parts = urlsplit(form.action)
        origin = f"{parts.scheme}://{self._host or parts.netloc}"
        return self._send(Request(form.action, body, {"Content-Type": media_type, "Origin": origin}))  # noqa: S310 - same

    def _send(self, request: Request) -> Page:
        request.add_header("Accept", "text/html,application/json;q=0.9,*/*;q=0.8")
        request.add_header("Accept-Language", self._language)
        if self._host:
            request.add_header("Host", self._host)
        try:
            answer = cast("HTTPResponse", self._opener.open(request, timeout=_TIMEOUT_SECONDS))
        except HTTPError as error:
            with error:
                return Page(error.url or request.full_url, error.code, _lower(dict(error.headers.items())), error.read())
        with answer:
            return Page(answer.url, answer.status, _lower(dict(answer.headers.items())), answer.read())


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _multipart(values: Mapping[str, str], files: Mapping[str, Sequence[Upload]]) -> tuple[bytes, str]:
    boundary = uuid.uuid5(uuid.NAMESPACE_URL, repr(sorted(values.items()))).hex
    out = bytearray()
    for name, value in values.items():
        out += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    for name, uploads in files.items():
        for upload in uploads:
            head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{upload.filename}"\r\n'
            out += f"{head}Content-Type: {upload.media_type}\r\n\r\n".encode() + upload.content + b"\r\n"
    out += f"--{boundary}--\r\n".encode()
    return bytes(out), f"multipart/form-data; boundary={boundary}"


class _Words(HTMLParser):
    """Collects the text of a page, except what stands within some elements."""

    def __init__(self, *without: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._without = frozenset(without)
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's signature
        self._silent += tag in self._without

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in self._without

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


class _Forms(HTMLParser):
    """Collects the forms and links of a page as a browser would hold them."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._url = url
        self._form: Form | None = None
        self._select: str | None = None
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in found:
            self.links.append(urljoin(self._url, found["href"]))
        elif tag == "form":
            action = urljoin(self._url, found.get("action") or self._url)
            multipart = found.get("enctype") == "multipart/form-data"
            self._form = Form(action, found.get("method", "get").lower(), multipart)
            self.forms.append(self._form)
        elif self._form is not None and found.get("name"):
            self._control(self._form, tag, found)
        elif self._form is not None and tag == "option" and self._select is not None:
            self._option(self._form, self._select, found)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._area is not None:
            self._form.values[self._area] += data

    def _control(self, form: Form, tag: str, found: Mapping[str, str]) -> None:
        name, kind = found["name"], found.get("type", "text")
        if tag == "button" or (tag == "input" and kind == "submit"):
            form.buttons.setdefault(name, []).append(found.get("value", ""))
        elif tag == "select":
            self._select = name
            form.choices[name] = []
        elif tag == "textarea":
            self._area = name
            form.values[name] = ""
        elif tag == "input" and kind in {"radio", "checkbox"}:
            form.choices.setdefault(name, []).append(found.get("value", "on"))
            if "checked" in found:
                form.values[name] = found.get("value", "on")
        elif tag == "input" and kind not in _VOID_TYPES:
            form.values[name] = found.get("value", "")

    def _option(self, form: Form, name: str, found: Mapping[str, str]) -> None:
        value = found.get("value", "")
        form.choices[name].append(value)
        if "selected" in found or name not in form.values:
            form.values[name] = value
