"""A full publiccode.yml, and values that break and keep each rule."""

from __future__ import annotations

import copy
import json
import struct
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

LONG: Final = "What the software does, told at length. " * 5

SMALLEST: Final = f"""\
publiccodeYmlVersion: "0"
name: Parks
url: https://example.org/parks.git
platforms: [web]
developmentStatus: stable
softwareType: standalone/web
description:
  en:
    shortDescription: A register of parks
    longDescription: {LONG}
    features: [Register]
legal:
  license: Apache-2.0
maintenance:
  type: none
localisation:
  localisationReady: true
  availableLanguages: [en]
"""
"""A file with nothing that could be left out."""

ORGANISATION: Final = {"uri": "https://example.org", "name": "Example"}
DEPENDENCY: Final = {"name": "PostgreSQL", "version": "16", "versionMin": "15", "versionMax": "18", "optional": True}

FULL: Final[dict[str, Any]] = {
    "publiccodeYmlVersion": "0",
    "name": "Parks",
    "applicationSuite": "Green",
    "url": "https://example.org/parks.git",
    "landingURL": "https://example.org/parks",
    "isBasedOn": ["https://example.org/gardens.git"],
    "softwareVersion": "1.0",
    "releaseDate": "2026-01-31",
    "logo": "logo.svg",
    "monochromeLogo": "mono.svg",
    "organisation": ORGANISATION,
    "inputTypes": ["text/csv"],
    "outputTypes": ["application/pdf"],
    "platforms": ["web"],
    "categories": ["other"],
    "usedBy": ["Example"],
    "fundedBy": [ORGANISATION],
    "roadmap": "https://example.org/roadmap",
    "developmentStatus": "stable",
    "softwareType": "standalone/web",
    "supports": [{"id": "alias:gdpr"}],
    "intendedAudience": {"scope": ["environment"], "countries": ["ID"], "unsupportedCountries": ["IT"]},
    "description": {
        "en": {
            "localisedName": "Parks",
            "genericName": "Register of parks",
            "shortDescription": "A register of parks",
            "longDescription": LONG,
            "features": ["Register"],
            "documentation": "https://example.org/docs",
            "apiDocumentation": "https://example.org/api",
            "screenshots": ["shot.png"],
            "videos": ["https://www.youtube.com/watch?v=x"],
            "awards": ["First prize"],
        }
    },
    "legal": {"license": "Apache-2.0", "mainCopyrightOwner": "Example", "repoOwner": "Example", "authorsFile": "AUTHORS"},
    "maintenance": {
        "type": "internal",
        "contacts": [{"name": "Parks team", "email": "parks@example.org", "phone": "+62 21", "affiliation": "Example"}],
    },
    "localisation": {"localisationReady": True, "availableLanguages": ["en"]},
    "dependsOn": {"open": [DEPENDENCY], "proprietary": [DEPENDENCY], "hardware": [DEPENDENCY]},
    "IT": {
        "countryExtensionVersion": "1.0",
        "conforme": {
            "lineeGuidaDesign": True,
            "modelloInteroperabilita": True,
            "misureMinimeSicurezza": True,
            "gdpr": True,
        },
        "piattaforme": {"spid": True, "cie": False, "anpr": False, "pagopa": False, "io": False},
        "riuso": {"codiceIPA": "c_h501"},
    },
}

CONTRACT: Final = {
    "type": "contract",
    "contractors": [{"name": "Firm", "until": "2027-12-31", "email": "firm@example.org", "website": "https://example.org"}],
}


class Sample(NamedTuple):
    """What a rule says to values."""

    code: str
    bad: Sequence[Any]
    good: Sequence[Any]


SAMPLES: Final[dict[str, Sample]] = {
    "versions": Sample("value-not-allowed", ["0.1", "0.6", "1", "1.0", "latest"], ["0", "0.2.2", "0.5.0", "0.7"]),
    "latest-version": Sample("version-outdated", ["0.2", "0.4", "0.5.0"], ["0", "0.7", "0.7.0"]),
    "address": Sample(
        "url-invalid",
        ["git@host:a/b.git", "example.org/a", "", "https://", "https://exa mple.org", "https://example.org/%zz", "a\nb", ":x"],
        [
            "https://example.org/a.git",
            "ssh://git@example.org/a",
            "file:///srv/a",
            "https://[::1]:8080/",
            "https://münchen.example",
        ],
    ),
    "web-address": Sample(
        "url-not-web", ["ftp://example.org", "mailto:a@example.org"], ["https://example.org", "HTTP://example.org/ä b"]
    ),
    "date": Sample(
        "date-invalid",
        ["2020-02-30", "2026-1-31", "31-01-2026", "2026-01-31T00:00:00Z", ""],
        ["2026-01-31", "2024-02-29", "0000-02-29"],
    ),
    "email": Sample(
        "email-invalid",
        ["", "a", "a@b", "a b@example.org", "@example.org", "a@.org"],
        ["a@example.org", "a.b+c@mail.example.org", "ü@example.org", '"a b"@example.org'],
    ),
    "mime-type": Sample("mime-type-invalid", ["csv", "text/", ""], ["text/csv", "application/vnd.api+json"]),
    "organisation-uri": Sample(
        "organisation-uri-invalid",
        ["", "Example", "mailto:a@example.org", "did:web:example.org", "urn:x", "urn:urn:x"],
        ["https://example.org", "urn:isbn:0451450523", "URN:x-example:a"],
    ),
    "italian-code": Sample("not-checked", ["urn:x-italian-pa:c_h501", "URN:X-Italian-PA:C_H501"], ["https://example.org"]),
    "ipa-code": Sample("not-checked", ["c_h501"], [""]),
    "video-provider": Sample(
        "video-unknown",
        ["https://example.org/video", "https://www.youtube.com/", "https://youtu.be"],
        ["https://youtu.be/x", "https://m.youtube.com/watch?v=x", "https://www.youtube.com/shorts", "https://vimeo.com/1"],
    ),
    "supported": Sample(
        "support-unknown",
        ["alias:GDPR", "alias:hipaa", "gdpr", "", "urn:x"],
        ["alias:nis2", "https://example.org/standard", "urn:ietf:rfc:2141"],
    ),
    "categories": Sample("value-not-allowed", ["healthcare", "Other", ""], ["whistleblowing", "workflow-management"]),
    "scopes": Sample("value-not-allowed", ["local", ""], ["local-authorities", "welfare"]),
    "statuses": Sample("value-not-allowed", ["production"], ["concept", "development", "beta", "stable", "obsolete"]),
    "types": Sample(
        "value-not-allowed", ["web", "standalone/utility"], ["addon", "library", "configurationFiles", "standalone/iot"]
    ),
    "maintenance": Sample("value-not-allowed", ["commercial"], ["internal", "community"]),
    "extensions": Sample("value-not-allowed", ["0.3", ""], ["0.2", "1.0", 1.0]),
    "country": Sample("country-unknown", ["EU", "UK", "XX", "Id", "IDN", ""], ["ID", "GB", "XK"]),
    "country-capitals": Sample("country-lowercase", ["id", "xk"], ["ID"]),
    "language": Sample(
        "language-tag-invalid",
        ["eng", "en_US", "ca@valencia", "english", "xx", "", "en-999", "abcd"],
        ["en", "id", "it-it", "no", "zh-Hant-TW", "ca-valencia", "en-419", "i-klingon", "jv"],
    ),
    "spdx": Sample(
        "licence-unknown",
        ["EUPL", "Proprietary", "NONE", "mit or Apache-2.0", "MIT OR", "MIT MIT", "(MIT", "GPL-2.0-only WITH MIT", "x" * 3000],
        [
            *("apache-2.0", "AGPL-3.0", "GPL-2.0+", "MIT OR (Apache-2.0 AND BSD-3-Clause)", "EUPL-1.2", "LicenseRef-x"),
            *("GPL-2.0-or-later WITH Classpath-exception-2.0", "DocumentRef-x:LicenseRef-y"),
        ],
    ),
    "at-most-35": Sample("value-too-long", ["x" * 36, "👩‍👩‍👧" * 36], ["x" * 35, "👩‍👩‍👧" * 35, "e\u0301" * 35]),
    "at-most-150": Sample("value-too-long", ["x" * 151], ["x" * 150, "🇮🇩" * 150]),
    "at-least-150": Sample("value-too-short", ["x" * 149, "👩‍👩‍👧" * 149], ["x" * 150]),
    "at-most-10000": Sample("value-too-long", ["x" * 10_001, "é" * 10_001], ["x" * 10_000, "e\u0301" * 10_000]),
}
"""Rule -> samples. Rules whose samples depend on the field are in the test."""

_PLACES: Final = ["/logo.svg", "file:///logo.svg", "ftp://example.org/a.png"]
_WEB: Final = "https://example.org/a"

OF_FIELDS: Final = {
    ("description.<language>.videos", "web-address"): Sample(
        "url-not-web", ["spotify:track:x", "ftp://youtu.be/x"], ["https://youtu.be/x"]
    ),
    ("logo", "file-place"): Sample("named-file-place", _PLACES, ["a/b.svg", f"{_WEB}.svg", ""]),
    ("monochromeLogo", "file-place"): Sample("named-file-place", _PLACES, ["a/b.svg", f"{_WEB}.svg", ""]),
    ("legal.authorsFile", "file-place"): Sample("named-file-place", _PLACES, ["docs/AUTHORS", "../AUTHORS", _WEB]),
    ("description.<language>.screenshots", "file-place"): Sample("named-file-place", _PLACES, ["a/b.png", f"{_WEB}.jpg"]),
    ("logo", "picture-kind"): Sample("picture-kind", ["logo.jpg", "logo"], ["a/logo.SVG", "logo.svgz", f"{_WEB}.png?x=1", ""]),
    ("monochromeLogo", "picture-kind"): Sample("picture-kind", ["logo.gif"], ["logo.svg"]),
    ("description.<language>.screenshots", "picture-kind"): Sample(
        "picture-kind", ["a.jpeg", "a.svg", ""], ["a.jpg", f"{_WEB}.PNG"]
    ),
}
"""Field and rule -> samples, where what a rule takes depends on the field."""


def document_for(path: str) -> dict[str, Any]:
    """Return a full document in which the field of a path is at its place."""
    document = copy.deepcopy(FULL)
    if path.partition(".")[0] == "it":
        document["it"] = document.pop("IT")
    if path.startswith("maintenance.contractors"):
        document["maintenance"] = copy.deepcopy(CONTRACT)
    return document


def put(document: dict[str, Any], path: str, value: Any) -> str:
    """Set the value at a path, or remove it where the value is ``...``; return the key path as findings tell it."""
    steps = path.replace("<language>", "en").replace("[]", ".0").split(".")
    node: Any = document
    for step in steps[:-1]:
        node = node[int(step) if isinstance(node, list) else step]
    if value is ...:
        del node[steps[-1]]
    else:
        node[steps[-1]] = value
    return path.replace("<language>", "en").replace("[]", "[0]")


def text_of(document: dict[str, Any]) -> str:
    """Return a document as YAML: JSON is YAML 1.2."""
    return json.dumps(document, ensure_ascii=False)


def png(width: int) -> bytes:
    """The first bytes of a PNG picture."""
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", width, width, 8, 2, 0, 0, 0)
