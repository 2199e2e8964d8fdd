"""The assertions of a marketplace: each says what it looked for, what came nearest, and what happened instead."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from marketplace_sandbox.core.orders.reasons import AMAZON_REASONS, BUYER_DIRECT, BUYER_REASONS, SELLER_REASONS
from marketplace_sandbox.core.text.quoting import quote, suggestion, write_count
from marketplace_sandbox.testing.control import MarketplaceError
from marketplace_sandbox.testing.explanations import (
    explain_cancellation,
    explain_history,
    notifications_in,
)
from marketplace_sandbox.testing.orders import Order
from marketplace_sandbox.testing.receiver import Receiver
from marketplace_sandbox.testing.recorded_requests import RecordedRequest, operation_names
from marketplace_sandbox.testing.sqs import Queue
from marketplace_sandbox.testing.words import CancellationReason, Change, Party

PARTIES = ("BUYER", "MERCHANT", "AMAZON")
CHANGES = ("BuyerRequestedChange", "OrderStatusChange")
REASONS = (*SELLER_REASONS, *AMAZON_REASONS, *BUYER_REASONS, BUYER_DIRECT)
"""Every reason that an order may be canceled for."""


class Assertions(ABC):
    """What a test can assert about a marketplace. Each failure shows what came nearest and what happened instead."""

    @abstractmethod
    def order(self, order_id: str) -> Order:
        """The order of that id."""

    @property
    @abstractmethod
    def rate(self) -> dict[str, Any]:
        """The Cancellation Rate."""

    @property
    @abstractmethod
    def deliveries(self) -> list[dict[str, Any]]:
        """Every notification on its way to every subscriber."""

    @abstractmethod
    def explain_changes(self) -> str:
        """What has changed since the latest step of the test."""

    @abstractmethod
    def explain_client(self) -> str:
        """What the client did, and what became of its feeds and reports."""

    @abstractmethod
    def explain_findings(self) -> str:
        """What looks wrong with the client."""

    @property
    @abstractmethod
    def recorded_requests(self) -> list[RecordedRequest]:
        """What the client called."""

    def assert_canceled(
        self, order: Order | str, *, by: Party | None = None, reason: CancellationReason | None = None
    ) -> None:
        """Assert that the order is canceled, optionally `by` BUYER, MERCHANT or AMAZON and for a `reason`."""
        __tracebackhide__ = True
        found = self._find(order)
        ended = found.cancellation
        _one_of("by", by, PARTIES)
        _one_of("reason", reason, REASONS)
        expected = " ".join(filter(None, ("canceled", by and f"by {by}", reason and f"for {reason}")))
        if ended is None:
            self._fail(found, f"Order {found.order_id} is {found.status}, not {expected}.")
        elif (by and ended["by"] != by) or (reason and ended["reason"] != reason):
            self._fail(found, f"Order {found.order_id} was {explain_cancellation(ended)}; {expected} was expected.")

    def assert_not_canceled(self, order: Order | str) -> None:
        """Assert that the order is not canceled."""
        __tracebackhide__ = True
        found = self._find(order)
        if found.cancellation is not None:
            self._fail(found, f"Order {found.order_id} was {explain_cancellation(found.cancellation)}.")

    def assert_shipped(self, order: Order | str) -> None:
        """Assert that the shipment of all items is confirmed."""
        __tracebackhide__ = True
        found = self._find(order)
        if found.status != "Shipped":
            self._fail(found, f"Order {found.order_id} is {found.status}, not Shipped.")

    def assert_not_shipped(self, order: Order | str) -> None:
        """Assert that the shipment of no item is confirmed."""
        __tracebackhide__ = True
        found = self._find(order)
        sent = [each for each in found.items if each["quantity_confirmed"]]
        confirmed = [f"{each['sku']} (item {each['order_item_id']})" for each in sent]
        if confirmed:
            self._fail(found, f"The shipment of {', '.join(confirmed)} of order {found.order_id} was confirmed.")

    def assert_notified(
        self,
        order: Order | str,
        *,
        change: Change | None = None,
        to: Receiver | Queue | None = None,
        times: int | None = None,
    ) -> None:
        """Assert that a change of the order was notified, optionally of one kind, to one receiver, so many times."""
        __tracebackhide__ = True
        found = self._find(order)
        _one_of("change", change, CHANGES)
        changes = [each for each in self._changes_sent(found, to) if change in (None, each)]
        if (times is None and not changes) or (times is not None and len(changes) != times):
            how_often = "" if times is None else f" {write_count(times, 'times')} but {len(changes)}"
            self._fail(
                found,
                f"{change or 'A change'} of order {found.order_id} was not notified{how_often}{_whom(to)}.",
                self._explain_deliveries(found, to),
            )

    def assert_not_notified(
        self, order: Order | str, *, change: Change | None = None, to: Receiver | Queue | None = None
    ) -> None:
        """Assert that no change of the order was notified, optionally none of one kind, or none to one receiver."""
        __tracebackhide__ = True
        found = self._find(order)
        _one_of("change", change, CHANGES)
        changes = [each for each in self._changes_sent(found, to) if change in (None, each)]
        if changes:
            self._fail(found, f"{', '.join(changes)} of order {found.order_id} was notified{_whom(to)}.")

    def assert_counts_in_rate(self, order: Order | str) -> None:
        """Assert that the cancellation of the order counts in the Cancellation Rate."""
        __tracebackhide__ = True
        found = self._find(order)
        ended = found.cancellation
        if ended is None or not ended["counts_in_rate"]:
            message = f"Order {found.order_id} is {found.status}, {explain_cancellation(ended)}."
            self._fail(found, message, f"It should count in the rate, which is {self.rate}.")

    def assert_does_not_count_in_rate(self, order: Order | str) -> None:
        """Assert that the order does not count in the Cancellation Rate: not canceled, or not at the seller's fault."""
        __tracebackhide__ = True
        found = self._find(order)
        ended = found.cancellation
        if ended is not None and ended["counts_in_rate"]:
            self._fail(
                found,
                f"Order {found.order_id} was {explain_cancellation(ended)}.",
                f"The rate: {self.rate}",
            )

    def assert_client_called(
        self, operation: str, *, order: Order | str | None = None, times: int | None = None
    ) -> None:
        """Assert that the client called an operation, optionally for one order, an exact number of times.

        Raises MarketplaceError for an operation that there is none of.
        """
        __tracebackhide__ = True
        found = self._calls(operation, order)
        if (times is None and found) or (times is not None and len(found) == times):
            return
        self._fail_of_calls(operation, order, len(found), "" if times is None else f", and not {_times(times)}")

    def assert_client_did_not_call(self, operation: str, *, order: Order | str | None = None) -> None:
        """Assert that the client did not call an operation, optionally not for one order. Raises MarketplaceError."""
        __tracebackhide__ = True
        found = self._calls(operation, order)
        if found:
            self._fail_of_calls(operation, order, len(found), ", and should not have")

    def _calls(self, operation: str, order: Order | str | None) -> list[RecordedRequest]:
        __tracebackhide__ = True
        known = operation_names()
        if operation not in known:
            raise MarketplaceError(f"There is no operation {quote(operation)}{suggestion(operation, known)}")
        order_id = _id(order) if order is not None else ""
        return [each for each in self.recorded_requests if each.operation == operation and each.concerns(order_id)]

    def _fail_of_calls(self, operation: str, order: Order | str | None, found: int, but: str) -> None:
        __tracebackhide__ = True
        about = f" for order {_id(order)}" if order is not None else ""
        called = f"called {operation}{about} {_times(found)}" if found else f"did not call {operation}{about}"
        history = [explain_history(self._find(order).history)] if order is not None else []
        raise AssertionError(
            "\n".join(
                [
                    f"The client {called}{but}.",
                    *filter(None, (self.explain_findings(), *history)),
                    self.explain_changes(),
                    self.explain_client(),
                ]
            )
        )

    def _find(self, order: Order | str) -> Order:
        __tracebackhide__ = True
        return order if isinstance(order, Order) else self.order(order)

    def _fail(self, order: Order, message: str, *more: str) -> None:
        __tracebackhide__ = True
        raise AssertionError(
            "\n".join(
                [
                    message,
                    *filter(None, (*more, self.explain_findings())),
                    explain_history(order.history),
                    self.explain_changes(),
                    self.explain_client(),
                ]
            )
        )

    def _changes_sent(self, order: Order, to: Receiver | Queue | None) -> list[str]:
        """The changes of the order that were sent. A queue is not looked into: its messages are for the consumer."""
        if isinstance(to, Queue):
            sent = (each for each in self.deliveries if each["webhook_id"] == to.subscription_id)
            return [
                each["change"] for each in sent if (each["order_id"], each["status"]) == (order.order_id, "delivered")
            ]
        if to is not None:
            return [each.change for each in to.of(order)]
        return [kind for kind, _ in notifications_in(order.history)]

    def _explain_deliveries(self, order: Order, to: Receiver | Queue | None) -> str:
        """What came nearest to the notification that was looked for."""
        sent = [f"{kind} at {at}" for kind, at in notifications_in(order.history)]
        lines = [f"Notified of this order: {', '.join(sent) or 'nothing'}."]
        if to is not None:
            rejected = to.rejected if isinstance(to, Receiver) else []
            lines += [f"The receiver rejected a post: {each.problem}" for each in rejected]
            failed = [each for each in self.deliveries if each["status"] != "delivered"]
            lines += [f"Delivery {each['id']} is {each['status']} (HTTP {each['http_code']})." for each in failed]
        return "\n".join(lines)


def _id(order: Order | str) -> str:
    return order.order_id if isinstance(order, Order) else order


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _whom(to: Receiver | Queue | None) -> str:
    if to is None:
        return ""
    return f" to {to.arn if isinstance(to, Queue) else to.url}"


def _one_of(name: str, value: str | None, known: Sequence[str]) -> None:
    __tracebackhide__ = True
    if value is None or value in known:
        return
    raise MarketplaceError(f"There is no {name} {quote(value)}{suggestion(value, known)}")
