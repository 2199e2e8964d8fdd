"""What each action would bring if it were taken now: tried on a copy of the world, of which nothing is kept."""

from dataclasses import dataclass

from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.console import current
from marketplace_sandbox.console.order_page.timeline import actor_of
from marketplace_sandbox.core.commands.orders import Act
from marketplace_sandbox.core.orders.actions import ARGUMENTS, Action, write_action
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.rules import table
from marketplace_sandbox.core.rules.lints import LINTS
from marketplace_sandbox.core.views.explain import plain_action
from marketplace_sandbox.core.world.world import World


@dataclass(frozen=True)
class WhatIf:
    """An action and what it would bring. `with_` is what it is tried with; `rule` the code of the row that decides."""

    action: str
    actor: str
    with_: str
    allowed: bool
    meaning: str
    error: str
    rule: str
    brings: tuple[str, ...]


def try_all(world: World, order: Order) -> list[WhatIf]:
    """Every action, those that would go through first."""
    tried = [try_one(world, order, plain_action(each, None, order, world.now())) for each in ARGUMENTS]
    return sorted(tried, key=lambda each: not each.allowed)


def try_one(world: World, order: Order, action: Action) -> WhatIf:
    """One action."""
    name = action.name
    step = table.step(order, action, world.now(), world.policy)
    arguments = write_action(action)
    said = ", ".join(f"{key} {value}" for key, value in arguments.items())
    common = {"action": name, "actor": actor_of(name), "with_": said, "rule": step.row.source}
    if not step.outcome.accepted:
        return WhatIf(**common, allowed=False, meaning=step.outcome.meaning, error=step.outcome.error, brings=())
    try:
        trial = current.try_out(Act(order.order_id, name, arguments, "control"))
    except ApiError as problem:
        return WhatIf(**common, allowed=False, meaning=problem.message, error=problem.code, brings=())
    after, receipt = trial.state.orders[order.order_id], trial.receipt
    brings = (
        *([f"Status {after.status}"] if after.status is not order.status else []),
        *(f"Mail to the {each.to}: {each.subject}" for each in receipt.mail),
        *(f"Notification: {each.notification_type}, {each.change}" for each in receipt.notices),
        *(f"Finding: {LINTS[each.code]}" for each in receipt.lints),
        *([_write_rate(step.outcome.counts)] if after.cancellation and not order.cancellation else []),
    )
    return WhatIf(**common, allowed=True, meaning=step.outcome.meaning, error="", brings=brings)


def _write_rate(counts: bool) -> str:
    return "Counts in the Cancellation Rate" if counts else "Does not count in the Cancellation Rate"
