"""The number a citizen follows a report by, and the secret part of the link that opens its private side.

A number has nine characters, ``7K3-FQ9-TWC``: eight drawn at random and a check character. The alphabet has 31 characters, none
of which can be taken for another when read aloud or written down (no 0 O 1 I L). 31 is prime, so a weighted sum finds every
single wrong character and every two that changed places. 31⁸ is about 8.5 · 10¹¹: numbers cannot be walked through, and a
number alone opens nothing but the public steps.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_RANDOM_LENGTH: Final = 8
_GROUP: Final = 3
_TOKEN_LENGTH: Final = 26  # 26 characters of about 4.9 bits each: over 120 bits


def new_number(draw: Callable[[int], int] = secrets.randbelow) -> str:
    """Return a fresh number.

    Args:
        draw: Called with an upper bound, returns an integer below it; a test passes a seeded one.

    Returns:
        The number in its written form, with hyphens.
    """
    body = "".join(ALPHABET[draw(len(ALPHABET))] for _ in range(_RANDOM_LENGTH))
    return _written(body + _check_character(body))


def parse_number(text: str) -> str | None:
    """Read a number as people type it: any case, with or without hyphens, blanks and dots.

    Args:
        text: What was typed.

    Returns:
        The written form, or None where it is no number: wrong length, wrong character, or the check character does not fit.
    """
    plain = _plain(text)
    if len(plain) != _RANDOM_LENGTH + 1 or any(c not in ALPHABET for c in plain):
        return None
    return _written(plain) if _check_character(plain[:-1]) == plain[-1] else None


def partial_number(text: str) -> str | None:
    """Return the beginning of a number in its written form: three characters or more of the alphabet; None where it is none."""
    plain = _plain(text)
    if not _GROUP <= len(plain) <= _RANDOM_LENGTH + 1 or any(c not in ALPHABET for c in plain):
        return None
    return _written(plain)


def follow_token(submission_key: str) -> str:
    """Return the secret of the follow link for a submission.

    It is derived from the one-time key of the form, so that a form sent twice leads to the same link although only a hash
    is stored. Nobody but the sender's browser has seen the key.

    Args:
        submission_key: The one-time key that came with the form.
    """
    digest = hashlib.blake2b(submission_key.encode(), digest_size=_TOKEN_LENGTH, person=b"follow-link").digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest)


def fingerprint(secret: str) -> str:
    """Return what is stored in place of a key or token: its SHA-256 in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def token_fits(token: str, stored: str | None) -> bool:
    """Whether a token is the one whose fingerprint is stored; takes the same time either way."""
    return stored is not None and hmac.compare_digest(fingerprint(token), stored)


def _plain(text: str) -> str:
    return "".join(c for c in text.upper() if c not in " -.\t\u2010\u2011\u2013")


def _check_character(body: str) -> str:
    total = sum(weight * ALPHABET.index(character) for weight, character in enumerate(body, start=1))
    # The check character itself has weight -1, which differs from every weight above modulo 31.
    return ALPHABET[total % len(ALPHABET)]


def _written(plain: str) -> str:
    return "-".join(plain[start : start + _GROUP] for start in range(0, len(plain), _GROUP))
