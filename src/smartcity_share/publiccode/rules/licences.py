"""SPDX licence expressions.

``packaging`` has the SPDX lists with deprecated ids; it is what Python's own metadata is checked with. Two things differ in the
reference parser: operators are in capitals only, and ``DocumentRef-`` is taken.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from smartcity_share.documents.sentences import Sentence
from smartcity_share.documents.shapes import shown
from smartcity_share.documents.suggest import did_you_mean
from smartcity_share.publiccode.rules.rule import Rule

_OPERATORS: Final = frozenset({"AND", "OR", "WITH"})
_DOCUMENT: Final = re.compile(r"(?<![\w.:-])DocumentRef-[A-Za-z0-9.-]+:(?=LicenseRef-)")
_LONGEST: Final = 2000
_COMMON: Final = (
    *("AGPL-3.0-or-later", "AGPL-3.0-only", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CC-BY-4.0", "EUPL-1.2"),
    *("GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later", "ISC", "LGPL-3.0-or-later", "MIT", "MPL-2.0"),
)
"""What a near match is offered from: licences of public software."""


@lru_cache(maxsize=256)
def is_expression(text: str) -> bool:
    """Whether a text is an SPDX licence expression, by the rules of the reference parser."""
    parts = re.findall(r"[^\s()]+", text)
    if len(text) > _LONGEST or any(part.upper() in _OPERATORS and part not in _OPERATORS for part in parts):
        return False
    try:
        canonicalize_license_expression(_DOCUMENT.sub("", text))
    except InvalidLicenseExpression:
        return False
    return True


def _licence(text: str) -> Sentence | None:
    if is_expression(text):
        return None
    lower = [part for part in text.split() if part.upper() in _OPERATORS and part not in _OPERATORS]
    if lower:
        mend = f"Write `{lower[0].upper()}` in capital letters."
    else:
        mend = did_you_mean(text, _COMMON) or "Take the id from https://spdx.org/licenses, for example `Apache-2.0`."
    return Sentence("licence-unknown", f"{shown(text)} is not an SPDX licence expression", mend)


LICENCE = Rule("spdx", "an SPDX licence expression: ids in any case, operators in capitals", _licence)
