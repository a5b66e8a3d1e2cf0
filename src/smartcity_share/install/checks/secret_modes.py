"""Whether every secret is there and closed to others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from smartcity_share.install.findings import Finding, Severity
from smartcity_share.install.layout import REGION_SCOPE
from smartcity_share.install.secret_files import secret_trouble

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance


def check_secrets(instance: Instance, region: str | None) -> Iterator[Finding]:
    """Look at the file of every secret, without reading it.

    Args:
        instance: The instance.
        region: Only this region; every one if None.
    """
    for code in instance.region_codes if region is None else (region,):
        apps = [record.app for record in instance.ledger.installations(code)]
        for app in (*apps, REGION_SCOPE):
            for value in instance.ledger.settings(code, app):
                trouble = None if value.secret_ref is None else secret_trouble(instance.layout, value.secret_ref)
                if trouble is not None:
                    owner = None if app == REGION_SCOPE else app
                    subject = f"secret {value.secret_ref}"
                    yield Finding(trouble.code, Severity.ERROR, subject, trouble.message, trouble.hint or "", code, owner)
