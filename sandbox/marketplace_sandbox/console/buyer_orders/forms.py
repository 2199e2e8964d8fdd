"""What a buyer fills in to cancel items or to ask for it: which, and why, item by item."""

from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from marketplace_sandbox.core.orders.order import Order

Json = dict[str, Any]


@dataclass(frozen=True)
class Chosen:
    """The items that were ticked, each with the reason that was picked or none, and words of the buyer's own."""

    reasons: dict[str, str]
    words: str

    @classmethod
    def read(cls, form: MultiDict[str, str]) -> "Chosen":
        """What a form says."""
        reasons = {each: form.get(f"reason-{each}", "") for each in form.getlist("item")}
        return cls(reasons, form.get("words", "").strip())

    @classmethod
    def everything(cls, order: Order) -> "Chosen":
        """How the form begins: all items that are left, and no reason."""
        return cls({each.order_item_id: "" for each in order.kept_items}, "")

    def _is_whole(self, order: Order) -> bool:
        return set(self.reasons) >= {each.order_item_id for each in order.kept_items}

    def cancellation(self, order: Order) -> Json:
        """The arguments of buyer-cancel. The whole order is canceled at once, for the first reason that was picked."""
        reason = next(filter(None, self.reasons.values()), "")
        return self._arguments(order, list(self.reasons), reason)

    def requests(self, order: Order) -> list[Json]:
        """The arguments of a buyer-request-cancellation for each of the reasons: items of one stand together."""
        by_reason: dict[str, list[str]] = {}
        for item_id, reason in self.reasons.items():
            by_reason.setdefault(reason, []).append(item_id)
        return [self._arguments(order, items, reason) for reason, items in by_reason.items()]

    def _arguments(self, order: Order, items: list[str], reason: str) -> Json:
        whole = self._is_whole(order) and len(items) == len(self.reasons)
        given = {"items": [] if whole else items, "reason": reason, "reason_text": self.words}
        return {name: each for name, each in given.items() if each}
