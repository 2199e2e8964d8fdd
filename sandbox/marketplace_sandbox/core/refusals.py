"""Why a command changed nothing: each refusal names the thing, its state, what was tried and what would be allowed.

The HTTP status of each stands in one table in `api`; those of the rules come with their outcome.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from marketplace_sandbox.core.orders.actions import Action
from marketplace_sandbox.core.orders.order import Item, Order
from marketplace_sandbox.core.orders.reasons import BUYER_REASONS, REFUND_REASONS, SELLER_REASONS, meant_reason
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.rules import table
from marketplace_sandbox.core.rules.lints import LINTS
from marketplace_sandbox.core.rules.situation import Situation
from marketplace_sandbox.core.rules.table import Step
from marketplace_sandbox.core.text.instants import LATEST, format_instant, format_span
from marketplace_sandbox.core.text.quoting import quote, suggestion, write_words


class RefusalError(Exception):
    """A command that was not taken. `code` is for machines, the text for people."""

    code = "Refused"


class UnknownOrderError(RefusalError):
    """No order of that id."""

    code = "NotFound"

    def __init__(self, order_id: str) -> None:
        super().__init__(f"There is no order {order_id}.")


class DuplicateOrderError(RefusalError):
    """An order of that id exists."""

    code = "ALREADY_EXISTS"

    def __init__(self, order_id: str) -> None:
        super().__init__(f"Order {order_id} exists already; leave the id out for a new one.")


class UnknownSubscriberError(RefusalError):
    """No subscriber of that id."""

    code = "NotFound"

    def __init__(self, subscriber_id: str) -> None:
        super().__init__(f"There is no webhook {subscriber_id}.")


class UnknownDeliveryError(RefusalError):
    """No delivery of that id."""

    code = "NotFound"

    def __init__(self, delivery_id: str) -> None:
        super().__init__(f"There is no delivery {delivery_id}.")


class UnknownDestinationError(RefusalError):
    """No destination of that id."""

    code = "NotFound"

    def __init__(self, destination_id: str) -> None:
        super().__init__(f"There is no destination {quote(destination_id)}.")


class DestinationExistsError(RefusalError):
    """The resource is a destination already."""

    code = "StateConflict"

    def __init__(self, destination_id: str, resource: str) -> None:
        super().__init__(
            f"A destination with {resource} already exists for the application; it is destination {destination_id}."
        )


class DestinationInUseError(RefusalError):
    """Subscriptions still name the destination."""

    code = "StateConflict"

    def __init__(self, destination_id: str, subscriptions: list[str]) -> None:
        names = ", ".join(subscriptions)
        super().__init__(f"Destination {destination_id} is in use; delete subscription {names} first.")


class SubscriptionExistsError(RefusalError):
    """The seller subscribes to this type and version already."""

    code = "StateConflict"

    def __init__(self, notification_type: str, subscription_id: str) -> None:
        super().__init__(
            f"Subscription already exist for notification type {notification_type}: subscription {subscription_id}."
        )


class ClockBusyError(RefusalError):
    """An advance of the same world runs."""

    code = "CLOCK_ADVANCING"

    def __init__(self, tried: str) -> None:
        super().__init__(f"The clock is being advanced; {tried} must wait until that one has answered or was stopped.")


class TimeGoesForwardError(RefusalError):
    """An instant before the world's now."""

    code = "TIME_GOES_FORWARD"

    def __init__(self, tried: datetime, now: datetime) -> None:
        super().__init__(f"The world's now is {format_instant(now)}; it cannot go back to {format_instant(tried)}.")


class OvertakenError(RefusalError):
    """A command for a world that has been reset, rewound or removed meanwhile."""

    code = "NotFound"

    def __init__(self, seller_id: str) -> None:
        super().__init__(f"The world of seller {seller_id} has been reset, rewound or removed meanwhile.")


class EndOfTimeError(RefusalError):
    """A span or an instant beyond the calendar that worlds keep."""

    code = "END_OF_TIME"

    def __init__(self, tried: timedelta | datetime) -> None:
        where = f"{format_span(tried)} leads beyond" if isinstance(tried, timedelta) else "That lies beyond"
        super().__init__(f"{where} {format_instant(LATEST)}, before which every world's time ends.")


class NothingDueError(RefusalError):
    """Nothing lies ahead to advance to."""

    code = "NOTHING_DUE"

    def __init__(self) -> None:
        super().__init__("Nothing is due; advance by a span or to an instant.")


class RefusedError(RefusalError):
    """The rules said no. `http` and `code` are the outcome's."""

    def __init__(self, order: Order, action: Action, step: Step, at: datetime, policy: Policy) -> None:
        outcome = step.outcome
        meaning = _explain(step, policy)
        super().__init__(f"Order {order.order_id} is {order.status}; {action.name} was refused. {meaning}")
        self.code = outcome.error
        self.http = outcome.http
        self.outcome = outcome.name
        self.lints = {code: LINTS[code] for code in step.lints}
        self._order, self._at, self._policy = order, at, policy

    @property
    def details(self) -> str:
        """What the order is like, what would be allowed now and what comes next. Found out when somebody asks."""
        order = self._order
        details = [f"{code}: {text}" for code, text in self.lints.items()]
        if self.code == "INVALID_ITEM":
            details.append(f"Its items are {', '.join(f'{i.order_item_id} ({i.sku})' for i in order.items)}.")
        allowed = table.allowed_actions(order, self._at, self._policy)
        details.append(f"Allowed now: {', '.join(allowed) or 'nothing'}.")
        coming = sorted(table.timers(order, self._policy), key=lambda each: each[0])
        details.extend(f"Next: {each.name} at {format_instant(max(due, self._at))}." for due, each in coming[:1])
        return " ".join(details)


def _explain(step: Step, policy: Policy) -> str:
    """Why it was refused: the outcome's own words, with what exactly was wrong in what was named."""
    if step.outcome.error == "INVALID_REASON":
        return _reason_hint(step.situation.action, policy)
    if step.outcome is table.AMBIGUOUS_ITEM:
        return _ambiguity_hint(step.situation)
    if step.outcome is table.INVALID_QUANTITY:
        return f"{step.outcome.meaning} {_quantity_hint(step.situation)}"
    if step.outcome is table.INVALID_TRACKING:
        action = step.situation.action
        return f"{step.outcome.meaning} tracking is {quote(action.tracking)}, which has no form of {action.carrier}'s."
    return step.outcome.meaning


def _ambiguity_hint(situation: Situation) -> str:
    """Which items a name could mean."""
    ref, items = next((ref, items) for ref in situation.refs if len(items := situation.items_of(ref)) > 1)
    told = write_words([each.order_item_id for each in items])
    return f"{quote(ref)} is the SKU of {len(items)} items, {told}; name each of them by its order item id."


_LEFT_TO_CONFIRM: dict[str, Callable[[Item], int]] = {
    "seller-confirm-shipment": lambda item: item.quantity_unconfirmed,
    "seller-confirm-invoice": lambda item: item.quantity_uninvoiced,
}


def _quantity_hint(situation: Situation) -> str:
    """The first item of which too many units were named, and how many it has."""
    units, left_of = situation.units_by_item, _LEFT_TO_CONFIRM.get(situation.action.name)
    named = [item for item in situation.order.items if item.order_item_id in units]
    over = [item for item in named if units[item.order_item_id] > item.quantity]
    if not over and left_of:
        beyond = [item for item in named if units[item.order_item_id] > left_of(item)]
        over = [item for item in beyond if left_of(item)] or beyond
    item = over[0]
    left = f", {left_of(item)} of them left to confirm" if left_of else ""
    count = units[item.order_item_id]
    return f"Of item {item.order_item_id} ({item.sku}) {count} were named; it has {item.quantity}{left}."


def _reason_hint(action: Action, policy: Policy) -> str:
    newer_too = policy.is_on("newer_cancel_reasons")
    of_sellers = [key for key, each in SELLER_REASONS.items() if newer_too or not each.newer]
    by_action = {"seller-cancel": of_sellers, "seller-refund": list(REFUND_REASONS)}
    known = by_action.get(action.name, list(BUYER_REASONS))
    if action.name == "seller-cancel" and action.reason in SELLER_REASONS:
        return f"The reason {action.reason} is one of the newer ones, which the setting newer_cancel_reasons turns on."
    if action.reason is None:
        return f"{action.name} needs a reason: {', '.join(known)}."
    meant = meant_reason(action.reason, action.name)
    hint = f"; did you mean '{meant}'?" if meant in known else suggestion(action.reason, known)
    return f"There is no reason {quote(action.reason)}{hint}"
