"""The table of rules as data. What it says is the core's matter; the same for every seller."""

from marketplace_sandbox.api.http.exchange import Call, Reply
from marketplace_sandbox.core.rules.rulebook import rules_json


class RuleOperations:
    """The table as it comes, computed at the first call."""

    def getRules(self, _call: Call) -> Reply:
        return Reply(body=rules_json())
