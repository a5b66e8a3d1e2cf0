"""Passwords: what is accepted, how they are hashed, how they are compared.

The policy follows NIST SP 800-63B-4, section 3.1.1.2: a minimum length and a refusal of what is commonly used or follows from
the account, no rules on kinds of characters, no expiry by date, spaces and all of Unicode allowed, a long maximum. Hashing is
Argon2id with the parameters of RFC 9106, section 4, second choice (64 MiB, 3 passes, 4 lanes), the default of argon2-cffi.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from smartcity_share.errors import AccountError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MIN_LENGTH: Final = 12
"""Shortest password accepted, in characters."""

MAX_LENGTH: Final = 256
"""Longest password accepted, in characters: bounds the work of one sign-in."""

_MIN_DISTINCT: Final = 5
_MIN_OWN: Final = 8
_SHORTEST_WORD: Final = 3

COMMON: Final = frozenset(
    """
    password passw0rd p@ssword p@ssw0rd katasandi kata sandi sandi rahasia bismillah alhamdulillah indonesia merdeka
    pancasila garuda nusantara sayang cinta aku kamu anjing doraemon persib persija arema jakarta admin administrator
    operator pegawai dinas pemda pemkab pemkot pemprov bupati walikota gubernur kabupaten provinsi kominfo diskominfo
    smartcity selamat datang welcome letmein iloveyou sunshine princess football baseball monkey dragon master superman
    batman pokemon qwertyuiop qwerty asdfghjkl asdfgh zxcvbnm zxcvb qazwsx 1q2w3e4r5t 1q2w3e4r 1q2w3e q1w2e3r4 abcdefgh
    abcdef abcd1234 abc123 abc 1234567890 0987654321 123456789 987654321 12345678 1234567 123456 654321 12345 1234 123
    112233 121212 123123 111111 000000 666666 888888 999999 aaaaaa changeme default secret login user test guest root
    """.split()  # noqa: SIM905 - a list of this length is read as text
)
"""Words that passwords are commonly made of, here and abroad; a password is judged by what it has besides them."""

_BY_LENGTH: Final = sorted(COMMON, key=len, reverse=True)
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"


def normalised(password: str) -> str:
    """Return the form that is hashed, so that the same keys on two keyboards give the same password (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, *, own_words: Iterable[str] = ()) -> str:
    """Return the normalised password if the policy accepts it.

    Args:
        password: What the person chose.
        own_words: Words that follow from the account: login, parts of the name, the region's name.

    Raises:
        AccountError: It is too short, too long, common, or made of the account's own words. The message does not repeat it.
    """
    text = normalised(password)
    hint = "Choose a sentence or four words that do not belong together; spaces are allowed."
    if len(text) < MIN_LENGTH:
        raise AccountError(f"The password is shorter than {MIN_LENGTH} characters.", hint=hint)
    if len(text) > MAX_LENGTH:
        raise AccountError(f"The password is longer than {MAX_LENGTH} characters.", hint="Choose a shorter one.")
    folded = text.casefold()
    if len(set(folded)) < _MIN_DISTINCT:
        raise AccountError("The password repeats too few characters.", hint=hint)
    rest = folded
    for word in [*_own(own_words), *_BY_LENGTH]:
        rest = rest.replace(word, "")
    if sum(character.isalnum() for character in rest) < _MIN_OWN:
        raise AccountError("The password is made of words and sequences that are tried first.", hint=hint)
    return text


def _own(words: Iterable[str]) -> list[str]:
    parts = {part.casefold() for word in words for part in word.replace(".", " ").replace("@", " ").split()}
    return sorted((part for part in parts if len(part) >= _SHORTEST_WORD), key=len, reverse=True)


def generate_password() -> str:
    """Return a password for a first sign-in: four groups of five letters and digits that are not mistaken for each other."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4))


class PasswordHashes:
    """Makes and checks hashes; the parameters can change and old hashes are renewed at the next sign-in.

    Args:
        hasher: The argon2 hasher; with the recommended parameters if not given.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        if hasher is None:
            from argon2 import PasswordHasher as Hasher

            hasher = Hasher()
        self._hasher = hasher
        self._dummy: str | None = None

    def make(self, password: str) -> str:
        """Return the encoded hash of a password that was checked and normalised."""
        return self._hasher.hash(password)

    def matches(self, stored: str | None, password: str) -> bool:
        """Whether the password is the one that was hashed.

        Args:
            stored: The encoded hash; None for an account that does not exist: the same work is done and the answer is no.
            password: What was typed.
        """
        from argon2.exceptions import InvalidHashError, VerificationError

        if len(password) > MAX_LENGTH:
            password = ""
        if stored is None:
            if self._dummy is None:
                self._dummy = self._hasher.hash(secrets.token_urlsafe(24))
            stored, known = self._dummy, False
        else:
            known = True
        try:
            self._hasher.verify(stored, normalised(password))
        except (VerificationError, InvalidHashError):
            return False
        return known

    def is_old(self, stored: str) -> bool:
        """Whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)
