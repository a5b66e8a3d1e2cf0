"""From a region profile to the page frame: the one place where a region's facts become what a page shows around its content."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from smartcity_share.regions.wording import wording_of
from smartcity_share.toolkit.language import text_in
from smartcity_share.toolkit.shell import AccountMenu, Contact, ContactKind, Link, MenuEntry, Shell

if TYPE_CHECKING:
    from smartcity_share.regions.profile import RegionProfile


def frame_of(
    profile: RegionProfile,
    *,
    root: str,
    language: str,
    on: date,
    menu: tuple[MenuEntry, ...] = (),
    account: AccountMenu | None = None,
    links: tuple[Link, ...] = (),
) -> Shell:
    """Return the frame of a region's pages.

    Args:
        profile: The region.
        root: Address of the region without a slash at the end: ``/71.08``, or empty where the region has a host name.
        language: Language of the page, one of the profile's.
        on: Today in the region; the words of the government are those of this day.
        menu: The apps to show.
        account: Who is signed in; by default a link to sign in.
        links: Further links of the footer.
    """
    words = wording_of(profile, language, on)
    own = f"{root}/_"
    return Shell(
        region_code=profile.code,
        region_name=words.region_name,
        government=words.government,
        home_url=f"{root}/",
        static_url=f"{own}/static/",
        language=language,
        languages=tuple(profile.languages),
        language_url=f"{own}/bahasa",
        time_zone=profile.time_zone,
        brand_css_url=f"{own}/brand.css",
        logo_url=f"{own}/logo" if profile.branding.logo else None,
        logo_alt=text_in(profile.branding.logo_alt, language),
        menu=menu,
        account=account or AccountMenu(sign_in_url=f"{own}/masuk"),
        contacts=contacts_of(profile),
        links=links,
    )


def contacts_of(profile: RegionProfile) -> tuple[Contact, ...]:
    """Return how a region is reached, the emergency number first."""
    given = profile.contacts
    address = " ".join(part for part in (given.address, given.postal_code) if part)
    pairs = (
        (ContactKind.EMERGENCY, given.emergency),
        (ContactKind.ADDRESS, address),
        (ContactKind.PHONE, given.phone),
        (ContactKind.EMAIL, given.email),
        (ContactKind.WEBSITE, given.website),
    )
    return tuple(Contact(kind, value) for kind, value in pairs if value)
