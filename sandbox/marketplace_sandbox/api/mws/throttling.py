"""Refuses an MWS call that comes too often, and tells what is left of an hourly quota, in MWS's words. Knows no action.

Without limits it costs next to nothing.
"""

from datetime import UTC, datetime
from email.utils import format_datetime

from marketplace_sandbox.api.admission.rate_limits import OFF, Quota, RateLimiter, ThrottledError
from marketplace_sandbox.api.admission.usage_plans import OperationIndex
from marketplace_sandbox.api.mws.dispatch import MwsRequest
from marketplace_sandbox.api.shared.xml import NAMESPACE_2009, Headers, MwsError, instant
from marketplace_sandbox.core.text.quoting import write_count
from marketplace_sandbox.core.world.world import World


class MwsThrottling:
    """The limits of all MWS sections, on the same buckets as the SP-API's."""

    def __init__(self, operations: OperationIndex, limiter: RateLimiter) -> None:
        self._operations = operations
        self._limiter = limiter

    def throttle(self, call: MwsRequest) -> None:
        """Counts the call, where there are limits, and has its answer tell of an hourly cap. Raises MwsError 503."""
        section, action, world = call.target()
        operation = self._operations.action(section.name, section.version, action.name)
        if operation is None or operation.plan is None:
            return
        plan = operation.plan
        if world.policy.value("limits") == OFF:
            call.headers = _quota_headers(self._limiter.full(world, plan), world)
            return
        try:
            call.headers = _quota_headers(self._limiter.spend(world, call.access_key, plan), world)
        except ThrottledError as refused:
            back = f"one back every {write_count(1 / plan.rate, 'seconds')}"
            call.notes.append(f"throttled: {write_count(plan.burst, 'calls')} at most, {back}")
            headers = _quota_headers(refused.quota, world)
            if refused.hourly and refused.quota:
                raise _used_up(f"{section.name}/{section.version}/{action.name}", refused.quota, headers) from None
            raise throttling_error(headers) from None


def _quota_headers(quota: Quota | None, world: World) -> Headers:
    """The headers of an operation with an hourly cap, on refusals too; the others have none.

    X-Amz-Date is written as `Date` is, since nothing public shows how it was.
    """
    if quota is None:
        return ()
    return (
        ("x-mws-quota-max", f"{quota.most:.1f}"),
        ("x-mws-quota-remaining", f"{quota.left:.1f}"),
        ("x-mws-quota-resetsOn", instant(quota.resets_at)),
        ("X-Amz-Date", format_datetime(world.now(), usegmt=True)),
    )


def throttling_error(headers: Headers) -> MwsError:
    """The refusal of a call that comes too early."""
    return MwsError(503, "RequestThrottled", "Request is throttled", "", NAMESPACE_2009, headers=headers)


def _used_up(operation: str, quota: Quota, headers: Headers) -> MwsError:
    most = f"You exceeded your quota of {quota.most:.1f} requests per 1 hour for operation {operation}."
    message = f"{most}  Your quota will reset on {_ctime(quota.resets_at)}"
    return MwsError(503, "QuotaExceeded", message, "", None, headers=headers)


def _ctime(at: datetime) -> str:
    """`Thu Oct 24 00:42:00 UTC 2013`."""
    utc = at.astimezone(UTC)
    return f"{_DAYS[utc.weekday()]} {_MONTHS[utc.month - 1]} {utc:%d %H:%M:%S} UTC {utc.year}"


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
