"""A draft of a manifest from a publiccode.yml, and what could not be taken over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, Literal

import attrs
import tomlkit

from smartcity_share.documents.source import one_fault
from smartcity_share.errors import DocumentError, Location
from smartcity_share.manifest.vocabulary import categories
from smartcity_share.publiccode.nodes import Mapping, Node, Place, Scalar, Sequence, is_nothing
from smartcity_share.publiccode.reader import read_yaml

_TAG: Final = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?")
_EMAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)+")
_UNSEEN: Final = re.compile(r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]")
_STATUSES: Final = ("concept", "development", "beta", "stable", "obsolete")
_LINE: Final = 300
_TEXT: Final = 2000
_ID: Final = 31
"""Longest line, text and app id of a manifest."""

_MOST: Final = 100
"""This many languages and contacts are looked at: more would be no file that a person wrote."""

_ELSEWHERE: Final = {
    "url": "the metadata of the wheel say it: `Repository` under `[project.urls]`",
    "landingURL": "the metadata of the wheel say it: `Homepage` under `[project.urls]`",
    "softwareVersion": "the wheel has its own version",
    "releaseDate": "the release facts of a wheel say it",
    "legal.license": 'the metadata of the wheel say it: `license = "…"` under `[project]`',
    "usedBy": "who uses an app is said by those who use it, not by its author",
    "dependsOn": "the dependencies of the wheel and `[needs]` say what is needed, in a form that can be checked",
    "platforms": "every app runs in the browser",
    "softwareType": "`app.kind` says app or connector",
}
"""Key -> why the manifest does not have it."""

_TAKEN: Final = frozenset(
    {
        *("publiccodeYmlVersion", "name", "developmentStatus", "categories", "description", "maintenance.contacts"),
        *("localisation.availableLanguages", "legal.mainCopyrightOwner", "organisation.name"),
    }
)


@attrs.frozen
class Loss:
    """Something of the publiccode.yml that the draft does not have as it was.

    Attributes:
        kind: ``lost``, ``changed``, or ``missing`` for what the manifest wants and the publiccode.yml did not say.
        where: The place in the publiccode.yml.
        message: What became of it.
    """

    kind: Literal["lost", "changed", "missing"]
    where: Location
    message: str


@attrs.frozen
class ManifestDraft:
    """A draft of a ``smartcity.toml``.

    Attributes:
        text: TOML; what a person has to decide is marked by a comment.
        losses: What was lost, changed or is missing, in the order of the publiccode.yml.
    """

    text: str
    losses: tuple[Loss, ...]


def import_(source: bytes, *, label: str = "publiccode.yml") -> ManifestDraft:
    """Return a draft of a manifest. The publiccode.yml may have faults; what cannot be read is told as lost.

    Args:
        source: The publiccode.yml.
        label: Its name in messages.

    Raises:
        DocumentError: It is no YAML, or no mapping.
    """
    root = read_yaml(source, label).root
    if not isinstance(root, Mapping):
        raise one_fault(
            DocumentError, "value-type", "The document is no mapping", Location(label, 1, 1), "Name a publiccode.yml."
        )
    return _Importer(root, label).draft()


class _Importer:
    def __init__(self, root: Mapping, label: str) -> None:
        self._root = root
        self._label = label
        self._losses: list[Loss] = []

    def draft(self) -> ManifestDraft:
        document = tomlkit.document()
        document.add(tomlkit.comment("A draft made from a publiccode.yml. Every key: docs/reference/manifest.md"))
        document["manifest_version"] = 1
        document["host_api"] = ">=1.0,<2"
        document["app"] = self._app()
        document["origin"] = self._origin()
        terms = tomlkit.table()
        terms["agreement_required"] = _to_decide(True, "publiccode.yml does not speak of agreements")
        document["terms"] = terms
        document["localisation"] = {"complete": self._languages()}
        self._rest(self._root, "")
        losses = sorted(self._losses, key=lambda loss: (loss.where.line or 0, loss.where.column or 0))
        return ManifestDraft(tomlkit.dumps(document), tuple(losses))

    def _app(self) -> Any:
        table = tomlkit.table()
        name = self._line("name") or "App"
        table["id"] = _to_decide(app_id(name), "it becomes part of web addresses and names the entry point")
        languages = dict(self._described())
        table["title"] = {tag: _one_line(texts, "localisedName") or name for tag, texts in languages.items()} or {"en": name}
        table["summary"] = {tag: _one_line(texts, "shortDescription") or name for tag, texts in languages.items()} or {
            "en": name
        }
        long = {tag: text for tag, texts in languages.items() if (text := self._long(tag, texts))}
        if long:
            table["description"] = long
        table["category"], table["status"] = self._category(), self._status()
        return table

    def _long(self, tag: str, texts: Mapping) -> str:
        text = _clean(_text(texts.value("longDescription"))).strip()
        if len(text) > _TEXT:
            self._lose(
                "changed",
                f"description.{tag}.longDescription",
                texts.entries["longDescription"][0],
                f"cut at {_TEXT} characters",
            )
        return text[:_TEXT]

    def _described(self) -> Iterator[tuple[str, Mapping]]:
        description = self._root.value("description")
        if not isinstance(description, Mapping):
            return
        for tag, (place, texts) in islice(description.entries.items(), _MOST):
            if not isinstance(texts, Mapping) or _TAG.fullmatch(tag) is None:
                self._lose(
                    "lost", f"description.{tag}", place, "it is not under a language the manifest takes, such as `id` or `en`"
                )
                continue
            yield tag, texts
            for key, (at, _) in texts.entries.items():
                if key not in ("localisedName", "shortDescription", "longDescription"):
                    self._lose("lost", f"description.{tag}.{key}", at, "the manifest has no such text")

    def _category(self) -> str:
        found = self._root.value("categories")
        words = [_text(item) for item in found.items] if isinstance(found, Sequence) else []
        for word in words:
            for entry in categories().values():
                if word in entry.publiccode and word != "other":
                    place = self._root.entries["categories"][0]
                    self._lose(
                        "changed", "categories", place, f"`{word}` became `{entry.id}`; the manifest has one category, check it"
                    )
                    return entry.id
        self._lose("missing", "categories", self._root.place, "no category of the manifest fits; `other` was put, choose one")
        return "other"

    def _status(self) -> str:
        status = _text(self._root.value("developmentStatus"))
        if status in _STATUSES:
            return status
        self._lose("missing", "developmentStatus", self._root.place, "it is not one of the standard; `development` was put")
        return "development"

    def _origin(self) -> Any:
        table = tomlkit.table()
        organisation, legal = self._root.value("organisation"), self._root.value("legal")
        agency = (_one_line(organisation, "name") if isinstance(organisation, Mapping) else "") or (
            _one_line(legal, "mainCopyrightOwner") if isinstance(legal, Mapping) else ""
        )
        table["agency"] = agency or _to_decide("Name of the agency", "or write the code of the region as `region`")
        if not agency:
            self._lose("missing", "organisation", self._root.place, "nobody is named as origin")
        contacts = list(self._contacts())
        if not contacts:
            contacts.append({"kind": "team", "name": "Name of the team", "email": "team@example.org"})
            self._lose(
                "missing", "maintenance.contacts", self._root.place, "no contact has an e-mail address; an example was put"
            )
        table["contacts"] = contacts[:_MOST]
        return table

    def _contacts(self) -> Iterator[dict[str, str]]:
        section = self._root.value("maintenance")
        found = section.value("contacts") if isinstance(section, Mapping) else None
        for index, contact in enumerate(found.items if isinstance(found, Sequence) else ()):
            email = _one_line(contact, "email") if isinstance(contact, Mapping) else ""
            name = _one_line(contact, "name") if isinstance(contact, Mapping) else ""
            if name and _EMAIL.fullmatch(email):
                yield {"kind": "person", "name": name, "email": email}
            else:
                self._lose(
                    "lost", f"maintenance.contacts[{index}]", contact.place, "a contact needs a name and an e-mail address"
                )

    def _languages(self) -> list[str]:
        described = [tag for tag in self._tags() if _TAG.fullmatch(tag)]
        section = self._root.value("localisation")
        listed = section.value("availableLanguages") if isinstance(section, Mapping) else None
        for item in listed.items if isinstance(listed, Sequence) else ():
            if _text(item) not in described:
                self._lose(
                    "changed", "localisation.availableLanguages", item.place, "left out: the manifest has no text in it yet"
                )
        return described or ["en"]

    def _tags(self) -> list[str]:
        description = self._root.value("description")
        entries = description.entries if isinstance(description, Mapping) else {}
        return [tag for tag, (_, texts) in islice(entries.items(), _MOST) if isinstance(texts, Mapping)]

    def _rest(self, section: Mapping, path: str) -> None:
        """Tell of every key that was not looked at."""
        for name, (place, value) in section.entries.items():
            key = f"{path}{name}"
            if key in _TAKEN or is_nothing(value):
                continue
            if key in _ELSEWHERE:
                self._lose("lost", key, place, _ELSEWHERE[key])
            elif not path and isinstance(value, Mapping) and any(taken.startswith(f"{key}.") for taken in _TAKEN):
                self._rest(value, f"{key}.")
            else:
                self._lose("lost", key[:200], place, "the manifest has no such field")

    def _line(self, name: str) -> str:
        return _one_line(self._root, name)

    def _lose(self, kind: Literal["lost", "changed", "missing"], key: str, place: Place, message: str) -> None:
        self._losses.append(Loss(kind, Location(self._label, *place, key), message))


def _to_decide(value: bool | str, why: str) -> Any:
    """Return a value with a comment that a person has to look at it."""
    return tomlkit.item(value).comment(f"decide: {why}")


def app_id(name: str) -> str:
    """Return an app id made of a name: small letters, digits and hyphens, at most 31, beginning with a letter."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-0123456789")[:_ID].strip("-")
    return slug if len(slug) > 1 else "app"


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) and node.type != "nothing" else ""


def _one_line(section: Mapping, name: str) -> str:
    return " ".join(_clean(_text(section.value(name))).split())[:_LINE].strip()


def _clean(text: str) -> str:
    return _UNSEEN.sub(" ", text)
