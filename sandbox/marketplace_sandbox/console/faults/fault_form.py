"""The form of a fault, by its kind: its fields, and the JSON that the control API takes of what was filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marketplace_sandbox.core.faults.kinds import CALL, DELIVERY, JOB, KINDS, FaultKind, fields_of

Json = dict[str, Any]

GROUPS = {CALL: "Calls of the client", DELIVERY: "Deliveries of notifications", JOB: "Feeds and reports"}
"""What may go wrong, by what the form says."""
NUMBERS = ("times", "skip", "copies", "behind", "keep", "status")
SECONDS, SWITCH, HEADERS = "seconds", "performed", "headers"
LABELS = {
    "times": ("How often", "once by default; empty for always"),
    "skip": ("After so many that go well", "0"),
    "operation": ("Operation", "getOrders, ListOrders; empty for all"),
    "api": ("API", "orders-v0, where two have that operation"),
    "order_id": ("Order", "empty for all"),
    "subscriber": ("Subscriber", "its id; empty for all"),
    "notification_type": ("Notification type", "ORDER_CHANGE; empty for all"),
    "order_change_type": ("Change of the order", "BuyerRequestedChange; empty for all"),
    "type": ("Type of feed or report", "empty for all"),
    "by": ("By", "a span of the world's time, such as PT10M"),
    "until": ("Until", "an instant, such as 2026-03-02T18:00:00Z"),
    "copies": ("Copies", "2"),
    "behind": ("Behind so many", "1"),
    "within": ("At most", "PT5M"),
    "status": ("Status", "400 to 599"),
    "code": ("Code", "the dialect's own"),
    "message": ("Message", "the dialect's own"),
    "details": ("Details", ""),
    "body": ("Body", "a whole body, such as a proxy's page"),
    HEADERS: ("Headers", "a line each, such as Retry-After: 5"),
    SECONDS: ("Seconds of your own clock", "such as 5"),
    SWITCH: ("The call takes effect, and only the answer is lost", ""),
    "keep": ("Orders on the page", "1"),
}
"""What the form says of a field, and what stands in it while it is empty."""


@dataclass(frozen=True)
class Field:
    """A field of the form."""

    name: str
    label: str
    hint: str
    needed: bool
    value: str


def fields(kind: FaultKind, typed: Mapping[str, str]) -> list[Field]:
    """The fields of a kind, with what was typed or goes without saying."""
    given = {"times": "1", **{name: str(value) for name, value in kind.defaults.items() if name != SWITCH}}
    names = (*kind.needs, *(each for each in fields_of(kind) if each not in kind.needs))
    return [Field(each, *LABELS[each], each in kind.needs, typed.get(each, given.get(each, ""))) for each in names]


def read(form: Mapping[str, str]) -> Json:
    """The fault that was filled in, as the control API takes it; what is wrong with it that says."""
    body: Json = {"kind": form.get("kind", "")}
    for name in fields_of(KINDS[body["kind"]]) if body["kind"] in KINDS else ():
        text = form.get(name, "").strip()
        if name == SWITCH:
            body |= {name: True} if text else {}
        elif text:
            body[name] = _value(name, text)
        elif name == "times":
            body[name] = None
    return body


def _value(name: str, text: str) -> Any:
    if name in NUMBERS and text.isdecimal() and len(text) < 10:
        return int(text)
    if name == HEADERS:
        lines = (each.partition(":") for each in text.splitlines() if each.strip())
        return {header.strip(): content.strip() for header, _, content in lines}
    if name == SECONDS:
        try:
            return float(text)
        except ValueError:
            return text
    return text
