"""A running sandbox as a test drives it: one seller, every actor, real clients, and a webhook receiver."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import mws
import requests
from sp_api.api import Orders as SpOrders
from sp_api.auth import AccessTokenClient

from marketplace_sandbox.delivery.webhook_server import WebhookServer

START = "2026-03-02T16:00:00Z"
US = "ATVPDKIKX0DER"
Json = dict[str, Any]


class Sandbox:
    """The control API of one seller of a running server, and the seller's clients."""

    def __init__(self, url: str, **seller: Any) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False
        self._sp_orders: SpOrders | None = None
        self.seller = self.post("sellers", {"start": START, **seller})
        self.session.headers["X-Sandbox-Seller"] = self.seller["seller_id"]

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        """One call of the control API, whatever comes of it."""
        return self.session.request(method, f"{self.url}/_sandbox/{path}", timeout=90, **more)

    def get(self, path: str, **query: Any) -> Any:
        """A read that must go well."""
        return self._good(self.call("GET", path, params=query))

    def post(self, path: str, body: Any = None) -> Any:
        """A command that must be taken."""
        return self._good(self.call("POST", path, json=body or {}))

    def put(self, path: str, body: Any) -> Any:
        """A change that must be taken."""
        return self._good(self.call("PUT", path, json=body))

    @staticmethod
    def _good(answer: requests.Response) -> Any:
        assert answer.status_code < 400, f"{answer.status_code} {answer.text}"
        return answer.json()

    def place_order(self, **form: Any) -> str:
        """One order; answers its id."""
        order_id: str = self.post("orders", form)["order_id"]
        return order_id

    def act(self, order_id: str, action: str, **arguments: Any) -> Json:
        """Somebody does something; answers the receipt."""
        receipt: Json = self.post(f"orders/{order_id}/actions/{action}", arguments)
        return receipt

    def refused(self, order_id: str, action: str, **arguments: Any) -> tuple[int, str]:
        """Somebody does something that must be refused; answers status and code."""
        answer = self.call("POST", f"orders/{order_id}/actions/{action}", json=arguments)
        assert answer.status_code >= 400, answer.text
        return answer.status_code, answer.json()["errors"][0]["code"]

    def to(self, instant: str) -> Json:
        """Move the clock to an instant."""
        receipt: Json = self.post("clock/advance", {"to": instant})
        return receipt

    def by(self, span: str) -> Json:
        """Move the clock by a span."""
        receipt: Json = self.post("clock/advance", {"by": span})
        return receipt

    def close(self) -> None:
        """Let go of the connection."""
        if self._sp_orders:
            self._sp_orders._auth._transport.close()  # the client leaves its token client's connection open
            self._sp_orders.close()
        self.session.close()

    # The seller's clients, unmodified

    def sp_orders(self) -> SpOrders:
        """python-amazon-sp-api's Orders v0, one for all its uses."""
        if self._sp_orders is None:
            self._sp_orders = self._new_sp_orders()
        return self._sp_orders

    def _new_sp_orders(self) -> SpOrders:
        lwa = self.seller["lwa"]
        scheme, _, host = self.url.partition("//")
        tokens = type("LocalTokens", (AccessTokenClient,), {"scheme": f"{scheme}//", "host": host})
        return SpOrders(
            marketplace=SimpleNamespace(endpoint=self.url, marketplace_id=US, region="us-east-1"),
            auth_token_client_class=tokens,
            credentials={
                "lwa_app_id": lwa["client_id"],
                "lwa_client_secret": lwa["client_secret"],
                "refresh_token": lwa["refresh_token"],
            },
        )

    def mws_orders(self) -> mws.Orders:
        """The `mws` package's Orders."""
        keys = self.seller["mws"]
        return mws.Orders(keys["access_key"], keys["secret_key"], keys["seller_id"], domain=self.url)

    def token(self) -> str:
        """An access token of the seller's, for calls made by hand."""
        lwa = self.seller["lwa"]
        form = {"grant_type": "refresh_token", **lwa}
        token: str = self._good(self.session.post(f"{self.url}/auth/o2/token", data=form, timeout=30))["access_token"]
        return token


Answer = Callable[[Json], int]


class Receiver:
    """A webhook receiver: keeps what it was sent, answers what the test says (200 where it says nothing)."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.bodies: list[Json] = []
        self.headers: list[dict[str, str]] = []
        self.raw: list[bytes] = []
        self.answer: Answer = lambda body: 200  # noqa: ARG005  the simplest answer looks at nothing


@contextmanager
def receiving(answer: Answer | None = None) -> Iterator[Receiver]:
    """A receiver on loopback, closed with the block."""

    def take(headers: dict[str, str], raw: bytes) -> int:
        body = json.loads(raw)
        receiver.raw.append(raw)
        receiver.headers.append(headers)
        receiver.bodies.append(body)
        return receiver.answer(body)

    server = WebhookServer(take)
    receiver = Receiver(f"http://127.0.0.1:{server.port}/hook")
    if answer:
        receiver.answer = answer
    try:
        yield receiver
    finally:
        server.close()


def change(body: Json) -> Json:
    """The heart of an ORDER_CHANGE body."""
    heart: Json = body["Payload"]["OrderChangeNotification"]
    return heart
