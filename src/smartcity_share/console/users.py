"""The accounts of a region: who may sign in, in which office, with which roles."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from smartcity_share.console.context import (
    address,
    draw,
    link,
    part,
    region_of,
    see_other,
    services_of,
    texts_of,
    typed,
    visit_of,
)
from smartcity_share.console.paths import USERS
from smartcity_share.console.roles import control_of, given_roles, role_groups
from smartcity_share.console.sign_in import password_fault
from smartcity_share.console.words import NOTHING
from smartcity_share.errors import AccountError
from smartcity_share.host.account import checked_login, checked_name
from smartcity_share.host.passwords import MIN_LENGTH, check_password
from smartcity_share.host.refusal import Refusal
from smartcity_share.host.roles import CONSOLE
from smartcity_share.toolkit.language import text_in
from smartcity_share.toolkit.request import actor_of, language_of
from smartcity_share.toolkit.translations import message

if TYPE_CHECKING:
    from starlette.datastructures import FormData
    from starlette.requests import Request
    from starlette.responses import Response

    from smartcity_share.host.account import Account

PAGE: Final = 50
"""Accounts on one page."""

_NOTES: Final = {
    "ditambah": message("The account is added."),
    "disimpan": message("The account is saved."),
    "sandi": message("The password is set. The official has to change it at the next sign-in."),
    "keadaan": message("The account is changed."),
}


def users(request: Request) -> Response:
    """List the accounts of the region by sign-in name."""
    accounts, code = services_of(request).accounts, region_of(request).code
    after = request.query_params.get("setelah", "")[:200]
    found = [account for account in accounts.list(code) if account.login > after]
    base = address(request, f"{USERS}/")
    context = {
        "note": _note(request),
        "add_url": f"{base}baru",
        "rows": [_row(request, account) for account in found[:PAGE]],
        "next_url": f"{base}?{urlencode({'setelah': found[PAGE - 1].login})}" if len(found) > PAGE else None,
        "first_url": base if after else None,
    }
    return draw(request, "users", context)


def new_user(request: Request) -> Response:
    """Show the form of a new account."""
    return _form(request, None, {"name": "", "login": "", "office": ""}, {})


def add_user(request: Request, form: FormData) -> Response:
    """Add an account; its first password has to be changed at the first sign-in."""
    services, region = services_of(request), region_of(request)
    values = {key: typed(form, key).strip() for key in ("name", "login", "office")}
    password = typed(form, "password")
    roles = given_roles(request, form, None)
    errors = _faults(request, values, password)
    if not errors:
        try:
            account = services.accounts.add(
                region.code,
                name=values["name"],
                login=values["login"],
                password=password,
                roles=roles,
                office=values["office"] or None,
            )
        except AccountError as error:
            errors = {"": texts_of(request).gettext(error.message)}
        else:
            _record(request, "account.added", account)
            return see_other(f"{address(request, USERS)}/{account.id}?pesan=ditambah")
    return _form(request, None, values, errors, held=roles, status=422)


def user(request: Request) -> Response:
    """Show one account and the forms that change it."""
    account = _account(request)
    return _form(request, account, {"name": account.name, "login": account.login, "office": account.office or ""}, {})


def save_user(request: Request, form: FormData) -> Response:
    """Save name, office and roles of an account; nobody takes the administrator's role from themselves."""
    accounts, code, account = services_of(request).accounts, region_of(request).code, _account(request)
    values = {"name": typed(form, "name").strip(), "login": account.login, "office": typed(form, "office")}
    roles = given_roles(request, form, account)
    errors = _name_fault(request, values["name"])
    if _is_self(request, account) and "admin" not in roles.get(CONSOLE, frozenset()):
        errors[control_of(CONSOLE)] = texts_of(request).gettext(
            "You cannot take the administrator's role from yourself; another administrator can."
        )
    if not errors:
        try:
            if values["name"] != account.name:
                accounts.set_name(code, account.id, values["name"])
            if (values["office"] or None) != account.office:
                accounts.set_office(code, account.id, values["office"] or None)
            if roles != {app: ids for app, ids in account.roles.items() if ids}:
                accounts.set_roles(code, account.id, roles)
        except AccountError as error:
            errors = {"": texts_of(request).gettext(error.message)}
        else:
            _record(request, "account.changed", accounts.get(code, account.id))
            return see_other(f"{address(request, USERS)}/{account.id}?pesan=disimpan")
    return _form(request, account, values, errors, held=roles, status=422)


def set_password(request: Request, form: FormData) -> Response:
    """Set a password for somebody, who has to change it at the next sign-in."""
    account, password = _account(request), typed(form, "password")
    try:
        services_of(request).accounts.set_password(region_of(request).code, account.id, password)
    except AccountError as error:
        values = {"name": account.name, "login": account.login, "office": account.office or ""}
        return _form(request, account, values, {"password": password_fault(request, password, error)}, status=422)
    _record(request, "account.password-set", account)
    return see_other(f"{address(request, USERS)}/{account.id}?pesan=sandi")


def set_state(request: Request, form: FormData) -> Response:
    """Disable an account or let it sign in again; nobody disables themselves."""
    account, disabled = _account(request), typed(form, "active") != "1"
    if _is_self(request, account):
        raise Refusal(HTTPStatus.FORBIDDEN, message("You cannot disable your own account."))
    services_of(request).accounts.set_disabled(region_of(request).code, account.id, disabled)
    _record(request, "account.disabled" if disabled else "account.enabled", account)
    return see_other(f"{address(request, USERS)}/{account.id}?pesan=keadaan")


def _account(request: Request) -> Account:
    try:
        return services_of(request).accounts.get(region_of(request).code, request.path_params["account"])
    except AccountError:
        # No cause: whoever asks for an account that is not there is no fault worth a traceback in the log.
        raise Refusal(HTTPStatus.NOT_FOUND, message("The region has no such account.")) from None


def _is_self(request: Request, account: Account) -> bool:
    return actor_of(request).account == account.id


def _faults(request: Request, values: Mapping[str, str], password: str) -> dict[str, str]:
    """Return what is wrong with the entries of a new account, each beside its control."""
    translate, region = texts_of(request).gettext, region_of(request)
    errors = _name_fault(request, values["name"])
    try:
        login = checked_login(values["login"])
    except AccountError:
        errors["login"] = translate("Use 3 to 100 small letters and digits; . _ - + @ may stand between them.")
    else:
        if services_of(request).accounts.find(region.code, login) is not None:
            errors["login"] = translate("An account with this sign-in name exists already.")
    try:
        profile = region.profile
        check_password(password, own_words=(values["login"], values["name"], profile.name, profile.short_name))
    except AccountError as error:
        errors["password"] = password_fault(request, password, error)
    return errors


def _name_fault(request: Request, name: str) -> dict[str, str]:
    try:
        checked_name(name)
    except AccountError:
        return {"name": texts_of(request).gettext("Give the name the pages shall show, at most 200 characters.")}
    return {}


def _form(
    request: Request,
    account: Account | None,
    values: Mapping[str, str],
    errors: Mapping[str, str],
    *,
    held: Mapping[str, frozenset[str]] | None = None,
    status: int = 200,
) -> Response:
    translate, language = texts_of(request).gettext, language_of(request)
    users_url = address(request, f"{USERS}/")
    own = f"{users_url}{account.id if account else 'baru'}"
    active = account is not None and not account.disabled
    context: dict[str, Any] = {
        "user": account,
        "active": active,
        "values": values,
        "errors": errors,
        "note": _note(request),
        "users_url": users_url,
        "action": own,
        "password_action": f"{own}/sandi",
        "state_action": f"{own}/keadaan",
        "offices": [(office.id, text_in(office.name, language)) for office in region_of(request).profile.offices],
        "role_groups": role_groups(request, held if held is not None else (account.roles if account else {})),
        "shortest": MIN_LENGTH,
        "is_self": account is not None and _is_self(request, account),
        "state_text": translate("Active") if active else translate("Disabled"),
        "state_kind": "good" if active else "neutral",
    }
    return draw(request, "user", context, status)


def _row(request: Request, account: Account) -> list[object]:
    translate, language = texts_of(request).gettext, language_of(request)
    office = region_of(request).profile.office(account.office) if account.office else None
    titles = {(group.app, role): text for group in role_groups(request, {}) for role, text in group.options}
    roles = [titles.get((app, role), role).partition(":")[0] for app, ids in account.roles.items() for role in sorted(ids)]
    state = ("Disabled", "neutral") if account.disabled else ("Active", "good")
    return [
        link(f"{address(request, USERS)}/{account.id}", account.name),
        account.login,
        text_in(office.name, language) if office else NOTHING,
        ", ".join(roles) or NOTHING,
        part(request, "badge", translate(state[0]), state[1]),
        part(request, "moment", account.signed_in_at) if account.signed_in_at else NOTHING,
    ]


def _note(request: Request) -> str:
    text = _NOTES.get(request.query_params.get("pesan", ""))
    return texts_of(request).gettext(text) if text else ""


def _record(request: Request, action: str, account: Account) -> None:
    detail = {"office": account.office, "roles": {app: sorted(ids) for app, ids in account.roles.items()}}
    services_of(request).record.write(
        region_of(request).code, visit_of(request), actor_of(request), action, account.login, detail
    )
