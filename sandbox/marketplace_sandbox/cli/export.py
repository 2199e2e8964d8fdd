"""`export`: the world as a scenario file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from marketplace_sandbox.cli.control_client import ControlClient, json_option, server_options
from marketplace_sandbox.cli.files import write_whole
from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.params import as_of_option
from marketplace_sandbox.cli.tables import print_file, print_json, say, show_progress
from marketplace_sandbox.core.world.bounds import Totals, option


@example("export --output world.yaml", "play world.yaml", "export --json")
@click.command()
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="The file. [default: standard output]")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@as_of_option
@json_option
@server_options
def export(output: Path | None, force: bool, as_of: str | None, as_json: bool, control: ControlClient) -> None:
    """Write the world out as a scenario.

    `play` plays it, and `serve --scenario` begins with it.
    """
    query = {"asOf": as_of} if as_of else {}
    if output is not None:
        exports: list[dict[str, Any]] = []
        write_whole(output, _write(control, query, output, exports), force=force)
        options = "".join(f" {each}" for each in _find_options(exports[0]))
        say(f"Wrote {output}. Play it with: marketplace-sandbox play {output}{options}", err=True)
        return
    found = control.get("export", query, endless=True)
    if as_json:
        print_json(found)
        return
    from marketplace_sandbox.scenario import writing  # noqa: PLC0415  reading scenarios takes a while to import

    for line in writing.to_yaml(found):
        print_file(line)


def _write(control: ControlClient, query: dict[str, Any], output: Path, exports: list[dict[str, Any]]) -> Iterator[str]:
    """The lines of an export, which is kept in a list; it is shown how many there are by now."""
    exports.append(control.get("export", query, endless=True))
    from marketplace_sandbox.scenario import writing  # noqa: PLC0415  reading scenarios takes a while to import

    written = 0
    with show_progress(f"Writing {output}", lambda: f"{written:,} lines are written to {output}"):
        for line in writing.to_yaml(exports[0]):
            yield line
            written += 1


def _find_options(scenario: dict[str, Any]) -> Iterator[str]:
    """What has to be said to have a scenario played that is larger than most."""
    usual, orders = Totals(), scenario.get("orders", [])
    counts = {
        "scenario_orders": len(orders),
        "scenario_items": sum(len(each["items"]) for each in orders),
        "scenario_steps": len(scenario.get("script", [])),
    }
    for name, count in counts.items():
        if count > getattr(usual, name):
            yield f"{option(name)} {count}"
