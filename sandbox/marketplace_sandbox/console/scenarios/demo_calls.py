"""The calls of a demo told on pages: of the control API in process, of the platform's as the seller's client."""

from typing import Any

from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.console.console import Parts
from marketplace_sandbox.console.door import Door
from marketplace_sandbox.delivery.demo_webhook import DemoWebhook
from marketplace_sandbox.scenario.demo import DemoRefusedError

SECONDS = 60
USER_AGENT = "marketplace-sandbox-demo"


class PageDemoClient:
    """Makes them, of the server that shows the pages. To be closed."""

    def __init__(self, door: Door, parts: Parts) -> None:
        self._door = door
        self._parts = parts
        self._webhook: DemoWebhook | None = None

    def control(self, method: str, call: str, body: Any = None, *, seller: str = "") -> Any:
        """A call of the control API. Raises DemoRefusedError."""
        try:
            return self._door.send(method, call, seller, body)
        except ApiError as refusal:
            raise DemoRefusedError(refusal.code, refusal.message) from refusal

    def platform(self, method: str, call: str, body: Any = None, *, seller: str) -> tuple[int, Any]:
        """A call over HTTP, as the seller's own client makes it: it stands among that one's requests."""
        headers = {"x-amz-access-token": self._log_in(seller)}
        answer = self._send(method, call, headers=headers, **({"json": body} if body is not None else {}))
        return answer.status_code, answer.json() if answer.content else None

    def version(self, seller: str) -> int:
        """The version at which the seller's world stands."""
        return self._door.world(seller).version

    def consume(self, seller: str, *, up: bool) -> None:
        """Have the consumer listen, with a webhook made for it the first time, or be gone."""
        if self._webhook is None:
            self._webhook = DemoWebhook()
            self._webhook.secret = self.control("POST", "webhooks", {"url": self._webhook.url}, seller=seller)["secret"]
        if up:
            self._webhook.listen()
        else:
            self._webhook.go_away()

    def close(self) -> None:
        """Have the consumer end."""
        if self._webhook is not None:
            self._webhook.close()

    def _log_in(self, seller: str) -> str:
        lwa = self._parts.credentials(self._door.world(seller).opening.holder)["lwa"]
        answer = self._send("POST", "/auth/o2/token", data={"grant_type": "refresh_token", **lwa})
        return str(answer.json().get("access_token", ""))

    def _send(self, method: str, path: str, **more: Any) -> Any:
        import requests  # noqa: PLC0415  (few steps make such calls)

        headers = {"User-Agent": USER_AGENT, **more.pop("headers", {})}
        try:
            with requests.Session() as session:
                session.trust_env = False
                url = f"{self._parts.url}{path}"
                return session.request(method, url, headers=headers, timeout=SECONDS, **more)
        except requests.RequestException as problem:
            raise DemoRefusedError("NO_ANSWER", f"The server did not reach itself at {self._parts.url}.") from problem
