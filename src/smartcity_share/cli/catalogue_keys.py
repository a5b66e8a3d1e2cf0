"""What the commands that publish a catalogue share: options for keys, reading them, printing what was written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from smartcity_share.cli.render import print_json, shown
from smartcity_share.errors import Location, SecretError, UsageError

if TYPE_CHECKING:
    from securesystemslib.signer import CryptoSigner, Key

    from smartcity_share.catalogue.keeping import Keeper, Written
    from smartcity_share.catalogue.origins import Holders
    from smartcity_share.catalogue.roles import ReleaseName

F = TypeVar("F", bound=Callable[..., Any])

PASSPHRASE = "SMARTCITY_KEY_PASSPHRASE"  # noqa: S105 - the name of a variable
"""Variable with the passphrase of key files; asked for at the terminal where it is not set."""

MOST_NEWS = 20
"""How many lines are printed of what a role file says anew."""

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
EXISTING_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)

directory = click.argument("folder", metavar="DIR", type=FOLDER)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


def key_option(*, required: bool = True) -> Callable[[F], F]:
    """Return the option that names private keys."""
    return click.option(
        "--key",
        "keys",
        type=EXISTING,
        multiple=True,
        required=required,
        metavar="FILE",
        help="A private key that signs. Repeat it for several.",
    )


def public_option(name: str, what: str, *, required: bool = False) -> Callable[[F], F]:
    """Return an option that names the public keys of a role."""
    return click.option(
        name, type=EXISTING, multiple=True, required=required, metavar="FILE", help=f"{what}. Repeat it for several."
    )


def threshold_option(name: str, what: str) -> Callable[[F], F]:
    """Return the option with the number of keys of a role that have to sign."""
    return click.option(
        name, type=click.IntRange(min=1), metavar="N", help=f"How many {what} have to sign; all where left out."
    )


def signers_of(folder: Path, keys: Sequence[Path]) -> list[CryptoSigner]:
    """Read private keys; the passphrase of an encrypted one comes from the variable, or is asked for.

    Args:
        folder: The catalogue, which everybody can read.
        keys: The files of the keys; one in that folder is refused.
    """
    from smartcity_share.catalogue.keys import read_signer

    for path in keys:
        if (folder / "metadata").is_dir() and path.resolve().is_relative_to(folder.resolve()):
            raise SecretError(
                f"{path} lies in the catalogue, which is handed to everybody",
                where=Location(str(path)),
                hint="Move it elsewhere. If the folder was copied or served with it, make another key and change it: "
                "`smartcity catalogue origin rekey`, or `rotate-root`.",
            )
    return [read_signer(path, _passphrase) for path in keys]


def holders_of(public: Sequence[Path], threshold: int | None = None) -> Holders:
    """Read the public keys of a role; all of them have to sign where no threshold is given."""
    from smartcity_share.catalogue.keys import read_public
    from smartcity_share.catalogue.origins import Holders

    keys: list[Key] = [read_public(path) for path in public]
    return Holders(tuple(keys), len(keys) if threshold is None else threshold)


def holders_if_named(public: Sequence[Path], threshold: int | None) -> Holders | None:
    """Read the public keys of a role; None where none are named."""
    if public:
        return holders_of(public, threshold)
    if threshold is not None:
        raise UsageError("A threshold is given without keys", hint="Name the public keys too, or leave the threshold out.")
    return None


def keeper_of(folder: Path, keys: Sequence[Path]) -> Keeper:
    """Return whoever changes a catalogue with these keys, now."""
    from datetime import UTC, datetime

    from smartcity_share.catalogue.keeping import Keeper

    return Keeper(folder, signers_of(folder, keys), datetime.now(UTC))


def release_named(text: str, origin: str) -> ReleaseName:
    """Return the release that ``APP==VERSION`` of an origin names."""
    from smartcity_share.catalogue.roles import ReleaseName

    app, equals, version = text.partition("==")
    if not (app and equals and version):
        raise UsageError(f"{text} names no release", hint="Write APP==VERSION, such as parks==1.0.0.")
    return ReleaseName(origin, app, version)


def print_written(folder: Path, written: Sequence[Written], *, as_json: bool) -> None:
    """Print what was written, who has still to sign it, and the next command."""
    from smartcity_share.catalogue.keys import named

    if as_json:
        print_json({"written": [_object(one) for one in written]})
        return
    if not written:
        click.echo("Nothing changed: all of it is listed already.")
    for one in written:
        stands = one.standing
        click.echo(f"{one.path.relative_to(folder)}: signed by {', '.join(map(named, stands.signed)) or 'nobody'}")
        for line in one.news[:MOST_NEWS]:
            click.echo(f"    {shown(line)}")
        if len(one.news) > MOST_NEWS:
            click.echo(f"    and {len(one.news) - MOST_NEWS} more; all of it with --json")
        if stands.missing:
            others = ", ".join(sorted(map(named, stands.unsigned)))
            click.echo(f"    waits for {stands.missing} more of: {others}")
    if any(one.standing.missing for one in written):
        click.echo(f"Have it signed: smartcity catalogue sign {folder} --key KEY")
    elif written:
        click.echo(f"Let readers see it: smartcity catalogue publish {folder} --key KEY")


def _object(one: Written) -> dict[str, Any]:
    from smartcity_share.catalogue.keys import named

    stands = one.standing
    return {
        "role": stands.role,
        "version": stands.version,
        "file": str(one.path),
        "expires": stands.expires.isoformat(),
        "signed_by": [named(key) for key in stands.signed],
        "unsigned_by": [named(key) for key in stands.unsigned],
        "missing": stands.missing,
        "news": list(one.news),
    }


def _passphrase(path: Path) -> str:
    import os

    found = os.environ.get(PASSPHRASE)
    return found if found is not None else str(click.prompt(f"Passphrase of {path}", hide_input=True, err=True))
