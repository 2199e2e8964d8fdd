"""Refuses a call of the SP-API that comes too often, by the published usage plans. Knows no operation.

Without limits it costs next to nothing.
"""

from marketplace_sandbox.api.admission.rate_limits import OFF, RateLimiter, ThrottledError
from marketplace_sandbox.api.admission.usage_plans import OperationIndex
from marketplace_sandbox.api.http.errors import too_many_requests
from marketplace_sandbox.api.http.exchange import Call, Exchange
from marketplace_sandbox.core.text.quoting import write_count

RATE_HEADER = "x-amzn-RateLimit-Limit"
_RATE_HEADER = RATE_HEADER.lower().encode()


class Throttling:
    """The limits of all APIs that take access tokens."""

    def __init__(self, operations: OperationIndex, limiter: RateLimiter) -> None:
        self._operations = operations
        self._limiter = limiter

    def throttle(self, exchange: Exchange, call: Call) -> None:
        """Counts the call, where the seller has limits. Raises ApiError 429 for one too many."""
        caller = exchange.caller
        if caller.world.policy.value("limits") == OFF:
            return
        operation = self._operations.find(call.operation_id, call.url_path)
        if operation is None or operation.plan is None:
            return
        plan = operation.plan
        try:
            self._limiter.spend(caller.world, caller.application, plan)
        except ThrottledError:
            exchange.notes.append(f"throttled: {write_count(plan.burst, 'calls')} at most, {plan.rate:g} more a second")
            raise too_many_requests() from None
        exchange.rate = str(float(plan.rate))

    @staticmethod
    def tell_rate(exchange: Exchange) -> None:
        """Has an answer that tells a rate tell the one in force, which operations do not know."""
        answer = exchange.answer
        if not exchange.rate or answer is None:
            return
        for index, (name, _) in enumerate(answer.headers):
            if name.lower() == _RATE_HEADER:
                answer.headers[index] = (name, exchange.rate.encode())
