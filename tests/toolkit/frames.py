"""A frame to draw pages in, of a region that is nowhere."""

from __future__ import annotations

from typing import Any

import attrs

from smartcity_share.toolkit.shell import AccountMenu, Contact, ContactKind, Link, MenuEntry, Shell

SHELL = Shell(
    region_code="00.01",
    region_name="Kabupaten Contoh",
    government="Pemerintah Kabupaten Contoh",
    home_url="/00.01/",
    static_url="/00.01/_/static/",
    language="id",
    language_url="/00.01/_/bahasa",
    time_zone="Asia/Makassar",
    brand_css_url="/00.01/_/brand.css",
    logo_url="/00.01/_/logo",
    logo_alt="Lambang",
    menu=(MenuEntry("Pengaduan", "/00.01/complaints/", current=True),),
    account=AccountMenu(sign_in_url="/00.01/_/masuk"),
    contacts=(Contact(ContactKind.EMERGENCY, "112"), Contact(ContactKind.ADDRESS, "Jalan Contoh 1")),
    links=(Link("Privasi", "/00.01/privasi"),),
)


def scope(path: str = "/00.01/complaints/", query: bytes = b"", **changes: Any) -> dict[str, Any]:
    """Return an ASGI scope as the host would hand it over; changes are made to the frame."""
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "root_path": "/00.01/complaints",
        "query_string": query,
        "headers": [],
        "smartcity.shell": attrs.evolve(SHELL, **changes),
    }
