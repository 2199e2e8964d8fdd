"""What stands between an MWS call and its action: quotas, and what is to go wrong, in MWS's words.

Without limits and faults it costs next to nothing. Knows no action.
"""

from datetime import UTC, datetime
from email.utils import format_datetime

from marketplace_sandbox.api.admission.injected_faults import NotPerformedError, note, seen, spoil, told
from marketplace_sandbox.api.admission.rate_limits import OFF, Quota, RateLimiter, ThrottledError
from marketplace_sandbox.api.admission.usage_plans import Catalogue, Served
from marketplace_sandbox.api.mws.dispatch import Admission, Call
from marketplace_sandbox.api.shared.xml import NAMESPACE_2009, Headers, MwsError, instant
from marketplace_sandbox.core.faults.fault_rules import FaultRules
from marketplace_sandbox.core.faults.kinds import FaultRule
from marketplace_sandbox.core.world import World

ORDER_ID = "AmazonOrderId"
FAILED = "We encountered an internal error. Please try again."

_CODES = {
    400: ("InvalidParameterValue", "The request could not be understood.", "Sender"),
    401: ("AccessDenied", "Access is denied.", "Sender"),
    403: ("AccessDenied", "Access is denied.", "Sender"),
    404: ("InvalidAddress", "Resource is not found on this server.", "Sender"),
    500: ("InternalError", FAILED, "Receiver"),
    503: ("ServiceUnavailable", "The service is unavailable for a moment. Please try again.", "Receiver"),
}


class MwsGate:
    """The gate of all MWS sections, on the same faults and buckets as the SP-API."""

    def __init__(self, faults: FaultRules, catalogue: Catalogue, limits: RateLimiter) -> None:
        self.faults = faults
        self.catalogue = catalogue
        self.limits = limits

    def __call__(self, world: World, call: Call) -> Admission:
        """How the call goes on. Raises MwsError for one that does not."""
        served = self.catalogue.action(call.section.name, call.section.version, call.action)
        if served is None:
            return Admission(world)
        headers = self._spend(world, call, served)
        fault = self.faults.match_call(world.seller_id, served.operation_id, served.api, call.text(ORDER_ID) or "")
        if fault is None:
            return Admission(world, headers)
        note(told(fault))
        try:
            spoil(fault)
        except NotPerformedError:
            raise _by_status(503) from None
        if fault.kind == "throttled":
            raise _throttled((*headers, *fault.arguments.get("headers", {}).items()))
        if fault.kind == "status":
            raise _refusal(fault)
        return Admission(seen(world, fault), headers)

    def _spend(self, world: World, call: Call, served: Served) -> Headers:
        """Counts the call, where there are limits; answers what is to be told of an hourly cap."""
        if served.plan is None:
            return ()
        if world.policy.value("limits") == OFF:
            return _told(self.limits.full(world, served.plan), world)
        try:
            return _told(self.limits.spend(world, call.application, served.plan), world)
        except ThrottledError as throttled:
            note(f"throttled: {served.plan.burst} calls at most, one back every {1 / served.plan.rate:g} seconds")
            headers = _told(throttled.quota, world)
            if throttled.hourly and throttled.quota:
                raise _used_up(call, throttled.quota, headers) from None
            raise _throttled(headers) from None


def _told(quota: Quota | None, world: World) -> Headers:
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


def _throttled(headers: Headers) -> MwsError:
    return MwsError(503, "RequestThrottled", "Request is throttled", "", NAMESPACE_2009, headers=headers)


def _used_up(call: Call, quota: Quota, headers: Headers) -> MwsError:
    operation = f"{call.section.name}/{call.section.version}/{call.action}"
    most = f"You exceeded your quota of {quota.most:.1f} requests per 1 hour for operation {operation}."
    message = f"{most}  Your quota will reset on {_ctime(quota.resets_at)}"
    return MwsError(503, "QuotaExceeded", message, "", None, headers=headers)


def _ctime(at: datetime) -> str:
    """`Thu Oct 24 00:42:00 UTC 2013`."""
    utc = at.astimezone(UTC)
    return f"{_DAYS[utc.weekday()]} {_MONTHS[utc.month - 1]} {utc:%d %H:%M:%S} UTC {utc.year}"


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _refusal(fault: FaultRule) -> MwsError:
    given = fault.arguments
    usual = _by_status(given["status"])
    code, message = given.get("code", usual.code), given.get("message", usual.message)
    headers = tuple(given.get("headers", {}).items())
    return MwsError(given["status"], code, message, usual.kind, detail=given.get("details"), headers=headers)


def _by_status(status: int) -> MwsError:
    code, message, kind = _CODES[status if status in _CODES else 400 if status < 500 else 500]
    return MwsError(status, code, message, kind)
