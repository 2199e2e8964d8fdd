"""A world whose clock stands, and a client that signs calls as the platform's libraries do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from lxml import etree

from marketplace_sandbox.api.admission.rate_limits import RateLimiter
from marketplace_sandbox.api.admission.usage_plans import OperationIndex
from marketplace_sandbox.api.mws.contract import load_section
from marketplace_sandbox.api.mws.dispatch import Mws, MwsStation
from marketplace_sandbox.api.mws.fault_injection import MwsFaultInjection
from marketplace_sandbox.api.mws.orders import openapi_path
from marketplace_sandbox.api.mws.signature import sign, string_to_sign
from marketplace_sandbox.api.mws.throttling import MwsThrottling
from marketplace_sandbox.api.mws.transport import RawRequest, RawResponse
from marketplace_sandbox.core.faults.fault_rules import FaultRules
from marketplace_sandbox.core.journal.opening import Opening
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.server import stations
from marketplace_sandbox.store.memory import MemoryStore

HOST = "127.0.0.1:8585"
PATH = "/Orders/2013-09-01"
ORDERS = "{https://mws.amazonservices.com/Orders/2013-09-01}"
START = datetime(2026, 3, 2, 16, tzinfo=UTC)
WALL = datetime(2031, 7, 1, 9, tzinfo=UTC)
SECTION = load_section(openapi_path())


def new_mws(*arguments: Any, throttle: MwsStation | None = None, **options: Any) -> Mws:
    """A dispatcher whose calls pass all stations, without limits and faults; `throttle` in the limits' place."""
    mws, nothing = Mws(*arguments, **options), OperationIndex()
    throttling, faults = MwsThrottling(nothing, RateLimiter()), MwsFaultInjection(FaultRules(), nothing)
    if throttle is not None:
        throttling.throttle = throttle  # type: ignore[assignment, method-assign]  # in its place for this one
    mws.stations = stations.mws(mws, throttling, faults)
    return mws


def new_world(seller_id: str = "A1EXAMPLESELLER", settings: Mapping[str, Any] | None = None, **more: Any) -> World:
    """A world whose clock stands at START."""
    opening = Opening(seller_id, START, WALL.timestamp(), 0.0, policy=settings or {}, **more)
    return World.open(opening, MemoryStore(), real=WALL.timestamp)


@dataclass
class Reply:
    """An answer and its parsed body."""

    raw: RawResponse
    root: etree._Element

    @property
    def status(self) -> int:
        return self.raw.status

    def texts(self, name: str) -> list[str]:
        """The text of every element of a name, wherever it stands."""
        return [each.text or "" for each in self.root.iter(f"{{*}}{name}")]

    def text(self, name: str) -> str:
        """The text of the only element of a name."""
        (only,) = self.texts(name)
        return only

    @property
    def error(self) -> tuple[int, str, str]:
        return self.status, self.text("Code"), self.text("Message")

    @property
    def ids(self) -> list[str]:
        return self.texts("AmazonOrderId")

    def header(self, name: str) -> str:
        """The value of the only header of a name."""
        (only,) = (value for known, value in self.raw.headers if known == name)
        return only


@dataclass
class Client:
    """One developer account of one seller. `wall` is what the client's own clock shows."""

    mws: Mws
    world: World
    wall: datetime
    key: str = "AKIASANDBOX"
    secret: str = "secret"
    sent: list[RawRequest] = field(default_factory=list)

    def parameters(self, action: str, **given: str) -> dict[str, str]:
        """All parameters of a call but the signature."""
        common = {
            "AWSAccessKeyId": self.key,
            "Action": action,
            "SellerId": self.world.seller_id,
            "SignatureMethod": "HmacSHA256",
            "SignatureVersion": "2",
            "Timestamp": self.wall.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "Version": "2013-09-01",
        }
        return common | {name.replace("__", "."): value for name, value in given.items()}

    def signed(self, parameters: dict[str, str], verb: str = "GET", host: str = HOST) -> str:
        """The parameters with their signature, as a query string."""
        text = string_to_sign(verb, host, PATH, list(parameters.items()))
        return urlencode(parameters | {"Signature": sign(self.secret, text)})

    def send(self, request: RawRequest) -> Reply:
        """Any request."""
        self.sent.append(request)
        raw = self.mws.handle(request)
        return Reply(raw, etree.fromstring(raw.body))

    def get(self, action: str, **given: str) -> Reply:
        """A signed call; `__` in a name stands for a dot, and an empty value leaves it out."""
        parameters = {k: v for k, v in self.parameters(action, **given).items() if v}
        return self.query(self.signed(parameters))

    def query(self, query: str) -> Reply:
        """A GET of a query string."""
        return self.send(RawRequest("GET", PATH, query.encode(), b"", HOST))

    def post(self, action: str, **given: str) -> Reply:
        """A signed call as a form."""
        form = self.signed(self.parameters(action, **given), "POST")
        return self.send(RawRequest("POST", PATH, b"", form.encode(), HOST))
