"""What stands between a call of the SP-API that is in order and its operation: limits, and what is to go wrong.

Without limits and faults it costs next to nothing. Knows no operation.
"""

import flask

from marketplace_sandbox.api.admission.credentials import ACCESS
from marketplace_sandbox.api.admission.injected_faults import NotPerformedError, note, seen, spoil, told
from marketplace_sandbox.api.admission.rate_limits import OFF, RateLimiter, ThrottledError
from marketplace_sandbox.api.admission.usage_plans import Catalogue, Served
from marketplace_sandbox.api.http.bridge import RunInThread, running_inline
from marketplace_sandbox.api.http.calls import Call
from marketplace_sandbox.api.http.errors import DENIED, ApiError, by_status
from marketplace_sandbox.core.faults.fault_rules import FaultRules
from marketplace_sandbox.core.faults.kinds import FaultRule
from marketplace_sandbox.core.world import World

LOGIN = "createAccessToken"
RATE_HEADER = "x-amzn-RateLimit-Limit"

EXPIRED = "The access token you provided has expired."
REVOKED = "The access token you provided is revoked, malformed or invalid."
_TOKENS = {"expired_token": EXPIRED, "revoked_token": REVOKED}


class Gate:
    """The gate of all APIs that take access tokens."""

    def __init__(self, faults: FaultRules, catalogue: Catalogue, limits: RateLimiter) -> None:
        self.faults = faults
        self.catalogue = catalogue
        self.limits = limits

    def install(self, flask_app: flask.Flask) -> None:
        """Has answers tell the rate in force, which operations do not know."""
        flask_app.after_request(_tell_rate)

    def admit(self, world: World, call: Call, token: str, application: str = "") -> World:
        """The world as the operation is to see it. Raises ApiError, or RunInThread where a fault may have it wait.

        `token` is the access token if it was issued here, `application` who it was issued to, empty for the client
        made for the seller.
        """
        limited = world.policy.value("limits") != OFF
        stands = self.faults.has_rules_for_calls(world.seller_id)
        if (ended := self.faults.token_ended_by(world.seller_id, token)) is not None:
            note("a fault has ended this token before")
            raise ApiError(403, "Unauthorized", DENIED, _TOKENS[ended])
        if not limited and not stands:
            return world
        if stands and running_inline():
            raise RunInThread
        served = self.catalogue.find(call.operation_id, call.url_path)
        if served is None:
            return world
        if limited:
            self._spend(world, served, application)
        return self._meet(world, call, served, token) if stands else world

    def login(self, seller_id: str) -> tuple[int, str, str] | None:
        """The status, error and description by which a login is refused; None to go on.

        It goes wrong only if it is named: clients log in when they like, and a fault is meant for what they are for.
        """
        fault = self.faults.match_call(seller_id, LOGIN, "lwa", named=True)
        if fault is None:
            return None
        note(told(fault))
        try:
            spoil(fault)
        except NotPerformedError:
            return 503, "server_error", "nothing is answered"
        given = fault.arguments
        if fault.kind != "status":
            return None
        error, description = ("invalid_request", "server_error")[given["status"] >= 500], "The login was refused"
        return given["status"], given.get("code", error), given.get("message", description)

    def renew(self, seller_id: str, token: str) -> None:
        """A token is given out: it is good, whatever had ended it before."""
        self.faults.renew_token(seller_id, token)

    def _spend(self, world: World, served: Served, application: str) -> None:
        if served.plan is None:
            return
        try:
            self.limits.spend(world, application, served.plan)
        except ThrottledError:
            note(f"throttled: {served.plan.burst} calls at most, {served.plan.rate:g} more a second")
            raise by_status(429) from None
        flask.g.rate = f"{served.plan.rate:g}"

    def _meet(self, world: World, call: Call, served: Served, token: str) -> World:
        order_id = call.path.get("orderId") or call.path.get("amazonOrderId") or ""
        fault = self.faults.match_call(world.seller_id, served.operation_id, served.api, order_id)
        if fault is None:
            return world
        note(told(fault))
        try:
            spoil(fault)
        except NotPerformedError:
            raise by_status(503) from None
        if fault.kind in _TOKENS:
            if token.startswith(ACCESS):  # only a client that has its tokens from here can fetch another one
                self.faults.end_token(world.seller_id, token, fault.kind)
            raise ApiError(403, "Unauthorized", DENIED, _TOKENS[fault.kind])
        if fault.kind == "throttled":
            raise by_status(429, fault.arguments.get("headers"))
        if fault.kind == "status":
            raise _refusal(fault)
        return seen(world, fault)


def _refusal(fault: FaultRule) -> ApiError:
    given = fault.arguments
    usual = by_status(given["status"])
    code, message = given.get("code", usual.code), given.get("message", usual.message)
    return ApiError(given["status"], code, message, given.get("details", ""), given.get("headers"))


def _tell_rate(response: flask.Response) -> flask.Response:
    rate = flask.g.get("rate")
    if rate is not None and RATE_HEADER in response.headers:
        response.headers[RATE_HEADER] = rate
    return response
