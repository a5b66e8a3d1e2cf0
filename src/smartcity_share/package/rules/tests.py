"""No tests: they are run before a release, not on the server of a regency."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from smartcity_share.errors import Fault
from smartcity_share.package.rules.base import Content

_FOLDERS: Final = frozenset({"test", "tests", "testing", "fixtures"})


def check(content: Content) -> Iterator[Fault]:
    """Yield a fault for each test module and each file in a folder of tests."""
    for name in content.files:
        *folders, file = name.split("/")
        if _FOLDERS & set(folders) or file == "conftest.py" or (file.startswith("test_") and file.endswith(".py")):
            yield Fault(
                "wheel-has-tests", "A test is in the wheel", content.at(name), "Leave it out of the build's `packages`."
            )
