"""Orders, and what came of an action, as people read them."""

from typing import Any

from marketplace_sandbox.cli.tables import print_fields, print_table, say, write_value

Json = dict[str, Any]


def print_order(order: Json, stage: str = "") -> None:
    """Prints one order of the control API, and the stage of the rules that it is in."""
    print_fields(
        [
            ("order", order["order_id"]),
            ("seller", f"{order['seller_id']}, {order['marketplace_id']}, {order['channel']}"),
            ("status", order["status"]),
            ("stage", stage),
            ("purchased at", order["purchased_at"]),
            ("last updated at", order["last_updated_at"]),
            ("ship by", order["ship_by_at"]),
            ("canceled by itself at", order["auto_cancel_at"]),
            ("request", _request(order["request"])),
            ("canceled", _cancellation(order["cancellation"])),
            ("restocked", order["restocked"] or None),
            ("duties", order["duties"]),
        ]
    )
    _print_items(order["items"])
    if order["refunds"]:
        _print_refunds(order["refunds"])
    say(f"Allowed now: {', '.join(order['allowed']) or 'nothing'}.")


def _request(request: Json | None) -> str:
    return f"{request['state']}, {request['reason'] or 'no reason'}, at {request['at']}" if request else ""


def _cancellation(cancellation: Json | None) -> str:
    if cancellation is None:
        return ""
    counts = "counts in the rate" if cancellation["counts_in_rate"] else "does not count in the rate"
    return f"by {cancellation['by']}, {cancellation['reason']}, at {cancellation['at']}; {counts}"


def _print_items(items: list[Json]) -> None:
    rows = (
        (
            each["sku"],
            each["order_item_id"],
            each["title"],
            f"{each['quantity_confirmed']} of {each['quantity']}",
            f"{each['price']} {each['currency']}",
            each["parcel_left"],
            each["cancellation_requested"] and (each["cancel_reason"] or "yes"),
        )
        for each in items
    )
    print_table(("sku", "item id", "title", "shipped", "price", "left", "asked to cancel"), rows, "It has no items.")


def _print_refunds(refunds: list[Json]) -> None:
    rows = (
        (
            each["refund_id"],
            each["state"],
            each["reason"],
            [f"{amount['amount']} {amount['component']}" for amount in each["amounts"]],
            each["release_at"],
        )
        for each in refunds
    )
    print_table(("refund", "state", "reason", "amounts", "released at"), rows, "It has no refunds.")


def print_receipt(receipt: Json) -> None:
    """Prints the outcome of an action, the order's state, and who was notified of what."""
    order = receipt["order"]
    print_fields(
        [
            ("outcome", receipt["outcome"]),
            ("order", order["order_id"]),
            ("status", order["status"]),
            ("request", _request(order["request"])),
            ("canceled", _cancellation(order["cancellation"])),
            *(
                ("notification", f"{each['type']} {each['change']} at {each['at']}")
                for each in receipt["notifications"]
            ),
            *(("mail", f"{each['kind']} to {each['to']}: {each['subject']}") for each in receipt["mail"]),
            *(("lint", f"{each['code']}: {each['message']}") for each in receipt["lint"]),
            ("allowed now", write_value(order["allowed"]) or "nothing"),
        ]
    )
