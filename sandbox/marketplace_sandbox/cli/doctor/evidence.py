"""What doctor reads from a server before it judges: one seller's clock, settings, calls and subscribers."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

from marketplace_sandbox.cli.control_client import ControlClient, RefusedCallError, path
from marketplace_sandbox.core.ids import Ids
from marketplace_sandbox.core.text.instants import parse_instant
from marketplace_sandbox.doctor.evidence import Evidence, is_clients, is_lost
from marketplace_sandbox.doctor.poller import orders_of

DEFAULT_SELLER = "ASANDBOXSELLER"

MOST_ORDERS = 20
"""So many orders are looked into."""

Json = dict[str, Any]


def collect(control: ControlClient) -> Evidence:
    """Everything of a seller that is judged. Raises a click error for a wrong token or seller."""
    seller_id = control.seller or DEFAULT_SELLER
    elsewhere = ControlClient(control.url, DEFAULT_SELLER, control.token)
    calls, clock, jobs = _read_calls(control), control.get("clock"), control.list_all("jobs")
    return Evidence(
        url=control.url,
        seller=control.get(path("sellers", seller_id)),
        now=parse_instant(clock["now"]),
        settings=control.get("settings"),
        calls=[each for each in calls if each["operation"]],
        strays=[] if seller_id == DEFAULT_SELLER else [each for each in _read_calls(elsewhere) if each["operation"]],
        lost=[each for each in calls if is_lost(each)],
        webhooks=control.list_all("webhooks"),
        deliveries=control.list_all("deliveries"),
        queues=_find_queues(control.list_all("journal")),
        stands=clock["rate"] == 0,
        jobs=jobs,
        histories=dict(_read_histories(control, jobs)),
    )


def _read_calls(control: ControlClient) -> list[Json]:
    """The client's calls, without the command line's own and a browser's: those were tried out in Swagger UI."""
    return [each for each in control.list_all("requests") if is_clients(each)]


def _read_histories(control: ControlClient, jobs: list[Json]) -> Iterator[tuple[str, list[Json]]]:
    """What has become of the orders that failed feeds name, the latest of them; not of those that there are not."""
    named = dict.fromkeys(order_id for job in reversed(jobs) for order_id in orders_of(job))
    for order_id in islice(named, MOST_ORDERS):
        with suppress(RefusedCallError):
            yield order_id, control.get(path("orders", order_id, "explain"))["history"]


def _find_queues(journal: list[Json]) -> list[str]:
    """The ARNs of the queues that subscriptions stand for, as the journal has them.

    Made after a fork or a rewind, a destination has an id that only the world knows: any of those is taken for it.
    """
    opening = journal[0]["body"]
    ids = Ids(opening["seed"], opening["seller_id"])
    arns: dict[str, str] = {}
    standing: dict[str, str] = {}
    destinations = subscriptions = 0
    for entry in journal:
        body = entry["body"]
        if entry["kind"] == "destination-created":
            destinations += 1
            arns[ids.uuid("destination", destinations)] = body.get("arn", "")
        elif entry["kind"] == "subscribed":
            subscriptions += 1
            standing[ids.uuid("subscriber", subscriptions)] = body.get("destination_id", "")
        elif entry["kind"] == "unsubscribed":
            standing.pop(body["subscriber_id"], None)
    unknown = {each for each in standing.values() if each and each not in arns}
    used = arns.values() if unknown else (arns.get(each) for each in standing.values())
    return sorted({each for each in used if each})
