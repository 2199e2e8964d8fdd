"""How often somebody has called: buckets per seller, application and operation, in memory, forgotten by a reset.

Whether there are limits, and by which clock a bucket fills again, is the seller's setting `limits`. Knows no dialect:
whoever throttles tells the caller so.
"""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from marketplace_sandbox.api.admission.usage_plans import Plan
from marketplace_sandbox.core.world.world import World

OFF, VIRTUAL = "off", "published_virtual"

MOST_BUCKETS = 2_000
"""Buckets kept for one seller; of more applications than that, the longest unseen begin anew."""

HOUR = 3600
FINEST = 1e-6
"""Seconds that an instant may be off by, as a float: what a bucket lacks of a call that comes back in less is there."""


class ThrottledError(Exception):
    """There is nothing left: of the bucket, or `hourly` of the cap. `quota` is how the cap stands, if there is one."""

    def __init__(self, plan: Plan, quota: "Quota | None" = None, *, hourly: bool = False) -> None:
        super().__init__(plan.bucket)
        self.quota = quota
        self.hourly = hourly


@dataclass(frozen=True, slots=True)
class Quota:
    """How much of an hourly cap is left, and when it begins again."""

    most: int
    left: int
    resets_at: datetime


@dataclass(slots=True)
class Bucket:
    """What is left, as of an instant in epoch seconds; `hour` is the cap's running one, `called` the calls in it."""

    left: float
    at: float
    hour: int = -1
    called: int = 0
    plan: Plan | None = None

    def fill(self, plan: Plan, now: float) -> None:
        """What has come back by now, up to the burst."""
        self.left = self.left_by(plan, now)
        self.at = now

    def left_by(self, plan: Plan, now: float) -> float:
        """What is left by an instant, if nobody takes anything."""
        return min(plan.burst, self.left + max(0.0, now - self.at) * plan.rate)


@dataclass(frozen=True, slots=True)
class StandingBucket:
    """A bucket as it stands now: whose it is, its plan, how many calls are left, and how an hourly cap stands."""

    application: str
    plan: Plan
    left: float
    quota: Quota | None


@dataclass(slots=True)
class _Seller:
    mode: str = OFF
    buckets: "OrderedDict[tuple[str, str], Bucket]" = field(default_factory=OrderedDict)


class RateLimiter:
    """The buckets of all sellers. `wall` is the real clock, in epoch seconds."""

    def __init__(self, wall: Callable[[], float] = time.time) -> None:
        self._wall = wall
        self._lock = threading.Lock()
        self._sellers: dict[str, _Seller] = {}

    def spend(self, world: World, application: str, plan: Plan) -> Quota | None:
        """Count one call, and answer what is left of an hourly cap. Raises ThrottledError, not counting it."""
        mode = world.policy.value("limits")
        with self._lock:
            now = self._now(world, mode)
            bucket = self._bucket(world.seller_id, mode, (application, plan.bucket), plan, now)
            bucket.fill(plan, now)
            quota = _quota(bucket, plan, _minute(world.seller_id, plan), now)
            if quota is not None and quota.left < 1:
                raise ThrottledError(plan, quota, hourly=True)
            if bucket.left < 1 - plan.rate * FINEST:
                raise ThrottledError(plan, quota)
            bucket.left = max(0.0, bucket.left - 1)
            bucket.called += 1
            return Quota(quota.most, quota.left - 1, quota.resets_at) if quota else None

    def full(self, world: World, plan: Plan) -> Quota | None:
        """An hourly cap that nobody has used, as it is told while there are no limits."""
        if plan.hourly is None:
            return None
        now = world.now().timestamp()
        return _quota(Bucket(plan.burst, now), plan, _minute(world.seller_id, plan), now)

    def buckets(self, world: World) -> list[StandingBucket]:
        """The buckets that a seller's clients have taken from, those of the latest calls first. Counts nothing."""
        mode = world.policy.value("limits")
        with self._lock:
            seller = self._sellers.get(world.seller_id)
            if mode == OFF or seller is None or seller.mode != mode:
                return []
            now = self._now(world, mode)
            return [
                StandingBucket(
                    application,
                    plan,
                    bucket.left_by(plan, now),
                    _quota(bucket, plan, _minute(world.seller_id, plan), now),
                )
                for (application, _), bucket in reversed(seller.buckets.items())
                if (plan := bucket.plan)
            ]

    def forget(self, seller_id: str) -> None:
        """Fill all buckets of a seller, as a reset does."""
        with self._lock:
            self._sellers.pop(seller_id, None)

    def _now(self, world: World, mode: str) -> float:
        return world.now().timestamp() if mode == VIRTUAL else self._wall()

    def _bucket(self, seller_id: str, mode: str, key: tuple[str, str], plan: Plan, now: float) -> Bucket:
        seller = self._sellers.get(seller_id)
        if seller is None or seller.mode != mode:  # instants of one clock say nothing on another
            seller = self._sellers[seller_id] = _Seller(mode)
        bucket = seller.buckets.get(key)
        if bucket is None:
            bucket = seller.buckets[key] = Bucket(plan.burst, now, plan=plan)
        seller.buckets.move_to_end(key)
        if len(seller.buckets) > MOST_BUCKETS:
            seller.buckets.popitem(last=False)
        return bucket


def _quota(bucket: Bucket, plan: Plan, minute: int, now: float) -> Quota | None:
    """The cap of the running hour, which begins at a minute of its own."""
    if plan.hourly is None:
        return None
    hour = int((now - minute * 60) // HOUR)
    if bucket.hour != hour:
        bucket.hour, bucket.called = hour, 0
    ends = datetime.fromtimestamp((hour + 1) * HOUR + minute * 60, UTC)
    return Quota(plan.hourly, max(0, plan.hourly - bucket.called), ends)


def _minute(seller_id: str, plan: Plan) -> int:
    """The minute at which the hours of a cap begin: fixed, and another for each account and operation."""
    return hashlib.sha256(f"{seller_id}\n{plan.bucket}".encode()).digest()[0] % 60
