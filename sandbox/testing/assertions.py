"""The assertions of a marketplace: each says what it looked for, what came nearest, and what happened instead."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from sandbox.core.policy import nearest
from sandbox.testing import accounts
from sandbox.testing.accounts import RecordedRequest
from sandbox.testing.control import MarketplaceError
from sandbox.testing.orders import Order
from sandbox.testing.received import Receiver
from sandbox.testing.sqs import Queue

PARTIES = ("BUYER", "MERCHANT", "AMAZON")
CHANGES = ("BuyerRequestedChange", "OrderStatusChange")


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

    @property
    @abstractmethod
    def recorded_requests(self) -> list[RecordedRequest]:
        """What the client called."""

    def assert_canceled(self, order: Order | str, *, by: str | None = None, reason: str | None = None) -> None:
        """Assert that the order is canceled, optionally `by` BUYER, MERCHANT or AMAZON and for a `reason`."""
        __tracebackhide__ = True
        found = self._known(order)
        ended = found.cancellation
        _one_of("by", by, PARTIES)
        wanted = " ".join(filter(None, ("canceled", by and f"by {by}", reason and f"for {reason}")))
        if ended is None:
            self._fail(found, f"Order {found.order_id} is {found.status}, not {wanted}.")
        elif (by and ended["by"] != by) or (reason and ended["reason"] != reason):
            self._fail(found, f"Order {found.order_id} was {accounts.cancellation(ended)}; {wanted} was expected.")

    def assert_not_canceled(self, order: Order | str) -> None:
        """Assert that the order is not canceled."""
        __tracebackhide__ = True
        found = self._known(order)
        if found.cancellation is not None:
            self._fail(found, f"Order {found.order_id} was {accounts.cancellation(found.cancellation)}.")

    def assert_shipped(self, order: Order | str) -> None:
        """Assert that the shipment of all items is confirmed."""
        __tracebackhide__ = True
        found = self._known(order)
        if found.status != "Shipped":
            self._fail(found, f"Order {found.order_id} is {found.status}, not Shipped.")

    def assert_notified(
        self,
        order: Order | str,
        *,
        change: str | None = None,
        to: Receiver | Queue | None = None,
        times: int | None = None,
    ) -> None:
        """Assert that a change of the order was notified, optionally of one kind, to one receiver, so many times."""
        __tracebackhide__ = True
        found = self._known(order)
        _one_of("change", change, CHANGES)
        told = [kind for kind in _told(found, to) if change in (None, kind)]
        if (times is None and not told) or (times is not None and len(told) != times):
            how_often = "" if times is None else f" {times} times but {len(told)}"
            self._fail(
                found,
                f"{change or 'A change'} of order {found.order_id} was not told{how_often}{_whom(to)}.",
                self._misses(found, to),
            )

    def assert_not_notified(
        self, order: Order | str, *, change: str | None = None, to: Receiver | Queue | None = None
    ) -> None:
        """Assert that no change of the order was notified, optionally none of one kind, or none to one receiver."""
        __tracebackhide__ = True
        found = self._known(order)
        _one_of("change", change, CHANGES)
        told = [kind for kind in _told(found, to) if change in (None, kind)]
        if told:
            self._fail(found, f"{', '.join(told)} of order {found.order_id} was told{_whom(to)}.")

    def assert_counts_in_rate(self, order: Order | str) -> None:
        """Assert that the cancellation of the order counts in the Cancellation Rate."""
        __tracebackhide__ = True
        found = self._known(order)
        ended = found.cancellation
        if ended is None or not ended["counts_in_rate"]:
            said = f"Order {found.order_id} is {found.status}, {accounts.cancellation(ended)}."
            self._fail(found, said, f"It should count in the rate, which is {self.rate}.")

    def assert_does_not_count_in_rate(self, order: Order | str) -> None:
        """Assert that the order does not count in the Cancellation Rate: not canceled, or not at the seller's fault."""
        __tracebackhide__ = True
        found = self._known(order)
        ended = found.cancellation
        if ended is not None and ended["counts_in_rate"]:
            self._fail(
                found,
                f"Order {found.order_id} was {accounts.cancellation(ended)}.",
                f"The rate: {self.rate}",
            )

    def assert_client_called(
        self, operation: str, *, order: Order | str | None = None, times: int | None = None
    ) -> None:
        """Assert that the client called an operation, optionally for one order, an exact number of times."""
        __tracebackhide__ = True
        order_id = _id(order) if order is not None else ""
        made = self.recorded_requests
        found = [each for each in made if each.operation == operation and each.concerns(order_id)]
        if (times is None and found) or (times is not None and len(found) == times):
            return
        how_often = "" if times is None else f" {times} times but {len(found)}"
        about = f" for order {order_id}" if order_id else ""
        raise AssertionError(
            accounts.joined(
                f"The client did not call {operation}{about}{how_often}.", _hint(operation), accounts.calls(made)
            )
        )

    def _known(self, order: Order | str) -> Order:
        __tracebackhide__ = True
        return order if isinstance(order, Order) else self.order(order)

    def _fail(self, order: Order, said: str, *more: str) -> None:
        __tracebackhide__ = True
        raise AssertionError(
            accounts.joined(said, *more, accounts.history(order.history), accounts.calls(self.recorded_requests))
        )

    def _misses(self, order: Order, to: Receiver | Queue | None) -> str:
        """What came nearest to the notification that was looked for."""
        told = [f"{kind} at {at}" for kind, at in accounts.notified(order.history)]
        lines = [f"Told of this order: {', '.join(told) or 'nothing'}."]
        if to is not None:
            rejected = to.rejected if isinstance(to, Receiver) else []
            lines += [f"The receiver rejected a post: {each.problem}" for each in rejected]
            failed = [each for each in self.deliveries if each["status"] != "delivered"]
            lines += [f"Delivery {each['id']} is {each['status']} (HTTP {each['http_code']})." for each in failed]
        return "\n".join(lines)


def _told(order: Order, to: Receiver | Queue | None) -> list[str]:
    if to is not None:
        return [each.change for each in to.of(order)]
    return [kind for kind, _ in accounts.notified(order.history)]


def _id(order: Order | str) -> str:
    return order.order_id if isinstance(order, Order) else order


def _whom(to: Receiver | Queue | None) -> str:
    if to is None:
        return ""
    return f" to {to.arn if isinstance(to, Queue) else to.url}"


def _one_of(name: str, given: str | None, known: Sequence[str]) -> None:
    __tracebackhide__ = True
    if given is not None and given not in known:
        raise MarketplaceError(f"{name} is one of {', '.join(known)}; {given!r} is not.")


def _hint(operation: str) -> str:
    known = accounts.operations()
    if operation in known:
        return ""
    return f"There is no operation {operation!r}; did you mean {nearest(operation, known)!r}?"
