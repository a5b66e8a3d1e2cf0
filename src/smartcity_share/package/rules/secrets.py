"""No secrets: whoever gets the wheel has them, for as long as the wheel is kept anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from smartcity_share.errors import Fault
from smartcity_share.package.rules.base import Content

_NAMES: Final = re.compile(
    r"(^|/)(\.env(\.[\w-]+)?|\.netrc|\.pypirc|\.pgpass|\.htpasswd|id_(rsa|dsa|ecdsa|ed25519)|.+\.(p12|pfx|jks|keystore|kdbx))$"
)
"""Files whose only use is to hold a secret."""
_KINDS: Final = (
    ("a private key", re.compile(rb"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----")),
    ("an access key of a cloud", re.compile(rb"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")),
    (
        "a token of a code host",
        re.compile(rb"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60,}|glpat-[\w-]{20,}|pypi-AgEI[\w-]{50,})"),
    ),
    ("a token of a messenger", re.compile(rb"\b(?:xox[abprs]-[\w-]{20,}|\d{8,10}:AA[\w-]{33})")),
    (
        "a password in an address",
        re.compile(rb"\b[a-z][a-z0-9+.-]{2,20}://[^\s:/@'\"{}<>$]{1,64}:[^\s:/@'\"{}<>$]{3,64}@[\w.-]"),
    ),
    (
        "a password or token",
        re.compile(
            rb"(?i)\b(?:password|passwd|secret_key|api_?key|access_token|kata_sandi)\b\s*[=:]\s*"
            rb"[\"'](?=[^\"'\s]*\d)(?=[^\"'\s]*[A-Za-z])[^\"'\s{}<>$%]{8,}[\"']"
        ),
    ),
)
"""What a secret looks like. Few and certain: a warning that is often wrong is soon passed over."""


def check(content: Content) -> Iterator[Fault]:
    """Yield a fault for each secret, without repeating it."""
    mend = "Take it out, make the secret void, and let the app ask for it as a setting of type `SecretStr`."
    for name, data in content.files.items():
        if _NAMES.search(name):
            yield Fault("wheel-has-secret", "A file that holds secrets is in the wheel", content.at(name), mend)
            continue
        for kind, look in _KINDS:
            if (found := look.search(data)) is not None:
                line = data.count(b"\n", 0, found.start()) + 1
                yield Fault("wheel-has-secret", f"What looks like {kind} is in the wheel", content.at(name, line), mend)
