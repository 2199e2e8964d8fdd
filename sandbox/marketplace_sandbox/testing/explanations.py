"""What a failed test says beside its assertion: the history of an order, and what the client did. Asserts nothing."""

from collections.abc import Iterable, Sequence
from typing import Any

from marketplace_sandbox.core.rules.lints import LINTS
from marketplace_sandbox.testing.recorded_requests import RecordedRequest

Json = dict[str, Any]
LATEST_REQUESTS = 20
HISTORY_HEADING = "What happened to it:"


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


def notifications_in(history: Iterable[Json]) -> list[tuple[str, str]]:
    """The notifications that an order's history caused: what kind of change, and when."""
    return [(each["effects"]["notification"], each["at"]) for each in history if each["effects"]["notification"]]
