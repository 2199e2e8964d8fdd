"""`metrics`: the Cancellation Rate."""

from typing import Any

import click

from marketplace_sandbox.cli import offers
from marketplace_sandbox.cli.control_client import ControlClient, json_option, server_options
from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.params import OneOf, as_of_option
from marketplace_sandbox.cli.tables import print_fields, print_json, print_table, say


@example("metrics", "metrics --window report --marketplace ATVPDKIKX0DER --json")
@click.command()
@click.option(
    "--marketplace",
    shell_complete=offers.marketplaces_of_seller,
    help="One marketplace id. [default: all count together]",
)
@click.option("--window", type=OneOf(("live", "report")), help="Days before now, or complete UTC days. [default: live]")
@as_of_option
@json_option
@server_options
def metrics(
    marketplace: str | None, window: str | None, as_of: str | None, as_json: bool, control: ControlClient
) -> None:
    """Print the Cancellation Rate, and late replies."""
    query = {"marketplace_id": marketplace, "window": window, "asOf": as_of}
    answer = control.get("metrics", {name: each for name, each in query.items() if each})
    if as_json:
        print_json(answer)
        return
    rate, spanned = answer["cancellation_rate"], answer["window"]
    left_out = ", ".join(f"{number} {why.replace('_', ' ')}" for why, number in answer["left_out"].items())
    print_fields(
        [
            ("cancellation rate", write_rate(answer)),
            ("window", f"after {spanned['after']} until {spanned['until']}"),
            ("canceled by the seller", str(rate["canceled"])),
            ("orders", f"{rate['orders']}{f'; not among them: {left_out}' if left_out else ''}"),
            ("by cause", rate["by_cause"]),
            ("late replies", str(answer["late_replies"])),
        ]
    )
    if answer["counted"]:
        rows = ((each["order_id"], each["reason"], each["at"]) for each in answer["counted"])
        print_table(("counts in the rate", "reason", "at"), rows, "")
        more = rate["canceled"] - len(answer["counted"])
        if more:
            say(f"And {more} more.")


def write_rate(answer: dict[str, Any]) -> str:
    """The rate of an answer in one line: its fraction, and whether it stays below its target."""
    rate, target = answer["cancellation_rate"], f"target below {answer['target']:.1%}"
    if rate["rate"] is None:
        return f"none, for there are no orders; {target}"
    return f"{rate['canceled']} of {rate['orders']}, {rate['rate']:.2%}: {rate['status']}, {target}"
