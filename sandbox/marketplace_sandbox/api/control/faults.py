"""What goes wrong next: adding faults, listing them with accounts, taking them away. Whoever meets one injects it."""

from marketplace_sandbox.api.control.lists import answer_page
from marketplace_sandbox.api.control.worlds import Worlds
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.http.exchange import Call, Reply
from marketplace_sandbox.core.faults.fault_rules import FaultRules
from marketplace_sandbox.core.text.quoting import quote, suggestion
from marketplace_sandbox.core.text.reading import FieldError, Fields

MOST_AT_ONCE = 100


class FaultOperations:
    """The fault rules of a seller."""

    def __init__(self, worlds: Worlds, faults: FaultRules) -> None:
        self._worlds = worlds
        self._faults = faults

    def listFaults(self, call: Call) -> Reply:
        """The seller's faults in their order, each with how often it was met."""
        with self._worlds.of(call) as world:
            rules = self._faults.all(world.seller_id)
            return Reply(body=answer_page("faults", rules, lambda each: each, call.query, world))

    def addFault(self, call: Call) -> Reply:
        """One fault, or several as `faults`, all of them or none."""
        with self._worlds.of(call) as world:
            if "faults" not in call.body:
                (added,) = self._faults.add(world.seller_id, [call.body], world.now())
                return Reply(201, added)
            rules = Fields(call.body, known=("faults",)).values["faults"]
            if not isinstance(rules, list) or not 1 <= len(rules) <= MOST_AT_ONCE:
                raise FieldError("faults", f"faults is a list of 1 to {MOST_AT_ONCE} faults.")
            return Reply(201, {"faults": self._faults.add(world.seller_id, rules, world.now(), "faults")})

    def removeFaults(self, call: Call) -> Reply:
        with self._worlds.of(call) as world:
            self._faults.clear(world.seller_id)
            return Reply(204)

    def removeFault(self, call: Call) -> Reply:
        fault_id = call.path["fault_id"]
        with self._worlds.of(call) as world:
            known = [each["id"] for each in self._faults.all(world.seller_id)]
            if not self._faults.remove(world.seller_id, fault_id):
                message = f"There is no fault {quote(fault_id)}{suggestion(fault_id, known)}"
                raise ApiError(404, "NotFound", message)
            return Reply(204)
