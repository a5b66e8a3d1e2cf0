"""A publiccode.yml from an app: what its manifest and the metadata of its wheel say, in the words of the standard."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import attrs
import yaml
from packaging.requirements import InvalidRequirement, Requirement

from smartcity_share.documents.shapes import shown
from smartcity_share.documents.source import refusal
from smartcity_share.documents.toml import Key
from smartcity_share.errors import DocumentError, Fault, Location
from smartcity_share.manifest.found import FoundManifest
from smartcity_share.manifest.vocabulary import categories
from smartcity_share.publiccode.checking import check
from smartcity_share.publiccode.rules.addresses import is_address
from smartcity_share.publiccode.rules.formats import length
from smartcity_share.publiccode.rules.languages import is_language
from smartcity_share.publiccode.rules.licences import is_expression
from smartcity_share.publiccode.vocabulary import known

LONG: Final = 150
"""Characters a long description has at least, and a short one at most."""

_REPOSITORY: Final = ("repository", "source", "sourcecode", "github", "gitlab", "code")
_DOCUMENTATION: Final = ("documentation", "docs")
_HOMEPAGE: Final = ("homepage", "home")
_HOST: Final = "smartcity-share"


@attrs.frozen
class Adopter:
    """An organisation of which it is proven that it uses the app.

    Attributes:
        name: Its name, as ``usedBy`` shows it.
        evidence: What proves it: an id of a signed statement or of a replication record. It may not be empty.
    """

    name: str
    evidence: str = attrs.field(validator=attrs.validators.min_len(1))


@attrs.frozen
class Export:
    """A valid publiccode.yml.

    Attributes:
        text: Its text.
        notes: What was shortened or left out.
    """

    text: str
    notes: tuple[Fault, ...]


def export(found: FoundManifest, *, url: str | None = None, adopters: Iterable[Adopter] = ()) -> Export:
    """Return the publiccode.yml of an app.

    Args:
        found: The manifest of the app and the metadata of its wheel or project.
        url: Address of its repository; what the metadata say (``Repository`` or ``Source``) where None.
        adopters: Who is proven to use it. The author of an app cannot say it.

    Raises:
        DocumentError: The standard wants something the app does not say; all of it is in ``faults``.
    """
    exporter = _Exporter(found)
    data = exporter.data(url, [adopter.name for adopter in adopters])
    if exporter.faults:
        raise refusal(DocumentError, found.document.label, exporter.faults)
    text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=100)
    result = check(text, label="publiccode.yml")
    if not result.valid:
        raise refusal(DocumentError, "the publiccode.yml that was made", result.errors)
    return Export(text, tuple(exporter.notes))


class _Exporter:
    def __init__(self, found: FoundManifest) -> None:
        self.faults: list[Fault] = []
        self.notes: list[Fault] = []
        self._found = found
        self._app = found.manifest.app
        self._links = {re.sub(r"[\W_]", "", label).lower(): address for label, address in found.metadata.urls.items()}

    def data(self, url: str | None, used_by: list[str]) -> dict[str, Any]:
        manifest, metadata = self._found.manifest, self._found.metadata
        names = self._app.title
        data = {
            "publiccodeYmlVersion": "0",
            "name": names.get("en") or next(iter(names.values())),
            "applicationSuite": _HOST,
            "url": self._repository(url),
            "landingURL": self._link(_HOMEPAGE),
            "softwareVersion": metadata.version,
            "platforms": ["web"],
            "categories": list(categories()[self._app.category].publiccode),
            "usedBy": used_by,
            "developmentStatus": self._app.status,
            "softwareType": "addon",
            "intendedAudience": {
                "scope": ["local-authorities"],
                "countries": [manifest.origin.country] if manifest.origin.country in known("countries") else [],
            },
            "description": self._description(),
            "legal": {"license": self._licence(), "mainCopyrightOwner": manifest.origin.agency},
            "maintenance": {
                "type": "internal",
                "contacts": [
                    {"name": contact.name, "email": contact.email, "phone": contact.phone}
                    for contact in manifest.origin.contacts
                ],
            },
            "localisation": {
                "localisationReady": True,
                "availableLanguages": [tag for tag in manifest.localisation.languages if is_language(tag)],
            },
            "dependsOn": {"open": list(self._dependencies())},
        }
        full: dict[str, Any] = _without_empty(data)
        return full

    def _repository(self, url: str | None) -> str:
        address = url if url is not None else self._link(_REPOSITORY)
        if not address:
            message = "The app does not say where its repository is"
            self._fault("repository-unstated", message, (), "Add `Repository` under `[project.urls]`, or give `--url`.")
        elif not is_address(address):
            message = f"{shown(address)} is not the address of a repository"
            self._fault("repository-unstated", message, (), "Write for example `https://example.org/app.git`.")
        return address

    def _link(self, labels: Iterable[str]) -> str:
        return next((self._links[label] for label in labels if label in self._links), "")

    def _licence(self) -> str:
        licence = self._found.metadata.license
        if not is_expression(licence):
            message = f"{shown(licence)} is not an SPDX licence expression" if licence else "The app does not name its licence"
            mend = (
                'Write `license = "…"` under `[project]`, an id of https://spdx.org/licenses; export the project or the wheel.'
            )
            self._fault("licence-unknown", message, (), mend)
        return licence

    def _description(self) -> dict[str, Any]:
        described = {}
        left_out: list[Fault] = []
        for tag in self._found.manifest.localisation.complete:
            texts, lacking = self._texts(tag)
            if lacking or not is_language(tag):
                left_out += lacking
            else:
                described[tag] = texts
        (self.notes if described else self.faults).extend(left_out)
        return described

    def _texts(self, tag: str) -> tuple[dict[str, Any], list[Fault]]:
        """Return the texts in one language, and what is lacking for the standard."""
        app, lacking = self._app, []
        summary, description = app.summary.get(tag, ""), " ".join(app.description.get(tag, "").split())
        long = description if length(description) >= LONG else f"{summary}. {description}".strip()
        if length(long) < LONG:
            message = f"Summary and description in `{tag}` have {length(long)} characters; the standard wants at least {LONG}"
            key: Key = ("app", "description", tag)
            lacking.append(self._told("value-too-short", message, key, f"Write more in `[app.description]` for `{tag}`."))
        features = list(dict.fromkeys(self._features(tag)))
        if not features:
            message = f"No page, open data set or standard of the app says in `{tag}` what it can do"
            lacking.append(self._told("features-unstated", message, ("page",), f"Give a page a title in `{tag}`."))
        texts = {
            "localisedName": app.title.get(tag),
            "shortDescription": self._short(summary, tag),
            "longDescription": long,
            "features": features,
            "documentation": self._link(_DOCUMENTATION),
        }
        return texts, lacking

    def _features(self, tag: str) -> Iterator[str]:
        manifest = self._found.manifest
        titled = [*(page.title for page in manifest.pages), *(dataset.title for dataset in manifest.datasets)]
        yield from (title[tag] for title in titled if tag in title)
        yield from (
            f"{standard.name} {standard.version}" if standard.version else standard.name for standard in manifest.standards
        )

    def _short(self, summary: str, tag: str) -> str:
        if length(summary) <= LONG:
            return summary
        message = f"The summary in `{tag}` is longer than {LONG} characters and was cut"
        self.notes.append(self._told("value-too-long", message, ("app", "summary", tag), "Shorten it."))
        return summary[: LONG - 1].rpartition(" ")[0] + "…"

    def _dependencies(self) -> Iterator[dict[str, str]]:
        for text in self._found.metadata.requires_dist:
            try:
                requirement = Requirement(text)
            except InvalidRequirement:
                continue
            if requirement.name == _HOST:
                yield {"name": _HOST, "version": str(requirement.specifier)}

    def _fault(self, code: str, message: str, key: Key, mend: str) -> None:
        self.faults.append(self._told(code, message, key, mend))

    def _told(self, code: str, message: str, key: Key, mend: str) -> Fault:
        where = self._found.document.locate(key) if key else Location(self._found.origin)
        return Fault(code, message, where, mend)


def _without_empty(value: Any) -> Any:
    """Return a tree without what is empty: the standard has no empty values."""
    if isinstance(value, dict):
        pairs = ((key, _without_empty(inner)) for key, inner in value.items())
        return {key: inner for key, inner in pairs if inner not in (None, "", [], {})}
    if isinstance(value, list):
        return [_without_empty(inner) for inner in value]
    return value
