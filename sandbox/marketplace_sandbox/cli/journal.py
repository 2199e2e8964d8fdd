"""`journal`: every command a world has taken."""

import json
from typing import Any

import click

from marketplace_sandbox.cli.control_client import ControlClient, json_option, server_options
from marketplace_sandbox.cli.following import (
    follow_list,
    follow_option,
    latest,
    latest_option,
    print_followed,
    since_option,
)
from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.tables import print_json, print_table
from marketplace_sandbox.core.quoting import quote, suggestion


@example("journal", "journal --kind acted --json", "journal --follow --limit 1")
@click.command()
@click.option("--kind", help="Only commands of this kind, such as placed, acted or reached.")
@follow_option
@since_option
@latest_option
@json_option
@server_options
def journal(
    kind: str | None, follow: bool, since: str | None, limit: int | None, as_json: bool, control: ControlClient
) -> None:
    """List every command the world has taken.

    Oldest first. The world follows from this list.
    """
    if follow:
        entries = (each for each in follow_list(control, "journal") if kind in (None, each["kind"]))
        print_followed(entries, _cells, as_json, limit)
        return
    found = control.list_all("journal")
    if kind:
        kinds = {each["kind"] for each in found}
        if kind not in kinds:
            raise click.ClickException(f"No command is {quote(kind)}{suggestion(kind, sorted(kinds))}")
        found = [each for each in found if each["kind"] == kind]
    found = latest(found, limit, since)
    if as_json:
        print_json(found)
        return
    print_table(("version", "at", "kind", "what"), map(_cells, found), "The journal is empty.")


def _cells(entry: dict[str, Any]) -> tuple[str, ...]:
    return str(entry["version"]), entry["at"], entry["kind"], json.dumps(entry["body"], ensure_ascii=False)
