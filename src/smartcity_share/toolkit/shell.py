"""The page frame of a region as plain values: whose page it is, where its parts are, who is signed in.

The host builds one :class:`Shell` for each request; templates draw it. No template and no app names a region.
"""

from __future__ import annotations

from enum import StrEnum

import attrs


@attrs.frozen
class MenuEntry:
    """One entry of the navigation: an app of the region.

    Attributes:
        title: The text, in the language of the request.
        url: Where it leads.
        current: Whether the page being shown lies under it.
        summary: One sentence for the tile on the front page.
        icon_url: A picture for the tile, or None.
    """

    title: str
    url: str
    current: bool = False
    summary: str = ""
    icon_url: str | None = None


@attrs.frozen
class AccountMenu:
    """The account part of the frame.

    Attributes:
        sign_in_url: Where to sign in; None on pages that belong to no region.
        name: Display name of who is signed in, or None.
        sign_out_url: Target of the sign-out form (POST).
        password_url: Where to change one's own password.
        console_url: The console, for those who may open it.
    """

    sign_in_url: str | None = None
    name: str | None = None
    sign_out_url: str | None = None
    password_url: str | None = None
    console_url: str | None = None


class ContactKind(StrEnum):
    """How a region is reached."""

    ADDRESS = "address"
    PHONE = "phone"
    WHATSAPP = "whatsapp"
    EMAIL = "email"
    WEBSITE = "website"
    EMERGENCY = "emergency"


@attrs.frozen
class Contact:
    """One way to reach the region.

    Attributes:
        kind: How.
        value: The text to show.
        label: What it is for where the kind does not say enough, in the language of the request.
    """

    kind: ContactKind
    value: str
    label: str = ""

    @property
    def url(self) -> str | None:
        """The address that starts a call, a message or a visit; None for a postal address."""
        digits = "".join(c for c in self.value if c.isdigit() or c == "+")
        match self.kind:
            case ContactKind.PHONE | ContactKind.EMERGENCY:
                return f"tel:{digits}"
            case ContactKind.WHATSAPP:
                return f"https://wa.me/{digits.lstrip('+')}"
            case ContactKind.EMAIL:
                return f"mailto:{self.value}"
            case ContactKind.WEBSITE:
                return self.value if self.value.startswith(("https://", "http://")) else f"https://{self.value}"
            case ContactKind.ADDRESS:
                return None


@attrs.frozen
class Link:
    """A link of the footer, for example the privacy notice.

    Attributes:
        title: The text, in the language of the request.
        url: Where it leads.
    """

    title: str
    url: str


@attrs.frozen
class Shell:
    """What the frame of a page needs.

    Attributes:
        region_code: Code of the region, empty on a page that belongs to none.
        region_name: Full name of the region, for example as in its founding law.
        government: The government's name as it signs, for example "Pemerintah Kabupaten …".
        home_url: The region's front page.
        static_url: Where shared assets lie, ending in ``/``.
        language: Language of this page, BCP 47.
        languages: Languages a reader may choose from.
        language_url: The language switch; ``?ke=<code>&next=<path>`` is added.
        time_zone: IANA name; times are shown in it.
        time_zone_label: The zone's common abbreviation shown after a time; empty to use the zone's own.
        currency: ISO 4217 code amounts are shown in unless a template names another.
        brand_css_url: The region's colours, or None.
        logo_url: The region's emblem, or None.
        logo_alt: Its text alternative.
        menu: The apps of the region.
        account: Sign-in, or who is signed in.
        contacts: How the region is reached.
        links: Further links of the footer.
    """

    region_code: str
    region_name: str
    government: str
    home_url: str
    static_url: str
    language: str = "id"
    languages: tuple[str, ...] = ("id", "en")
    language_url: str = ""
    time_zone: str = "UTC"
    time_zone_label: str = ""
    currency: str = "IDR"
    brand_css_url: str | None = None
    logo_url: str | None = None
    logo_alt: str = ""
    menu: tuple[MenuEntry, ...] = ()
    account: AccountMenu = AccountMenu()
    contacts: tuple[Contact, ...] = ()
    links: tuple[Link, ...] = ()

    @property
    def emergency(self) -> Contact | None:
        """The first emergency number, shown apart from the other contacts."""
        return next((contact for contact in self.contacts if contact.kind is ContactKind.EMERGENCY), None)
