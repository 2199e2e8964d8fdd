"""The shapes of the table's rows. Knows no rule."""

from dataclasses import dataclass

from marketplace_sandbox.core.rules.guards import Guard
from marketplace_sandbox.core.rules.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: where the guard holds, this outcome. `source` is a code that docs/sources.md explains."""

    then: Outcome
    when: Guard
    source: str


@dataclass(frozen=True, slots=True)
class LintRow:
    """A lint that depends on more than the outcome: what an accepted `action` earns where the guard holds."""

    action: str
    lint: str
    when: Guard
