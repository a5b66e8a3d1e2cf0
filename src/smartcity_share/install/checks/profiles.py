"""The profiles of the regions, as they are today."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from smartcity_share.errors import DocumentError, SmartCityError
from smartcity_share.install.findings import Finding, Severity
from smartcity_share.install.profiles import profile_faults_today

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance


def check_profiles(instance: Instance, region: str | None) -> Iterator[Finding]:
    """Read every profile, and look whether its signatories are in office today.

    Args:
        instance: The instance.
        region: Only this region; every one if None.
    """
    for code in instance.region_codes if region is None else (region,):
        try:
            faults = profile_faults_today(instance, code)
        except DocumentError as error:
            faults = error.faults
        except SmartCityError as error:
            yield Finding(error.code, Severity.ERROR, f"region {code}", str(error), error.hint or "", code)
            continue
        for fault in faults:
            severity = Severity.WARNING if fault.code == "signatory-expired" else Severity.ERROR
            yield Finding(fault.code, severity, f"region {code}", f"{fault.where}: {fault.message}", fault.mend, code)
