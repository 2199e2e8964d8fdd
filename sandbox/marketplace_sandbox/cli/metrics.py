"""`metrics`: the Cancellation Rate as of the world's now."""

import click

from marketplace_sandbox.cli.control_client import ControlClient, json_option, server_options
from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.params import OneOf
from marketplace_sandbox.cli.tables import print_fields, print_json


@example("metrics", "metrics --window report --marketplace ATVPDKIKX0DER --json")
@click.command()
@click.option("--marketplace", help="One marketplace id. [default: all count together]")
@click.option("--window", type=OneOf(("live", "report")), help="Days before now, or complete UTC days. [default: live]")
@json_option
@server_options
def metrics(marketplace: str | None, window: str | None, as_json: bool, control: ControlClient) -> None:
    """Print the Cancellation Rate, and late replies."""
    query = {"marketplace_id": marketplace, "window": window}
    answer = control.get("metrics", {name: each for name, each in query.items() if each})
    if as_json:
        print_json(answer)
        return
    rate = answer["cancellation_rate"]
    text = "none, for there are no orders" if rate["rate"] is None else f"{rate['rate']:.2%}, {rate['status']}"
    print_fields(
        [
            ("cancellation rate", text),
            ("canceled by the seller", str(rate["canceled"])),
            ("orders", str(rate["orders"])),
            ("by cause", rate["by_cause"]),
            ("late replies", str(answer["late_replies"])),
        ]
    )
