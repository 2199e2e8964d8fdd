"""What a seller fills in to confirm a shipment: how many units of which items, by which carrier, under which number."""

from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from marketplace_sandbox.api.http.errors import invalid_input
from marketplace_sandbox.core.orders.carriers import OTHER
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.text.quoting import quote

Json = dict[str, Any]


@dataclass(frozen=True)
class Chosen:
    """The units of each item that was ticked, as they were written, and the parcel.

    `carrier_name` is that of a carrier which is not listed.
    """

    units: dict[str, str] = field(default_factory=dict)
    carrier: str = ""
    carrier_name: str = ""
    tracking: str = ""
    shipping_service: str = ""

    @classmethod
    def read(cls, form: MultiDict[str, str]) -> "Chosen":
        """What a form says."""
        units = {each: form.get(f"units-{each}", "").strip() for each in form.getlist("item")}
        names = ("carrier", "carrier_name", "tracking", "shipping_service")
        return cls(units, *(form.get(name, "").strip() for name in names))

    @classmethod
    def everything(cls, order: Order) -> "Chosen":
        """How the form begins: all that is left to confirm."""
        left = {each.order_item_id: each.quantity_unconfirmed for each in order.items}
        return cls({item_id: str(count) for item_id, count in left.items() if count})

    def arguments(self, order: Order) -> Json:
        """The arguments of seller-confirm-shipment. Raises ApiError for what is no number of units."""
        items = [{"id": item_id, "quantity": _read_units(order, item_id, text)} for item_id, text in self.units.items()]
        given = {
            "items": items,
            "carrier": (self.carrier_name or OTHER) if self.carrier == OTHER else self.carrier,
            "tracking": self.tracking,
            "shipping_service": self.shipping_service,
        }
        return {name: each for name, each in given.items() if each}


def _read_units(order: Order, item_id: str, text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 10 and int(text):
        return int(text)
    item = order.item(item_id)
    title = item.title if item else item_id
    raise invalid_input(f"{quote(text)} is no number of units of {quote(title)}.", f"units-{item_id}")
