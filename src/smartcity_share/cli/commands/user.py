"""``smartcity user``: the accounts of officials."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from smartcity_share.cli.render import print_json, print_table
from smartcity_share.errors import AccountError, UsageError

if TYPE_CHECKING:
    from smartcity_share.host.account import Account
    from smartcity_share.host.services import Services


def _place(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which region of which instance."""
    instance = click.option(
        "--instance",
        "folder",
        type=click.Path(file_okay=False, path_type=Path),
        envvar="SMARTCITY_INSTANCE",
        default=".",
        help="Folder of the instance; SMARTCITY_INSTANCE or the current folder where left out.",
    )
    region = click.option("--region", help="Code of the region; may be left out where the instance serves one.")
    as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
    decorated: Callable[..., Any] = instance(region(as_json(command)))
    return decorated


def _password(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say where a password comes from."""
    stdin = click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
    generate = click.option("--generate", is_flag=True, help="Make a password, print it once; it has to be changed at sign-in.")
    change = click.option("--must-change", is_flag=True, help="The password has to be changed at the first sign-in.")
    decorated: Callable[..., Any] = stdin(generate(change(command)))
    return decorated


_with_roles = click.option(
    "--role", "roles", multiple=True, metavar="APP:ROLE", help="A role to hold, for example console:admin; repeat it."
)


@click.group()
def user() -> None:
    """Add, list and change the accounts of officials."""


@user.command()
@click.argument("login")
@click.option("--name", required=True, help="The name the pages show.")
@_with_roles
@click.option("--office", help="Id of an office of the region profile.")
@_password
@_place
def add(  # noqa: PLR0917 - the options, as click hands them over
    login: str,
    name: str,
    roles: tuple[str, ...],
    office: str | None,
    folder: Path,
    region: str | None,
    as_json: bool,
    **password: bool,
) -> None:
    """Add an account. The password is asked for, read with --password-stdin, or made with --generate."""
    with _opened(folder, region) as (services, code):
        given = _given_roles(roles)
        text, must_change = _chosen_password(**password)
        account = services.accounts.add(
            code, name=name, login=login, password=text, roles=given, office=office, must_change=must_change
        )
        _record(services, code, "account.added", account)
    made = text if password["generate"] else None
    _show(account, f"Added {account.login} to region {code}.", made, as_json=as_json)


@user.command("list")
@_place
def list_accounts(folder: Path, region: str | None, as_json: bool) -> None:
    """List the accounts of a region."""
    with _opened(folder, region) as (services, code):
        accounts = services.accounts.list(code)
    if as_json:
        print_json({"region": code, "accounts": [_facts(account) for account in accounts]})
        return
    if not accounts:
        click.echo(f"Region {code} has no account. Add one: smartcity user add LOGIN --name NAME --region {code}")
        return
    rows = [
        (one.login, one.name, one.office or "-", " ".join(_role_words(one)) or "-", "disabled" if one.disabled else "active")
        for one in accounts
    ]
    print_table(("LOGIN", "NAME", "OFFICE", "ROLES", "STATE"), rows)


@user.command("password")
@click.argument("login")
@_password
@_place
def set_password(login: str, folder: Path, region: str | None, as_json: bool, **password: bool) -> None:
    """Set a new password for an account; its sessions end."""
    with _opened(folder, region) as (services, code):
        account = services.accounts.by_login(code, login)
        text, must_change = _chosen_password(**password)
        account = services.accounts.set_password(code, account.id, text, must_change=must_change)
        _record(services, code, "account.password-set", account)
    made = text if password["generate"] else None
    _show(account, f"The password of {account.login} is set; its sessions have ended.", made, as_json=as_json)


@user.command()
@click.argument("login")
@click.option("--undo", is_flag=True, help="Let the account sign in again.")
@_place
def disable(login: str, undo: bool, folder: Path, region: str | None, as_json: bool) -> None:
    """Keep an account from signing in, or let it again with --undo; its sessions end."""
    with _opened(folder, region) as (services, code):
        account = services.accounts.by_login(code, login)
        account = services.accounts.set_disabled(code, account.id, not undo)
        _record(services, code, "account.enabled" if undo else "account.disabled", account)
    _show(account, f"{account.login} {'may sign in again' if undo else 'may not sign in any more'}.", None, as_json=as_json)


@user.command("roles")
@click.argument("login")
@_with_roles
@_place
def set_roles(login: str, roles: tuple[str, ...], folder: Path, region: str | None, as_json: bool) -> None:
    """Give an account exactly the roles named; without any --role it holds none. Its sessions end."""
    with _opened(folder, region) as (services, code):
        account = services.accounts.by_login(code, login)
        account = services.accounts.set_roles(code, account.id, _given_roles(roles))
        _record(services, code, "account.changed", account)
    _show(account, f"{account.login} holds: {' '.join(_role_words(account)) or 'no role'}.", None, as_json=as_json)


@contextmanager
def _opened(folder: Path, region: str | None) -> Iterator[tuple[Services, str]]:
    from contextlib import closing

    from smartcity_share.host.services import make_services
    from smartcity_share.install.instance import Instance

    with closing(Instance.open(folder)) as instance:
        codes = instance.region_codes
        if region is None and len(codes) != 1:
            raise UsageError("This instance serves several regions.", hint=f"Name one: --region {' | '.join(codes[:5])}")
        code = codes[0] if region is None else region
        instance.profile_folder(code)
        yield make_services(instance), code


def _given_roles(words: tuple[str, ...]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for word in words:
        app, colon, role = word.partition(":")
        if not colon or not app or not role:
            raise UsageError(
                f"`{word}` is no role.", hint="Write APP:ROLE, for example `console:admin` or `complaints:officer`."
            )
        found.setdefault(app, set()).add(role)
    return found


def _chosen_password(*, password_stdin: bool, generate: bool, must_change: bool) -> tuple[str, bool]:
    if generate and password_stdin:
        raise UsageError("--generate and --password-stdin exclude each other.", hint="Leave one out.")
    if generate:
        from smartcity_share.host.passwords import generate_password

        return generate_password(), True
    if password_stdin:
        import sys

        line = sys.stdin.readline().rstrip("\r\n")
        if not line:
            raise AccountError("Standard input holds no password.", hint="Write it on the first line.")
        return line, must_change
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return typed, must_change


def _record(services: Services, region: str, action: str, account: Account) -> None:
    """Record who changed an account: on the command line that is whoever may write the instance's folder."""
    import getpass

    from smartcity_share.hooks.installation import Actor

    try:
        name = getpass.getuser()
    except (OSError, KeyError):
        name = "unknown"
    detail = {"office": account.office, "roles": {app: sorted(ids) for app, ids in account.roles.items()}, "by": "command line"}
    services.audit.record(region, "", Actor(account=None, name=name), action, account.login, detail)


def _role_words(account: Account) -> list[str]:
    return [f"{app}:{role}" for app, ids in account.roles.items() for role in sorted(ids)]


def _facts(account: Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "login": account.login,
        "name": account.name,
        "office": account.office,
        "roles": _role_words(account),
        "disabled": account.disabled,
        "must_change": account.must_change,
        "created_at": account.created_at.isoformat(),
        "signed_in_at": account.signed_in_at.isoformat() if account.signed_in_at else None,
    }


def _show(account: Account, text: str, generated: str | None, *, as_json: bool) -> None:
    if as_json:
        print_json({"account": _facts(account), **({"password": generated} if generated else {})})
        return
    click.echo(text)
    if generated:
        click.echo(f"Password, shown only now: {generated}")
        click.echo("It has to be changed at the first sign-in.")
