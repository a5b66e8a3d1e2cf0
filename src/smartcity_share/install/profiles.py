"""Putting the profile of a region into an instance."""

from __future__ import annotations

import secrets
import shutil
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from smartcity_share.documents.toml import TomlDocument, refusal
from smartcity_share.durable import sync_folder, sync_tree
from smartcity_share.errors import Fault, InstanceError, ProfileError
from smartcity_share.regions.profile import PROFILE_FILE, RegionProfile, check_profile, profile_faults_on
from smartcity_share.regions.starter import starter_profile

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance


def put_profile(regions: Path, code: str, source: Path | None, now: datetime, *, today: date | None = None) -> None:
    """Make the folder of a region, whole or not at all.

    Args:
        regions: The folder of all regions of an instance.
        code: Code of the region.
        source: Folder (or ``profile.toml``) with its profile; one with what the table of regions knows if None.
        now: The present moment.
        today: The day signatories must be in office; the present day in the region's time zone if None.

    Raises:
        InstanceError: The region has a profile already.
        RegionNotFoundError: The code is not in the table and no profile is given.
        ProfileError: The profile has faults, is of another region, or names signatories whose term is over.
    """
    folder = regions / code
    if (folder / PROFILE_FILE).exists():
        raise InstanceError(
            f"This instance serves region {code} already", hint=f"Edit its profile: regions/{code}/{PROFILE_FILE}."
        )
    if source is None:
        text = starter_profile(code)
        profile = None
    else:
        source = source.parent if source.is_file() else source
        document, profile = checked_profile(source, code, now, today=today)
        text = document.text
    beside = regions / f".{code}.{secrets.token_hex(4)}"
    beside.mkdir()
    try:
        (beside / PROFILE_FILE).write_text(text, encoding="utf-8")
        if source is not None and profile is not None and profile.branding.logo is not None:
            shutil.copyfile(source / profile.branding.logo, beside / profile.branding.logo)
        sync_tree(beside)
        if folder.is_dir():
            for made in beside.iterdir():
                made.replace(folder / made.name)
            beside.rmdir()
        else:
            beside.rename(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    sync_folder(regions)


def checked_profile(source: Path, code: str, now: datetime, *, today: date | None = None) -> tuple[TomlDocument, RegionProfile]:
    """Read a profile that shall be used from today on.

    Args:
        source: The folder it lies in.
        code: The region it must be of.
        now: The present moment.
        today: The day signatories must be in office; the present day in the region's time zone if None.

    Raises:
        ProfileError: It has faults, is of another region, or names signatories whose term is over.
    """
    document = TomlDocument.read(source / PROFILE_FILE, error=ProfileError)
    profile, faults = check_profile(document, source)
    if profile is not None:
        if profile.code != code:
            faults = (_other_region(document, profile.code, code),)
        faults += profile_faults_on(profile, document, today or now.astimezone(profile.zone).date())
    if profile is None or faults:
        raise refusal(ProfileError, document.label, faults)
    return document, profile


def profile_faults_today(instance: Instance, region: str) -> tuple[Fault, ...]:
    """Return what is wrong with the profile of a region today: posts nobody holds any more, or yet.

    Raises:
        ProfileError: The profile has faults of another kind.
    """
    profile = instance.profile(region)
    path = instance.profile_folder(region) / PROFILE_FILE
    document = TomlDocument.read(path, f"regions/{region}/{PROFILE_FILE}", error=ProfileError)
    return profile_faults_on(profile, document, instance.now().astimezone(profile.zone).date())


def _other_region(document: TomlDocument, found: str, wanted: str) -> Fault:
    return Fault(
        "profile-other-region",
        f"This is the profile of region {found}; wanted that of {wanted}",
        document.locate(("code",)),
        f"Name the folder with the profile of {wanted}, or correct `code`.",
    )
