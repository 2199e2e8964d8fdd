"""What can come of an action, as a value: its words, its error, and everything that follows from it. Knows no outcome.

Which outcomes there are stands in `table`, with the rows that lead to them.
"""

from dataclasses import dataclass
from enum import StrEnum

from marketplace_sandbox.core.rules.transitions import Transition


class Verdict(StrEnum):
    """Whether an action goes through."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    NOT_APPLICABLE = "not_applicable"


STATUS_CHANGE = "OrderStatusChange"
REQUEST_CHANGE = "BuyerRequestedChange"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome. `meaning` is a sentence for people; a refusal's says what to do instead.

    `code` is that of the published decision table, `becomes` makes the next order, `change` is the kind of
    ORDER_CHANGE; `mails`, `message` and `lints` name what is recorded, `counts` says whether it counts
    in the Cancellation Rate, `error` and `http` are a refusal's.
    """

    name: str
    verdict: Verdict
    code: str
    meaning: str
    becomes: Transition | None = None
    change: str = ""
    mails: tuple[str, ...] = ()
    message: str = ""
    lints: tuple[str, ...] = ()
    counts: bool = False
    error: str = ""
    http: int = 200

    @property
    def accepted(self) -> bool:
        """Whether the action went through."""
        return self.verdict is Verdict.ACCEPTED


def accept(
    name: str, code: str = "", becomes: Transition | None = None, meaning: str = "", *,
    change: str = "", mails: str = "", message: str = "", lints: str = "", counts: bool = False,
) -> Outcome:  # fmt: skip
    """An outcome that goes through. Several mails or lints are separated by spaces."""
    several = tuple(mails.split()), message, tuple(lints.split())
    return Outcome(name, Verdict.ACCEPTED, code, meaning, becomes, change, *several, counts)


def refuse(name: str, code: str, error: str, http: int, meaning: str, *, lints: str = "") -> Outcome:
    """An outcome that changes nothing and answers an error."""
    return Outcome(name, Verdict.REFUSED, code, meaning, lints=tuple(lints.split()), error=error, http=http)


def not_applicable(name: str, code: str, meaning: str) -> Outcome:
    """An outcome that changes nothing because the action has no object. The published table has no error for it."""
    return Outcome(name, Verdict.NOT_APPLICABLE, code, meaning, error="NOT_APPLICABLE", http=409)
