"""``smartcity manifest``: check a manifest, print its JSON Schema."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from smartcity_share.cli.render import fault_lines, fault_object, print_json
from smartcity_share.errors import DocumentError, Fault

if TYPE_CHECKING:
    from smartcity_share.package.facts import ReleaseFacts


@click.group()
def manifest() -> None:
    """Check a manifest; print its JSON Schema."""


@manifest.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--import/--no-import",
    "run_code",
    default=None,
    help="Import the app in a clean environment of its own, to compare the manifest with its tables, pages and jobs; "
    "done for a project, not for a wheel.",
)
@click.option("--fix", is_flag=True, help="Mend in the file what can be mended for certain, then tell what is left.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(path: Path, run_code: bool | None, fix: bool, as_json: bool) -> int:
    """Tell every fault of the manifest of PATH.

    PATH is a smartcity.toml, a project folder or a wheel. Of a project or a wheel the other parts are compared with the
    manifest too, as far as it can be read. Exits 1 when there is a fault. Of a wheel that `smartcity build` made, the
    release facts are shown too.
    """
    if path.suffix == ".whl":
        from smartcity_share.package.wheel import Wheel

        Wheel.open(path)  # names, sizes and structure, before anything of it is unpacked
    mended = _mend(path) if fix else ()
    release = _release(path)
    faults, newer, compared = _judged(path, path.suffix != ".whl" if run_code is None else run_code)
    if as_json:
        print_json(
            {
                "valid": not faults,
                "faults": [fault_object(fault) for fault in faults],
                "notices": [fault_object(notice) for notice in newer],
                "mended": [fault_object(fault) for fault in mended],
                "compared": compared,
                "release": None if release is None else release.model_dump(),
            }
        )
        return 1 if faults else 0
    for fault in mended:
        click.echo(f"mended: {fault.where}: {fault.message} ({fault.code})")
    for line in fault_lines(faults):
        click.echo(line)
    for line in fault_lines(newer):
        click.echo(f"notice: {line}" if not line.startswith(" ") else line)
    if release is not None:
        click.echo(f"release: {release.distribution} {release.version}, host API {release.host_api}")
        for line in (release.changes or "").splitlines():
            click.echo(f"    {line}".rstrip())
    if compared == "text":
        click.echo("Not compared: tables, pages and jobs, which only the running app tells. `--import` runs its code for that.")
    click.echo(f"{path}: {_counted(len(faults))}")
    return 1 if faults else 0


@manifest.command()
def schema() -> None:
    """Print the JSON Schema of smartcity.toml, for editors that check and complete TOML."""
    from smartcity_share.manifest.schema import json_schema

    print_json(json_schema())


def _mend(path: Path) -> tuple[Fault, ...]:
    """Mend the manifest of a file or project; a file that cannot be read as TOML is left to the check."""
    from smartcity_share.manifest.find import file_of
    from smartcity_share.manifest.mending.writing import mend_file

    try:
        file = file_of(path)
        if file == path:
            return mend_file(file)
        from smartcity_share.package.across.gather import facts_undeclared, refuse_links_out

        refuse_links_out(path if path.is_dir() else path.parent, file.parent)
        return mend_file(file, facts_undeclared(file.parent))
    except DocumentError:
        return ()


def _judged(path: Path, run_code: bool) -> tuple[tuple[Fault, ...], tuple[Fault, ...], str | None]:
    """Return the faults, the keys of a newer version, and how the parts were compared: ``text``, ``imported`` or not at all."""
    from smartcity_share.manifest.find import from_path
    from smartcity_share.manifest.read import notices

    try:
        found = from_path(path, faulty=True)
    except DocumentError as error:
        return error.faults, (), None
    newer = notices(found.document)
    if path.suffix == ".toml" and path.name != "pyproject.toml":
        return found.faults, newer, None
    from smartcity_share.package.across.every import part_faults
    from smartcity_share.package.across.gather import asked, parts_of_project, parts_of_wheel

    parts = parts_of_wheel(path, found) if path.suffix == ".whl" else parts_of_project(found)
    trouble: tuple[Fault, ...] = ()
    if run_code:
        parts, trouble = asked(parts)
    return (*found.faults, *trouble, *part_faults(parts)), newer, "imported" if run_code else "text"


def _release(path: Path) -> ReleaseFacts | None:
    """Return the release facts of a wheel; None for anything else."""
    if path.suffix != ".whl":
        return None
    from smartcity_share.package.facts import facts_of_wheel

    return facts_of_wheel(path)


def _counted(count: int) -> str:
    if not count:
        return "no faults"
    return "1 fault" if count == 1 else f"{count} faults"
