"""Rule: what the roles permit is asked for somewhere, and what the code asks for is permitted by a role."""

from __future__ import annotations

from collections.abc import Iterator

from smartcity_share.documents.suggest import did_you_mean
from smartcity_share.errors import Fault
from smartcity_share.package.across.base import Parts


def check(parts: Parts) -> Iterator[Fault]:
    """Yield a fault for each permission nobody asks for, and each permission or role the code asks for in vain."""
    roles = parts.manifest.roles
    held = {permission for role in roles for permission in role.permissions}
    asked = {page.permission for page in parts.manifest.pages}
    told: set[str] = set()
    for index, role in enumerate(roles):
        for number, permission in enumerate(role.permissions):
            if permission not in asked and permission not in told and not parts.code.has_word(permission):
                told.add(permission)
                yield Fault(
                    "permission-unused",
                    f"`{permission}` is permitted, but no page and no code asks for it",
                    parts.key("role", index, "permissions", number),
                    "Ask for it where it is needed, or take it away from the roles.",
                )
    for said in parts.code.permissions():
        if said.text is not None and said.text not in held:
            yield Fault(
                "permission-unheld",
                f"The code asks for the permission `{said.text[:60]}`, which no role has",
                parts.where(said),
                did_you_mean(said.text, held) or "Add it to the `permissions` of a `[[role]]`, or correct the code.",
            )
    ids = {role.id for role in roles}
    for said in parts.code.roles():
        if said.text is not None and said.text not in ids:
            yield Fault(
                "role-undeclared",
                f"The code asks for the role `{said.text[:60]}`, which the manifest does not declare",
                parts.where(said),
                did_you_mean(said.text, ids) or "Add a `[[role]]` with this id, or ask for a permission.",
            )
