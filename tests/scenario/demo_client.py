"""The calls of a demo, made of a server in process; the consumer it has is a real one on loopback."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from marketplace_sandbox.delivery.demo_webhook import DemoWebhook
from marketplace_sandbox.scenario.demo import DemoRefusedError
from marketplace_sandbox.server.composition import Server
from tests.api.contract import Answer, Client


class InProcess:
    """A demo's client. To be closed."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.webhook: DemoWebhook | None = None
        self._client = Client(server.app, ())

    def control(self, method: str, call: str, body: Any = None, *, seller: str = "") -> Any:
        answer = self._call(method, f"/_sandbox/{call}", body, {"x-sandbox-seller": seller} if seller else {})
        if answer.status >= 400:
            error = answer.body["errors"][0]
            raise DemoRefusedError(error["code"], error["message"])
        return answer.body if answer.raw else None

    def platform(self, method: str, call: str, body: Any = None, *, seller: str) -> tuple[int, Any]:
        token = self.server.credentials.access_token(seller)
        answer = self._call(method, call, body, {"x-amz-access-token": token})
        return answer.status, answer.body if answer.raw else None

    def version(self, seller: str) -> int:
        return int(
            self._call("GET", "/_sandbox/clock", None, {"x-sandbox-seller": seller}).headers["x-sandbox-version"]
        )

    def consume(self, seller: str, *, up: bool) -> None:
        if self.webhook is None:
            self.webhook = DemoWebhook()
            self.webhook.secret = self.control("POST", "webhooks", {"url": self.webhook.url}, seller=seller)["secret"]
        self.webhook.listen() if up else self.webhook.go_away()

    def close(self) -> None:
        if self.webhook is not None:
            self.webhook.close()

    def sellers(self) -> list[str]:
        return [each["seller_id"] for each in self.control("GET", "sellers")["sellers"]]

    def _call(self, method: str, call: str, body: Any, headers: dict[str, str]) -> Answer:
        parts = urlsplit(call)
        sent = {"host": "127.0.0.1:8585", **headers}
        return self._client(method, parts.path, dict(parse_qsl(parts.query)), body, sent, documented=False)
