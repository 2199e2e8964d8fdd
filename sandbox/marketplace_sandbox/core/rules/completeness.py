"""The check that the table of rules leaves nothing open, made when the table is imported: nothing is half added."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from marketplace_sandbox.core.messaging import buyer_seller, mail
from marketplace_sandbox.core.rules.guards import Guard
from marketplace_sandbox.core.rules.lints import LINTS
from marketplace_sandbox.core.rules.outcomes import Outcome
from marketplace_sandbox.core.rules.rows import Row
from marketplace_sandbox.core.rules.transitions import change_nothing

TABLE = "core/rules/table.py"
TRANSITIONS = "core/rules/transitions.py"


class IncompleteRulesError(Exception):
    """The table of rules leaves something open. The text says what to add, and in which file."""


def check(outcomes: Iterable[Outcome], rows: Mapping[str, Sequence[Row]], actions: Iterable[str]) -> None:
    """Raises IncompleteRulesError with one sentence for everything that is missing."""
    known = list(outcomes)
    problems = [*_of_names(known, rows), *(each for outcome in known for each in _of_outcome(outcome))]
    problems += _of_actions(rows, list(actions))
    if problems:
        raise IncompleteRulesError("\n".join(problems))


def _of_names(outcomes: Sequence[Outcome], rows: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    for name, count in Counter(each.name for each in outcomes).items():
        if count > 1:
            yield f"{count} outcomes are called '{name}': give each a name of its own in {TABLE}."
    reached = {row.then.name for several in rows.values() for row in several}
    for outcome in outcomes:
        if outcome.name not in reached:
            yield f"Outcome '{outcome.name}' is reached by no row: add one to TABLE in {TABLE}, or delete it."


def _of_outcome(outcome: Outcome) -> Iterator[str]:
    named = f"Outcome '{outcome.name}'"
    # Code, transition and meaning are told apart by their order: if one is left out, those behind it are in its place,
    # and only the first of these sentences is true.
    if not (isinstance(outcome.code, str) and outcome.code):
        yield f"{named} has no code: give it the published decision table's in {TABLE}, or OURS where that has none."
    elif outcome.accepted and not callable(outcome.becomes):
        yield (
            f"{named} is accepted, and nothing says what becomes of the order: give it a function of {TRANSITIONS} "
            f"in {TABLE}, `t.change_nothing` where the order stays as it is."
        )
    elif not outcome.meaning.endswith("."):
        yield f"{named} has no meaning: give it a sentence in {TABLE}, which ends with a full stop."
    if outcome.accepted:
        yield from _of_consequences(outcome)
    elif not outcome.error or outcome.http < 400:
        yield f"{named} is refused without an error: give it a code and an HTTP status from 400 in {TABLE}."
    for lint in outcome.lints:
        if lint not in LINTS:
            yield f"{named} earns the lint {lint}, which has no sentence: add one to LINTS in core/rules/lints.py."


def _of_consequences(outcome: Outcome) -> Iterator[str]:
    named = f"Outcome '{outcome.name}'"
    if outcome.change and outcome.becomes is change_nothing:
        yield (
            f"{named} tells of an {outcome.change} and leaves the order unchanged: "
            f"give it a function of {TRANSITIONS} that changes it in {TABLE}, or no `change`."
        )
    if outcome.counts and not outcome.change:
        yield f"{named} counts in the Cancellation Rate without a change: give it `change` in {TABLE}."
    for kind in outcome.mails:
        if kind not in mail.KINDS:
            yield f"{named} sends the mail '{kind}', which has no words: add it to KINDS in core/messaging/mail.py."
    if outcome.message and outcome.message not in buyer_seller.KINDS:
        yield (
            f"{named} leaves the message '{outcome.message}', which has no words: "
            "add it to KINDS in core/messaging/buyer_seller.py."
        )


def _of_actions(rows: Mapping[str, Sequence[Row]], actions: Sequence[str]) -> Iterator[str]:
    for action in actions:
        if action not in rows:
            yield f"Action '{action}' has no rows: add it to TABLE in {TABLE}."
    for action, several in rows.items():
        if action not in actions:
            yield (
                f"TABLE in {TABLE} has rows of '{action}': add it to ARGUMENTS in core/orders/actions.py or to TIMERS."
            )
        if any(not isinstance(row.when, Guard) for row in several):
            yield f"A row of '{action}' has no guard: give it one of core/rules/guards.py in {TABLE}."
            continue
        last = [index for index, row in enumerate(several) if not row.when.conditions]
        if not several or last != [len(several) - 1]:
            yield f"The last row of '{action}', and no other, catches all: give it `g.always` in {TABLE}."
        if any(not row.source for row in several):
            yield f"A row of '{action}' has no source: give it a code of docs/sources.md in {TABLE}."
