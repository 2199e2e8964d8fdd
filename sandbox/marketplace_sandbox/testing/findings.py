"""What looks wrong with the client under a failing test: the doctor's findings, from what this seller has on record."""

import time
from datetime import UTC, datetime
from typing import Any

from marketplace_sandbox.core.text.instants import parse_instant
from marketplace_sandbox.testing.control import Control, segment

Json = dict[str, Any]
MOST_ORDERS, MOST_SELLERS = 20, 20
"""So many orders are looked into, the latest changed, and the logs of so many other sellers."""


def wall_now() -> datetime:
    """The instant by this machine's clock, also where freezegun has stopped it for the tests."""
    real = time.clock_gettime(time.CLOCK_REALTIME) if hasattr(time, "clock_gettime") else time.time()
    return datetime.fromtimestamp(real // 0.001 * 0.001, UTC)


def find_mistakes(control: Control, since: datetime) -> list[str]:
    """What the client does wrong, a sentence each with its remedy. Calls for others are those `since` an instant."""
    from marketplace_sandbox.doctor.calls import diagnose_calls  # noqa: PLC0415  only a failing test needs it
    from marketplace_sandbox.doctor.evidence import Evidence, is_lost  # noqa: PLC0415
    from marketplace_sandbox.doctor.poller import LOGIN  # noqa: PLC0415

    clock = control.get("clock")
    recorded = list(control.list_all("requests", "requests", bodies="true"))
    calls = [each for each in recorded if each["operation"]]
    is_silent = all(each["operation"] == LOGIN for each in calls)
    evidence = Evidence(
        url=control.url,
        seller=control.get(f"sellers/{segment(control.seller_id)}"),
        now=parse_instant(clock["now"]),
        settings=control.get("settings"),
        calls=calls,
        strays=[],
        lost=[each for each in recorded if is_lost(each)],
        webhooks=[],
        deliveries=[],
        queues=[],
        stands=clock["rate"] == 0,
        jobs=list(control.list_all("jobs", "jobs")),
        orders=_orders(control),
        elsewhere=_calls_for_others(control, since) if is_silent else [],
    )
    return [f"{each.finding} {each.remedy}" for each in diagnose_calls(evidence)]


def _orders(control: Control) -> list[Json]:
    """The orders that something was done to, with their histories."""
    found = [each for each in control.list_all("orders", "orders") if each["request"] or each["cancellation"]]
    found.sort(key=lambda each: each["last_updated_at"])
    paths = {each["order_id"]: f"orders/{segment(each['order_id'])}/explain" for each in found[-MOST_ORDERS:]}
    return [{**each, **control.get(paths[each["order_id"]])} for each in found[-MOST_ORDERS:]]


def _calls_for_others(control: Control, since: datetime) -> list[tuple[str, Json]]:
    """What has come meanwhile for other sellers of the server, each call with whose it was."""
    sellers = [each["seller_id"] for each in control.list_all("sellers", "sellers")]
    others = [each for each in sellers if each != control.seller_id][:MOST_SELLERS]
    return [
        (other, call)
        for other in others
        for call in Control(control.url, other).list_all("requests", "requests")
        if call["operation"] and parse_instant(call["wall_at"]) >= since
    ]
