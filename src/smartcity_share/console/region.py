"""The region profile as the console shows it: the facts, who holds which post, and what needs attention today."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from smartcity_share.console.context import draw, part, region_of, services_of, texts_of
from smartcity_share.console.words import NOTHING
from smartcity_share.documents.toml import TomlDocument
from smartcity_share.regions.profile import PROFILE_FILE, profile_faults_on
from smartcity_share.regions.wording import wording_of
from smartcity_share.toolkit.formats import format_day, language_name
from smartcity_share.toolkit.language import text_in
from smartcity_share.toolkit.request import language_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from smartcity_share.regions.profile import Official


def region_profile(request: Request) -> Response:
    """Show the profile of the region with the faults it has today."""
    services, region, language = services_of(request), region_of(request), language_of(request)
    profile, translate = region.profile, texts_of(request).gettext
    today = services.now().astimezone(ZoneInfo(profile.time_zone)).date()
    path = services.instance.profile_folder(region.code) / PROFILE_FILE
    words = wording_of(profile, language, today)
    facts = [
        (translate("Code"), profile.code),
        (translate("Name"), profile.name),
        (translate("Government"), words.government),
        (translate("Head"), words.head_title),
        (translate("Regulation of the head"), words.head_regulation),
        (translate("Province"), profile.province or NOTHING),
        (translate("Capital"), profile.capital or NOTHING),
        (translate("Time zone"), profile.time_zone),
        (translate("Languages"), ", ".join(language_name(code) for code in profile.languages)),
    ]
    context = {
        "faults": profile_faults_on(profile, TomlDocument.read(path, PROFILE_FILE), today),
        "facts": facts,
        "officials": [_official(request, official, words.title_of(official), today) for official in profile.officials],
        "offices": [
            [
                text_in(office.name, language),
                office.abbreviation or NOTHING,
                ", ".join(office.handles) or NOTHING,
                office.email or NOTHING,
                office.phone or NOTHING,
            ]
            for office in profile.offices
        ],
        "district_word": words.district_word,
        "districts": [district.name for district in profile.districts],
        "holidays": [
            (format_day(holiday.date, language, profile.time_zone), text_in(holiday.name, language))
            for holiday in sorted(profile.holidays, key=lambda holiday: holiday.date)
            if holiday.date >= today
        ],
    }
    return draw(request, "region", context)


def _official(request: Request, official: Official, title: str, today: date) -> list[object]:
    translate = texts_of(request).gettext
    if official.holds_on(today):
        state, kind = translate("In office"), "good"
    elif official.valid_from > today:
        state, kind = translate("Not yet in office"), "info"
    else:
        state, kind = translate("Term ended"), "neutral"
    return [
        official.name,
        title,
        ", ".join(official.signs) or NOTHING,
        part(request, "day", official.valid_from, "medium"),
        part(request, "day", official.valid_until, "medium") if official.valid_until else NOTHING,
        part(request, "badge", state, kind),
    ]
