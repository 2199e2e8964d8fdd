"""What a scenario does when, in the order of time: orders are placed, then the steps of their instant taken.

Plays nothing, so that whoever plays it, here or on a server, does the same in the same order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace_sandbox.scenario.scenario import Scenario, Step, placing_instant


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing done at an instant: an order placed by its `form`, or a `step`, the script's of that `index`."""

    at: datetime
    form: Mapping[str, Any] | None = None
    step: Step | None = None
    index: int = 0


def agenda(scenario: Scenario, start: datetime) -> tuple[list[Deed], datetime]:
    """All that is done up to the end, in the order of time, and the instant of the end."""
    orders = [Deed(placing_instant(form, start), form=form) for form in scenario.orders]
    script = [Deed(step.at.on(start), step=step, index=index) for index, step in enumerate(scenario.script)]
    end = scenario.until.on(start) if scenario.until else None
    deeds = sorted((*orders, *script), key=lambda each: (each.at, each.step is not None))
    in_time = [each for each in deeds if end is None or each.at <= end]
    last = in_time[-1].at if in_time else start
    return in_time, last if end is None else end
