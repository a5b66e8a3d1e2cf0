"""Rules on where and what a region is: its code, the facts of the table, its kind abroad, its time zone and its districts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from smartcity_share.documents.suggest import did_you_mean
from smartcity_share.documents.toml import TomlDocument
from smartcity_share.errors import Fault, RegionNotFoundError
from smartcity_share.regions.rules.reading import is_indonesian, strings, tables
from smartcity_share.regions.table import RegionKind, get

_DRAWN: Final = ("kind", "name", "short_name", "time_zone")
_NEEDED_ABROAD: Final = ("region_word", "head_title")
_WITH_OWN_WORDS: Final = frozenset({"id", "en"})
"""Languages the wording file has general words for; a country with another one gives its regulations and government too."""
_NEEDED_IN_OTHER_LANGUAGES: Final = (*_NEEDED_ABROAD, "head_regulation", "head_decree", "government")
_DISTRICT: Final = re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}")


def table_faults(document: TomlDocument) -> Iterator[Fault]:
    """The code is in the table, and what is written agrees with it."""
    data = document.data
    code = data.get("code")
    if isinstance(code, int | float) and not isinstance(code, bool):
        yield Fault(
            "region-code-not-text",
            f"The code is the number {code}; numbers lose their last zero (13.10 becomes 13.1)",
            document.locate(("code",)),
            'Put it in quotes, with two digits on each side of the point: code = "13.10".',
        )
    if not isinstance(code, str):
        return
    try:
        region = get(code)
    except RegionNotFoundError as error:
        yield Fault("region-unknown", error.message, document.locate(("code",)), error.hint or "")
        return
    for key in (*_DRAWN, "province"):
        expected = str(region.province_name if key == "province" else getattr(region, key))
        if isinstance(data.get(key), str) and data[key] != expected:
            yield Fault(
                "table-disagrees",
                f'`{key}` is "{data[key][:60]}"; of {region.code} the table says "{expected}"',
                document.locate((key,)),
                f'Leave the line out, or write {key} = "{expected}". If the code is wrong, correct the code.',
            )


def abroad_faults(document: TomlDocument) -> Iterator[Fault]:
    """A region of another country says itself what its kind and its head are called, in each of its languages."""
    data = document.data
    if isinstance(data.get("kind"), str) and data["kind"] != RegionKind.OTHER:
        yield Fault(
            "kind-foreign",
            f'The kind "{data["kind"][:40]}" belongs to Indonesia',
            document.locate(("kind",)),
            'Leave the line out, or write kind = "other"; put the kind word into [[titles]].',
        )
    for language in strings(data.get("languages")):
        given = {key for _, titles in tables(data, "titles") if titles.get("language") == language for key in titles}
        needed = _NEEDED_ABROAD if language in _WITH_OWN_WORDS else _NEEDED_IN_OTHER_LANGUAGES
        missing = [word for word in needed if word not in given]
        if missing:
            yield Fault(
                "titles-missing",
                f"[[titles]] of the language `{language}` lack {', '.join(missing)}",
                document.locate(("titles",)),
                f'Add [[titles]] with language = "{language}" and these words.',
            )


def time_zone_faults(document: TomlDocument) -> Iterator[Fault]:
    """The time zone is one this machine knows."""
    zone = document.data.get("time_zone")
    if not isinstance(zone, str):
        return
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield Fault(
            "time-zone-unknown",
            f'"{zone[:60]}" is no time zone this machine knows',
            document.locate(("time_zone",)),
            did_you_mean(zone, available_timezones()) or 'Write the IANA name, such as "Asia/Jakarta".',
        )


def district_faults(document: TomlDocument) -> Iterator[Fault]:
    """The code of an Indonesian district begins with the region's."""
    code = document.data.get("code")
    if not isinstance(code, str) or not is_indonesian(document.data):
        return
    for index, district in tables(document.data, "districts"):
        found = district.get("code")
        if isinstance(found, str) and not (found.startswith(f"{code}.") and _DISTRICT.fullmatch(found)):
            yield Fault(
                "district-elsewhere",
                f"The district {found[:40]} is no district of {code[:40]}",
                document.locate(("districts", index, "code")),
                f"Its code is {code[:40]}. and two digits.",
            )
