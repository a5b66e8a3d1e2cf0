"""The commands of ``smartcity catalogue`` that say who may sign what: keys, the first roles, origins, another root."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from smartcity_share.cli.catalogue_keys import (
    PASSPHRASE,
    directory,
    holders_if_named,
    holders_of,
    json_option,
    keeper_of,
    key_option,
    print_written,
    public_option,
    signers_of,
    threshold_option,
)
from smartcity_share.cli.render import print_json

TOP: Final = ("root", "targets", "snapshot", "timestamp")
"""Roles whose keys the root names."""


@click.group()
def key() -> None:
    """Make keys."""


@key.command("new")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--holder", help="Who holds it, as people shall read it: an office, not a person.")
@click.option("--passphrase", "encrypted", is_flag=True, help="Encrypt it; the passphrase is asked for.")
@json_option
def new_key(file: Path, holder: str | None, encrypted: bool, as_json: bool) -> None:
    """Make a key: the private half in FILE, for its owner alone, and the public half in FILE.pub."""
    import os

    from smartcity_share.catalogue.keys import named, public_file
    from smartcity_share.catalogue.keys import new_key as make

    secret = None
    if encrypted:
        given = os.environ.get(PASSPHRASE)
        secret = given or click.prompt("Passphrase", hide_input=True, confirmation_prompt=True, err=True)
    made = make(file, holder, secret)
    if as_json:
        print_json({"private": str(file), "public": str(public_file(file)), "keyid": made.keyid, "holder": holder})
        return
    click.echo(f"{named(made)}: keep {file} to yourself, on two sticks; hand around {public_file(file)}")


@click.command()
@directory
@public_option("--root-key", "A key of the root, public or private; those of --key where left out")
@threshold_option("--threshold", "root keys")
@public_option("--targets-key", "A key of the role that lets origins in; the root keys where left out")
@threshold_option("--targets-threshold", "of them")
@public_option("--revocation-key", "A key of the role that revokes; the root keys where left out")
@threshold_option("--revocation-threshold", "of them")
@public_option("--online-key", "A key of snapshot, timestamp and index; the root keys, each alone, where left out")
@key_option()
@json_option
def init(
    folder: Path,
    *,
    root_key: tuple[Path, ...],
    threshold: int | None,
    targets_key: tuple[Path, ...],
    targets_threshold: int | None,
    revocation_key: tuple[Path, ...],
    revocation_threshold: int | None,
    online_key: tuple[Path, ...],
    keys: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Begin a catalogue in the new folder DIR.

    For a trial one key is enough. For a country: three root keys held apart, two of which sign, and a key of its own online.
    """
    from datetime import UTC, datetime

    from smartcity_share.catalogue.keeping import begin
    from smartcity_share.catalogue.origins import Holders

    signers = signers_of(folder, keys)
    here = tuple(signer.public_key for signer in signers)
    root = holders_of(root_key, threshold) if root_key else Holders(here, threshold or len(here))
    written = begin(
        folder,
        signers,
        root=root,
        targets=holders_if_named(targets_key, targets_threshold) or root,
        revocations=holders_if_named(revocation_key, revocation_threshold) or root,
        online=holders_of(online_key, 1) if online_key else Holders(root.keys, 1),
        now=datetime.now(UTC),
    )
    print_written(folder, written, as_json=as_json)


@click.group()
def origin() -> None:
    """Let regions publish, and change their keys."""


@origin.command("add")
@directory
@click.argument("code")
@public_option("--public", "A public key of the origin", required=True)
@threshold_option("--threshold", "of them")
@public_option("--province-public", "A public key of its province, the first time; those who let origins in where left out")
@threshold_option("--province-threshold", "of them")
@key_option()
@json_option
def add_origin(
    folder: Path,
    code: str,
    *,
    public: tuple[Path, ...],
    threshold: int | None,
    province_public: tuple[Path, ...],
    province_threshold: int | None,
    keys: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Let the region CODE publish its apps in the catalogue DIR, with keys of its own."""
    holders = holders_of(public, threshold)
    province = holders_if_named(province_public, province_threshold)
    print_written(folder, keeper_of(folder, keys).add_origin(code, holders, province), as_json=as_json)


@origin.command()
@directory
@click.argument("code")
@public_option("--public", "A new public key", required=True)
@threshold_option("--threshold", "of them")
@key_option()
@json_option
def rekey(
    folder: Path, code: str, *, public: tuple[Path, ...], threshold: int | None, keys: tuple[Path, ...], as_json: bool
) -> None:
    """Give the origin CODE other keys, or a role such as p-32, cabut or index.

    The keys above it sign. Then the role itself is signed by its new keys, with `smartcity catalogue sign DIR ROLE`.
    """
    from smartcity_share.catalogue.roles import CODE, origin_role

    holders = holders_of(public, threshold)
    role = origin_role(code) if CODE.fullmatch(code) else code
    print_written(folder, keeper_of(folder, keys).rekey(role, holders), as_json=as_json)


@click.command("rotate-root")
@directory
@click.option("--role", type=click.Choice(TOP), default="root", help="Whose keys change; root where left out.")
@public_option("--public", "A new public key", required=True)
@threshold_option("--threshold", "of them")
@key_option()
@json_option
def rotate_root(
    folder: Path, *, role: str, public: tuple[Path, ...], threshold: int | None, keys: tuple[Path, ...], as_json: bool
) -> None:
    """Make a new root with other keys; enough of the old and of the new root keys sign. It is seen once it is published."""
    holders = holders_of(public, threshold)
    print_written(folder, keeper_of(folder, keys).rotate(role, holders), as_json=as_json)
