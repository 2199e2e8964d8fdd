"""How long a poll takes under the published usage plans: computed, without a call being made. Reads no clock.

What it says is what `rate_limits` does to a client that makes one call after the other, each as soon as it is let
through, and needs no time for anything else. An hourly cap, which only MWS has, is left out.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from marketplace_sandbox.api.admission.rate_limits import FINEST, Bucket
from marketplace_sandbox.api.admission.usage_plans import Plan, PlatformOperation
from marketplace_sandbox.core.text.instants import format_span
from marketplace_sandbox.core.text.reading import JsonObject

Calls = Sequence[tuple[PlatformOperation, int]]
"""What a poll calls, in order: an operation, and how often it is called before the next one is."""


@dataclass(frozen=True, slots=True)
class PollTime:
    """How long a poll takes, from its first call, with every bucket full, to its last one.

    `every` is how far apart the beginnings of such polls have to be if they are to go on for ever without being
    throttled, and `bound_by` the bucket that says so, empty where no call has a plan. Both are whole milliseconds, as
    a world's clock has them: the first at which it works.
    """

    takes: timedelta
    every: timedelta
    bound_by: str


def time_poll(calls: Iterable[tuple[Plan | None, int]]) -> PollTime:
    """The time of a poll, by the plans of its calls in their order, each with how many follow one another.

    A call without a plan costs nothing.
    """
    now = 0.0
    buckets: dict[str, Bucket] = {}
    needed: dict[str, float] = {}
    for plan, count in calls:
        if plan is None:
            continue
        bucket = buckets.setdefault(plan.bucket, Bucket(plan.burst, now))
        bucket.fill(plan, now)
        at_once = min(count, int(bucket.left + plan.rate * FINEST))
        bucket.left -= at_once
        if count > at_once:
            now = _wait(bucket, plan, count - at_once, now)
        needed[plan.bucket] = needed.get(plan.bucket, 0.0) + count / plan.rate
    bound_by = max(needed, key=needed.__getitem__, default="")
    return PollTime(_span(now), _span(_round_up(needed.get(bound_by, 0.0))), bound_by)


def _wait(bucket: Bucket, plan: Plan, count: int, now: float) -> float:
    """The instant of the last of so many calls, each of which has to wait for its own to come back; empties the bucket.

    What comes back beyond a call, since an instant is a whole millisecond, is kept for the next one, unless the bucket
    is full by that call alone.
    """
    if plan.burst > 1:
        until = _round_up(now + (count - bucket.left) / plan.rate)
    else:
        until = _round_up(now + (1 - bucket.left) / plan.rate) + (count - 1) * _round_up(1 / plan.rate)
    bucket.left = 0.0 if plan.burst <= 1 else bucket.left + (until - now) * plan.rate - count
    bucket.at = until
    return until


def _span(seconds: float) -> timedelta:
    """Seconds, up to the longest span there is."""
    return timedelta(seconds=seconds) if seconds < timedelta.max.total_seconds() else timedelta.max


def _round_up(seconds: float) -> float:
    """The first millisecond, as a world's clock has them, that is not before."""
    return math.ceil((seconds - FINEST) * 1000) / 1000


def show_poll(calls: Calls) -> JsonObject:
    """The time of a poll as JSON, with the plan of each operation that it calls."""
    counts: dict[PlatformOperation, int] = {}
    for operation, count in calls:
        counts[operation] = counts.get(operation, 0) + count
    time = time_poll((operation.plan, count) for operation, count in calls)
    bound_by = [each.operation_id for each in counts if each.plan and each.plan.bucket == time.bound_by]
    return {
        "calls": sum(counts.values()),
        "operations": [
            {
                "operation": each.operation_id,
                "calls": count,
                "rate": each.plan.rate if each.plan else None,
                "burst": each.plan.burst if each.plan else None,
            }
            for each, count in counts.items()
        ],
        "takes": format_span(time.takes),
        "every": format_span(time.every),
        "bound_by": bound_by[0] if bound_by else None,
    }
