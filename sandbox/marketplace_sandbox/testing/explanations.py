"""What a failed test says beside its assertion: the history of an order, and what the client did. Asserts nothing."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from marketplace_sandbox.core.past.difference import changed_values
from marketplace_sandbox.core.rules.lints import LINTS
from marketplace_sandbox.testing.recorded_requests import RecordedRequest

Json = dict[str, Any]
LATEST_REQUESTS = 20
MOST_JOBS, MOST_FINDINGS = 10, 4
FINDINGS_HEADING = "What looks wrong with the client:"
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
    """What the client called, the latest last; what was called again and again, with the same outcome, in one line."""
    if not requests:
        return "The client has called nothing."
    folded: list[list[RecordedRequest]] = []
    for each in requests:
        if folded and folded[-1][0].is_like(each):
            folded[-1].append(each)
        else:
            folded.append([each])
    latest = folded[-LATEST_REQUESTS:]
    earlier = sum(len(alike) for alike in folded[:-LATEST_REQUESTS])
    left_out = [f"  … and {earlier} before"] if earlier else []
    return "\n".join(["What the client did:", *left_out, *(f"  {alike[0].tell(len(alike))}" for alike in latest)])


def explain_waits(jobs: Sequence[Json], deliveries: Sequence[Json], *, stands: bool) -> str:
    """How far feeds, reports and deliveries have come, and what they wait for; nothing where there are none."""
    if not jobs and not deliveries:
        return ""
    from marketplace_sandbox.doctor.poller import tell_state  # noqa: PLC0415  only a failing test needs it

    suffix = "; the clock stands" if stands else ""
    lines = [
        f"{each['kind']} {each['id']} ({each['type']}) is {tell_state(each)}{_tell_job(each, suffix)}"
        for each in jobs[-MOST_JOBS:]
    ]
    under_way = [each for each in deliveries if each["status"] != "delivered"]
    lines += [_tell_delivery(each, suffix) for each in under_way[-MOST_JOBS:]]
    left_out = len(jobs) + len(under_way) - len(lines)
    more = [f"… and {left_out} more"] if left_out > 0 else []
    return "\n".join(["Feeds, reports and deliveries:", *(f"  {each}" for each in (*lines, *more))]) if lines else ""


def _tell_job(job: Json, suffix: str) -> str:
    if not job["ended_at"]:
        return suffix
    return f": {job['problems'][0]}" if job["problems"] else ""


def _tell_delivery(delivery: Json, suffix: str) -> str:
    about = f" of order {delivery['order_id']}" if delivery["order_id"] else ""
    code = f" (HTTP {delivery['http_code']})" if delivery["http_code"] else ""
    waits = f", tried again at {delivery['next_at']}{suffix}" if delivery["next_at"] else ""
    return f"delivery {delivery['id']} ({delivery['notification_type']}{about}) is {delivery['status']}{code}{waits}"


def explain_findings(found: Sequence[str]) -> str:
    """What looks wrong with the client, a sentence each; nothing where nothing does."""
    more = len(found) - MOST_FINDINGS
    left_out = [f"  … and {more} more, which marketplace-sandbox doctor tells"] if more > 0 else []
    return "\n".join([FINDINGS_HEADING, *(f"  {each}" for each in found[:MOST_FINDINGS]), *left_out]) if found else ""


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
    text = value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def notifications_in(history: Iterable[Json]) -> list[tuple[str, str]]:
    """The notifications that an order's history caused: what kind of change, and when."""
    return [(each["effects"]["notification"], each["at"]) for each in history if each["effects"]["notification"]]
