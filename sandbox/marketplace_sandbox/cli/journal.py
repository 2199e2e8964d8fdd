"""`journal`: every command a world has taken."""

import json

import click

from marketplace_sandbox.cli.control_client import ControlClient, json_option, limit_option, server_options
from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.tables import print_json, print_table
from marketplace_sandbox.core.quoting import quote, suggestion


@example("journal", "journal --kind acted --json")
@click.command()
@click.option("--kind", help="Only commands of this kind, such as placed, acted or reached.")
@limit_option
@json_option
@server_options
def journal(kind: str | None, limit: int | None, as_json: bool, control: ControlClient) -> None:
    """List every command the world has taken.

    Oldest first. The world follows from this list.
    """
    found = control.list_all("journal", limit=None if kind else limit)
    if kind:
        kinds = {each["kind"] for each in found}
        if kind not in kinds:
            raise click.ClickException(f"No command is {quote(kind)}{suggestion(kind, sorted(kinds))}")
        found = [each for each in found if each["kind"] == kind][:limit]
    if as_json:
        print_json(found)
        return
    rows = ((str(each["version"]), each["at"], each["kind"], json.dumps(each["body"])) for each in found)
    print_table(("version", "at", "kind", "what"), rows, "The journal is empty.")
