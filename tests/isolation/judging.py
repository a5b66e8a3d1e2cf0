"""Asking a region with what belongs to another, and telling what the answer gave away."""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote

import attrs
from starlette.testclient import TestClient

from smartcity_share.host.app import Host
from tests.isolation.regions import Realm, host_name, new_session
from tests.isolation.routes import Way

VIEWERS: Final = ("nobody", "official-of-the-other", "official-of-this")
WORDS: Final = {"format": ("json", "xml")}
"""What stands for a parameter that names no thing of a region, by its name."""
_KEPT: Final = ("no-store", "private")


@attrs.frozen
class Asked:
    """One request to a region, and by whom.

    Attributes:
        region: The region it is sent to.
        viewer: One of :data:`VIEWERS`.
        method: The method.
        path: The path below the root of the region, with the query.
        body: The form that is sent.
        cookie: The session that is sent.
        by_name: Whether it is sent to the host name of the region, not below its path.
        uploads: Files that are sent along, as name and content; the form is then ``multipart/form-data``.
    """

    region: str
    viewer: str
    method: str
    path: str
    body: Mapping[str, str]
    cookie: str = attrs.field(default="", repr=False)
    by_name: bool = False
    uploads: tuple[tuple[str, bytes], ...] = attrs.field(default=(), repr=False)

    @property
    def sent(self) -> bytes:
        """Everything that is sent, as whoever asks knows it."""
        parts = (unquote(self.path), self.path, self.cookie, *self.body.values(), *(name for name, _ in self.uploads))
        return b"\n".join(("\n".join(parts).encode(), *(content for _, content in self.uploads)))

    def send(self, client: TestClient) -> Any:
        """Send it and return the answer."""
        headers = {"sec-fetch-site": "same-origin", **({"cookie": self.cookie} if self.cookie else {})}
        body = self.body if self.method in {"POST", "PUT", "PATCH"} else None
        address = f"http://{host_name(self.region)}{self.path}" if self.by_name else f"/{self.region}{self.path}"
        files = [("photo", (name, content, "image/jpeg")) for name, content in self.uploads]
        return client.request(self.method, address, headers=headers, data=body, files=files or None)


def leaks(asked: Asked, answer: Any, realms: Mapping[str, Realm]) -> list[str]:
    """Return what an answer gives away that whoever asked did not bring along.

    Nothing of another region may be in it; of this region, what only its officials may see, for them alone and never to be kept
    by a cache that others share.
    """
    told, sent = contents(answer), asked.sent
    found = []
    for realm in realms.values():
        own = realm.region == asked.region
        forbidden = realm.secret if own else realm.everything
        given = [value for value in forbidden if value in told and value not in sent]
        if given and own and asked.viewer == "official-of-this":
            if not any(word in answer.headers.get("cache-control", "") for word in _KEPT):
                found.append(f"{asked}: a cache may keep {given[0]!r}")
        elif given:
            found.append(f"{asked}: {answer.status_code} shows {given[0]!r} of {realm.region}")
    return found


def contents(answer: Any) -> bytes:
    """Return all bytes of an answer: headers, and what is packed in its body as well."""
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers.multi_items()).encode()
    body = answer.content
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body += b"\n".join(packed.read(name) for name in packed.namelist())
    return head + b"\n" + body


def every_request(host: Host, ways: Iterable[Way], origin: Realm, target: Realm) -> Iterator[Asked]:
    """Return a request for each way into a region, each viewer and each thing of the other region that may stand there."""
    for way, viewer in itertools.product(ways, VIEWERS):
        cookie = cookie_of(host, viewer, origin, target)
        for values in _values(way, origin):
            token, number = origin.ids["token"], origin.ids["number"]
            body = {"number": number[0], "kunci": token[-1], "api_key": token[-1], "account": origin.ids["account"][0]}
            for query in ("", f"?kunci={token[2]}&nomor={number[0]}&api_key={token[-1]}&q={number[1]}&bahasa=id"):
                if way.method == "GET" or not query:
                    yield Asked(target.region, viewer, way.method, way.filled(values) + query, body, cookie)


def cookie_of(host: Host, viewer: str, origin: Realm, target: Realm) -> str:
    """Return the session cookie of a viewer, a fresh one for each: some requests end it."""
    if viewer == "nobody":
        return ""
    region = origin.region if viewer == "official-of-the-other" else target.region
    token = new_session(host, region)
    return "; ".join(f"{prefix}smartcity_session={token}" for prefix in ("", "__Host-", "__Secure-"))


def _values(way: Way, origin: Realm) -> Iterator[tuple[str, ...]]:
    """Return what to put for the parameters of a way: each thing of the other region in turn, or each word."""
    things = [origin.ids["int"] if kind == "int" else WORDS.get(name, origin.all_ids) for name, kind in way.parameters]
    yield from itertools.product(*things)
