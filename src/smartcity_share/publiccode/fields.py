"""Every field of publiccode.yml, versions 0.2 to 0.7, and the rules for it.

The rules are those of the reference parser (publiccode-parser-go, option ``-no-network``), which reads every 0.x as the latest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from smartcity_share.publiccode.kinds import Field, Flag, Items, Kind, PerLanguage, Table, Text
from smartcity_share.publiccode.rules.addresses import ADDRESS, IPA_CODE, ITALIAN, ORGANISATION, SUPPORTED, WEB
from smartcity_share.publiccode.rules.formats import DATE, EMAIL, MIME, at_least, at_most
from smartcity_share.publiccode.rules.languages import LANGUAGE
from smartcity_share.publiccode.rules.licences import LICENCE
from smartcity_share.publiccode.rules.paths import PLACE, picture
from smartcity_share.publiccode.rules.rule import Rule
from smartcity_share.publiccode.rules.videos import VIDEO
from smartcity_share.publiccode.rules.vocabularies import CAPITALS, COUNTRY, LATEST, one_of

_LOGO: Final = Text((PLACE, picture(".svg", ".svgz", ".png")), empty=True)
_COUNTRIES: Final = Items(Text((COUNTRY, CAPITALS)))
_WEB: Final = Text((WEB,))
_REMOVED: Final = "Remove it: version 1.0 will not have it."

_ORGANISATION: Final = Table((Field("uri", Text((ORGANISATION, ITALIAN)), required=True), Field("name")))

_DEPENDENCIES: Final = Items(
    Table(
        (
            Field("name", required=True),
            Field("version"),
            Field("versionMin"),
            Field("versionMax"),
            Field("optional", Flag()),
        )
    )
)

_DESCRIPTION: Final = Table(
    (
        Field("localisedName"),
        Field("genericName", Text((at_most(35),)), deprecated=_REMOVED),
        Field("shortDescription", Text((at_most(150),)), required=True),
        Field("longDescription", Text((at_least(150), at_most(10_000))), required=True),
        Field("features", Items(Text(), least=1), required=True),
        Field("documentation", _WEB),
        Field("apiDocumentation", _WEB),
        Field("screenshots", Items(Text((PLACE, picture(".png", ".jpg"))))),
        Field("videos", Items(Text((WEB, VIDEO)))),
        Field("awards", Items(Text())),
    )
)

_ITALY: Final = Table(
    (
        Field("countryExtensionVersion", Text((one_of("extensions", "`0.2` or `1.0`"),))),
        Field(
            "conforme",
            Table(
                tuple(
                    Field(name, Flag())
                    for name in ("lineeGuidaDesign", "modelloInteroperabilita", "misureMinimeSicurezza", "gdpr")
                )
            ),
        ),
        Field("piattaforme", Table(tuple(Field(name, Flag()) for name in ("spid", "cie", "anpr", "pagopa", "io")))),
        Field("riuso", Table((Field("codiceIPA", Text((IPA_CODE,))),))),
    )
)
_NO_COUNTRY: Final = "Remove the section: use `organisation` and `supports`."

PUBLICCODE: Final = Table(
    (
        Field(
            "publiccodeYmlVersion", Text((one_of("versions", "a version of the standard"), LATEST), strict=True), required=True
        ),
        Field("name", required=True),
        Field("applicationSuite"),
        Field("url", Text((ADDRESS,)), required=True),
        Field("landingURL", _WEB),
        Field("isBasedOn", Items(Text((ADDRESS,)), alone=True)),
        Field("softwareVersion"),
        Field("releaseDate", Text((DATE,))),
        Field("logo", _LOGO),
        Field("monochromeLogo", _LOGO, deprecated=_REMOVED),
        Field("organisation", _ORGANISATION),
        Field("inputTypes", Items(Text((MIME,))), deprecated=_REMOVED),
        Field("outputTypes", Items(Text((MIME,))), deprecated=_REMOVED),
        Field("platforms", Items(Text(), least=1), required=True),
        Field("categories", Items(Text((one_of("categories", "one of the 106 categories"),)))),
        Field("usedBy", Items(Text())),
        Field("fundedBy", Items(_ORGANISATION)),
        Field("roadmap", _WEB),
        Field("developmentStatus", Text((one_of("statuses", "a status of the standard"),)), required=True),
        Field("softwareType", Text((one_of("types", "a type of the standard"),)), required=True),
        Field("supports", Items(Table((Field("id", Text((SUPPORTED,)), required=True),)))),
        Field(
            "intendedAudience",
            Table(
                (
                    Field("scope", Items(Text((one_of("scopes", "one of the 24 scopes"),)))),
                    Field("countries", _COUNTRIES),
                    Field("unsupportedCountries", _COUNTRIES),
                )
            ),
        ),
        Field("description", PerLanguage(_DESCRIPTION), required=True),
        Field(
            "legal",
            Table(
                (
                    Field("license", Text((LICENCE,)), required=True),
                    Field("mainCopyrightOwner"),
                    Field("repoOwner", deprecated="Write `organisation` instead."),
                    Field("authorsFile", Text((PLACE,)), deprecated=_REMOVED),
                )
            ),
            required=True,
        ),
        Field(
            "maintenance",
            Table(
                (
                    Field("type", Text((one_of("maintenance", "a type of the standard"),)), required=True),
                    Field(
                        "contractors",
                        Items(
                            Table(
                                (
                                    Field("name", required=True),
                                    Field("until", Text((DATE,)), required=True),
                                    Field("email", Text((EMAIL,))),
                                    Field("website", _WEB),
                                )
                            )
                        ),
                    ),
                    Field(
                        "contacts",
                        Items(
                            Table(
                                (
                                    Field("name", required=True),
                                    Field("email", Text((EMAIL,))),
                                    Field("phone"),
                                    Field("affiliation"),
                                )
                            )
                        ),
                    ),
                )
            ),
            required=True,
        ),
        Field(
            "localisation",
            Table(
                (
                    Field("localisationReady", Flag(), required=True),
                    Field("availableLanguages", Items(Text((LANGUAGE,)), least=1), required=True),
                )
            ),
            required=True,
        ),
        Field("dependsOn", Table(tuple(Field(name, _DEPENDENCIES) for name in ("open", "proprietary", "hardware")))),
        Field("IT", _ITALY, deprecated=_NO_COUNTRY),
        Field("it", _ITALY, deprecated=_NO_COUNTRY),
    )
)
"""The whole file."""


def walk(kind: Kind = PUBLICCODE, path: str = "") -> Iterator[tuple[str, Field]]:
    """Yield every field with its path: ``description.<language>.features``, ``fundedBy[].uri``."""
    if isinstance(kind, Items):
        yield from walk(kind.item, f"{path}[]")
    elif isinstance(kind, PerLanguage):
        yield from walk(kind.table, f"{path}.<language>")
    elif isinstance(kind, Table):
        for field in kind.fields:
            inner = f"{path}.{field.name}" if path else field.name
            yield inner, field
            yield from walk(field.kind, inner)


def rules_of(kind: Kind) -> tuple[Rule, ...]:
    """Return the rules for the texts of a field, those of list entries included."""
    if isinstance(kind, Items):
        return rules_of(kind.item)
    return kind.rules if isinstance(kind, Text) else ()
