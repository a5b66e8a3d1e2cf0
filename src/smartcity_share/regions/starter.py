"""The first profile of a region: what the table knows, and the questions that are left."""

from __future__ import annotations

from smartcity_share.regions.table import get


def starter_profile(code: str) -> str:
    """Return a valid profile with the facts of the table, and the rest as comments to fill in.

    Args:
        code: Code of an Indonesian region.

    Raises:
        RegionNotFoundError: No region has this code.
    """
    region = get(code)
    district = f"{region.code}.01" if "." in region.code else f"{region.code}.01.01"
    return f"""\
# Profile of {region.name}. The keys are explained in docs/reference/regions.md.
# Kind, name, province ({region.province_name}) and time zone ({region.time_zone}) come from the table of regions.
profile_version = 1
code = "{region.code}"
languages = ["id"]
# capital = "…"

# [contacts]
# emergency = "112"
# address = "…"
# phone = "+62 …"
# email = "…"
# website = "https://…"

# A .svg or .png file beside this one, and two colours white text can be read on.
# [branding]
# logo = "logo.svg"
# logo_alt = {{ id = "Lambang {region.name}" }}
# primary = "#1d4e89"
# accent = "#8a4b08"

# Who holds which post, and what they sign; the title of head, deputy and secretary follows from the kind of region.
# [[officials]]
# post = "head"
# name = "…"
# from = 2025-02-20
# until = 2030-02-19
# signs = ["decision"]

# [[offices]]
# id = "environment"
# name = {{ id = "Dinas Lingkungan Hidup" }}
# abbreviation = "DLH"
# handles = ["waste"]

# [[districts]]
# code = "{district}"
# name = "…"
"""
