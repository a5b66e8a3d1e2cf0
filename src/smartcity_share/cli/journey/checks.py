"""What must hold when the three regions are served: one function per fact, each driven over HTTP as a person would."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import attrs

from smartcity_share.cli.journey.preparation import Prepared, host_name
from smartcity_share.cli.journey.served import Journey, Unmet, act, expect
from smartcity_share.cli.journey.sources import REGIONS, Sources
from smartcity_share.cli.journey.visitor import Upload
from smartcity_share.regions.profile import read_profile

# A photo of one pixel: the smallest PNG there is.
_PHOTO: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
_COMPLAINT: Final = "Lampu jalan di depan pasar padam sejak tiga malam, warga sulit melihat lubang di jalan."
_SATURDAY: Final = 5
_VERIFY_DAYS: Final = 3
"""What the complaints app takes where a region says nothing else."""
_REPLY: Final = "Lampu sudah diganti hari ini dan menyala kembali."


@attrs.frozen
class Outcome:
    """The result of one check.

    Attributes:
        region: Code of the region, or ``all``.
        fact: What must hold.
        found: Empty where it holds, else what was found.
    """

    region: str
    fact: str
    found: str = ""


def front_page_is_the_regions_own(journey: Journey) -> None:
    """The front page carries the region's name, colours and both its apps, and nothing of another region."""
    visitor = journey.visitor()
    page = visitor.get(journey.home)
    expect(page.status == HTTPStatus.OK, f"status {page.status}")
    expect(journey.profile.name in page.words, f"the page does not say {journey.profile.name}")
    expect('lang="id"' in page.text, "the page is not in Indonesian")
    expect(f"{journey.home}complaints/" in page.text, "the page does not lead to the complaints app")
    expect(f"{journey.home}hello/" in page.text, "the page does not lead to the hello app")
    for other in journey.others:
        expect(other.name not in page.words, f"the page says {other.name}")
    colours = visitor.get(f"{journey.home}_/brand.css").text.lower()
    expect(journey.profile.branding.primary in colours, f"the colours lack {journey.profile.branding.primary}")


def english_is_one_click_away(journey: Journey) -> None:
    """The language switch works without scripts and stays."""
    visitor = journey.visitor()
    switch = next((link for link in visitor.get(journey.home).links if "/_/bahasa" in link and "ke=en" in link), None)
    expect(switch is not None, "there is no link to English")
    page = visitor.get(switch or "")
    expect('lang="en"' in page.text, "the page after the switch is not in English")
    expect('lang="en"' in visitor.get(journey.home).text, "the choice was not kept")


def service_has_the_name_the_region_gave_it(journey: Journey) -> None:
    """The complaints app bears the name from the region's own answers."""
    words = journey.visitor().get(f"{journey.home}complaints/").words
    expect(journey.service in words, f"the page does not name the service {journey.service!r}")


def greeting_has_the_regions_words(journey: Journey) -> None:
    """The hello app greets in the words of the kind of region."""
    from smartcity_share.regions.wording import wording_of

    today = datetime.now(UTC).astimezone(ZoneInfo(journey.profile.time_zone)).date()
    words = journey.visitor().get(f"{journey.home}hello/").words
    for word in (wording_of(journey.profile, "id", today).head_title, journey.profile.short_name):
        expect(word in words, f"the page does not say {word!r}")


def citizen_files_a_report(journey: Journey) -> None:
    """A citizen reports with text, place and photo, and gets a number and a link."""
    visitor = journey.visitor()
    form = visitor.get(f"{journey.home}complaints/lapor").form("text", "kind", "consent")
    values = {"text": _COMPLAINT, "place": "Depan pasar", "consent": form.choices["consent"][0]}
    # One of the regions takes no anonymous reports.
    values |= {"name": "Pelapor Contoh", "email": "pelapor@contoh.example"}
    values["kind"] = next(choice for choice in form.choices["kind"] if choice)
    values["district"] = next(choice for choice in form.choices["district"] if choice)
    page = visitor.submit(form, values, files={"photo": [Upload("foto.png", _PHOTO, "image/png")]})
    if any("langkah" in form.buttons for form in page.forms):  # others look alike: the reporter says that this one is another
        page = visitor.submit(page.form("langkah"), {"langkah": "kirim"})
    found = re.search(r"/lapor/diterima/([^/?]+)", page.url)
    expect(
        page.status == HTTPStatus.OK and found is not None,
        f"the report was not taken: {page.status} {page.url}: {page.words[:300]}",
    )
    journey.number = found.group(1) if found else ""
    link = next((link for link in page.links if f"/lacak/{journey.number}?" in link), None)
    expect(link is not None, "the page gives no link to follow the report")
    journey.link = link or ""
    told = re.findall(r'<time datetime="([^"]+)"', page.text)
    expect(len(told) > 1, "the page does not tell the deadline")
    journey.deadline = datetime.fromisoformat(told[-1]).astimezone(ZoneInfo(journey.profile.time_zone)).date()


def deadline_steps_over_the_regions_holiday(journey: Journey) -> None:
    """The reporter is told a deadline in working days that steps over a holiday of the region."""
    holidays = {holiday.date for holiday in journey.profile.holidays} | {journey.prepared.holidays[journey.region]}
    day = datetime.now(ZoneInfo(journey.profile.time_zone)).date()
    left = journey.verify_days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < _SATURDAY and day not in holidays
    expect(journey.prepared.holidays[journey.region] < day, "the holiday does not lie before the deadline")
    expect(journey.deadline == day, f"the page says {journey.deadline}, the calendar of the region {day}")


def citizen_follows_it_by_number(journey: Journey) -> None:
    """With the number anyone sees the state; the words only show with the reporter's own link."""
    visitor = journey.visitor()
    form = visitor.get(f"{journey.home}complaints/lacak").form("nomor")
    page = visitor.submit(form, {"nomor": journey.number})
    expect(page.status == HTTPStatus.OK and journey.number in page.words, f"not found by number: {page.status} {page.url}")
    expect(_COMPLAINT not in page.words, "the number alone shows the reporter's words")
    own = visitor.get(journey.link)
    expect(_COMPLAINT in own.words, "the reporter's link does not show the report")
    zone = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
    label = zone[journey.profile.time_zone]
    expect(re.search(rf"\b{label}\b", own.words) is not None, f"no time is shown in {label}")


def stranger_is_kept_out(journey: Journey) -> None:
    """Without an account the work list leads to sign-in, and a reporter's form to the host's refusal."""
    page = journey.visitor().get(f"{journey.home}complaints/petugas")
    expect("/_/masuk" in page.url, f"the work list opened for a stranger: {page.status} {page.url}")
    hidden = journey.visitor().get(f"{journey.home}complaints/not-declared-anywhere/x")
    expect(hidden.status == HTTPStatus.NOT_FOUND, f"an address that is not declared answered {hidden.status}")


def verifier_forwards_it(journey: Journey) -> None:
    """The verifier checks the report and forwards it to an office of the region."""
    office = journey.prepared.login(journey.region, "petugas").office or ""
    verifier = journey.official("verifikator")
    expect(act(verifier, journey, "verify").status == HTTPStatus.OK, "the report could not be verified")
    page = act(verifier, journey, "forward", office=office)
    expect(page.status == HTTPStatus.OK, f"the report could not be forwarded: {page.words[:200]}")
    name = next(known.name["id"] for known in journey.profile.offices if known.id == office)
    # The form to forward it lists every office, so only what stands outside the forms tells where the report went.
    expect(name in page.words_outside_forms, f"the page does not say that the report went to {name}")
    foreign = {office_.abbreviation for other in journey.others for office_ in other.offices}
    own = {office_.abbreviation for office_ in journey.profile.offices}
    shown = [name for name in foreign - own if re.search(rf"\b{re.escape(name)}\b", page.words)]
    expect(not shown, f"the page names offices of another region: {shown}")


def office_replies(journey: Journey) -> None:
    """The officer of that office starts and replies; an officer may not close."""
    officer = journey.official("petugas")
    expect(act(officer, journey, "start").status == HTTPStatus.OK, "the officer could not start")
    expect(act(officer, journey, "reply", text=_REPLY).status == HTTPStatus.OK, "the officer could not reply")
    address = f"{journey.home}complaints/petugas/laporan/{journey.number}"
    actions = {form.values.get("action") for form in officer.get(address).forms}
    expect("close" not in actions, "an officer without the permission is offered to close")


def coordinator_closes_it(journey: Journey) -> None:
    """The coordinator closes the report; the citizen sees the reply and the end."""
    expect(act(journey.official("admin"), journey, "close").status == HTTPStatus.OK, "the report could not be closed")
    page = journey.visitor().get(journey.link)
    expect(_REPLY in page.words, "the reporter does not see the reply")
    expect("Selesai" in page.words, "the reporter does not see that it is closed")


def reporter_rates_it(journey: Journey) -> None:
    """The reporter rates the handling at the end, by the same link, and finds the rating there."""
    visitor = journey.visitor()
    form = next((form for form in visitor.get(journey.link).forms if form.values.get("action") == "rate"), None)
    if form is None:
        raise Unmet("the reporter's page does not offer to rate")
    page = visitor.submit(form, {"rating": "4"})
    expect(page.status == HTTPStatus.OK, f"the rating was not taken: {page.status}")
    kept = [form.values.get("rating") for form in visitor.get(journey.link).forms if form.values.get("action") == "rate"]
    expect(kept == ["4"], f"the page holds the rating {kept}")


def console_is_for_officials_who_may(journey: Journey) -> None:
    """The administrator sees the console with the apps; a verifier is refused."""
    page = journey.official("admin").get(f"{journey.home}_/konsol/")
    expect(page.status == HTTPStatus.OK, f"the console answered {page.status}")
    expect("smartcity-complaints" in page.words or "complaints" in page.text, "the console does not list the complaints app")
    refused = journey.official("verifikator").get(f"{journey.home}_/konsol/")
    expect(refused.status == HTTPStatus.FORBIDDEN, f"a verifier got {refused.status} in the console")


def session_opens_no_other_region(journey: Journey) -> None:
    """A session of this region is worth nothing in another one, even when its cookie is sent there."""
    official = journey.official("admin")
    other = journey.others[0].code
    official.send_cookies_everywhere()
    page = official.get(f"/{other}/_/konsol/")
    kept_out = "/_/masuk" in page.url or page.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
    expect(kept_out, f"the console of {other} opened: {page.status}")
    foreign = official.get(f"/{other}/complaints/petugas/laporan/{journey.number}")
    expect(_COMPLAINT not in foreign.words, f"the report was shown in {other}")


def region_answers_under_its_host_name(journey: Journey) -> None:
    """The same region is served under a host name of its own, without its code in the address."""
    host = f"{host_name(journey.region)}:{urlsplit(journey.base).port}"
    page = journey.visitor(host=host).get("/")
    expect(page.status == HTTPStatus.OK and journey.profile.name in page.words, f"{host} answered {page.status}")
    expect(f'href="/{journey.region}/' not in page.text, "links of the host-name page carry the region code")


def headers_protect_the_reader(journey: Journey) -> None:
    """Every page has a strict content policy and may not be framed."""
    headers = journey.visitor().get(journey.home).headers
    policy = headers.get("content-security-policy", "")
    expect("default-src 'self'" in policy or "default-src 'none'" in policy, f"content policy: {policy!r}")
    expect("unsafe-inline" not in policy, f"content policy: {policy!r}")
    expect(headers.get("x-content-type-options") == "nosniff", "nosniff is missing")


CHECKS: Final[tuple[Callable[[Journey], None], ...]] = (
    front_page_is_the_regions_own,
    english_is_one_click_away,
    service_has_the_name_the_region_gave_it,
    greeting_has_the_regions_words,
    citizen_files_a_report,
    deadline_steps_over_the_regions_holiday,
    citizen_follows_it_by_number,
    stranger_is_kept_out,
    verifier_forwards_it,
    office_replies,
    coordinator_closes_it,
    reporter_rates_it,
    console_is_for_officials_who_may,
    session_opens_no_other_region,
    region_answers_under_its_host_name,
    headers_protect_the_reader,
)
"""In the order of the journey: later ones go on with what earlier ones did."""


def journeys(base: str, sources: Sources, prepared: Prepared) -> tuple[Journey, ...]:
    """Return one journey per region of the demo."""
    import tomllib

    profiles = {region: read_profile(sources.profile(region)) for region in REGIONS}
    found = []
    for region, profile in profiles.items():
        others = tuple(other for code, other in profiles.items() if code != region)
        answers = tomllib.loads(sources.answers(region, "complaints").read_text("utf-8"))
        days = int(answers.get("verify_days", _VERIFY_DAYS))
        found.append(Journey(base, region, profile, others, str(answers["service_name"]["id"]), prepared, days))
    return tuple(found)


def run_checks(journey: Journey) -> Iterator[Outcome]:
    """Run every check of a region; one that fails does not stop the rest."""
    for check in CHECKS:
        fact = (check.__doc__ or "").strip()
        try:
            check(journey)
        except (Unmet, LookupError, OSError) as found:
            yield Outcome(journey.region, fact, str(found) or type(found).__name__)
        else:
            yield Outcome(journey.region, fact)
