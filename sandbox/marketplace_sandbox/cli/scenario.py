"""`scenario`: the scenarios that come with the project, and a new one to begin with. Needs no server."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from marketplace_sandbox._resources import fixtures_dir
from marketplace_sandbox.cli import offers
from marketplace_sandbox.cli.control_client import json_option
from marketplace_sandbox.cli.files import write_whole
from marketplace_sandbox.cli.groups import Listing, example
from marketplace_sandbox.cli.tables import print_file, print_json, print_table, say

if TYPE_CHECKING:
    pass

TEMPLATE = """\
about: What this scenario shows, in a sentence.
source: what it rests on
start: 2026-03-02T16:00:00Z
orders:
  - id: 902-0000001-0000001      # everything else has a default
    items: [{sku: MUG-BLUE, quantity: 1, price: 20.00}]
script:                          # who does what when, at a span from the start
  - {at: +1h, buyer-request-cancellation: 902-0000001-0000001, with: {reason: mistake}}
  - {at: +2h, seller-cancel: 902-0000001-0000001, with: {reason: buyer_canceled}}
until: +3h
expect:                          # what must be true then
  orders: {902-0000001-0000001: {status: Canceled, cancellation: {by: MERCHANT, counts_in_rate: false}}}
  cancellation_rate: {canceled: 0}
"""


@click.group(cls=Listing)
def scenario() -> None:
    """Scenarios: who does what when, and what must come of it."""


@example("scenario list")
@scenario.command("list")
@json_option
def list_scenarios(as_json: bool) -> None:
    """List the scenarios that can be named."""
    from marketplace_sandbox.scenario.library import read_named, scenario_names  # noqa: PLC0415  reading scenarios takes a while to import

    folder = fixtures_dir()
    found = [(name, read_named(folder, name)) for name in scenario_names(folder)]
    if as_json:
        print_json([{"name": name, "about": each.about, "rules": list(each.rules)} for name, each in found])
    else:
        print_table(("name", "about"), ((name, each.about) for name, each in found), "There is no scenario.")


@example("scenario show auto-cancel")
@scenario.command()
@click.argument("name", metavar="NAME_OR_FILE", shell_complete=offers.scenarios)
@json_option
def show(name: str, as_json: bool) -> None:
    """Print a scenario, by its name or file."""
    from marketplace_sandbox.scenario import writing  # noqa: PLC0415  the same
    from marketplace_sandbox.scenario.library import find, scenario_names  # noqa: PLC0415  the same
    from marketplace_sandbox.scenario.scenario import ScenarioError  # noqa: PLC0415  the same

    try:
        found = find(fixtures_dir(), name)
    except ScenarioError as wrong:
        raise click.ClickException(str(wrong)) from None
    if as_json:
        print_json(writing.to_json(found))
        return
    inside = name in scenario_names(fixtures_dir())
    print_file((fixtures_dir() / f"{name}.yaml" if inside else Path(name)).read_text("utf-8"))


@example("scenario new mine.yaml")
@scenario.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def new(file: Path, force: bool) -> None:
    """Write a small scenario into FILE, to begin with."""
    write_whole(file, [TEMPLATE], force=force)
    say(f"Wrote {file}. Play it with: marketplace-sandbox play {file}")
