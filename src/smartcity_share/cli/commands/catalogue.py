"""``smartcity catalogue``: begin a catalogue, list releases in it, publish it, check it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from smartcity_share.cli.catalogue_holders import init, key, origin, rotate_root
from smartcity_share.cli.catalogue_keys import (
    EXISTING,
    EXISTING_FOLDER,
    directory,
    json_option,
    keeper_of,
    key_option,
    print_written,
    release_named,
)
from smartcity_share.cli.render import fault_lines, fault_object, print_json, print_table
from smartcity_share.errors import UsageError

if TYPE_CHECKING:
    from smartcity_share.catalogue.checking import Report
    from smartcity_share.catalogue.publishing import Publication


@click.group()
def catalogue() -> None:
    """Begin a catalogue, list releases in it, publish it, check it."""


for command in (key, init, origin, rotate_root):
    catalogue.add_command(command)


@catalogue.command()
@directory
@click.argument("wheels", metavar="WHEEL...", nargs=-1, required=True, type=EXISTING)
@click.option("--wheels", "needed", type=EXISTING_FOLDER, help="Folder with wheels they need.")
@click.option("--origin", "code", metavar="CODE", help="The region that shares them, where their manifests name none.")
@key_option()
@json_option
def add(  # noqa: PLR0917 - click hands every option over by name
    folder: Path, wheels: tuple[Path, ...], needed: Path | None, code: str | None, keys: tuple[Path, ...], as_json: bool
) -> None:
    """List the wheels of apps in the catalogue DIR, each in the role of the region its manifest names."""
    from smartcity_share.catalogue.offering import offer

    offers = [offer(wheel, needed, sharer=code) for wheel in wheels]
    for one in offers:
        if code not in (None, one.origin):
            raise UsageError(
                f"The manifest of {one.wheel.path.name} says that it is of {one.origin}",
                hint="Leave `--origin` out: it is for apps whose manifest names no region.",
            )
    print_written(folder, keeper_of(folder, keys).add(offers), as_json=as_json)
    for one in offers:
        if one.missing:
            click.echo(f"{one.wheel.path.name} also needs, from elsewhere: {', '.join(one.missing)}", err=True)


@catalogue.command()
@directory
@click.argument("release", metavar="APP==VERSION")
@click.option("--origin", "code", required=True, metavar="CODE", help="The region that shares it.")
@click.option("--reason", help="Why not to install it, in a sentence.")
@click.option("--undo", is_flag=True, help="Take it back.")
@key_option()
@json_option
def yank(
    folder: Path, release: str, *, code: str, reason: str | None, undo: bool, keys: tuple[Path, ...], as_json: bool
) -> None:
    """Advise against a release; only who asks for exactly this version gets it then."""
    if undo == (reason is not None):
        raise UsageError("Give a reason, or take the advice back", hint="Use either `--reason TEXT` or `--undo`.")
    written = keeper_of(folder, keys).advise_against(release_named(release, code), reason)
    print_written(folder, written, as_json=as_json)


@catalogue.command()
@directory
@click.argument("release", metavar="APP==VERSION")
@click.option("--origin", "code", required=True, metavar="CODE", help="The region that shares it.")
@click.option("--reason", required=True, help="Why, in a sentence.")
@click.option("--by", help="Who revokes it; the holders of the keys where left out.")
@key_option()
@json_option
def revoke(
    folder: Path, release: str, *, code: str, reason: str, by: str | None, keys: tuple[Path, ...], as_json: bool
) -> None:
    """Forbid a release: nobody may install it any more, and `smartcity doctor` names it where it is installed."""
    print_written(folder, keeper_of(folder, keys).revoke(release_named(release, code), reason, by), as_json=as_json)


@catalogue.command()
@directory
@click.argument("what", metavar="[ROLE|FILE]...", nargs=-1)
@click.option("--wheels", type=EXISTING_FOLDER, help="Folder with the wheels that a FILE lists.")
@key_option(required=False)
@json_option
def sign(folder: Path, what: tuple[str, ...], wheels: Path | None, keys: tuple[Path, ...], as_json: bool) -> None:
    """Sign what waits in the catalogue DIR; or a ROLE anew, for another term; or take in a FILE that was signed elsewhere."""
    from smartcity_share.catalogue.role_files import role_of_file
    from smartcity_share.catalogue.taking import take

    keeper = keeper_of(folder, keys)
    files = [Path(one) for one in what if role_of_file(Path(one).name) is not None or Path(one).is_file()]
    named = [one for one in what if Path(one) not in files]
    written = [entry for role in named for entry in keeper.renew(role)]
    if files or not named:
        written += take(folder, files, keeper.signers, keeper.now, wheels=wheels)
    print_written(folder, written, as_json=as_json)


@catalogue.command()
@directory
@click.option("--without", multiple=True, metavar="CODE", help="Publish although this origin did not sign anew yet. Repeat it.")
@key_option()
@json_option
def publish(folder: Path, without: tuple[str, ...], keys: tuple[Path, ...], as_json: bool) -> None:
    """Let readers see what was signed, and renew what runs out; also from a catalogue that has run out."""
    from smartcity_share.catalogue.publishing import publish as do_publish

    keeper = keeper_of(folder, keys)
    published = do_publish(folder, keeper.signers, keeper.now, without=without)
    _print_published(published, as_json=as_json)


@catalogue.command()
@directory
@click.option("--root", required=True, type=EXISTING, metavar="ROOT.json", help="The root that is trusted.")
@json_option
def verify(folder: Path, root: Path, as_json: bool) -> int:
    """Check the whole catalogue DIR as a reader does: every role, every date, every file. Exits 1 with a finding."""
    from datetime import UTC, datetime

    from smartcity_share.catalogue.checking import check, fingerprint

    trusted = root.read_bytes()
    report = check(folder, trusted, datetime.now(UTC))
    _print_report(report, fingerprint(trusted), as_json=as_json)
    return 1 if report.faults else 0


def _print_published(published: Publication, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "published": dict(published.roles),
                "renewed": list(published.renewed),
                "expires": published.expires.isoformat(),
                "notices": [fault_object(notice) for notice in published.notices],
            }
        )
        return
    print_table(("ROLE", "VERSION"), [(role, str(version)) for role, version in published.roles.items()])
    click.echo(f"Publish again before {published.expires:%Y-%m-%d}, also if nothing changed: readers refuse what ran out.")
    for line in fault_lines(published.notices):
        click.echo(line, err=True)


def _print_report(report: Report, trusted: str, *, as_json: bool) -> None:
    from smartcity_share.catalogue.keys import named

    if as_json:
        print_json(
            {
                "faults": [fault_object(fault) for fault in report.faults],
                "notices": [fault_object(notice) for notice in report.notices],
                "trust_root": trusted,
                "signed_at": report.signed_at,
                "releases": report.releases,
                "revoked": report.revoked,
                "files": report.files,
                "roles": [
                    {
                        "role": one.role,
                        "version": one.version,
                        "expires": one.expires.isoformat(),
                        "signed_by": [named(key) for key in one.signed],
                    }
                    for one in report.roles
                ],
            }
        )
        return
    print_table(
        ("ROLE", "VERSION", "GOOD UNTIL", "SIGNED BY"),
        [(one.role, str(one.version), f"{one.expires:%Y-%m-%d}", ", ".join(map(named, one.signed))) for one in report.roles],
    )
    click.echo(f"Releases: {report.releases}, revoked: {report.revoked}. Files compared with what was signed: {report.files}.")
    click.echo(f"Trust root: SHA-256 {trusted}")
    for line in fault_lines((*report.faults, *report.notices)):
        click.echo(line, err=True)
