"""`export`: the world as a scenario file."""

from pathlib import Path

import click

from marketplace_sandbox.cli.control_client import ControlClient, json_option, server_options
from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.params import as_of_option
from marketplace_sandbox.cli.scenario import write_file
from marketplace_sandbox.cli.tables import print_file, print_json, say


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
    found = control.get("export", {"asOf": as_of} if as_of else {})
    if as_json and not output:
        print_json(found)
        return
    from marketplace_sandbox.scenario import writing  # noqa: PLC0415  reading scenarios takes a while to import
    from marketplace_sandbox.scenario.scenario import read_json  # noqa: PLC0415  the same

    text = writing.to_yaml(read_json(found))
    if output is None:
        print_file(text)
        return
    write_file(output, text, force=force)
    say(f"Wrote {output}. Play it with: marketplace-sandbox play {output}", err=True)
