"""`order`: orders, and what buyers, sellers, Amazon, carriers and warehouses do to them."""

from collections.abc import Iterable
from typing import Any

import click

from marketplace_sandbox.cli import offers
from marketplace_sandbox.cli.control_client import ControlClient, json_option, limit_option, path, server_options
from marketplace_sandbox.cli.groups import Listing, example
from marketplace_sandbox.cli.many_orders import place_orders
from marketplace_sandbox.cli.params import Amount, InstantText, Item, OneOf, Pair, as_of_option
from marketplace_sandbox.cli.receipts import print_order, print_receipt
from marketplace_sandbox.cli.tables import print_json, print_table, say
from marketplace_sandbox.core.orders.actions import ARGUMENTS, MESSAGE_KINDS
from marketplace_sandbox.core.orders.form import ADDRESS_TEXTS, PROGRAMS
from marketplace_sandbox.core.orders.order import Channel, Payment, RequestState, Status
from marketplace_sandbox.core.text.quoting import quote, suggestion


@click.group(cls=Listing)
def order() -> None:
    """Orders, and everything anybody does to them."""


@example(
    "order create",
    "order create --id 902-0000100-0000100 --item MUG-BLUE:2 --no-hold",
    'order create --item \'{"sku": "LAMP", "price": 79.00, "tax": 6.32}\' --buyer-name \'Ada Young\' --count 3 --json',
)
@order.command()
@click.option("--id", "order_id", help="Like 902-0000001-0000001. [default: a made one]")
@click.option(
    "--item",
    "items",
    type=Item(),
    multiple=True,
    shell_complete=offers.skus,
    help="SKU, SKU:QUANTITY or a JSON object with any field; repeatable, each an item of its own.",
)
@click.option(
    "--marketplace",
    shell_complete=offers.marketplaces_of_seller,
    help="One of the seller's marketplaces. [default: the first]",
)
@click.option("--channel", type=OneOf(Channel), help="The merchant ships (MFN), or Amazon does (AFN). [default: MFN]")
@click.option("--purchased-at", type=InstantText(), help="May lie in the past. [default: now]")
@click.option("--payment", type=OneOf(Payment), help="[default: authorized]")
@click.option("--hold/--no-hold", default=None, help="Whether the order is Pending for the hold period first.")
@click.option("--handling-days", type=click.IntRange(0, 60), help="Business days. [default: the setting]")
@click.option("--ship-by-at", type=InstantText(), help="[default: the end of the last handling day]")
@click.option("--release-at", type=InstantText(), help="The release of a pre-order.")
@click.option("--invoice", is_flag=True, default=None, help="The buyer's invoice has to be confirmed.")
@click.option("--multi-channel", is_flag=True, default=None, help="Only with the channel AFN.")
@click.option("--seller-order-id", help="The seller's own number.")
@click.option("--buyer-name", help="The buyer's name.")
@click.option("--buyer-email", help="The buyer's address. [default: a made relay address]")
@click.option(
    "--ship-to",
    type=Pair(),
    multiple=True,
    shell_complete=offers.address_fields,
    help=f"One of {', '.join(ADDRESS_TEXTS)}; repeatable.",
)
@click.option("--program", "programs", type=OneOf(PROGRAMS), multiple=True, help="A program; repeatable.")
@click.option("--count", type=click.IntRange(1), help="So many orders alike.")
@json_option
@server_options
def create(as_json: bool, control: ControlClient, **options: Any) -> None:
    """Place an order, or several identical ones. Everything has a default.

    Of more than a thousand the first hundred are printed; while they are placed, it is shown how many there are. Ctrl-C
    does not stop the server, and says how far it has come.
    """
    answer = place_orders(control, _form(options), as_json=as_json)
    if as_json:
        print_json(answer)
    elif "orders" in answer:
        print_orders(answer["orders"])
        if "next" in answer:
            more = answer["count"] - len(answer["orders"])
            say(f"{more:,} more are placed; `marketplace-sandbox order list` lists them all.")
    else:
        print_order(answer)


def _form(options: dict[str, Any]) -> dict[str, Any]:
    buyer = {"name": options.pop("buyer_name"), "email": options.pop("buyer_email")}
    form = options | {
        "id": options.pop("order_id"),
        "items": [{"sku": each} if isinstance(each, str) else each for each in options.pop("items")],
        "ship_to": dict(options.pop("ship_to")),
        "programs": list(options.pop("programs")),
        "buyer": {name: text for name, text in buyer.items() if text is not None},
    }
    return {name: each for name, each in form.items() if each not in (None, [], {})}


@example("order list", "order list --status Unshipped,Pending --request open")
@order.command("list")
@click.option(
    "--status", shell_complete=offers.statuses, help=f"One or several of {', '.join(Status)}, separated by commas."
)
@click.option("--channel", shell_complete=offers.channels, help=f"One or both of {', '.join(Channel)}.")
@click.option(
    "--request", shell_complete=offers.states_of_requests, help=f"One or several of {', '.join(RequestState)}."
)
@as_of_option
@limit_option
@json_option
@server_options
def list_orders(
    status: str | None,
    channel: str | None,
    request: str | None,
    as_of: str | None,
    limit: int | None,
    as_json: bool,
    control: ControlClient,
) -> None:
    """List orders in the order of placing."""
    query = {
        "status": _check_words("--status", status, Status),
        "channel": _check_words("--channel", channel, Channel),
        "request": _check_words("--request", request, RequestState),
        "asOf": as_of,
    }
    found = control.list_all("orders", query, limit)
    print_json(found) if as_json else print_orders(found)


def _check_words(option: str, text: str | None, known: Iterable[str]) -> str:
    """One or several words, separated by commas, in any case. Raises a usage error for one that is not known."""
    words = {str(each).lower(): str(each) for each in known}
    found = [each.strip() for each in (text or "").split(",")]
    for each in filter(None, found):
        if each.lower() not in words:
            raise click.UsageError(f"There is no {option} {quote(each)}{suggestion(each, list(words.values()))}")
    return ",".join(words[each.lower()] for each in found if each)


def print_orders(orders: Iterable[dict[str, Any]]) -> None:
    """Prints orders of the control API, a row each."""
    rows = (
        (
            each["order_id"],
            each["status"],
            each["channel"],
            [f"{item['quantity']} x {item['sku']}" for item in each["items"]],
            _cancellation(each),
        )
        for each in orders
    )
    print_table(("order", "status", "channel", "items", "cancellation"), rows, "There is no order.")


def _cancellation(order: dict[str, Any]) -> str:
    """What there is of one: the buyer's request, the cancellation itself, or both."""
    request, cancellation = order["request"], order["cancellation"]
    texts = [f"request {request['state']}: {request['reason'] or 'no reason'}"] if request else []
    if cancellation:
        counts = "counts" if cancellation["counts_in_rate"] else "does not count"
        texts.append(f"by {cancellation['by']}: {cancellation['reason']} ({counts})")
    return "; ".join(texts)


@example("order show 902-0000003-0000003", "order show 902-0000003-0000003 --as-of 12")
@order.command()
@click.argument("order_id", shell_complete=offers.orders)
@as_of_option
@json_option
@server_options
def show(order_id: str, as_of: str | None, as_json: bool, control: ControlClient) -> None:
    """Print one order, the stage of the rules that it is in, and what may happen to it now."""
    query = {"asOf": as_of} if as_of else {}
    found = control.get(path("orders", order_id), query)
    if as_json:
        print_json(found)
        return
    explained = control.get(path("orders", order_id, "explain"), query)
    print_order(found, f"{explained['stage']}: {explained['about']}")


@example(
    "order act 902-0000003-0000003 seller-cancel --reason buyer_canceled",
    "order act 902-0000002-0000002 seller-confirm-shipment --item BULB-E27:1 --carrier UPS --tracking 1Z999",
    "order act 902-0000006-0000006 seller-refund --amount PLATE-SET=5.00 --reason not_as_described",
)
@order.command()
@click.argument("order_id", shell_complete=offers.orders)
@click.argument("action", type=OneOf(ARGUMENTS))
@click.option("--reason", shell_complete=offers.reasons, help="A reason of the actor's list, in snake_case.")
@click.option("--reason-text", help="The buyer's own words.")
@click.option("--text", help="What the buyer writes, with buyer-message.")
@click.option("--kind", type=OneOf(MESSAGE_KINDS), help="Which message, with seller-message.")
@click.option(
    "--item",
    "items",
    type=Item(),
    multiple=True,
    shell_complete=offers.items_of_order,
    help="SKU or item id, each also with :QUANTITY; repeatable. [default: all]",
)
@click.option("--carrier", help="With seller-confirm-shipment.")
@click.option("--tracking", help="With seller-confirm-shipment.")
@click.option("--shipping-service", help="With seller-confirm-shipment.")
@click.option(
    "--amount",
    "amounts",
    type=Amount(),
    multiple=True,
    shell_complete=offers.amounts,
    help="SKU or item id, =AMOUNT or :COMPONENT=AMOUNT (price, tax, shipping); repeatable. [default: all that is left]",
)
@click.option("--refund-id", shell_complete=offers.refunds, help="With seller-cancel-refund.")
@click.option("--seller-order-id", help="With seller-acknowledge.")
@click.option("--ship-date", type=InstantText(), help="With seller-estimate-ship-date.")
@json_option
@server_options
def act(order_id: str, action: str, as_json: bool, control: ControlClient, **arguments: Any) -> None:
    """Do ACTION to an order, as whoever does such things, and print what came of it."""
    body = {
        name: list(each) if isinstance(each, tuple) else each
        for name, each in arguments.items()
        if each not in (None, ())
    }
    receipt = control.post(path("orders", order_id, "actions", action), body)
    print_json(receipt) if as_json else print_receipt(receipt)


def _list_actions() -> str:
    """A line of help for each action, with the options it takes."""
    singular = {"items": "item", "amounts": "amount"}
    lines = ["\b", "Actions:"]
    for action, arguments in ARGUMENTS.items():
        options = ", ".join("--" + singular.get(each, each).replace("_", "-") for each in arguments)
        lines.append(f"  {action:<28}{options or 'nothing more'}")
    return "\n".join(lines)


act.help = f"{act.help}\n\n{_list_actions()}"
