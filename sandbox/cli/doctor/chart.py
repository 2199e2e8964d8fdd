"""What doctor reads from a server before it judges: one seller's clock, settings, calls and subscribers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.cli.doctor.finding import USER_AGENT
from sandbox.cli.remote import Remote, path
from sandbox.core.ids import Ids
from sandbox.core.instants import parse_instant

DEFAULT_SELLER = "ASANDBOXSELLER"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Chart:
    """One seller as the server knows it. `calls` are the client's, `strays` those that reached the default seller."""

    url: str
    seller: Json
    now: datetime
    settings: Json
    calls: list[Json]
    strays: list[Json]
    webhooks: list[Json]
    deliveries: list[Json]
    queues: list[str]

    @property
    def seller_id(self) -> str:
        """Whose chart it is."""
        return str(self.seller["seller_id"])


def read(remote: Remote) -> Chart:
    """Everything of a seller that is judged. Raises a click error for a wrong token or seller."""
    seller_id = remote.seller or DEFAULT_SELLER
    elsewhere = Remote(remote.url, DEFAULT_SELLER, remote.token)
    return Chart(
        url=remote.url,
        seller=remote.get(path("sellers", seller_id)),
        now=parse_instant(remote.get("clock")["now"]),
        settings=remote.get("settings"),
        calls=_calls(remote),
        strays=[] if seller_id == DEFAULT_SELLER else _calls(elsewhere),
        webhooks=remote.every("webhooks"),
        deliveries=remote.every("deliveries"),
        queues=_queues(remote.every("journal")),
    )


def _calls(remote: Remote) -> list[Json]:
    """The client's calls, without the doctor's own."""
    return [each for each in remote.every("requests") if not each["user_agent"].startswith(USER_AGENT.split("/")[0])]


def _queues(journal: list[Json]) -> list[str]:
    """The ARNs of the queues that subscriptions stand for, as the journal tells."""
    opening = journal[0]["body"]
    ids = Ids(opening["seed"], opening["seller_id"])
    arns: dict[str, str] = {}
    standing: dict[str, str] = {}
    made = subscribed = 0
    for entry in journal:
        body = entry["body"]
        if entry["kind"] == "destination-created":
            made += 1
            arns[ids.uuid("destination", made)] = body.get("arn", "")
        elif entry["kind"] == "subscribed":
            subscribed += 1
            standing[ids.uuid("subscriber", subscribed)] = body.get("destination_id", "")
        elif entry["kind"] == "unsubscribed":
            standing.pop(body["subscriber_id"], None)
    return sorted({arns[each] for each in standing.values() if arns.get(each)})
