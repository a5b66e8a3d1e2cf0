"""The types of single values in a manifest."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from smartcity_share.documents.shapes import LanguageCode, Line, Shape, Text, fault, shown

Texts = Annotated[dict[LanguageCode, Line], Field(min_length=1)]
"""One line of text per language, in one language at least: ``{ id = "…", en = "…" }``."""

OptionalTexts = dict[LanguageCode, Line]
"""One line of text per language; may be left out."""

OptionalLongTexts = dict[LanguageCode, Text]
"""Text of any number of lines per language; may be left out."""

AppId = Annotated[
    str,
    Shape(
        r"[a-z][a-z0-9-]{1,30}",
        "an app id: 2 to 31 small letters, digits and hyphens, beginning with a letter",
        "Write for example `complaints`; it becomes part of web addresses.",
        longest=31,
    ),
]

Permission = Annotated[
    str,
    Shape(
        r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*",
        "a permission: small letters, digits, dots and hyphens, beginning with a letter",
        "Write for example `reports.answer`.",
        longest=60,
    ),
]

FieldName = Annotated[
    str,
    Shape(
        r"[a-z][a-z0-9_]*",
        "a field name: small letters, digits and underscores, beginning with a letter",
        "Write for example `reporter_phone`.",
        longest=60,
    ),
]

PagePath = Annotated[
    str,
    Shape(
        r"/|(?:/(?:[A-Za-z0-9._~-]+|\{[a-z][a-z0-9_]*\}))+",
        "a path: it begins with / and its parts are letters, digits, . _ ~ - or one {name}",
        "Write for example `/reports/{number}`, without a slash at the end.",
        longest=200,
    ),
]

Duration = Annotated[
    str,
    Shape(
        r"P(?=[0-9])(?:[0-9]{1,4}Y)?(?:[0-9]{1,4}M)?(?:[0-9]{1,4}W)?(?:[0-9]{1,5}D)?|permanent",
        "a length of time",
        "Write `P5Y` for five years, `P6M` for six months, `P30D` for thirty days, or `permanent`.",
        longest=30,
    ),
]
"""ISO 8601 length of time in years, months, weeks and days, or ``permanent``."""

PackageFile = Annotated[
    str,
    Shape(
        r"(?!.*(?:^|/)\.{1,2}(?:/|$))[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*",
        "the path of a file in the package folder",
        "Write it from the folder of smartcity.toml, for example `media/icon.svg`.",
        longest=200,
    ),
]

Picture = Annotated[
    PackageFile,
    Shape(r".+\.(?:svg|png|jpe?g|webp|avif)", "a picture", "Use .svg, .png, .jpg, .webp or .avif.", longest=200),
]

PhoneNumber = Annotated[
    str,
    Shape(
        r"\+?[0-9(][0-9 ()./-]{1,28}[0-9]",
        "a telephone number",
        "Write digits, blanks and hyphens, with + before a country code.",
        longest=31,
    ),
]

Licence = Annotated[
    str,
    Shape(
        r"[A-Za-z0-9.+-]+(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]+)*",
        "an SPDX licence id",
        "Write for example `CC-BY-4.0`.",
        longest=100,
    ),
]

CountryCode = Annotated[str, Shape(r"[A-Z]{2}", "an ISO 3166 country code", "Write for example `ID`.", longest=2)]

_UNQUOTED_CODE: Final = "region-code-unquoted"


def _quoted(value: Any) -> Any:
    """Refuse a region code that TOML read as a number: ``13.10`` without quotes is 13.1, another region or none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise fault(
            _UNQUOTED_CODE,
            f"{shown(value)} is a number; a region code is text, and as a number it loses its zeros",
            'Write the code in quotes, for example "13.10".',
        )
    return value


RegionCode = Annotated[
    str,
    Shape(r"[^\s].{0,39}", "a region code", 'Write for example "13.10", in quotes.', longest=40),
    BeforeValidator(_quoted),
]
"""Code of a region. Whether the table of regions has it is a rule of its own, with its own fault."""


def _specifier(value: str) -> str:
    try:
        SpecifierSet(value)
    except InvalidSpecifier:
        raise fault(
            "version-range-invalid", f"{shown(value)} is not a range of versions", "Write for example `>=1.0,<2`."
        ) from None
    return value


VersionRange = Annotated[str, Field(max_length=200), AfterValidator(_specifier)]
"""A PEP 440 range, such as ``>=1.0,<2``; an empty text means any version."""


def _host_api(value: str) -> str:
    if not value.strip():
        raise fault("version-range-invalid", "The range of the host API is empty", "Write for example `>=1.0,<2`.")
    return value


HostApiRange = Annotated[VersionRange, AfterValidator(_host_api)]

_MANIFEST_VERSION: Final = re.compile(r"[1-9][0-9]{0,5}(?:\.(?:0|[1-9][0-9]{0,5}))?")


def _manifest_version(value: Any) -> str:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if _MANIFEST_VERSION.fullmatch(text) is None:
        raise fault(
            "manifest-version-invalid",
            f"{shown(value)} is not a version of the manifest",
            'Write `manifest_version = 1`, or "1.N" in quotes for a minor version.',
        )
    return text


ManifestVersion = Annotated[
    str,
    BeforeValidator(_manifest_version),
    WithJsonSchema(
        {"anyOf": [{"type": "integer", "const": 1}, {"type": "string", "pattern": r"^1(?:\.(?:0|[1-9][0-9]{0,5}))?$"}]}
    ),
]
"""``1``, or ``"1.N"`` in quotes."""
