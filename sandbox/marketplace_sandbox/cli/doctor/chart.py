"""What doctor reads from a server before it judges: one seller's clock, settings, calls and subscribers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace_sandbox.cli.doctor.diagnosis import USER_AGENT
from marketplace_sandbox.cli.remote import Remote, path
from marketplace_sandbox.core.ids import Ids
from marketplace_sandbox.core.instants import parse_instant

DEFAULT_SELLER = "ASANDBOXSELLER"
APIS = ("/orders", "/feeds", "/reports", "/notifications", "/messaging", "/tokens", "/sellers")
"""How the paths begin that clients mean an API by."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Chart:
    """One seller as the server knows it. `calls` are the client's, `strays` those that reached the default seller.

    `lost` are calls that met no operation.
    """

    url: str
    seller: Json
    now: datetime
    settings: Json
    calls: list[Json]
    strays: list[Json]
    lost: list[Json]
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
    made = _calls(remote)
    return Chart(
        url=remote.url,
        seller=remote.get(path("sellers", seller_id)),
        now=parse_instant(remote.get("clock")["now"]),
        settings=remote.get("settings"),
        calls=_met(made),
        strays=[] if seller_id == DEFAULT_SELLER else _met(_calls(elsewhere)),
        lost=[each for each in made if not each["operation"] and each["path"].lower().startswith(APIS)],
        webhooks=remote.every("webhooks"),
        deliveries=remote.every("deliveries"),
        queues=_queues(remote.every("journal")),
    )


def _calls(remote: Remote) -> list[Json]:
    """The client's calls, without the doctor's own."""
    return [each for each in remote.every("requests") if not each["user_agent"].startswith(USER_AGENT.split("/")[0])]


def _met(calls: list[Json]) -> list[Json]:
    """Those that met an operation: a page's icon that a browser asks for is no call of a client."""
    return [each for each in calls if each["operation"]]


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
