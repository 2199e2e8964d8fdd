"""Placing many orders in one call: how far the server has come meanwhile, and what has become of it after Ctrl-C."""

from typing import Any

import click

from marketplace_sandbox.cli.control_client import ControlClient
from marketplace_sandbox.cli.groups import INTERRUPTED
from marketplace_sandbox.cli.seller import DEFAULT_SELLER
from marketplace_sandbox.cli.tables import print_json, say

FEW = 1_000
"""So many are placed before anybody would look how far it has come."""


def place_orders(control: ControlClient, form: dict[str, Any], *, as_json: bool) -> Any:
    """The answer of a server that places the orders of a form, however long that takes."""
    count = form.get("count", 1)
    if count <= FEW:
        return control.post("orders", form)
    before = _count(control)

    def tell() -> str:
        try:
            return f"{_count(control) - before:,} of {count:,} orders are placed"
        except click.ClickException:  # the call that places them says what is wrong
            return f"Placing {count:,} orders"

    try:
        return control.post("orders", form, endless=True, follow=tell)
    except KeyboardInterrupt:
        _tell_what_has_become(control, before, count, as_json=as_json)
        raise SystemExit(INTERRUPTED) from None


def _count(control: ControlClient) -> int:
    """How many orders the seller has, those among them that are being placed just now."""
    seller_id = control.seller or DEFAULT_SELLER
    found = control.get("sellers", {"seller_id": seller_id}, quiet=True)["sellers"]
    return (found[0]["orders"] or 0) if found else 0


def _tell_what_has_become(control: ControlClient, before: int, count: int, *, as_json: bool) -> None:
    """The server ends what it has begun: none of the orders is lost, nor are they placed by halves."""
    placed = _count(control) - before
    if as_json:
        print_json({"placed": placed, "count": count})
    elif placed < count:
        say(f"Interrupted, and the server goes on: {placed:,} of {count:,} orders are placed by now.")
        say("`marketplace-sandbox seller list` says how many there are, `marketplace-sandbox order list` which.")
    else:
        say(f"Interrupted; all {count:,} orders are placed. `marketplace-sandbox order list` lists them.")
