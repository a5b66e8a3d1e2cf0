"""Rules about pages, the permissions they ask for, and the roles that hold them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from smartcity_share.documents.suggest import did_you_mean
from smartcity_share.documents.toml import Key, TomlDocument
from smartcity_share.errors import Fault
from smartcity_share.manifest.rules.raw import entries, texts


def permissions_are_held(document: TomlDocument) -> Iterator[Fault]:
    """Every permission a page asks for is held by some role; a page nobody can open is a mistake."""
    held = {name for _, role in entries(document.data, "role") for name in texts(role.get("permissions"))}
    for at, page in entries(document.data, "page"):
        asked = page.get("permission")
        if isinstance(asked, str) and asked not in held:
            near = did_you_mean(asked, held)
            yield Fault(
                "page-permission-unheld",
                f"No role holds the permission `{asked[:60]}`",
                document.locate((*at, "permission")),
                near or "Add it to the `permissions` of a `[[role]]`.",
            )


def access_needs_permission(document: TomlDocument) -> Iterator[Fault]:
    """``access = "permission"`` and ``permission`` go together."""
    for at, page in entries(document.data, "page"):
        access = page.get("access")
        if access == "permission" and "permission" not in page:
            yield Fault(
                "page-permission-missing",
                'A page with `access = "permission"` names no permission',
                document.locate((*at, "permission")),
                "Add `permission`, one that a `[[role]]` holds.",
            )
        elif access in ("public", "signed-in") and "permission" in page:
            yield Fault(
                "page-permission-unused",
                f'`permission` has no effect with `access = "{access}"`',
                document.locate((*at, "permission")),
                'Write `access = "permission"`, or remove `permission`.',
            )


def pages_are_unlike(document: TomlDocument) -> Iterator[Fault]:
    """No two pages cover the same path and method; names of ``{parts}`` make no difference."""
    first: dict[tuple[str, str], Key] = {}
    for at, page in entries(document.data, "page"):
        path = page.get("path")
        if not isinstance(path, str):
            continue
        shape = re.sub(r"\{[^}/]*\}", "{}", path)
        clashes = [first[shape, method] for method in texts(page.get("methods")) or ["*"] if (shape, method) in first]
        if clashes:
            line = document.locate((*clashes[0], "path")).line
            yield Fault(
                "page-repeated",
                f"`{path[:60]}` is declared twice for the same method, first in line {line}",
                document.locate((*at, "path")),
                "Remove one of the two, or give each `methods` of its own.",
            )
        for method in texts(page.get("methods")) or ["*"]:
            first.setdefault((shape, method), at)


def linked_pages_have_titles(document: TomlDocument) -> Iterator[Fault]:
    """A page in the menu or the console has a title, and its path has no ``{part}`` that only a request could fill."""
    for at, page in entries(document.data, "page"):
        for key in ("menu", "console"):
            if page.get(key) is not True:
                continue
            if not page.get("title"):
                yield Fault(
                    "page-title-missing",
                    f"A page in the {key} has no title",
                    document.locate((*at, "title")),
                    f'Add `title = {{ id = "…", en = "…" }}`, or remove `{key}`.',
                )
            if isinstance(page.get("path"), str) and "{" in page["path"]:
                yield Fault(
                    f"page-{key}-variable",
                    f"A page in the {key} has a variable part in its path",
                    document.locate((*at, key)),
                    f"Put the page without `{{…}}` in the {key}.",
                )


def console_pages_are_for_officials(document: TomlDocument) -> Iterator[Fault]:
    """A page that the console leads to administers the service, so it is not open to everybody."""
    for at, page in entries(document.data, "page"):
        if page.get("console") is True and page.get("access") == "public":
            yield Fault(
                "page-console-public",
                "A page in the console is open to everybody",
                document.locate((*at, "access")),
                'Write `access = "permission"` and the permission it needs, or remove `console`.',
            )
