"""`mail` and `messages`: what was mailed to buyer and seller, and what they wrote to each other."""

from typing import Any

import click

from marketplace_sandbox.cli import offers
from marketplace_sandbox.cli.control_client import ControlClient, json_option, path, server_options
from marketplace_sandbox.cli.following import (
    check_end,
    follow_list,
    follow_option,
    latest,
    latest_option,
    print_followed,
    since_option,
)
from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.params import OneOf, as_of_option
from marketplace_sandbox.cli.tables import print_fields, print_json, print_table, say


@example("mail", "mail --to buyer --order 902-0000009-0000009 --whole")
@click.command()
@click.option("--to", type=OneOf(("buyer", "seller")), help="Whose mail.")
@click.option("--order", "order_id", shell_complete=offers.orders, help="Only what concerns this order.")
@click.option("--whole", is_flag=True, help="Each with its text, as its reader sees it.")
@as_of_option
@follow_option
@since_option
@latest_option
@json_option
@server_options
def mail(
    to: str | None,
    order_id: str | None,
    whole: bool,
    as_of: str | None,
    follow: bool,
    since: str | None,
    limit: int | None,
    as_json: bool,
    control: ControlClient,
) -> None:
    """List the mail that was sent, oldest first."""
    check_end(as_of, follow=follow)
    _check_order(control, order_id, as_of)
    query = {"to": to, "order_id": order_id, "asOf": as_of}
    if follow:
        print_followed(follow_list(control, "mail", query), mail_cells, as_json, limit)
        return
    found = latest(control.list_all("mail", query), limit, since)
    if as_json:
        print_json(found)
        return
    if whole:
        for each in found:
            _print_whole(each)
        return
    print_table(MAIL_COLUMNS, map(mail_cells, found), "There is no mail.")


def _check_order(control: ControlClient, order_id: str | None, as_of: str | None) -> None:
    """Raises a click error for an order that there is not, of which an empty list would say nothing."""
    if order_id:
        control.get(path("orders", order_id), {"asOf": as_of} if as_of else {})


def _print_whole(mail: dict[str, Any]) -> None:
    print_fields([("at", mail["at"]), ("to", f"{mail['to']} <{mail['address']}>"), ("subject", mail["subject"])])
    say(f"\n{mail['body'].strip()}\n")


MAIL_COLUMNS = ("at", "to", "order", "kind", "subject")


def mail_cells(mail: dict[str, Any]) -> tuple[Any, ...]:
    """What a row of mail says."""
    return mail["at"], mail["to"], mail["order_id"], mail["kind"], mail["subject"]


@example("messages", "messages --to seller --json")
@click.command()
@click.option("--to", type=OneOf(("buyer", "seller", "amazon")), help="Who was written to.")
@click.option("--order", "order_id", shell_complete=offers.orders, help="Only what concerns this order.")
@as_of_option
@follow_option
@since_option
@latest_option
@json_option
@server_options
def messages(
    to: str | None,
    order_id: str | None,
    as_of: str | None,
    follow: bool,
    since: str | None,
    limit: int | None,
    as_json: bool,
    control: ControlClient,
) -> None:
    """List what buyer and seller wrote to each other."""
    check_end(as_of, follow=follow)
    _check_order(control, order_id, as_of)
    query = {"to": to, "order_id": order_id, "asOf": as_of}
    if follow:
        print_followed(follow_list(control, "messages", query), _message_cells, as_json, limit)
        return
    found = latest(control.list_all("messages", query), limit, since)
    if as_json:
        print_json(found)
        return
    columns = ("at", "to", "order", "kind", "text", "reply by")
    print_table(columns, map(_message_cells, found), "There is no message.")


def _message_cells(message: dict[str, Any]) -> tuple[Any, ...]:
    text = message["text"] or message["label"]
    return message["at"], message["to"], message["order_id"], message["kind"], text, message["reply_by"]
