"""`mail` and `messages`: what buyer and seller were told, and what they wrote to each other."""

from typing import Any

import click

from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.params import Word
from marketplace_sandbox.cli.remote import Remote, json_option, limit_option, remote_options
from marketplace_sandbox.cli.tables import print_json, show_table


@example("mail", "mail --to buyer --order 902-0000009-0000009")
@click.command()
@click.option("--to", type=Word(("buyer", "seller")), help="Whose mail.")
@click.option("--order", "order_id", help="Only what concerns this order.")
@limit_option
@json_option
@remote_options
def mail(to: str | None, order_id: str | None, limit: int | None, as_json: bool, remote: Remote) -> None:
    """List the mail that was sent, oldest first."""
    found = remote.every("mail", {"to": to, "order_id": order_id}, limit)
    if as_json:
        print_json(found)
        return
    rows = ((each["at"], each["to"], each["order_id"], each["kind"], each["subject"]) for each in found)
    show_table(("at", "to", "order", "kind", "subject"), rows, "There is no mail.")


@example("messages", "messages --to seller --json")
@click.command()
@click.option("--to", type=Word(("buyer", "seller", "amazon")), help="Who was written to.")
@click.option("--order", "order_id", help="Only what concerns this order.")
@limit_option
@json_option
@remote_options
def messages(to: str | None, order_id: str | None, limit: int | None, as_json: bool, remote: Remote) -> None:
    """List what buyer and seller wrote to each other."""
    found = remote.every("messages", {"to": to, "order_id": order_id}, limit)
    if as_json:
        print_json(found)
        return
    show_table(("at", "to", "order", "kind", "text", "reply by"), map(_message, found), "There is no message.")


def _message(each: dict[str, Any]) -> tuple[Any, ...]:
    return each["at"], each["to"], each["order_id"], each["kind"], each["text"] or each["label"], each["reply_by"]
