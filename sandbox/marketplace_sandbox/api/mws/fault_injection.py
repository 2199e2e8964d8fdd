"""Has an MWS call go wrong as a fault says, in MWS's words. Knows no action."""

from marketplace_sandbox.api.admission.fault_injection import NotPerformedError, faulty_view, inject_answer
from marketplace_sandbox.api.admission.usage_plans import OperationIndex
from marketplace_sandbox.api.http.flask_side import RunInThread, running_inline
from marketplace_sandbox.api.mws.dispatch import READS, MwsRequest
from marketplace_sandbox.api.mws.throttling import throttling_error
from marketplace_sandbox.api.shared.xml import MwsError
from marketplace_sandbox.core.faults.fault_rules import FaultRules

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


class MwsFaultInjection:
    """The faults of all MWS sections, which are the SP-API's."""

    def __init__(self, faults: FaultRules, operations: OperationIndex) -> None:
        self._faults = faults
        self._operations = operations

    def leave_event_loop(self, call: MwsRequest) -> None:
        """Sends on to a thread what is no pure read, and a read that a fault may have wait, before it is counted.

        Raises RunInThread.
        """
        _, action, world = call.target()
        if running_inline() and (action.name not in READS or self._faults.has_rules_for_calls(world.seller_id)):
            raise RunInThread

    def inject(self, call: MwsRequest) -> None:
        """Has the call go wrong as the first fault that matches it says. Raises MwsError."""
        section, action, world = call.target()
        operation = self._operations.action(section.name, section.version, action.name)
        if operation is None:
            return
        order_id = call.sent.values.get(ORDER_ID, "")
        fault = self._faults.match_call(world.seller_id, operation.operation_id, operation.api, order_id)
        if fault is None:
            return
        try:
            inject_answer(fault, call)
        except NotPerformedError:
            raise _by_status(503) from None
        arguments = fault.arguments
        headers = tuple(arguments.get("headers", {}).items())
        if fault.kind == "throttled":
            raise throttling_error((*call.headers, *headers))
        if fault.kind == "status":
            usual = _by_status(arguments["status"])
            code, message = arguments.get("code", usual.code), arguments.get("message", usual.message)
            details = arguments.get("details")
            raise MwsError(arguments["status"], code, message, usual.kind, detail=details, headers=headers)
        call.view = faulty_view(world, fault)


def _by_status(status: int) -> MwsError:
    code, message, kind = _CODES[status if status in _CODES else 400 if status < 500 else 500]
    return MwsError(status, code, message, kind)
