"""The calls of a demo, made of a running server over HTTP, and the consumer it has on this machine."""

from typing import Any

from marketplace_sandbox.cli.control_client import ControlClient, RefusedCallError
from marketplace_sandbox.cli.selling_api import SellingApi
from marketplace_sandbox.delivery.demo_webhook import DemoWebhook
from marketplace_sandbox.scenario.demo import DemoRefusedError


class ServerDemoClient:
    """The calls of a demo on the server at a URL. To be closed."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._token = token
        self._apis: dict[str, SellingApi] = {}
        self._webhook: DemoWebhook | None = None

    def control(self, method: str, call: str, body: Any = None, *, seller: str = "") -> Any:
        """A call of the control API; an advance may take any time. Raises DemoRefusedError."""
        given = {"json": body} if body is not None else {}
        try:
            return self._control(seller).send(method, call, endless=call == "clock/advance", **given)
        except RefusedCallError as refusal:
            raise DemoRefusedError(refusal.code, refusal.message) from refusal

    def platform(self, method: str, call: str, body: Any = None, *, seller: str) -> tuple[int, Any]:
        """A call as the seller's own client makes it."""
        api = self._apis.setdefault(seller, SellingApi(self._control(seller)))
        return api.ask(method, call, body)

    def version(self, seller: str) -> int:
        """The version at which the seller's world stands."""
        return self._control(seller).version()

    def consume(self, seller: str, *, up: bool) -> None:
        """Have the consumer listen, with a webhook made for it the first time, or be gone."""
        if self._webhook is None:
            self._webhook = DemoWebhook()
            made = self.control("POST", "webhooks", {"url": self._webhook.url}, seller=seller)
            self._webhook.secret = made["secret"]
        if up:
            self._webhook.listen()
        else:
            self._webhook.go_away()

    def close(self) -> None:
        """Have the consumer end."""
        if self._webhook is not None:
            self._webhook.close()

    def _control(self, seller: str) -> ControlClient:
        return ControlClient(self._url, seller, self._token)
