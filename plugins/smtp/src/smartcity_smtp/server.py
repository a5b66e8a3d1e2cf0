"""Speaking to the mail server: one connection per message, every wait with an end, every answer told as what it means."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTPUTF8
from typing import Final

from smartcity_share import Delivery, Sentence
from smartcity_smtp.settings import Security, SmtpSettings

_LASTING: Final = 500
"""Answers from here on are for good; those below may be others later (RFC 5321 section 4.2.1)."""
_LONGEST: Final = 200
_INTERNATIONAL: Final = SMTPUTF8.clone(cte_type="7bit", mangle_from_=False)


class NoServerError(Exception):
    """The server cannot be used: not there, not protected, or it does not let the account in.

    Args:
        said: Why, without a secret.
    """

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


def deliver(settings: SmtpSettings, letter: EmailMessage, to: str) -> Delivery:
    """Hand an e-mail to the server.

    Args:
        settings: The server.
        letter: The e-mail.
        to: The one address it goes to.

    Returns:
        What became of it; no fault of server or network is an exception.
    """
    try:
        with connection_to(settings, settings.timeout_seconds) as server:
            _send(server, letter, settings.sender, to)
    except (NoServerError, smtplib.SMTPException, OSError) as fault:
        return _refusal(fault)
    return Delivery(accepted=True, receipt=str(letter["Message-ID"]))


def _send(server: smtplib.SMTP, letter: EmailMessage, sender: str, to: str) -> None:
    if to.isascii():
        server.sendmail(sender, [to], letter.as_bytes())
        return
    server.ehlo_or_helo_if_needed()
    if not server.has_extn("smtputf8"):
        raise smtplib.SMTPNotSupportedError
    server.sendmail(sender, [to], letter.as_bytes(policy=_INTERNATIONAL), mail_options=["SMTPUTF8"])


def _refusal(fault: Exception) -> Delivery:
    match fault:
        case NoServerError():
            return Delivery(accepted=False, retry=True, reason=str(fault), unreachable=True)
        case smtplib.SMTPRecipientsRefused():
            code, said = next(iter(fault.recipients.values()))
            return Delivery(accepted=False, retry=code < _LASTING, reason=_told(code, said))
        case smtplib.SMTPSenderRefused():
            # The sender is the same for every message: the next one would be refused too.
            reason = f"the server refuses the sender: {_told(fault.smtp_code, fault.smtp_error)}"
            return Delivery(accepted=False, retry=True, reason=reason, unreachable=True)
        case smtplib.SMTPNotSupportedError():
            return Delivery(accepted=False, reason="the server takes no addresses with letters beyond ASCII")
        case smtplib.SMTPResponseException():
            reason = _told(fault.smtp_code, fault.smtp_error)
            return Delivery(accepted=False, retry=fault.smtp_code < _LASTING, reason=reason)
        case _:
            return Delivery(accepted=False, retry=True, reason=_cut_off(fault), unreachable=True)


@contextmanager
def connection_to(settings: SmtpSettings, timeout: float) -> Iterator[smtplib.SMTP]:
    """Open a protected connection, signed in where there is an account.

    Args:
        settings: The server.
        timeout: Seconds to wait for each answer.

    Raises:
        NoServerError: The server cannot be used; the message says why, without a secret.
    """
    server: smtplib.SMTP | None = None
    try:
        server = _open(settings, timeout)
        if settings.security is Security.STARTTLS:
            server.starttls(context=ssl.create_default_context())
        if settings.user and settings.password is not None:
            server.login(settings.user, settings.password.get_secret_value())
    except smtplib.SMTPAuthenticationError as refusal:
        _close(server)
        # What the server says may repeat what it was sent.
        raise NoServerError(Sentence("the server does not let the account in (%(code)s)", code=refusal.smtp_code)) from None
    except smtplib.SMTPNotSupportedError as fault:
        _close(server)
        raise NoServerError(Sentence("the server offers no STARTTLS, or no way to sign in")) from fault
    except ssl.SSLCertVerificationError as fault:
        _close(server)
        raise NoServerError(
            Sentence("the certificate of the server is not valid: %(reason)s", reason=fault.verify_message)
        ) from fault
    except (smtplib.SMTPException, OSError) as fault:
        _close(server)
        raise NoServerError(_cut_off(fault)) from fault
    try:
        yield server
    finally:
        _close(server)


def _open(settings: SmtpSettings, timeout: float) -> smtplib.SMTP:
    if settings.security is Security.TLS:
        return smtplib.SMTP_SSL(settings.host, settings.port, timeout=timeout, context=ssl.create_default_context())
    return smtplib.SMTP(settings.host, settings.port, timeout=timeout)


def _close(server: smtplib.SMTP | None) -> None:
    if server is not None:
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
        server.close()


def _cut_off(fault: Exception) -> str:
    if isinstance(fault, TimeoutError):
        return Sentence("the server did not answer in time")
    if isinstance(fault, smtplib.SMTPResponseException):
        return _told(fault.smtp_code, fault.smtp_error)
    said = " ".join(str(getattr(fault, "strerror", None) or fault).split())
    return Sentence("the server cannot be reached: %(reason)s", reason=(said or type(fault).__name__)[:_LONGEST])


def _told(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"[:_LONGEST]
