"""Who may open which address of an app: pure functions over the ``[[page]]`` and ``[[role]]`` tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smartcity_share.manifest.model import Manifest, Page


class PageMatcher:
    """Finds the ``[[page]]`` that decides on a request.

    An entry covers its path and everything beneath it; ``{name}`` stands for exactly one part. Of the entries that cover path
    and method the most specific decides: the one with most parts, then the one with plain text furthest to the left, then the
    one that names its methods.

    Args:
        pages: The entries of one manifest.
    """

    def __init__(self, pages: Iterable[Page]) -> None:
        entries = [(parts(page.path), page) for page in pages]
        self._entries = sorted(entries, key=lambda entry: _specificity(*entry), reverse=True)

    def match(self, path: str, method: str) -> Page | None:
        """Return the entry that decides on a request, or None where no entry covers it.

        Args:
            path: Decoded path below the app's address. A path with an empty part in it, ``.`` or ``..`` is covered by nothing:
                another layer might read it as another address.
            method: HTTP method. What covers GET covers HEAD.
        """
        if not path.startswith("/"):
            path = f"/{path}"
        asked = path.split("/")[1:]
        if asked[-1] == "":
            asked.pop()
        if any(part in ("", ".", "..") for part in asked):
            return None
        return next((page for wanted, page in self._entries if _covers(wanted, asked) and _allows(page, method.upper())), None)


def permissions_of(manifest: Manifest, roles: Iterable[str]) -> frozenset[str]:
    """Return what the roles permit together. Roles the manifest does not have permit nothing.

    Args:
        manifest: The manifest of the app.
        roles: Ids of the roles an account holds in the app.
    """
    held = frozenset(roles)
    return frozenset(permission for role in manifest.roles if role.id in held for permission in role.permissions)


def parts(path: str) -> tuple[str, ...]:
    """Return the parts of a page's path; the root has none."""
    return tuple(part for part in path.split("/") if part)


def _wild(part: str) -> bool:
    return part.startswith("{")


def _covers(wanted: tuple[str, ...], asked: list[str]) -> bool:
    return len(wanted) <= len(asked) and all(_wild(want) or want == found for want, found in zip(wanted, asked, strict=False))


def _allows(page: Page, method: str) -> bool:
    return not page.methods or method in page.methods or (method == "HEAD" and "GET" in page.methods)


def _specificity(wanted: tuple[str, ...], page: Page) -> tuple[int, tuple[bool, ...], bool]:
    return len(wanted), tuple(not _wild(part) for part in wanted), bool(page.methods)
