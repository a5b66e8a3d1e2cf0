"""Asking a region with what belongs to another, and telling what the answer gave away."""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import unquote

import attrs

from smartcity_share.host.app import Host
from tests.isolation.line import Answer, Sent, form
from tests.isolation.regions import Realm, host_name, new_session
from tests.isolation.routes import Way

VIEWERS: Final = {
    "nobody": "",
    "admin-of-the-other": "admin",
    "officer-of-the-other": "petugas",
    "admin-of-this": "admin",
    "officer-of-this": "petugas",
    "holder-of-this": "",
}
"""Who asks, and the account whose session is sent; the last is a visitor with a follow link and an API key of the region."""

WORDS: Final = {"app": ("complaints", "hello", "mailbox", "arsip"), "format": ("json", "xml")}
"""What stands for a parameter that names no thing of a region, by its name."""
_KEPT: Final = ("no-store", "private")
_OF_A_KIND: Final = 2


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
    def own(self) -> bool:
        """Whether it is asked by somebody of the region itself, who may be shown what is not for everybody."""
        return self.viewer.endswith("of-this")

    @property
    def said(self) -> bytes:
        """Everything that is sent, as whoever asks knows it."""
        parts = (unquote(self.path), self.path, self.cookie, *self.body.values(), *(name for name, _ in self.uploads))
        return b"\n".join(("\n".join(parts).encode(), *(content for _, content in self.uploads)))

    @property
    def sent(self) -> Sent:
        """The request itself."""
        body, kind = form(self.body, self.uploads) if self.method in {"POST", "PUT", "PATCH"} else (b"", "")
        target = self.path if self.by_name else f"/{self.region}{self.path}"
        headers = (("cookie", self.cookie),) if self.cookie else ()
        return Sent(self.method, target, host_name(self.region) if self.by_name else "localhost", headers, body, kind)


def leaks(asked: Asked, answer: Answer, realms: Mapping[str, Realm]) -> list[str]:
    """Return what an answer gives away that whoever asked did not bring along, each with the kind of thing it is.

    Nothing of another region may be in it; of this region, what is not for everybody, for its own people alone and never to be
    kept by a cache that others share.
    """
    told, said = contents(answer), asked.said
    found = []
    for realm in realms.values():
        here = realm.region == asked.region
        forbidden = realm.secret if here else realm.everything
        given = [(kind, value) for value, kind in forbidden.items() if value in told and value not in said]
        if given and here and asked.own:
            if not any(word in answer.headers.get("cache-control", "") for word in _KEPT):
                found.append(f"{asked}: a cache may keep the {given[0][0]} {given[0][1]!r}")
        else:
            found += [f"{asked}: {answer.status_code} shows the {kind} {value!r} of {realm.region}" for kind, value in given]
    return found


def contents(answer: Answer) -> bytes:
    """Return all bytes of an answer: headers, and what is packed in its body as well."""
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items()).encode()
    body = answer.content
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body += b"\n".join(packed.read(name) for name in packed.namelist())
    return head + b"\n" + body


def every_request(host: Host, ways: Iterable[Way], origins: Sequence[Realm], target: Realm) -> Iterator[Asked]:
    """Return the requests that bring what belongs to other regions, for each way into a region and each viewer.

    In the path each thing of each of the others stands once, with the follow links, numbers and keys in turn in the query and
    the form; and each page is asked for once with a path alone.
    """
    sessions: dict[tuple[str, str], str] = {}
    formats = itertools.cycle(WORDS["format"])
    for way, viewer in itertools.product(ways, VIEWERS):
        for origin in origins:
            key = (viewer, target.region if viewer.endswith("of-this") else origin.region)
            # Signing out and the like end a session.
            if key not in sessions or (way.method != "GET" and not way.app):
                sessions[key] = cookie_of(host, viewer, origin, target)
            holder = target if viewer == "holder-of-this" else origin
            letters = itertools.cycle(itertools.product(holder.ids["number"], holder.ids["link"]))
            for number, values in enumerate(_values(way, origin)):
                path = way.filled([next(formats) if value == "" else value for value in values])
                (report, link), api_key = next(letters), holder.ids["key"][0]
                body = {"number": report, "kunci": link, "api_key": api_key, "account": origin.ids["account"][0]}
                query = f"?kunci={link}&nomor={report}&api_key={api_key}&q={origin.ids['number'][-1]}&bahasa=id"
                if way.method != "GET":
                    yield Asked(target.region, viewer, way.method, path, body, sessions[key])
                    continue
                yield Asked(target.region, viewer, way.method, path + query, body, sessions[key])
                if number == 0 and origin is origins[0]:
                    yield Asked(target.region, viewer, way.method, path, body, sessions[key])


def cookie_of(host: Host, viewer: str, origin: Realm, target: Realm) -> str:
    """Return the cookie of a session that is opened for a viewer; none for a visitor."""
    login = VIEWERS[viewer]
    if not login:
        return ""
    region = target.region if viewer.endswith("of-this") else origin.region
    token = new_session(host, region, login)
    return "; ".join(f"{prefix}smartcity_session={token}" for prefix in ("", "__Host-", "__Secure-"))


def _values(way: Way, origin: Realm) -> Iterator[tuple[str, ...]]:
    """Return what to put for the parameters of a way: the things of the other region in turn; empty for one of the formats."""
    yield from itertools.product(*(_things(name, kind, origin) for name, kind in way.parameters))


def _things(name: str, kind: str, origin: Realm) -> Iterable[str]:
    if kind == "int":
        return origin.ids["int"]
    if name == "format":
        return ("",)
    if name in WORDS:
        return WORDS[name]
    if kind == "path":
        return origin.all_ids
    # All of the kind that belongs there, and of every other kind some.
    return dict.fromkeys(
        itertools.chain(
            origin.ids.get(name.removesuffix("_id"), ()),
            *(values[:_OF_A_KIND] for kind, values in origin.ids.items() if kind not in {"app", "int"}),
        )
    )


def drawn_values(way: Way, origin: Realm) -> list[Sequence[str]]:
    """Return what may stand for each parameter of a way, any thing of the other region among it."""
    return [origin.ids["int"] if kind == "int" else (*WORDS.get(name, ()), *origin.all_ids) for name, kind in way.parameters]


def confirms(known: Answer, again: Answer, own: Answer) -> bool:
    """Whether a region confirms to a browser that what it kept of another region is its own page.

    Args:
        known: What the other region had answered, with its entity tag.
        again: What this region answers to that tag.
        own: What this region answers without it.
    """
    return again.status_code == 304 and own.content != known.content
