"""What looks wrong with the client: the doctor's findings, from what the chosen seller has on record."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from marketplace_sandbox.console import current
from marketplace_sandbox.core.views.explain import event_json
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.doctor.calls import diagnose_calls
from marketplace_sandbox.doctor.diagnosis import Diagnosis
from marketplace_sandbox.doctor.evidence import Evidence, is_clients, is_lost
from marketplace_sandbox.doctor.poller import LOGIN, OTHERS

Json = dict[str, Any]
MOST_ORDERS, MOST_SELLERS = 20, 20
"""So many orders are looked into, the latest that the client did something to, and the calls of so many others."""
LATEST_EVENTS = 10_000


def find_mistakes() -> list[Diagnosis]:
    """What the client does wrong, what keeps all else from working first."""
    world = current.world()
    recorded = [each for each in _calls(world.seller_id) if is_clients(each)]
    calls = [each for each in recorded if each["operation"]]
    is_silent = all(each["operation"] == LOGIN for each in calls)
    evidence = Evidence(
        url=current.parts().url,
        seller=current.call("getSeller", path={"seller_id": world.seller_id}),
        now=world.now(),
        settings=current.call("getSettings"),
        calls=calls,
        strays=[],
        lost=[each for each in recorded if is_lost(each)],
        webhooks=[],
        deliveries=[],
        queues=[],
        stands=world.rate == 0,
        jobs=current.call("listJobs", query={"limit": 1000})["jobs"],
        orders=list(_orders(world)),
        elsewhere=list(_calls_for_others(world.seller_id)) if is_silent else [],
    )
    return list(diagnose_calls(evidence))


def _calls(seller_id: str) -> Iterable[Json]:
    return (each.to_json(bodies=True) for each in current.parts().requests.calls(seller_id))


def _orders(world: World) -> Iterator[Json]:
    """The orders that the client did something to, with their histories."""
    latest = list(islice(reversed(world.state.order_events), LATEST_EVENTS))
    touched = list(dict.fromkeys(each.order_id for each in latest if each.origin not in OTHERS))[:MOST_ORDERS]
    histories: dict[str, list[Json]] = {each: [] for each in touched}
    for event in reversed(latest):
        if event.order_id in histories:
            histories[event.order_id].append(event_json(event, ()))
    for order_id, history in histories.items():
        yield {**current.call("getOrder", path={"order_id": order_id}), "history": history}


def _calls_for_others(seller_id: str) -> Iterator[tuple[str, Json]]:
    """What has come for other sellers of the server, each call with whose it was."""
    others = (each.seller_id for each in current.parts().sellers if each.seller_id != seller_id)
    for other in islice(others, MOST_SELLERS):
        for call in _calls(other):
            if call["operation"] and is_clients(call):
                yield other, call
