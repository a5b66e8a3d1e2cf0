"""Whether a catalogue is new enough: pure, on a clock that is handed over.

A catalogue on the web renews its timestamp every few days, so that one that somebody froze is noticed. A catalogue that was
copied to a stick cannot renew it. It is judged at the moment it was signed, as long as that is not too long ago. And a clock
that was set back makes nothing new again: what was seen once is the least that is believed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import attrs

from smartcity_share.errors import CatalogueExpiredError, CatalogueInvalidError, Fault, Location

MOST_STALE_DAYS: Final = 180
"""Days after which a copied catalogue is refused, where nothing else is said."""
TOLD_AFTER: Final = timedelta(days=30)
"""From this age on the plan says how old a catalogue is, as a note."""


@attrs.frozen
class Freshness:
    """How new a catalogue is.

    Attributes:
        present: The moment that is believed to be now: the clock, or what was seen when the clock is behind it.
        judged_at: The moment at which what its server renews is judged; the moment it was signed for a copy.
        signed_at: When its timestamp was signed; None where it does not say.
        notices: What the person should know.
    """

    present: datetime
    judged_at: datetime
    signed_at: datetime | None
    notices: tuple[str, ...] = ()

    @property
    def age_days(self) -> int | None:
        """Whole days since it was signed; None where it does not say when."""
        return None if self.signed_at is None else (self.present - self.signed_at).days

    @property
    def seen(self) -> datetime:
        """The moment that is certain to have passed, to be remembered: for a copy only when it was signed."""
        if self.signed_at is None or self.judged_at != self.signed_at:
            return self.present
        return self.signed_at


def judge(
    *,
    now: datetime,
    floor: datetime | None,
    signed_at: datetime | None,
    expires: datetime,
    most_stale: timedelta | None,
    where: Location,
) -> Freshness:
    """Judge how new a catalogue is.

    Args:
        now: What the clock says.
        floor: The latest moment that is known to have passed; None where nothing is known.
        signed_at: When the timestamp was signed; None where it does not say.
        expires: Until when the timestamp holds.
        most_stale: How old a copy may be; None where the catalogue must be in time.
        where: The place faults are told at.

    Raises:
        CatalogueExpiredError: It is out of date.
        CatalogueInvalidError: It was signed after it runs out.
    """
    if signed_at is not None and signed_at > expires:
        raise CatalogueInvalidError(
            f"The timestamp says that it was signed on {signed_at:%Y-%m-%d}, after it runs out on {expires:%Y-%m-%d}",
            where=where,
            hint="Tell whoever runs the catalogue to look at the clock of their machine and to publish again.",
        )
    present = max(one for one in (now, floor, signed_at) if one is not None)
    notices = _clock_notices(now, present)
    if present < expires:
        return Freshness(present, present, signed_at, (*notices, *_age_notices(present, signed_at)))
    if most_stale is None or signed_at is None:
        raise CatalogueExpiredError(
            f"The timestamp ran out on {expires:%Y-%m-%d}, {_ago(present - expires)}: what is new since then, also what was "
            "revoked, may be kept from you",
            where=where,
            hint=f"Ask whoever runs the catalogue to renew it: `smartcity catalogue publish`. {_clock_mend(now, present)}",
        )
    if present - signed_at > most_stale:
        raise CatalogueExpiredError(
            f"This copy was signed on {signed_at:%Y-%m-%d}, {_ago(present - signed_at)}; "
            f"at most {most_stale.days} days are allowed",
            where=where,
            hint="Copy the catalogue again from where it is published. Where that cannot be, allow more with `stale_days` "
            "of the catalogue in instance.toml, knowing that later revocations are not in it.",
        )
    return Freshness(present, signed_at, signed_at, (*notices, *_age_notices(present, signed_at)))


def clock_faults(signed_at: datetime | None, now: datetime) -> list[Fault]:
    """Return that readers saw a timestamp of a later moment than now: they never believe an earlier one again.

    Args:
        signed_at: When the timestamp readers see was signed; None where it does not say.
        now: What the clock of whoever publishes says.
    """
    if signed_at is None or signed_at <= now:
        return []
    return [
        Fault(
            "clock-behind",
            f"The timestamp readers see was signed on {signed_at:%Y-%m-%d}; the clock of this machine says {now:%Y-%m-%d}",
            Location("timestamp"),
            "Set the clock and publish again. If it ran ahead then, tell the regions: until that day they refuse the catalogue "
            "as out of date, unless they delete `seen.json` in `catalogues` of the instance.",
        )
    ]


def _clock_mend(now: datetime, present: datetime) -> str:
    if present - now < timedelta(days=1):
        return f"If the date is wrong, set the clock of this machine; it says {now:%Y-%m-%d}."
    return (
        f"The clock of this machine says {now:%Y-%m-%d}, and {present:%Y-%m-%d} was seen before: set the clock. "
        "If a clock ran ahead then, delete `seen.json` in `catalogues` of the instance."
    )


def _clock_notices(now: datetime, present: datetime) -> tuple[str, ...]:
    if present - now < timedelta(days=1):
        return ()
    said = f"The clock of this machine says {now:%Y-%m-%d}, but {present:%Y-%m-%d} has passed already"
    return (f"{said}: the later is taken. Set the clock.",)


def _age_notices(present: datetime, signed_at: datetime | None) -> tuple[str, ...]:
    if signed_at is None or present - signed_at < TOLD_AFTER:
        return ()
    days = (present - signed_at).days
    return (f"The catalogue is {days} days old: what was revoked since {signed_at:%Y-%m-%d} is not known.",)


def _ago(span: timedelta) -> str:
    return f"{span.days} day{'' if span.days == 1 else 's'} ago"
