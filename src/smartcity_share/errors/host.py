"""Errors of the host and of accounts."""

from __future__ import annotations

from datetime import datetime, timedelta

from smartcity_share.errors.base import SmartCityError


class AccountError(SmartCityError):
    """An account cannot be made or changed as asked."""

    code = "account-invalid"


class SignInError(SmartCityError):
    """A sign-in was refused."""

    code = "sign-in-refused"


class SignInWaitError(SignInError):
    """Too many wrong passwords for this account or from this address: the next attempt has to wait.

    Args:
        wait: For how long.
        now: The moment it was refused, UTC.

    Attributes:
        wait: For how long.
        until: When the next attempt is looked at, UTC.
    """

    code = "sign-in-wait"

    def __init__(self, wait: timedelta, now: datetime) -> None:
        super().__init__(
            "Too many wrong passwords; sign-in waits.",
            hint="Try again later. Whoever manages the accounts of the region can set a new password.",
        )
        self.wait = wait
        self.until = now + wait


class PortInUseError(SmartCityError):
    """Another program listens on the port."""

    code = "port-in-use"
