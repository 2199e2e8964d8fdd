"""`order`: orders, and what buyers, sellers, Amazon, carriers and warehouses do to them."""

from typing import Any

import click

from marketplace_sandbox.cli.groups import Noun, example
from marketplace_sandbox.cli.params import Amount, InstantText, Item, Pair, Word
from marketplace_sandbox.cli.receipts import show_order, show_receipt
from marketplace_sandbox.cli.remote import Remote, json_option, limit_option, path, remote_options
from marketplace_sandbox.cli.tables import print_json, show_table
from marketplace_sandbox.core.actions import ARGUMENTS, MESSAGE_KINDS
from marketplace_sandbox.core.form import ADDRESS_FIELDS, PROGRAMS
from marketplace_sandbox.core.order import Channel, Payment, RequestState, Status
from marketplace_sandbox.core.quoting import nearest


@click.group(cls=Noun)
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
    "--item", "items", type=Item(), multiple=True, help="SKU, SKU:QUANTITY or a JSON object with any field; repeatable."
)
@click.option("--marketplace", help="One of the seller's marketplaces. [default: the first]")
@click.option("--channel", type=Word(Channel), help="The merchant ships (MFN), or Amazon does (AFN). [default: MFN]")
@click.option("--purchased-at", type=InstantText(), help="May lie in the past. [default: now]")
@click.option("--payment", type=Word(Payment), help="[default: authorized]")
@click.option("--hold/--no-hold", default=None, help="Whether the order is Pending for the hold period first.")
@click.option("--handling-days", type=click.IntRange(0, 60), help="Business days. [default: the setting]")
@click.option("--ship-by-at", type=InstantText(), help="[default: the end of the last handling day]")
@click.option("--release-at", type=InstantText(), help="The release of a pre-order.")
@click.option("--invoice", is_flag=True, default=None, help="The buyer's invoice has to be confirmed.")
@click.option("--multi-channel", is_flag=True, default=None, help="Only with the channel AFN.")
@click.option("--seller-order-id", help="The seller's own number.")
@click.option("--buyer-name", help="The buyer's name.")
@click.option("--buyer-email", help="The buyer's address. [default: a made relay address]")
@click.option("--ship-to", type=Pair(), multiple=True, help=f"One of {', '.join(ADDRESS_FIELDS)}; repeatable.")
@click.option("--program", "programs", type=Word(PROGRAMS), multiple=True, help="A program; repeatable.")
@click.option("--count", type=click.IntRange(1), help="So many orders alike.")
@json_option
@remote_options
def create(as_json: bool, remote: Remote, **options: Any) -> None:
    """Place an order, or several identical ones. Everything has a default."""
    answer = remote.post("orders", _form(options))
    if as_json:
        print_json(answer)
    elif "orders" in answer:
        _show_orders(answer["orders"])
    else:
        show_order(answer)


def _form(options: dict[str, Any]) -> dict[str, Any]:
    buyer = {"name": options.pop("buyer_name"), "email": options.pop("buyer_email")}
    form = options | {
        "id": options.pop("order_id"),
        "items": [_item(each) for each in options.pop("items")],
        "ship_to": dict(options.pop("ship_to")),
        "programs": list(options.pop("programs")),
        "buyer": {name: text for name, text in buyer.items() if text is not None},
    }
    return {name: each for name, each in form.items() if each not in (None, [], {})}


def _item(given: str | dict[str, Any]) -> dict[str, Any]:
    return {"sku": given} if isinstance(given, str) else given


@example("order list", "order list --status Unshipped,Pending --request open")
@order.command("list")
@click.option("--status", help=f"One or several of {', '.join(Status)}, separated by commas.")
@click.option("--channel", help=f"One or both of {', '.join(Channel)}.")
@click.option("--request", help=f"One or several of {', '.join(RequestState)}.")
@limit_option
@json_option
@remote_options
def list_orders(
    status: str | None, channel: str | None, request: str | None, limit: int | None, as_json: bool, remote: Remote
) -> None:
    """List orders in the order of placing."""
    query = {
        "status": _among("--status", status, Status),
        "channel": _among("--channel", channel, Channel),
        "request": _among("--request", request, RequestState),
    }
    found = remote.every("orders", query, limit)
    print_json(found) if as_json else _show_orders(found)


def _among(option: str, given: str | None, known: Any) -> str:
    words = [str(each) for each in known]
    for each in filter(None, (given or "").split(",")):
        if each not in words:
            raise click.UsageError(f"{option} knows no {each!r}; did you mean {nearest(each, words)!r}?")
    return given or ""


def _show_orders(orders: list[dict[str, Any]]) -> None:
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
    show_table(("order", "status", "channel", "items", "cancellation"), rows, "There is no order.")


def _cancellation(order: dict[str, Any]) -> str:
    """What there is of one, asked for or done."""
    request, ended = order["request"], order["cancellation"]
    asked = f"request {request['state']}: {request['reason'] or 'no reason'}" if request else ""
    done = f"by {ended['by']}: {ended['reason']}" if ended else ""
    return "; ".join(filter(None, (asked, done)))


@example("order show 902-0000003-0000003")
@order.command()
@click.argument("order_id")
@json_option
@remote_options
def show(order_id: str, as_json: bool, remote: Remote) -> None:
    """Print one order, and what may happen to it now."""
    found = remote.get(path("orders", order_id))
    print_json(found) if as_json else show_order(found)


@example(
    "order act 902-0000003-0000003 seller-cancel --reason buyer_canceled",
    "order act 902-0000002-0000002 seller-confirm-shipment --item BULB-E27:1 --carrier UPS --tracking 1Z999",
    "order act 902-0000006-0000006 seller-refund --amount PLATE-SET=5.00 --reason not_as_described",
)
@order.command()
@click.argument("order_id")
@click.argument("action", type=Word(ARGUMENTS))
@click.option("--reason", help="A reason of the actor's list, in snake_case.")
@click.option("--reason-text", help="The buyer's own words.")
@click.option("--text", help="What the buyer writes, with buyer-message.")
@click.option("--kind", type=Word(MESSAGE_KINDS), help="Which message, with seller-message.")
@click.option(
    "--item", "items", type=Item(), multiple=True, help="SKU, item id or SKU:QUANTITY; repeatable. [default: all]"
)
@click.option("--carrier", help="With seller-confirm-shipment.")
@click.option("--tracking", help="With seller-confirm-shipment.")
@click.option(
    "--amount",
    "amounts",
    type=Amount(),
    multiple=True,
    help="SKU=AMOUNT or SKU:COMPONENT=AMOUNT, of price, tax and shipping; repeatable. [default: all that is left]",
)
@click.option("--refund-id", help="With seller-cancel-refund.")
@click.option("--seller-order-id", help="With seller-acknowledge.")
@json_option
@remote_options
def act(order_id: str, action: str, as_json: bool, remote: Remote, **arguments: Any) -> None:
    """Do ACTION to an order, as whoever does such things, and print what came of it."""
    given = {name: _plain(each) for name, each in arguments.items() if each not in (None, ())}
    receipt = remote.post(path("orders", order_id, "actions", action), given)
    print_json(receipt) if as_json else show_receipt(receipt)


def _actions() -> str:
    """A line of help for each action, with the options it takes."""
    singular = {"items": "item", "amounts": "amount"}
    options = {
        name: ", ".join("--" + singular.get(each, each).replace("_", "-") for each in taken) or "nothing more"
        for name, taken in ARGUMENTS.items()
    }
    return "\n".join(("\b", "Actions:", *(f"  {name:<28}{taken}" for name, taken in options.items())))


act.help = f"{act.help}\n\n{_actions()}"


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
