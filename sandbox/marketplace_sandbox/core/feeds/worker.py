"""How a feed is processed: each message is an action that the rules judge, and what came of it is written down.

Nothing is done twice: what an earlier feed with the very same file has done is skipped, with a warning. Knows no file.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from marketplace_sandbox.core.data.data import Data
from marketplace_sandbox.core.data.layers import Table
from marketplace_sandbox.core.feeds.values import Feed, FeedMessage, Result, Row
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.orders.actions import OWN, Action, Amount, Pick, Transparency
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.receipt import Receipt
from marketplace_sandbox.core.refusals import RefusedError, UnknownOrderError
from marketplace_sandbox.core.rules.table import SHIPMENT_NOT_CONFIRMED
from marketplace_sandbox.core.text.quoting import quote, write_count, write_words

Judge = Callable[[Order, Action, datetime], Receipt]
"""Does to an order what an action says. Raises RefusedError, which is then on record."""

SKIP = "ALREADY_PROCESSED"
HOLD = "ADJUSTMENT_HELD"
WRONG_CURRENCY = "INVALID_CURRENCY"
UNKNOWN_ORDER = "UNKNOWN_ORDER"
"""Codes of results that no rule has one for."""

ItemRef = TypeVar("ItemRef", Pick, Amount, Transparency)


class FeedMessageError(Exception):
    """A message that cannot be done, and why."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


MessageKey = tuple[str, str, int]
"""What tells a message that was accepted from any other: type, file, and its index in the file."""


@dataclass(eq=False)
class WorkerData(Data):
    """The messages that were accepted, and those that wait for the confirmation of an order, by its id."""

    accepted: Table[MessageKey, None] = field(default_factory=Table)
    waiting: Table[str, tuple[FeedMessage, ...]] = field(default_factory=Table)


class Worker:
    """Processes feeds, one after the other, and remembers what they have done and what has to wait."""

    def __init__(
        self, data: WorkerData, orders: Mapping[str, Order], policy: Callable[[], Policy], judge: Judge
    ) -> None:
        self._orders = orders
        self._policy = policy
        self._judge = judge
        self._accepted = data.accepted
        self._waiting = data.waiting
        self._order_ids: dict[str, str] | None = None

    def process(self, feed: Feed, receipt: Receipt, at: datetime) -> Iterator[Result]:
        """What has to be reported, in the order of the messages; what happened goes into the receipt."""
        self._order_ids = None
        for index, message in enumerate(feed.messages):
            result = self._handle(message, (feed.kind.name, feed.digest, index), receipt, at)
            if result is not None:
                yield replace(result, index=index, rows=self._rows(message))

    def _handle(self, message: FeedMessage, key: MessageKey, receipt: Receipt, at: datetime) -> Result | None:
        if message.action is None:
            return _result(message, message.code, message.text, self._order_id(message), warning=message.remark)
        # a feed that came as messages has no file, so no digest by which it could be another's repetition
        if key[1] and key in self._accepted:
            text = "The same file has been worked off before; this was skipped."
            return _result(message, SKIP, text, self._order_id(message), warning=True)
        try:
            warning = self._act(message, message.action, receipt, at)
        except FeedMessageError as problem:
            return _result(message, problem.code, str(problem), self._order_id(message))
        self._accepted[key] = None
        if message.action.name == "seller-acknowledge":  # it may have linked an id of the seller's
            self._order_ids = None
        return warning

    def _act(self, message: FeedMessage, action: Action, receipt: Receipt, at: datetime) -> Result | None:
        """Raises FeedMessageError. Answers a warning where something is done later only."""
        order = self._order(message)
        action = resolve_items(action, order)
        _check_currency(message, order)
        _check_quantities(message, order)
        _check_items(action, order)
        try:
            receipt.add(self._judge(order, action, at))
        except RefusedError as refused:
            early = refused.outcome == SHIPMENT_NOT_CONFIRMED.name
            if early and self._policy().value("early_adjustment") == "hold":
                # its items are named by the platform's ids from now on, whatever is linked until it is confirmed
                held = replace(message, action=action)
                self._waiting[order.order_id] = (*self._waiting.get(order.order_id, ()), held)
                text = "The adjustment waits for the confirmation of the shipment."
                return _result(message, HOLD, text, order.order_id, warning=True)
            raise FeedMessageError(refused.code, str(refused)) from None
        return None

    def _order(self, message: FeedMessage) -> Order:
        order = self._orders.get(self._order_id(message))
        if order is None and message.order_id:
            raise FeedMessageError(UNKNOWN_ORDER, str(UnknownOrderError(message.order_id)))
        if order is None:
            raise FeedMessageError(UNKNOWN_ORDER, f"No order bears the seller's id {quote(message.seller_order_id)}.")
        return order

    def _order_id(self, message: FeedMessage) -> str:
        """Which order a message names; empty where nobody's is of that name."""
        return message.order_id or self._by_own_id().get(message.seller_order_id, "")

    def _rows(self, message: FeedMessage) -> tuple[Row, ...]:
        """The records of a message, with the platform's id of the item that is named by the seller's alone."""
        amounts = (message.action and message.action.amounts) or ()
        own = {each.ref for each in amounts if each.named_by == OWN}
        order = self._orders.get(self._order_id(message)) if own else None
        found = [each.order_item_id for each in order.items if each.seller_item_id in own] if order else []
        only = found[0] if len(found) == 1 else ""
        return tuple((number, item or only) for number, item in message.rows)

    def _by_own_id(self) -> dict[str, str]:
        """Our ids of orders by the seller's, of the first that bears it; looked up once until another is linked."""
        if self._order_ids is None:
            latest_first = reversed(list(self._orders.values()))
            self._order_ids = {each.seller_order_id: each.order_id for each in latest_first if each.seller_order_id}
        return self._order_ids

    # What waits for a confirmation

    def has_waiting(self, order_id: str) -> bool:
        """Whether adjustments of this order wait."""
        return order_id in self._waiting

    def drop_waiting(self, order_id: str) -> None:
        """Forget what waits for an order that will not be shipped."""
        self._waiting.pop(order_id, None)

    def retry_waiting(self, order_id: str, receipt: Receipt, at: datetime) -> None:
        """Try once more what waits; what is refused for another reason is on the order's record and waits no longer."""
        self._order_ids = None
        for message in self._waiting.pop(order_id, ()):
            with suppress(FeedMessageError):
                if message.action:
                    self._act(message, message.action, receipt, at)


def resolve_items(action: Action, order: Order) -> Action:
    """The action with items that were named by the seller's own ids, or by a SKU, named by our ids.

    Raises FeedMessageError.
    """
    items, amounts = action.items, action.amounts
    return replace(
        action,
        items=items and tuple(pick for each in items for pick in _resolve_pick(each, order)),
        amounts=amounts and tuple(_resolve_item(each, order) for each in amounts),
        transparency_codes=tuple(_resolve_item(each, order) for each in action.transparency_codes),
    )


def _resolve_pick(pick: Pick, order: Order) -> Iterable[Pick]:
    """By a SKU, which files name where they cannot name ids, all of it is meant that is still to be sent.

    Source: ITEMS-OF-ONE-SKU in docs/sources.md.
    """
    if pick.named_by != "sku" or pick.quantity is not None:
        return (_resolve_item(pick, order),)
    same = [each for each in order.items if each.sku == pick.ref]
    meant = [each for each in same if each.quantity_unconfirmed] or same
    return [replace(pick, ref=each.order_item_id, named_by="id") for each in meant] or (pick,)


def _resolve_item(ref: ItemRef, order: Order) -> ItemRef:
    if ref.named_by != OWN:
        return ref
    items = [each for each in order.items if each.seller_item_id == ref.ref]
    if not items:
        problem = f"No item of order {order.order_id} bears the seller's id {quote(ref.ref)}"
        raise FeedMessageError("INVALID_ITEM", f"{problem}; an acknowledgement links one.")
    if len(items) > 1:
        told = write_words([each.order_item_id for each in items])
        problem = f"{len(items)} items of order {order.order_id} bear the seller's id {quote(ref.ref)}, {told}"
        raise FeedMessageError("INVALID_ITEM", f"{problem}; name each of them by its order item id.")
    return replace(ref, ref=items[0].order_item_id, named_by="id")


def _check_currency(message: FeedMessage, order: Order) -> None:
    currency = MARKETPLACES[order.marketplace_id].currency
    if message.currency and message.currency != currency:
        problem = f"Order {order.order_id} was paid in {currency}, not in {quote(message.currency)}."
        raise FeedMessageError(WRONG_CURRENCY, problem)


def _check_quantities(message: FeedMessage, order: Order) -> None:
    for item_id, units in message.quantities:
        item = next((each for each in order.items if item_id in (each.order_item_id, each.seller_item_id)), None)
        if item is not None and units > item.quantity:
            raise FeedMessageError(
                "INVALID_QUANTITY", f"Item {item_id} has {write_count(item.quantity, 'units')}, and not {units}."
            )


def _check_items(action: Action, order: Order) -> None:
    """A file names items by their ids; that somebody who acts by hand may say their SKU is of no use to it."""
    skus = {item.sku for item in order.items}
    refs: list[Pick | Amount] = [*(action.items or ()), *(action.amounts or ())]
    for each in refs:
        if each.named_by == "id" and order.item(each.ref) is None and each.ref in skus:
            known = ", ".join(f"{item.order_item_id} ({item.sku})" for item in order.items)
            raise FeedMessageError(
                "INVALID_ITEM", f"{quote(each.ref)} is the SKU of an item, not its id; the items are {known}."
            )


def _result(message: FeedMessage, code: str, text: str, order_id: str = "", *, warning: bool = False) -> Result:
    return Result(message.message_id, order_id or message.order_id, message.rows, code, text, warning)
