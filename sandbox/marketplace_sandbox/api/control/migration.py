"""The move from Orders v0 to 2026-01-01, rehearsed: what replaces each call of a client, run and compared.

Changes nothing.
"""

from collections.abc import Iterable
from urllib.parse import unquote

from marketplace_sandbox.amazon.orders_v0_end import ORDERS_V0_ENDING, RESTRICTED_TOKENS
from marketplace_sandbox.api.admission.request_log import LoggedCall, RequestLog
from marketplace_sandbox.api.admission.usage_plans import OperationIndex
from marketplace_sandbox.api.control.worlds import Worlds
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.http.exchange import Call, Reply
from marketplace_sandbox.api.migration import Rehearsals, report
from marketplace_sandbox.api.migration.limits import compare_limits
from marketplace_sandbox.api.migration.report import FoldedCall, Json, RecordedCall
from marketplace_sandbox.api.spapi.orders_v0.reads_end import NOTED
from marketplace_sandbox.core.text.redaction import redact_body, redact_path
from marketplace_sandbox.core.world.world import World


class MigrationOperations:
    """What becomes of a client's calls. `requests` has those that were made here."""

    def __init__(self, worlds: Worlds, requests: RequestLog, rehearsals: Rehearsals) -> None:
        self._worlds = worlds
        self._requests = requests
        self._rehearsals = rehearsals
        self._plans = OperationIndex((rehearsals.v0.document, rehearsals.latest.document))

    def getMigration(self, call: Call) -> Reply:
        """The calls that the seller's client has made, from a number on."""
        with self._worlds.of(call) as world:
            logged = self._requests.calls(world.seller_id)
            count = logged[-1].number + 1 if logged else 0
            since = call.query.get("since", 0)
            if since > count:  # after a reset they are counted from the beginning again
                since = 0
            return Reply(body=self._report(world, map(_read_logged, logged), since) | {"next": count})

    def rehearseMigration(self, call: Call) -> Reply:
        """Calls that were recorded elsewhere."""
        sent = [_read_recorded(each) for each in call.body["calls"]]
        with self._worlds.of(call) as world:
            return Reply(body=self._report(world, sent, 0) | {"next": None})

    def _report(self, world: World, calls: Iterable[RecordedCall], since: int) -> Json:
        of_orders, others = [], 0
        for each in calls:
            if (each.number or 0) < since:
                continue
            operation = self._operation(each)
            if operation is None:
                others += each.times
            else:
                of_orders.append((operation, each))
        folded = report.fold(of_orders, lambda call: self._is_known(world, call))
        told = [self._tell(world, each) for each in folded]
        return {
            "from": "v0",
            "to": "2026-01-01",
            "calls": told,
            "limits": compare_limits(self._plans, report.reads_in_order(of_orders, folded, told)),
            "checklist": report.checklist(told),
            "summary": report.summary(told, others),
        }

    def _operation(self, call: RecordedCall) -> str | None:
        """The operation of either generation, or of a token for its reads; None for a call of another service."""
        path = call.path.rstrip("/")
        if (call.method, path) == ("POST", RESTRICTED_TOKENS):
            return "createRestrictedDataToken"
        for generation in (self._rehearsals.v0, self._rehearsals.latest):
            found = generation.find(call.method, path)
            if found is not None:
                return found[0].operation_id
        return None

    def _is_known(self, world: World, call: RecordedCall) -> bool:
        """Whether the world has the order that a read of v0 names, if it names one."""
        found = self._rehearsals.v0.find(call.method, call.path.rstrip("/"))
        order_id = found[1].get("orderId") if found else None
        return order_id is None or order_id in world.orders

    def _tell(self, world: World, folded: FoldedCall) -> Json:
        call = folded.latest
        path = call.path.rstrip("/")
        if folded.operation == "createRestrictedDataToken":
            return report.call_json(folded, report.NOT_NEEDED, why=report.WITHOUT_RESTRICTED)
        if self._rehearsals.latest.find(call.method, path) is not None:
            return report.call_json(folded, report.FAILED if call.failed else report.MOVED)
        if folded.operation not in ORDERS_V0_ENDING:
            return report.call_json(folded, report.STAYS, why=report.OUTLIVES)
        if call.failed and not call.ended:
            return report.call_json(folded, report.FAILED, why=f"It was answered {call.status}.")
        try:
            rehearsal = self._rehearsals.rehearse(world, path, call.query)
        except ApiError as refusal:
            return report.call_json(folded, report.FAILED, why=refusal.message)
        verdict = report.NO_COUNTERPART if rehearsal.replacement.no_counterpart else report.REPLACED
        why = rehearsal.replacement.no_counterpart or (report.ENDED if call.ended and not rehearsal.why else "")
        return report.call_json(folded, verdict, rehearsal, why=why)


def _read_recorded(sent: Json) -> RecordedCall:
    """A call as it was sent, without secrets: what is said of it tells its parts in many places."""
    path, query = redact_path(unquote(sent["path"])), redact_body(sent.get("query", ""))
    return RecordedCall(sent["method"], path, query, times=sent.get("times", 1))


def _read_logged(call: LoggedCall) -> RecordedCall:
    """A call as the request log has it."""
    return RecordedCall(
        call.method,
        call.path,
        call.query,
        call.number,
        call.at,
        call.request_id,
        call.user_agent,
        call.status,
        ended=any(NOTED in note for note in call.notes),
    )
