"""What somebody fills in to have orders placed, and the order form of fixtures that it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from marketplace_sandbox.console.frame.words import read_instant

Json = dict[str, Any]

ITEM_FIELDS = ("sku", "title", "quantity", "price")
INSTANTS = ("purchased_at", "ship_by_at", "release_at")
TEXTS = ("marketplace", "channel", "payment", "seller_order_id", *INSTANTS)
NUMBERS = ("handling_days", "count")
SWITCHES = ("hold", "invoice", "multi_channel", "is_ispu")
MOST_ITEMS = 100
LONGEST_NUMBER = 9


@dataclass
class OrderFields:
    """The fields as they were filled in: what is empty has its default. `items` are those of each row, by name."""

    texts: dict[str, str] = field(default_factory=dict)
    switches: frozenset[str] = frozenset({"hold"})
    items: list[dict[str, str]] = field(default_factory=lambda: [{}])
    programs: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, form: MultiDict[str, str]) -> "OrderFields":
        """What a form says."""
        names = (*TEXTS, *NUMBERS, "buyer_name", "gift_message_text")
        columns = [[each.strip() for each in form.getlist(f"item_{name}")] for name in ITEM_FIELDS]
        rows = [dict(zip(ITEM_FIELDS, row, strict=True)) for row in zip(*columns, strict=False)]
        return cls(
            {name: form.get(name, "").strip() for name in names},
            frozenset(name for name in SWITCHES if form.get(name)),
            rows[:MOST_ITEMS] or [{}],
            form.getlist("program"),
        )

    @property
    def has_more(self) -> bool:
        """Whether something was filled in of what is seldom wanted."""
        seldom = ("buyer_name", "seller_order_id", "gift_message_text", "ship_by_at", "release_at")
        return any(self.texts.get(name) for name in seldom) or bool(self.switches - {"hold"} or self.programs)

    def order_form(self) -> Json:
        """The order form. What is no number or instant is left as it was written: that is refused by its name."""
        form: Json = {name: self.texts[name] for name in TEXTS if self.texts.get(name)}
        form |= {name: _number(self.texts[name]) for name in NUMBERS if self.texts.get(name)}
        form |= {name: read_instant(form[name]) for name in INSTANTS if name in form}
        form |= {name: True for name in SWITCHES[1:] if name in self.switches}
        form["hold"] = "hold" in self.switches
        if self.programs:
            form["programs"] = self.programs
        if self.texts.get("buyer_name"):
            form["buyer"] = {"name": self.texts["buyer_name"]}
        items = [_item(each) for each in self.items if any(each.values())] or [{}]
        if self.texts.get("gift_message_text"):
            gift = {"is_gift": True, "buyer_info": {"gift_message_text": self.texts["gift_message_text"]}}
            items = [each | gift for each in items]
        if any(items):
            form["items"] = items
        return form


def _item(filled: Mapping[str, str]) -> Json:
    item: Json = {name: text for name, text in filled.items() if text}
    return item | ({"quantity": _number(item["quantity"])} if "quantity" in item else {})


def _number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else text
