"""An e-mail made of a message. Pure.

Nothing in a message can become a header: the address has to be exactly one, line breaks of the subject become blanks, and the
library that writes the headers refuses what is left.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from smartcity_share import Message
from smartcity_smtp.settings import SmtpSettings

_ONE_ADDRESS: Final = re.compile(r"[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]{1,64}@[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]{1,189}")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_LONGEST_SUBJECT: Final = 200
# Every server takes 7 bits; a line that begins with "From" stays as it is.
_POLICY: Final = SMTP.clone(cte_type="7bit", mangle_from_=False)


class RefusedLetterError(ValueError):
    """A message of which no e-mail can be made; trying again does not help."""


def fingerprint(reference: str) -> str:
    """Return what stands for the reference of a message: its SHA-256 in hexadecimal."""
    return hashlib.sha256(reference.encode()).hexdigest()


def letter_of(message: Message, settings: SmtpSettings, now: datetime, region: str) -> EmailMessage:
    """Return a message as an e-mail.

    Args:
        message: The message.
        settings: Who sends it.
        now: The moment of sending.
        region: Code of the region, so that two regions with the same sender never make the same ``Message-ID``.

    Returns:
        The e-mail; its ``Message-ID`` follows from region and reference, so a repeat is seen as one.

    Raises:
        RefusedLetterError: The address is not exactly one address, or the language is none.
    """
    if not _ONE_ADDRESS.fullmatch(message.to):
        raise RefusedLetterError("the address is not one e-mail address")
    if not _LANGUAGE.fullmatch(message.language):
        raise RefusedLetterError("the language is no language code")
    letter = EmailMessage(policy=_POLICY)
    domain = settings.sender.rpartition("@")[2]
    letter["Message-ID"] = f"<{fingerprint(f'{region}/{message.reference}')[:40]}@{domain}>"
    letter["Date"] = format_datetime(now)
    letter["From"] = Address(settings.sender_name, addr_spec=settings.sender)
    local, _, host = message.to.rpartition("@")
    letter["To"] = Address(username=local, domain=host)
    letter["Subject"] = _one_line(message.subject)[:_LONGEST_SUBJECT]
    # No answering machine answers, and none is answered (RFC 3834).
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(_plain(message.text))
    # After the content: setting it takes every Content-… header away.
    letter["Content-Language"] = message.language
    return letter


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _plain(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c == "\n" or c.isprintable())
