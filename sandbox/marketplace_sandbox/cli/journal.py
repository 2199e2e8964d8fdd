"""`journal`: every command a world has taken."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from marketplace_sandbox.cli import offers
from marketplace_sandbox.cli.control_client import LONGEST_PAGE, ControlClient, json_option, not_found, server_options
from marketplace_sandbox.cli.files import write_whole
from marketplace_sandbox.cli.following import (
    follow_list,
    follow_option,
    latest,
    latest_option,
    print_followed,
    since_option,
)
from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.tables import print_file, print_json, print_table, say, show_progress
from marketplace_sandbox.core.text.quoting import quote, suggestion


@example("journal", "journal --whole --output world.jsonl", "journal --kind acted --json", "journal --follow --limit 1")
@click.command()
@click.option(
    "--kind",
    shell_complete=offers.kinds_of_commands,
    help="Only commands of this kind, such as placed, acted or reached.",
)
@click.option("--whole", is_flag=True, help="Nothing cut, an entry a line in JSON: what `replay` takes.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="With --whole, the file to write.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@follow_option
@since_option
@latest_option
@json_option
@server_options
def journal(
    kind: str | None,
    whole: bool,
    output: Path | None,
    force: bool,
    follow: bool,
    since: str | None,
    limit: int | None,
    as_json: bool,
    control: ControlClient,
) -> None:
    """List every command the world has taken.

    Oldest first. The world follows from this list: --whole writes it so that `replay` builds the world again.
    """
    if whole:
        if kind or follow or since or limit:
            raise click.UsageError("With --whole every entry is written; leave out what chooses some of them.")
        lines = (f"{json.dumps(each)}\n" for each in list_whole(control))
        if output is None:
            for line in lines:
                print_file(line)
            return
        write_whole(output, lines, force=force)
        say(f"Wrote {output}. Build its world again with: marketplace-sandbox replay {output}", err=True)
        return
    if output:
        raise click.UsageError("--output goes with --whole.")
    if follow:
        entries = (each for each in follow_list(control, "journal") if kind in (None, each["kind"]))
        print_followed(entries, _cells, as_json, limit)
        return
    found = control.list_all("journal")
    if kind:
        kinds = {each["kind"] for each in found}
        if kind not in kinds:
            raise not_found(f"No command is {quote(kind)}{suggestion(kind, sorted(kinds))}")
        found = [each for each in found if each["kind"] == kind]
    found = latest(found, limit, since)
    if as_json:
        print_json(found)
        return
    print_table(("version", "at", "kind", "what"), map(_cells, found), "The journal is empty.")


def list_whole(control: ControlClient) -> Iterator[dict[str, Any]]:
    """Every entry whole, page after page, so that none has to wait for all."""
    query: dict[str, Any] = {"whole": "true", "limit": LONGEST_PAGE}
    read = 0
    with show_progress("Reading the journal", lambda: f"{read:,} entries of the journal are read"):
        while True:
            page = control.get("journal", query, quiet=True)
            yield from page["journal"]
            read += len(page["journal"])
            if page["next"] is None:
                return
            query["cursor"] = page["next"]


def _cells(entry: dict[str, Any]) -> tuple[str, ...]:
    return str(entry["version"]), entry["at"], entry["kind"], json.dumps(entry["body"], ensure_ascii=False)
