"""What the host is given: the hooks of the connector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartcity_share import (
    DatabaseSchema,
    Delivery,
    Health,
    HealthState,
    Installation,
    Message,
    Sentence,
    Settings,
    hookimpl,
)

if TYPE_CHECKING:
    from smartcity_smtp.settings import SmtpSettings

_HEALTH_SECONDS = 2.0
"""For each answer: the host waits five seconds for the whole."""


@hookimpl
def settings_model() -> type[Settings]:
    """Return the settings."""
    from smartcity_smtp.settings import SmtpSettings

    return SmtpSettings


@hookimpl
def database_schema() -> DatabaseSchema:
    """Return the one table."""
    from smartcity_smtp.sent import metadata

    return DatabaseSchema(metadata)


@hookimpl
def deliver_message(installation: Installation, message: Message) -> Delivery:
    """Send a message as an e-mail, once per reference."""
    from smartcity_smtp.letter import RefusedLetterError, fingerprint, letter_of
    from smartcity_smtp.sent import is_sent, remember
    from smartcity_smtp.server import deliver

    settings = _settings(installation)
    now = installation.now()
    try:
        letter = letter_of(message, settings, now, installation.region.code)
    except RefusedLetterError as refusal:
        return Delivery(accepted=False, reason=str(refusal))
    key = fingerprint(message.reference)
    if is_sent(installation.database, key):
        return Delivery(accepted=True, receipt=str(letter["Message-ID"]))
    delivery = deliver(settings, letter, message.to)
    if delivery.accepted:
        remember(installation.database, key, now)
    return delivery


@hookimpl
def check_health(installation: Installation) -> Health:
    """Connect, sign in, and leave again."""
    from smartcity_smtp.server import NoServerError, connection_to

    settings = _settings(installation)
    server = f"{settings.host}:{settings.port}"
    try:
        with connection_to(settings, min(_HEALTH_SECONDS, settings.timeout_seconds)):
            return Health(HealthState.OK, Sentence("%(server)s takes messages.", server=server))
    except NoServerError as fault:
        return Health(
            HealthState.DEGRADED,
            Sentence("%(server)s: %(reason)s. Messages wait and are sent when it is mended.", server=server, reason=fault.said),
            Sentence(
                "Compare `host`, `port`, `security`, `user` and `password` with what the owner of the mail server gave you, "
                "and see that this machine may reach it."
            ),
        )


def _settings(installation: Installation) -> SmtpSettings:
    from smartcity_smtp.settings import SmtpSettings

    found = installation.settings
    if not isinstance(found, SmtpSettings):
        message = f"the settings of {installation.id} are not those of the SMTP connector"
        raise TypeError(message)
    return found
