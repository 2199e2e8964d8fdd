"""`mail` and `messages`: what was mailed to buyer and seller, and what they wrote to each other."""

import click

from marketplace_sandbox.cli.control_client import ControlClient, json_option, limit_option, server_options
from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.params import OneOf
from marketplace_sandbox.cli.tables import print_json, print_table


@example("mail", "mail --to buyer --order 902-0000009-0000009")
@click.command()
@click.option("--to", type=OneOf(("buyer", "seller")), help="Whose mail.")
@click.option("--order", "order_id", help="Only what concerns this order.")
@limit_option
@json_option
@server_options
def mail(to: str | None, order_id: str | None, limit: int | None, as_json: bool, control: ControlClient) -> None:
    """List the mail that was sent, oldest first."""
    found = control.list_all("mail", {"to": to, "order_id": order_id}, limit)
    if as_json:
        print_json(found)
        return
    rows = ((each["at"], each["to"], each["order_id"], each["kind"], each["subject"]) for each in found)
    print_table(("at", "to", "order", "kind", "subject"), rows, "There is no mail.")


@example("messages", "messages --to seller --json")
@click.command()
@click.option("--to", type=OneOf(("buyer", "seller", "amazon")), help="Who was written to.")
@click.option("--order", "order_id", help="Only what concerns this order.")
@limit_option
@json_option
@server_options
def messages(to: str | None, order_id: str | None, limit: int | None, as_json: bool, control: ControlClient) -> None:
    """List what buyer and seller wrote to each other."""
    found = control.list_all("messages", {"to": to, "order_id": order_id}, limit)
    if as_json:
        print_json(found)
        return
    rows = (
        (each["at"], each["to"], each["order_id"], each["kind"], each["text"] or each["label"], each["reply_by"])
        for each in found
    )
    print_table(("at", "to", "order", "kind", "text", "reply by"), rows, "There is no message.")
