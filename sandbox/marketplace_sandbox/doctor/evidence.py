"""What is judged: one seller's clock, settings, calls and subscribers, in the forms of the control API."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from marketplace_sandbox.doctor.diagnosis import OURS

APIS = ("/orders", "/feeds", "/reports", "/notifications", "/messaging", "/tokens", "/sellers")
"""How the paths begin that clients mean an API by."""

BROWSER = "Mozilla/"
"""How every browser begins to say what it is, and no client of a selling API."""

Json = dict[str, Any]


def is_clients(call: Json) -> bool:
    """Whether a call is the client's: none of the command line's own, and none of a browser's, as of Swagger UI."""
    return not call["user_agent"].startswith((OURS, BROWSER))


def is_lost(call: Json) -> bool:
    """Whether a call was for an API and met no operation. What else a browser asks for, such as an icon, was not."""
    return not call["operation"] and call["path"].lower().startswith(APIS)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One seller as the server knows it. `calls` are the client's, `strays` those that reached the default seller.

    `lost` are calls that met no operation, `elsewhere` those that came meanwhile for other sellers, each with whose it
    was. `stands` is whether the clock does, `jobs` are feeds and reports, and `orders` have their `history` in them;
    where orders are many none are looked at. `histories` are those of orders that failed feeds name.
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
    stands: bool = False
    jobs: list[Json] = field(default_factory=list)
    orders: list[Json] = field(default_factory=list)
    elsewhere: list[tuple[str, Json]] = field(default_factory=list)
    histories: dict[str, list[Json]] = field(default_factory=dict)

    @property
    def seller_id(self) -> str:
        """Whose evidence it is."""
        return str(self.seller["seller_id"])
