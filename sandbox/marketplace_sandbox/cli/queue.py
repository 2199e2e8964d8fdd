"""`queue`: the SQS queues that notifications go to, and what lies in them until a consumer has deleted it."""

from typing import Any

import click

from marketplace_sandbox.cli import offers
from marketplace_sandbox.cli.confirmation import confirm, yes_option
from marketplace_sandbox.cli.control_client import ControlClient, json_option, limit_option, path, server_options
from marketplace_sandbox.cli.following import latest, latest_option
from marketplace_sandbox.cli.groups import Listing, example
from marketplace_sandbox.cli.tables import print_fields, print_json, print_table, say

Json = dict[str, Any]
which_queue = click.argument("which", metavar="QUEUE", shell_complete=offers.queues)


@click.group(cls=Listing)
def queue() -> None:
    """Queues of SQS that notifications go to.

    They come with subscriptions (subscription add). What lies in them is known of the server's own: serve --sqs.
    """


@example("queue list")
@queue.command("list")
@limit_option
@json_option
@server_options
def list_queues(limit: int | None, as_json: bool, control: ControlClient) -> None:
    """List the seller's queues, and how many messages lie in each."""
    found = control.list_all("queues", limit=limit)
    if as_json:
        print_json(found)
        return
    rows = (
        (each["name"], each["notification_types"], _number(each["messages"]), _number(each["hidden"]), each["arn"])
        for each in found
    )
    print_table(("queue", "types", "messages", "received", "arn"), rows, "There is no queue: see subscription add.")


def _number(number: int | None) -> str:
    return "not known" if number is None else str(number)


@example("queue show orders", "queue show orders --limit 1 --whole", ends=1)  # without --sqs there is none to look into
@queue.command()
@which_queue
@click.option("--whole", is_flag=True, help="Each with its body, the notification as it is.")
@latest_option
@json_option
@server_options
def show(which: str, whole: bool, limit: int | None, as_json: bool, control: ControlClient) -> None:
    """Print what lies in QUEUE, its name or its ARN, oldest first.

    Nothing is received by that: what is printed goes on to lie there for consumers, none of it counted or hidden.
    """
    found = latest(control.list_all("messages", limit=None, call=path("queues", which, "messages")), limit)
    if as_json:
        print_json(found)
    elif whole and found:
        for each in found:
            print_fields(zip(COLUMNS, _cells(each), strict=True))
            print_json(each["body"])
            say("")
    else:
        print_table(COLUMNS, map(_cells, found), f"Nothing lies in {which}.")


COLUMNS = ("sent at", "type", "change", "order", "received", "hidden until", "notification")


def _cells(message: Json) -> tuple[Any, ...]:
    """What a row says of a message. Whatever a program has sent there may lie there."""
    body = message["body"] if isinstance(message["body"], dict) else {}
    payload = body.get("Payload") if isinstance(body.get("Payload"), dict) else {}
    change = payload.get("OrderChangeNotification") if isinstance(payload, dict) else None
    told = change if isinstance(change, dict) else {}
    metadata = body.get("NotificationMetadata")
    return (
        message["sent_at"],
        body.get("NotificationType", "not a notification"),
        told.get("OrderChangeType"),
        told.get("AmazonOrderId"),
        str(message["received"]),
        message["hidden_until"],
        metadata.get("NotificationId") if isinstance(metadata, dict) else None,
    )


@example("queue purge orders", ends=1)  # the same
@queue.command()
@which_queue
@yes_option
@json_option
@server_options
def purge(which: str, yes: bool, as_json: bool, control: ControlClient) -> None:
    """Forget what lies in QUEUE, whether a consumer has received it or not."""
    confirm(f"All that lies in the queue {which} goes.", yes=yes)
    control.delete(path("queues", which, "messages"))
    print_json({"purged": which}) if as_json else say(f"Nothing lies in {which} any more.")
