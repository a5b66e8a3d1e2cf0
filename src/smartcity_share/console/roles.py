"""The roles an account can hold, as groups of check boxes: the console's, and those of each app of the region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import attrs

from smartcity_share.console.context import region_of, services_of, texts_of
from smartcity_share.console.status import manifest_of
from smartcity_share.host.roles import CONSOLE, CONSOLE_ROLES
from smartcity_share.install.service_title import service_title
from smartcity_share.toolkit.language import text_in
from smartcity_share.toolkit.request import language_of
from smartcity_share.toolkit.translations import message

if TYPE_CHECKING:
    from starlette.datastructures import FormData
    from starlette.requests import Request

    from smartcity_share.host.account import Account

_ROLE_NAMES: Final = {
    "admin": message("Administrator: settings, accounts, audit"),
    "auditor": message("Auditor: reads the audit log"),
}


@attrs.frozen
class RoleGroup:
    """The roles of one app as a group of check boxes.

    Attributes:
        app: Id of the app, or ``console``.
        name: Name of the control.
        title: Name of the app.
        options: Roles as pairs of id and text.
        values: The roles held.
    """

    app: str
    name: str
    title: str
    options: tuple[tuple[str, str], ...]
    values: frozenset[str]


def given_roles(request: Request, form: FormData, account: Account | None) -> dict[str, frozenset[str]]:
    """Return the roles that were ticked; those of an app that left the region and was not shown stay as they are."""
    groups = role_groups(request, {})
    shown = {group.app for group in groups}
    kept = {app: ids for app, ids in (account.roles if account else {}).items() if app not in shown and ids}
    ticked = {group.app: frozenset(str(value) for value in form.getlist(group.name)) for group in groups}
    return {**kept, **{app: ids for app, ids in ticked.items() if ids}}


def role_groups(request: Request, held: Mapping[str, frozenset[str]]) -> list[RoleGroup]:
    """Return the roles of the console and of each app of the region.

    Args:
        request: The request.
        held: The roles held, by app.
    """
    services, region, language = services_of(request), region_of(request), language_of(request)
    translate = texts_of(request).gettext
    console = tuple((role, translate(_ROLE_NAMES.get(role, role))) for role in CONSOLE_ROLES)
    groups = [RoleGroup(CONSOLE, control_of(CONSOLE), translate("Console"), console, held.get(CONSOLE, frozenset()))]
    for record in services.instance.ledger.installations(region.code):
        manifest = manifest_of(services.instance, record)
        if manifest is None or not manifest.roles:
            continue
        options = tuple((role.id, text_in(role.title, language)) for role in manifest.roles)
        title = text_in(service_title(services.instance.ledger, manifest, region.code, record.app), language)
        groups.append(RoleGroup(record.app, control_of(record.app), title, options, held.get(record.app, frozenset())))
    return groups


def control_of(app: str) -> str:
    """Return the name of the control that asks for the roles in an app."""
    return f"roles.{app}"
