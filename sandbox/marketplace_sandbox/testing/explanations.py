"""What a failed test says beside its assertion: the history of an order, and what the client did. Asserts nothing."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from marketplace_sandbox.core.difference import changed_values
from marketplace_sandbox.core.rules.lints import LINTS
from marketplace_sandbox.testing.recorded_requests import RecordedRequest

Json = dict[str, Any]
LATEST_REQUESTS = 20
HISTORY_HEADING = "What happened to it:"
MOST_CHANGES, LONGEST_VALUE = 12, 100
CAME = ("notifications", "mail", "messages", "deliveries")
FOLLOWING = ("allowed", "last_updated_at")


def explain_history(history: Sequence[Json]) -> str:
    """What happened to an order, a line each, with the rules' warnings below."""
    text = [HISTORY_HEADING]
    for event in history:
        actor = {"time": "time", "control": "test", "buyer": "test"}.get(event["channel"], "client")
        notification = event["effects"]["notification"]
        suffix = f" [{notification}]" if notification else ""
        text.append(f"  {event['at']}  {event['action']} (by {actor}): {event['meaning']}{suffix}")
        text += [f"      {code}: {LINTS.get(code, '')}" for code in event["effects"]["lint"]]
    return "\n".join(text)


def explain_requests(requests: Sequence[RecordedRequest]) -> str:
    """What the client called, the latest last."""
    if not requests:
        return "The client has called nothing."
    earlier = len(requests) - LATEST_REQUESTS
    left_out = [f"  … and {earlier} before"] if earlier > 0 else []
    return "\n".join(["What the client did:", *left_out, *(f"  {each}" for each in requests[-LATEST_REQUESTS:])])


def explain_cancellation(cancellation: Json | None) -> str:
    """A cancellation in half a sentence."""
    if cancellation is None:
        return "not canceled"
    counts = "counts" if cancellation["counts_in_rate"] else "does not count"
    by, reason, at = cancellation["by"], cancellation["reason"], cancellation["at"]
    return f"canceled by {by} ({reason}) at {at}, which {counts} in the rate"


def explain_difference(found: Json, step: str) -> str:
    """What has changed since a step began, or the test: a line for each value of an order, then how much was told.

    What is left out follows from the rest: what is allowed now, and when the order was last updated.
    """
    since = f"the latest step ({step})" if step else "the test began"
    lines = [line for order in found["orders"] for line in _changes_of(order)]
    counts = [f"{kind}: {len(found[kind])}" for kind in CAME if found[kind]]
    if not lines and not counts:
        return f"Nothing has changed since {since}."
    more = len(lines) - MOST_CHANGES
    shown = [*lines[:MOST_CHANGES], *([f"… and {more} more; see marketplace.diff()"] if more > 0 else [])]
    told = [f"new: {', '.join(counts)}"] if counts else []
    return "\n".join([f"What has changed since {since}:", *(f"  {each}" for each in (*shown, *told))])


def _changes_of(order: Json) -> Iterator[str]:
    if order["change"] != "changed":
        yield f"order {order['order_id']} was {order['change']}"
        return
    for name, values in order["fields"].items():
        for path, before, after in changed_values(name, *values):
            if name not in FOLLOWING:
                yield f"order {order['order_id']} {path}: {_short(before)} → {_short(after)}"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def notifications_in(history: Iterable[Json]) -> list[tuple[str, str]]:
    """The notifications that an order's history caused: what kind of change, and when."""
    return [(each["effects"]["notification"], each["at"]) for each in history if each["effects"]["notification"]]
