"""``smartcity publiccode``: check a publiccode.yml, make a manifest of one, make one of an app."""

from __future__ import annotations

from pathlib import Path

import click

from smartcity_share.cli.render import fault_lines, print_json


@click.group()
def publiccode() -> None:
    """Check a publiccode.yml; make a manifest of one, or one of an app."""


@publiccode.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--online", is_flag=True, help="Ask the addresses in it too; those of private networks are never asked.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(file: Path, online: bool, as_json: bool) -> int:
    """Tell every fault of the publiccode.yml FILE, versions 0.2 to 0.7.

    The verdict is that of the reference parser, without network unless --online is given. Files it names are looked for beside
    it. Exits 1 when there is an error; warnings do not make a file invalid.
    """
    from smartcity_share.errors import DocumentError
    from smartcity_share.publiccode import Online, Result, check_file

    try:
        result = check_file(file, online=Online() if online else None)
    except DocumentError as error:
        if not as_json:
            raise
        result = Result(errors=error.faults)  # one form for every answer
    if as_json:
        print_json(result.as_json())
        return 0 if result.valid else 1
    for heading, faults in (("", result.errors), ("warning: ", result.warnings), ("notice: ", result.notices)):
        for line in fault_lines(faults):
            click.echo(line if line.startswith(" ") else f"{heading}{line}")
    counts = f"{_counted(len(result.errors), 'error')}, {_counted(len(result.warnings), 'warning')}"
    click.echo(f"{file}: {'valid' if result.valid else 'not valid'} ({counts})")
    return 0 if result.valid else 1


@publiccode.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the draft to this file, which must not exist yet.")
def import_(file: Path, output: Path | None) -> int:
    """Make a draft of a smartcity.toml from the publiccode.yml FILE, and tell what was lost.

    The draft goes to standard output, or to the file of --output; the report goes to standard error.
    """
    from smartcity_share.documents.source import read_source
    from smartcity_share.errors import DocumentError
    from smartcity_share.publiccode import import_ as make

    draft = make(read_source(file, str(file), DocumentError), label=str(file))
    _deliver(draft.text, output)
    for loss in draft.losses:
        click.echo(f"{loss.kind}: {loss.where}: {loss.message}", err=True)
    click.echo("Next: decide what a comment marks, then `smartcity manifest check` the draft.", err=True)
    return 0


@publiccode.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--url", metavar="ADDRESS", help="Address of the repository, where the metadata of the app do not say it.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to this file, which must not exist yet.")
def export(path: Path, url: str | None, output: Path | None) -> int:
    """Make the publiccode.yml of the app of PATH: a project folder or a wheel.

    What is made is valid; where the app says too little for that, every lack is told (exit 1). It never names users: who uses
    an app is said by those who use it.
    """
    from smartcity_share.manifest.find import from_path
    from smartcity_share.publiccode import export as make

    made = make(from_path(path), url=url)
    _deliver(made.text, output)
    for line in fault_lines(made.notes):
        click.echo(line if line.startswith(" ") else f"notice: {line}", err=True)
    return 0


def _deliver(text: str, output: Path | None) -> None:
    """Print a text, or write it to a file that is not there yet."""
    if output is None:
        click.echo(text, nl=False)
        return
    from smartcity_share.errors import Location, UsageError

    try:
        with output.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(
            "The file is there already, and is not overwritten", where=Location(str(output)), hint="Name another with --output."
        ) from None
    click.echo(f"Written: {output}", err=True)


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
