"""``smartcity demo``: the whole journey on this machine, from source to three served regions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from smartcity_share.cli.render import print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smartcity_share.cli.journey.checks import Outcome
    from smartcity_share.cli.journey.preparation import Prepared
    from smartcity_share.cli.journey.sources import Sources


@click.command()
@click.option("--check", is_flag=True, help="Drive the three regions over HTTP, print what held, and exit.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port of the loopback address.")
@click.option("--sources", type=click.Path(path_type=Path), help="The checkout to build from; found by itself in `./dev demo`.")
@click.option("--json", "as_json", is_flag=True, help="With --check: print one JSON object.")
def demo(check: bool, port: int, sources: Path | None, as_json: bool) -> int:
    """Run the whole journey on this machine, then serve it.

    Builds the wheels of two apps and publishes them in a signed catalogue, makes an instance for three unlike regions in a
    temporary folder, installs both from the catalogue in each, with its own answers, fills them with example data and serves
    them. Nothing is left behind.
    """
    import tempfile

    from smartcity_share.cli.journey.preparation import Preparation
    from smartcity_share.cli.journey.sources import find_sources

    found = find_sources(sources)
    if not check:
        _refuse_busy(port)
    with tempfile.TemporaryDirectory(prefix="smartcity-demo-") as folder:
        prepared = Preparation(found, Path(folder), lambda line: click.echo(line, err=as_json)).run()
        if check:
            return _check(found, prepared, as_json=as_json)
        _announce(prepared, port)
        return _serve(prepared, port)


def _refuse_busy(port: int) -> None:
    """Say before the work of a minute that the port is taken, not after it."""
    from smartcity_share.host.port import refuse_port_in_use

    refuse_port_in_use("127.0.0.1", port)


def _serve(prepared: Prepared, port: int) -> int:
    from smartcity_share.cli.main import execute

    return execute(["serve", "--instance", str(prepared.instance), "--port", str(port)])


def _check(sources: Sources, prepared: Prepared, *, as_json: bool) -> int:
    from smartcity_share.cli.journey.checks import journeys, run_checks
    from smartcity_share.cli.journey.server import free_port, serving

    outcomes: list[Outcome] = []
    with serving(prepared.instance, free_port()) as base:
        for journey in journeys(base, sources, prepared):
            outcomes += run_checks(journey)
    unmet = [outcome for outcome in outcomes if outcome.found]
    if as_json:
        rows = [{"region": one.region, "fact": one.fact, "holds": not one.found, "found": one.found} for one in outcomes]
        print_json({"holds": not unmet, "facts": rows})
    else:
        _print_outcomes(outcomes)
    return 1 if unmet else 0


def _print_outcomes(outcomes: Sequence[Outcome]) -> None:
    """Print a table with a column for each region, then what did not hold."""
    regions = list(dict.fromkeys(one.region for one in outcomes))
    facts = list(dict.fromkeys(one.fact for one in outcomes))
    held = {(one.region, one.fact): not one.found for one in outcomes}
    click.echo()
    print_table(
        ("FACT", *regions),
        [(fact, *("ok" if held[region, fact] else "NO" for region in regions)) for fact in facts],
    )
    unmet = [one for one in outcomes if one.found]
    for one in unmet:
        click.echo(f"\n{one.region}: {one.fact}\n    found: {one.found}")
    click.echo(f"\n{len(outcomes) - len(unmet)} of {len(outcomes)} facts hold in {len(regions)} regions.")


def _announce(prepared: Prepared, port: int) -> None:
    from smartcity_share.cli.journey.preparation import host_name
    from smartcity_share.cli.journey.sources import REGIONS
    from smartcity_share.regions.table import get

    click.echo()
    addresses = [(get(code).name, f"http://127.0.0.1:{port}/{code}/", f"http://{host_name(code)}:{port}/") for code in REGIONS]
    print_table(("REGION", "BY PATH", "BY HOST NAME"), addresses)
    click.echo()
    rows = [(one.region, one.login, one.password, one.title) for one in prepared.logins]
    print_table(("REGION", "LOGIN", "PASSWORD", "FOR"), rows)
    click.echo("\nSign in at the top of a region's page. Stop with Ctrl-C; nothing is left behind.\n")
