"""Make an app the region's own: planned, applied as named steps, recorded in the ledger.

Names are imported on first use; ``import smartcity_share.install`` alone loads nothing heavy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from smartcity_share.install.actors import local_actor
    from smartcity_share.install.answers import Answers
    from smartcity_share.install.apply import Outcome
    from smartcity_share.install.backup.making import backup_installation, planned_backup
    from smartcity_share.install.backup.proving import prove_backup
    from smartcity_share.install.backup.restoring import restore_backup
    from smartcity_share.install.catalogues import CatalogueSource, chosen_source
    from smartcity_share.install.configuring import configure_app, prepared_configure
    from smartcity_share.install.doctor import diagnose
    from smartcity_share.install.erasing import erase_app, planned_erasure
    from smartcity_share.install.findings import Finding
    from smartcity_share.install.history import Event, read_history
    from smartcity_share.install.installing import install_app, prepared_install
    from smartcity_share.install.instance import Instance
    from smartcity_share.install.overrides.changing import prepared_overrides
    from smartcity_share.install.plan import Plan
    from smartcity_share.install.removing import planned_reinstatement, planned_removal, reinstate_app, remove_app
    from smartcity_share.install.resuming import Resumed, resume_all, resume_operation
    from smartcity_share.install.rolling_back import planned_rollback, rollback_app
    from smartcity_share.install.runtime import installed_apps, open_installation
    from smartcity_share.install.upgrading import prepared_upgrade, upgrade_app

_HOME: Final = {
    "Answers": "answers",
    "CatalogueSource": "catalogues",
    "Event": "history",
    "Finding": "findings",
    "Instance": "instance",
    "Outcome": "apply",
    "Plan": "plan",
    "Resumed": "resuming",
    "backup_installation": "backup.making",
    "chosen_source": "catalogues",
    "configure_app": "configuring",
    "diagnose": "doctor",
    "erase_app": "erasing",
    "install_app": "installing",
    "installed_apps": "runtime",
    "local_actor": "actors",
    "open_installation": "runtime",
    "planned_backup": "backup.making",
    "planned_erasure": "erasing",
    "planned_reinstatement": "removing",
    "planned_removal": "removing",
    "planned_rollback": "rolling_back",
    "prepared_configure": "configuring",
    "prepared_install": "installing",
    "prepared_overrides": "overrides.changing",
    "prove_backup": "backup.proving",
    "read_history": "history",
    "reinstate_app": "removing",
    "remove_app": "removing",
    "restore_backup": "backup.restoring",
    "resume_all": "resuming",
    "resume_operation": "resuming",
    "prepared_upgrade": "upgrading",
    "rollback_app": "rolling_back",
    "upgrade_app": "upgrading",
}

__all__ = [
    "Answers",
    "CatalogueSource",
    "Event",
    "Finding",
    "Instance",
    "Outcome",
    "Plan",
    "Resumed",
    "backup_installation",
    "chosen_source",
    "configure_app",
    "diagnose",
    "erase_app",
    "install_app",
    "installed_apps",
    "local_actor",
    "open_installation",
    "planned_backup",
    "planned_erasure",
    "planned_reinstatement",
    "planned_removal",
    "planned_rollback",
    "prepared_configure",
    "prepared_install",
    "prepared_overrides",
    "prepared_upgrade",
    "prove_backup",
    "read_history",
    "reinstate_app",
    "remove_app",
    "restore_backup",
    "resume_all",
    "resume_operation",
    "rollback_app",
    "upgrade_app",
]


def __getattr__(name: str) -> object:
    try:
        home = _HOME[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    return getattr(import_module(f"smartcity_share.install.{home}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
