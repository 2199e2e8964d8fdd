"""Everybody who can do something to an order, each with what they can do. Which of it is allowed, the marketplace says.

Every action answers what came of it, and raises RefusedError where the marketplace says no.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from marketplace_sandbox.core.text.quoting import quote, suggestion
from marketplace_sandbox.testing.words import ActionName, BuyerReason, MessageKind, RefundReason, SellerReason

Json = dict[str, Any]
Items = Sequence[str | Mapping[str, Any]] | str
"""Order item ids or SKUs, or `{"sku": …, "quantity": …}`; one of them may stand alone.

Items of an order that have the same SKU are named by their ids: `order.items[0]["order_item_id"]`.
"""
Act = Callable[[ActionName, Json], "ActionReceipt"]


@dataclass(frozen=True, slots=True)
class ActionReceipt:
    """What came of an action: its outcome by name, and the notifications, mail and warnings it brought about."""

    outcome: str
    notifications: tuple[Json, ...]
    mail: tuple[Json, ...]
    lint: tuple[Json, ...]


class Actor:
    """Somebody who acts on one order. `act` takes the name of an action and its arguments."""

    def __init__(self, act: Act) -> None:
        self._act = act

    # a type checker that saw this would take every misspelt action for one that there is
    if not TYPE_CHECKING:

        def __getattr__(self, name):
            """Refuse what an actor cannot do, with the nearest that it can."""
            __tracebackhide__ = True
            known = [each for each in dir(type(self)) if not each.startswith("_")]
            raise AttributeError(f"The {type(self).__name__.lower()} has no {quote(name)}{suggestion(name, known)}")

    def _do(self, action: ActionName, **arguments: Any) -> ActionReceipt:
        __tracebackhide__ = True
        body = {name: each for name, each in arguments.items() if each is not None}
        if isinstance(body.get("items"), str):
            body["items"] = [body["items"]]
        return self._act(action, body)


class Buyer(Actor):
    """The buyer. The reasons are `mistake`, `late`, `cheaper` …, as the rules list them."""

    def cancels(
        self, items: Items | None = None, *, reason: BuyerReason | None = None, text: str | None = None
    ) -> ActionReceipt:
        """Cancels alone, as buyers can within the first half hour."""
        __tracebackhide__ = True
        return self._do("buyer-cancel", items=items, reason=reason, reason_text=text)

    def requests_cancellation(
        self, items: Items | None = None, *, reason: BuyerReason | None = None, text: str | None = None
    ) -> ActionReceipt:
        """Asks the seller to cancel, by the official button; `text` are the buyer's own words."""
        __tracebackhide__ = True
        return self._do("buyer-request-cancellation", items=items, reason=reason, reason_text=text)

    def withdraws_request(self) -> ActionReceipt:
        """Withdraws the request. Needs the setting `buyer_withdrawal`."""
        __tracebackhide__ = True
        return self._do("buyer-withdraw-request")

    def writes(self, text: str) -> ActionReceipt:
        """Writes a message, which is no official request whatever it says."""
        __tracebackhide__ = True
        return self._do("buyer-message", text=text)


class Seller(Actor):
    """The seller, working in Seller Central; what is done through the selling APIs are the client's calls."""

    def cancels(self, reason: SellerReason, items: Items | None = None) -> ActionReceipt:
        """Cancels, for a reason such as `buyer_canceled` or `no_inventory`."""
        __tracebackhide__ = True
        return self._do("seller-cancel", reason=reason, items=items)

    def confirms_shipment(
        self,
        items: Items | None = None,
        *,
        carrier: str | None = None,
        tracking: str | None = None,
        shipping_service: str | None = None,
        transparency_codes: Sequence[Mapping[str, str | Sequence[str]]] | None = None,
    ) -> ActionReceipt:
        """Confirms the shipment, of all items or of some, with codes of single units: `{"sku", "codes"}` each."""
        __tracebackhide__ = True
        codes = list(transparency_codes) if transparency_codes else None
        told = {"carrier": carrier, "tracking": tracking, "shipping_service": shipping_service}
        return self._do("seller-confirm-shipment", items=items, transparency_codes=codes, **told)

    def refunds(
        self,
        reason: RefundReason,
        items: Items | None = None,
        *,
        amounts: Sequence[Mapping[str, str | float | Decimal]] | None = None,
    ) -> ActionReceipt:
        """Pays back all that is left of the items, or the amounts given: `{"sku", "component", "amount"}` each."""
        __tracebackhide__ = True
        plain = None
        if amounts is not None:
            plain = [
                {name: str(value) if isinstance(value, Decimal) else value for name, value in amount.items()}
                for amount in amounts
            ]
        return self._do("seller-refund", reason=reason, items=items, amounts=plain)

    def cancels_refund(self, refund_id: str) -> ActionReceipt:
        """Takes a refund back while it is held."""
        __tracebackhide__ = True
        return self._do("seller-cancel-refund", refund_id=refund_id)

    def messages(self, kind: MessageKind) -> ActionReceipt:
        """Writes to the buyer: `instructions`, `advise_return`, `ask_to_cancel` or `out_of_stock`."""
        __tracebackhide__ = True
        return self._do("seller-message", kind=kind)

    def acknowledges(
        self, seller_order_id: str | None = None, *, seller_item_ids: Sequence[Mapping[str, str]] | None = None
    ) -> ActionReceipt:
        """Acknowledges the order, optionally with the seller's own order id."""
        __tracebackhide__ = True
        links = list(seller_item_ids) if seller_item_ids else None
        return self._do("seller-acknowledge", seller_order_id=seller_order_id, seller_item_ids=links)

    def confirms_invoice(self, items: Items | None = None) -> ActionReceipt:
        """Confirms that the buyer was sent the invoice, of all items or of some."""
        __tracebackhide__ = True
        return self._do("seller-confirm-invoice", items=items)

    def estimates_ship_date(self, ship_date: datetime | str, items: Items | None = None) -> ActionReceipt:
        """Says when a Sourcing on Demand order ships, all of it or some items."""
        __tracebackhide__ = True
        at = ship_date if isinstance(ship_date, str) else ship_date.isoformat()
        return self._do("seller-estimate-ship-date", items=items, ship_date=at)


class Amazon(Actor):
    """The platform, where it acts of its own accord."""

    def detects_fraud(self) -> ActionReceipt:
        """Cancels because something is wrong with the order."""
        __tracebackhide__ = True
        return self._do("fraud-detected")

    def payment_fails(self) -> ActionReceipt:
        """The payment fails."""
        __tracebackhide__ = True
        return self._do("payment-failed")

    def authorizes_payment(self) -> ActionReceipt:
        """Authorizes the payment, possibly late."""
        __tracebackhide__ = True
        return self._do("payment-authorized")


class Parcel(Actor):
    """The parcel: whether the goods have physically left, which no API shows."""

    def leaves(self, items: Items | None = None) -> ActionReceipt:
        """Leaves the seller's warehouse. No API shows it."""
        __tracebackhide__ = True
        return self._do("parcel-leaves", items=items)


class Warehouse(Actor):
    """Amazon's, for orders that Amazon fulfils."""

    def starts(self) -> ActionReceipt:
        """Starts to pick and pack."""
        __tracebackhide__ = True
        return self._do("warehouse-starts")

    def ships(self) -> ActionReceipt:
        """Hands the parcel over."""
        __tracebackhide__ = True
        return self._do("warehouse-ships")
