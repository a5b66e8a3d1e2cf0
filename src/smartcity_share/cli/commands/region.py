"""``smartcity region``: find regions, show what is known of one, let an instance serve another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from smartcity_share.cli.render import print_json, print_table
from smartcity_share.errors import RegionNotFoundError, UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from smartcity_share.regions.table import Region

LANGUAGES = ("id", "en")
"""The languages ``region show`` prints the words in."""


@click.group()
def region() -> None:
    """Find regions and show what is known of one; let an instance serve another."""


@region.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def find(text: tuple[str, ...], as_json: bool) -> int:
    """Find regions by a code or a name, also a misspelt, shortened or former one.

    Exits 1 when nothing is near.
    """
    from smartcity_share.regions.table import find as find_regions

    query = " ".join(text)
    found = find_regions(query)
    if as_json:
        print_json({"query": query, "regions": [facts(one) for one in found]})
    elif found:
        print_table(("CODE", "NAME", "PROVINCE", "TIME ZONE"), [(one.code, one.name, *_place(one)) for one in found])
    else:
        raise _nothing(query)
    return 0 if found else 1


@region.command()
@click.argument("code", nargs=-1, required=True)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day the words are for; today where left out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show(code: tuple[str, ...], on: datetime | None, as_json: bool) -> None:
    """Show a region: its facts, and the words for its head, regulations and parts.

    CODE is a code, or a name that is not shared. A shared name is refused with the candidates (exit 1).
    """
    from datetime import date

    from smartcity_share.regions.table import aliases, resolve
    from smartcity_share.regions.wording import WORDS, wording_of_region

    found = resolve(" ".join(code))
    day = on.date() if on else date.today()  # noqa: DTZ011 - the day at the desk of who asks
    wordings = {language: wording_of_region(found, language, day) for language in LANGUAGES}
    words = {language: {word: wording.word(word) for word in WORDS} for language, wording in wordings.items()}
    others = [alias for alias in aliases() if alias.code == found.code]
    if as_json:
        known_as = [{"name": alias.alias, "kind": alias.kind, "source": alias.source} for alias in others]
        print_json({**facts(found), "on": day.isoformat(), "aliases": known_as, "words": words})
        return
    click.echo(click.style(found.name, bold=True))
    rows = [
        ("code", found.code),
        ("kind", words["id"]["region_word"]),
        ("province", f"{found.province_code} {found.province_name}"),
    ]
    rows += [("time zone", found.time_zone), ("autonomous", "yes" if found.autonomous else "no")]
    rows += [("also known as", f"{alias.alias} ({alias.source})") for alias in others]
    for key, value in rows:
        click.echo(f"  {key:<14} {value}")
    click.echo()
    print_table(
        ("WORD", "INDONESIAN", "ENGLISH"), [(word, *(words[language][word] for language in LANGUAGES)) for word in WORDS]
    )


@region.command()
@click.argument("code")
@click.option(
    "--profile",
    type=click.Path(exists=True, path_type=Path),
    help="A profile.toml, or the folder it lies in; files beside it, such as the logo, are taken along.",
)
@click.option(
    "--instance",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="SMARTCITY_INSTANCE",
    default=".",
    help="Folder of the instance; SMARTCITY_INSTANCE or the current folder where left out.",
)
def add(code: str, profile: Path | None, folder: Path) -> None:
    """Let the instance serve another region.

    Without --profile the region starts with what the table knows of it; its profile.toml then waits to be filled in.
    """
    from contextlib import closing

    from smartcity_share.install.instance import Instance
    from smartcity_share.regions.codes import canonical
    from smartcity_share.regions.table import resolve

    known_code = resolve(code).code if profile is None else canonical(code) or code
    with closing(Instance.open(folder)) as instance:
        added = instance.add_region(known_code, None if profile is None else _folder_of(profile))
        written = instance.profile_folder(known_code) / "profile.toml"
    click.echo(f"The instance now serves {added.code} {added.name}.")
    if profile is None:
        click.echo(f"Fill in {written}, then install an app:")
    click.echo(f"  smartcity install APP --region {added.code}")


def facts(found: Region) -> dict[str, Any]:
    """Return the JSON form of a row of the table."""
    return {
        "code": found.code,
        "name": found.name,
        "short_name": found.short_name,
        "kind": found.kind.value,
        "province": found.province_name,
        "province_code": found.province_code,
        "time_zone": found.time_zone,
        "autonomous": found.autonomous,
    }


def _place(found: Region) -> tuple[str, str]:
    return found.province_name, found.time_zone


def _nothing(query: str) -> RegionNotFoundError:
    """Return the error for a text nothing is near to; of a code it says what is wrong with it."""
    from smartcity_share.regions.table import resolve

    try:
        resolve(query)
    except RegionNotFoundError as error:
        return error
    raise AssertionError("a text that resolves is found")


def _folder_of(profile: Path) -> Path:
    """Return the folder of a profile; the file has its fixed name, because the instance keeps it under that name."""
    from smartcity_share.regions.profile import PROFILE_FILE

    if profile.is_dir():
        return profile
    if profile.name != PROFILE_FILE:
        raise UsageError(
            f"{profile} is not named {PROFILE_FILE}",
            hint=f"Rename it to {PROFILE_FILE} and keep its logo beside it, or give the folder.",
        )
    return profile.parent
