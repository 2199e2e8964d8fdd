"""An order in a test's hand: read afresh at every look, with everybody who can do something to it."""

from datetime import datetime
from typing import Any

from marketplace_sandbox.core.text.instants import parse_instant
from marketplace_sandbox.testing.actors import ActionReceipt, Amazon, Buyer, Json, Parcel, Seller, Warehouse
from marketplace_sandbox.testing.control import Control, segment
from marketplace_sandbox.testing.words import ActionName


class Order:
    """One order of the marketplace. Nothing is kept but its id, so no look is out of date."""

    def __init__(self, control: Control, order_id: str) -> None:
        self._control = control
        self.order_id = order_id
        self.buyer = Buyer(self.act)
        self.seller = Seller(self.act)
        self.amazon = Amazon(self.act)
        self.parcel = Parcel(self.act)
        self.warehouse = Warehouse(self.act)

    def __repr__(self) -> str:
        return f"<Order {self.order_id}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Order) and other.order_id == self.order_id

    def __hash__(self) -> int:
        return hash(self.order_id)

    def act(self, action: ActionName, arguments: Json | None = None) -> ActionReceipt:
        """Have somebody do something, by the name the control API has for it. Raises RefusedError."""
        __tracebackhide__ = True
        path = f"orders/{segment(self.order_id)}/actions/{segment(action)}"
        receipt = self._control.post(path, arguments)
        return ActionReceipt(
            receipt["outcome"], tuple(receipt["notifications"]), tuple(receipt["mail"]), tuple(receipt["lint"])
        )

    # How it stands

    @property
    def view(self) -> Json:
        """The order as the control API shows it now."""
        view: Json = self._control.get(f"orders/{segment(self.order_id)}")
        return view

    @property
    def status(self) -> str:
        """`Pending`, `Unshipped`, `Shipped`, `Canceled` …, as Orders v0 spells them."""
        return str(self.view["status"])

    @property
    def channel(self) -> str:
        """Who ships it: the merchant (`MFN`) or Amazon (`AFN`)."""
        return str(self.view["channel"])

    @property
    def marketplace_id(self) -> str:
        """Where it was bought."""
        return str(self.view["marketplace_id"])

    @property
    def items(self) -> list[Json]:
        """Its items."""
        return list(self.view["items"])

    @property
    def request(self) -> Json | None:
        """The buyer's official request: `state`, `reason`, `at`. None where there never was one."""
        request: Json | None = self.view["request"]
        return request

    @property
    def cancellation(self) -> Json | None:
        """Who canceled it, why and when, and whether it counts in the rate. None while it is not canceled."""
        cancellation: Json | None = self.view["cancellation"]
        return cancellation

    @property
    def refunds(self) -> list[Json]:
        """Its refunds, oldest first."""
        return list(self.view["refunds"])

    @property
    def duties(self) -> list[str]:
        """What the seller must still do."""
        return list(self.view["duties"])

    @property
    def allowed(self) -> list[str]:
        """The actions that would be accepted now."""
        return list(self.view["allowed"])

    @property
    def purchased_at(self) -> datetime:
        """When it was bought."""
        return parse_instant(self.view["purchased_at"])

    @property
    def last_updated_at(self) -> datetime:
        """When it changed last, as clients see it."""
        return parse_instant(self.view["last_updated_at"])

    @property
    def ship_by_at(self) -> datetime | None:
        """By when it has to be shipped."""
        return _maybe(self.view["ship_by_at"])

    @property
    def auto_cancel_at(self) -> datetime | None:
        """When Amazon cancels it if nothing happens."""
        return _maybe(self.view["auto_cancel_at"])

    # Its past

    @property
    def history(self) -> list[Json]:
        """Everything that happened to it, each with its outcome, rule and meaning."""
        return list(self._control.get(f"orders/{segment(self.order_id)}/explain")["history"])

    @property
    def lint(self) -> list[str]:
        """What was accepted about it although the marketplace's rules forbid it: codes, oldest first."""
        return [code for each in self.history for code in each["effects"]["lint"]]

    @property
    def mail(self) -> list[Json]:
        """The mail about it to buyer and seller."""
        return list(self._control.list_all("mail", "mail", order_id=self.order_id))

    @property
    def messages(self) -> list[Json]:
        """What buyer and seller wrote to each other about it."""
        return list(self._control.list_all("messages", "messages", order_id=self.order_id))


def _maybe(instant: Any) -> datetime | None:
    return parse_instant(instant) if instant else None
