"""What the console is given: the accounts, sessions and records of an instance, bound together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from smartcity_share.host.accounts import Accounts
from smartcity_share.host.database import AccountsDatabase
from smartcity_share.host.record import HostRecord
from smartcity_share.host.regional import InstanceRegions
from smartcity_share.host.sessions import Sessions
from smartcity_share.host.signin import SignIn

if TYPE_CHECKING:
    from smartcity_share.host.lockout import LockoutRule
    from smartcity_share.host.passwords import PasswordHashes
    from smartcity_share.install.audit import AuditLog
    from smartcity_share.install.instance import Instance


@attrs.frozen
class Services:
    """The services of a host.

    Every one is synchronous and may wait for the disk or a hash: call them from a synchronous endpoint, which Starlette runs in
    a worker thread.

    Attributes:
        instance: The instance.
        accounts: The accounts of officials.
        sessions: Their sessions.
        sign_in: Signing in and out, changing one's own password.
        audit: The audit trail of every region.
        record: Writes to it with the address and id of the request.
        now: The clock, aware UTC.
    """

    instance: Instance
    accounts: Accounts
    sessions: Sessions
    sign_in: SignIn
    audit: AuditLog
    record: HostRecord
    now: Callable[[], datetime]


def make_services(
    instance: Instance,
    *,
    now: Callable[[], datetime] | None = None,
    hashes: PasswordHashes | None = None,
    sessions: Sessions | None = None,
    per_account: LockoutRule | None = None,
    per_address: LockoutRule | None = None,
) -> Services:
    """Return the services of an instance.

    Args:
        instance: The instance.
        now: The clock, the instance's if not given.
        hashes: How passwords are hashed; with the recommended parameters if not given.
        sessions: The sessions; with the recommended lengths if not given.
        per_account: When an account has to wait after wrong passwords.
        per_address: When an address has to wait.
    """
    clock = now or instance.now
    database = AccountsDatabase(instance.accounts_database)
    sessions = sessions or Sessions(database, now=clock)
    accounts = Accounts(database, InstanceRegions(instance), now=clock, hashes=hashes, sessions=sessions)
    record = HostRecord(instance.audit)
    rules = {key: rule for key, rule in (("per_account", per_account), ("per_address", per_address)) if rule is not None}
    sign_in = SignIn(database, accounts, sessions, record, now=clock, **rules)
    return Services(instance, accounts, sessions, sign_in, instance.audit, record, clock)
