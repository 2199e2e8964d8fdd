"""Account Health: the rate, its chart, its causes, and the orders behind them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import flask
from flask import Blueprint, request

from marketplace_sandbox.api.http.errors import invalid_input
from marketplace_sandbox.console import current
from marketplace_sandbox.console.account_health.chart import draw_chart
from marketplace_sandbox.console.frame.rendering import render
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.orders.order import Cancellation, Channel, Order
from marketplace_sandbox.core.text.quoting import quote
from marketplace_sandbox.core.views.causes import CAUSES, Cause, cause_of
from marketplace_sandbox.core.views.metrics import CancellationRate, attributed_at, rate_between
from marketplace_sandbox.core.views.rate_history import WindowRate, rate_history
from marketplace_sandbox.core.world.world import World

DAYS = (14, 30, 90)
"""How far the chart may go back."""
MOST_SHOWN = 100
"""As many orders are listed behind a bar."""

pages = Blueprint("account_health", __name__, template_folder="templates")


@dataclass(frozen=True)
class Ended:
    """An order that was canceled in a window, how, and under which cause."""

    order: Order
    cancellation: Cancellation
    cause: Cause


@pages.get("/seller/account-health")
def account_health() -> flask.Response:
    """The Cancellation Rate, of now or of the window that ends with a bar."""
    world, marketplace_id, days = current.world(), _marketplace(), _days()
    history = _history(world, marketplace_id, days)
    until = _chosen(history)
    window = timedelta(days=world.policy.value("rate_window_days", marketplace_id))
    rate = rate_between(world.orders.values(), until - window, until, world.policy, marketplace_id)
    ended = _canceled_in(world, rate, marketplace_id)
    cause = request.args.get("cause", "")
    behind = [each for each in ended if cause in ("", each.cause.source)]
    return render(
        "account_health/account_health.html",
        rate=rate,
        history=list(reversed(history)),
        chosen=until,
        latest=history[-1].until,
        causes=[(each, sum(one.cause is each for one in ended)) for each in CAUSES.values()],
        cause=CAUSES.get(cause),
        behind=behind[:MOST_SHOWN],
        behind_count=len(behind),
        days=days,
        choices=DAYS,
        marketplace_id=marketplace_id,
        marketplaces=[(each, MARKETPLACES[each].domain) for each in world.marketplace_ids],
        window=window,
    )


@pages.get("/seller/account-health/chart.svg")
def chart() -> flask.Response:
    """The chart alone. It is a picture: whoever cannot see it has the table beside it."""
    world, marketplace_id = current.world(), _marketplace()
    history = _history(world, marketplace_id, _days())
    rate = rate_between((), history[-1].until, history[-1].until, world.policy, marketplace_id)
    dark, narrow = request.args.get("theme") == "dark", request.args.get("room") == "narrow"
    drawn = draw_chart(history, rate.target, dark=dark, narrow=narrow)
    response = flask.Response(drawn, content_type="image/svg+xml; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    # its own style sheet stands in it; nothing else may be in it
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


def _days() -> int:
    """How many days the chart goes back. Raises ApiError 400."""
    asked = request.args.get("days", "30")
    if asked not in map(str, DAYS):
        raise invalid_input(f"days is one of {', '.join(map(str, DAYS))}; {quote(asked)} is not.", "days")
    return int(asked)


def _marketplace() -> str:
    """The marketplace that was chosen, empty for all. Raises ApiError 400."""
    asked = request.args.get("marketplace_id", "")
    known = current.world().marketplace_ids
    if asked and asked not in known:
        raise invalid_input(
            f"The seller sells in {', '.join(known)}; {quote(asked)} is none of these.", "marketplace_id"
        )
    return asked


def _history(world: World, marketplace_id: str, days: int) -> list[WindowRate]:
    """The rate at the end of each complete UTC day, and now."""
    now = world.now()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(milliseconds=1)
    ends = [midnight - timedelta(days=back) for back in reversed(range(days - 1))]
    return rate_history(world.orders.values(), [*ends, now], world.policy, marketplace_id)


def _chosen(history: list[WindowRate]) -> datetime:
    """The end of the window that is looked at: that of the day in `day`, else now. Raises ApiError 400."""
    asked = request.args.get("day", "")
    if not asked:
        return history[-1].until
    ends = {f"{each.until:%Y-%m-%d}": each.until for each in history}
    if asked not in ends:
        raise invalid_input(f"day is one of {min(ends)} to {max(ends)}; {quote(asked)} is not.", "day")
    return ends[asked]


def _canceled_in(world: World, rate: CancellationRate, marketplace_id: str) -> list[Ended]:
    """The seller-fulfilled orders that were canceled in the window for one of the eight causes, the latest first."""
    found = []
    for order in world.orders.values():
        cancellation = order.counted_cancellation or order.cancellation
        if not cancellation or order.channel is not Channel.MFN or marketplace_id not in ("", order.marketplace_id):
            continue
        counted = order.counted_cancellation is not None
        at = attributed_at(order, cancellation, world.policy) if counted else cancellation.at
        cause = cause_of(cancellation)
        if cause and rate.after < at <= rate.until:
            found.append(Ended(order, cancellation, cause))
    return sorted(found, key=lambda each: each.cancellation.at, reverse=True)
