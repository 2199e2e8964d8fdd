"""`metrics`: the Cancellation Rate as of the world's now."""

import click

from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.params import Word
from marketplace_sandbox.cli.remote import Remote, json_option, remote_options
from marketplace_sandbox.cli.tables import print_json, show_fields


@example("metrics", "metrics --window report --marketplace ATVPDKIKX0DER --json")
@click.command()
@click.option("--marketplace", help="One marketplace id. [default: all count together]")
@click.option("--window", type=Word(("live", "report")), help="Days before now, or complete UTC days. [default: live]")
@json_option
@remote_options
def metrics(marketplace: str | None, window: str | None, as_json: bool, remote: Remote) -> None:
    """Print the Cancellation Rate, and late replies."""
    query = {"marketplace_id": marketplace, "window": window}
    answer = remote.get("metrics", {name: each for name, each in query.items() if each})
    if as_json:
        print_json(answer)
        return
    rate = answer["cancellation_rate"]
    shown = "none, for there are no orders" if rate["rate"] is None else f"{rate['rate']:.2%}, {rate['status']}"
    show_fields(
        [
            ("cancellation rate", shown),
            ("canceled by the seller", str(rate["canceled"])),
            ("orders", str(rate["orders"])),
            ("by cause", rate["by_cause"]),
            ("late replies", str(answer["late_replies"])),
        ]
    )
