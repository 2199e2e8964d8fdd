"""The matrix of stages and actions; one stage, one action, one rule of it; and an order with the guards it meets."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import flask
from flask import Blueprint, request

from marketplace_sandbox.api.http.errors import ApiError, invalid_input
from marketplace_sandbox.api.shared.sources import sources
from marketplace_sandbox.console import current
from marketplace_sandbox.console.frame.rendering import render
from marketplace_sandbox.core.orders.actions import ARGUMENTS
from marketplace_sandbox.core.policy import POLICY
from marketplace_sandbox.core.rules.lints import LINTS
from marketplace_sandbox.core.rules.rulebook import ACTORS
from marketplace_sandbox.core.rules.stages import STAGES, TRIALS, Cell, Trial, matrix
from marketplace_sandbox.core.text.quoting import quote, suggestion

Json = dict[str, Any]
NO_RULE = "-"
NAMES = ("stage", "action", "order", "rule", "actor")
"""What the address may ask for."""

pages = Blueprint("rules", __name__, template_folder="templates")


@dataclass(frozen=True)
class Wanted:
    """What is looked at: a stage, an action of the matrix or of the control API, an order, a rule, or who acts.

    Empty is any.
    """

    stage: str
    action: str
    order_id: str
    rule: str
    actor: str

    def check(self) -> None:
        """Raises an ApiError that names the nearest there is."""
        known: tuple[tuple[str, str, Iterable[str]], ...] = (
            ("stage", self.stage, STAGES),
            ("action", self.action, {**TRIALS, **ARGUMENTS, **dict.fromkeys(each.action for each in TRIALS.values())}),
            ("rule", self.rule, sources()),
            ("actor", self.actor, ACTORS),
        )
        for name, text, there in known:
            if text and text not in there:
                raise invalid_input(f"There is no {name} {quote(text)}{suggestion(text, there)}", name)

    def takes(self, cell: Cell) -> bool:
        """Whether a cell is one of those that are looked at."""
        return (
            self.stage in ("", cell.stage.name)
            and self.action in ("", cell.trial.name, cell.trial.action)
            and self.actor in ("", cell.trial.actor)
            and (not self.rule or self.rule in cell.step.row.source.split())
        )


@dataclass(frozen=True)
class Told:
    """A cell in words: what follows from its outcome, and what the sources of its rule state, by their codes."""

    cell: Cell
    follows: tuple[str, ...]
    stated: Mapping[str, str]


@pages.get("/rules")
def rules() -> flask.Response:
    """The whole matrix or, where something is asked for, the cells of that with all there is to say of each."""
    wanted = Wanted(*(request.args.get(name, "").strip()[:100] for name in NAMES))
    problem, explained = None, None
    try:
        wanted.check()
        if wanted.order_id:
            explained = _explain(wanted.order_id, wanted.action)
            wanted = replace(wanted, stage=wanted.stage or explained["stage"])
    except ApiError as refused:
        problem, wanted = refused, Wanted("", "", wanted.order_id, "", "")
    narrowed = bool(wanted.stage or wanted.action or wanted.rule)
    return render(
        "rules/rules.html",
        status=problem.status if problem else 200,
        problem=problem,
        wanted=wanted,
        stages=STAGES,
        by_actor=_by_actor(),
        cells=None if narrowed else _by_place(),
        told=[_tell(each) for each in _by_place().values() if wanted.takes(each)] if narrowed else [],
        explained=explained,
        stated=sources().get(wanted.rule, ""),
        settings=[each.key for each in POLICY.values() if wanted.rule in each.source.split()] if wanted.rule else [],
        untried=bool(wanted.action) and not any(wanted.action in (c.name, c.action) for c in TRIALS.values()),
    )


@cache
def _by_place() -> Mapping[tuple[str, str], Cell]:
    """The matrix, by stage and action; the same for every seller."""
    return {(each.stage.name, each.trial.name): each for each in matrix()}


@cache
def _by_actor() -> Mapping[str, list[Trial]]:
    """The actions, by whoever takes them."""
    return {actor: [each for each in TRIALS.values() if each.actor == actor] for actor in ACTORS}


def _tell(cell: Cell) -> Told:
    outcome, known = cell.step.outcome, sources()
    follows = (
        *([f"Notification: ORDER_CHANGE, {outcome.change}"] if outcome.change else []),
        *(f"Mail: {each.replace('_', ' ')}" for each in outcome.mails),
        *(f"Finding: {LINTS[each]}" for each in cell.step.lints),
        *(["Counts in the Cancellation Rate"] if outcome.counts else []),
    )
    codes = cell.step.row.source.split()
    return Told(cell, follows, {each: known.get(each, "") for each in codes if each != NO_RULE})


def _explain(order_id: str, action: str) -> Json:
    """What the rules say of an order as it is and, where an action is named, the guards that the action meets."""
    named = TRIALS[action].action if action in TRIALS else action
    answer: Json = current.call("explainOrder", path={"order_id": order_id}, query={"action": named})
    return answer
