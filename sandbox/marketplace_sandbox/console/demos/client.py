"""The calls that a demo makes of the server that shows it, in process, and the consumer that it has on this machine."""

from collections.abc import Callable
from typing import Any

from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.console.door import Door
from marketplace_sandbox.delivery.demo_webhook import DemoWebhook
from marketplace_sandbox.scenario.demo import DemoRefusedError

CallPlatform = Callable[[str, str, Any, str], tuple[int, Any]]
"""Makes a call of the platform's as a seller's client: by method, path, body and seller."""


class PageDemoClient:
    """The calls of a demo: the control API's through the pages' door, the platform's as any client's. To be closed."""

    def __init__(self, door: Door, call_platform: CallPlatform) -> None:
        self._door = door
        self._call_platform = call_platform
        self._webhook: DemoWebhook | None = None

    def control(self, method: str, call: str, body: Any = None, *, seller: str = "") -> Any:
        """A call of the control API; answers its body. Raises DemoRefusedError."""
        try:
            return self._door.send(method, call, seller, body)
        except ApiError as refusal:
            raise DemoRefusedError(refusal.code, refusal.message) from refusal

    def platform(self, method: str, call: str, body: Any = None, *, seller: str) -> tuple[int, Any]:
        """A call as the seller's own client makes it. Raises DemoRefusedError where nothing is answered."""
        try:
            return self._call_platform(method, call, body, seller)
        except ApiError as refusal:
            raise DemoRefusedError(refusal.code, refusal.message) from refusal

    def version(self, seller: str) -> int:
        """The version at which the seller's world stands. Raises DemoRefusedError."""
        try:
            return self._door.world(seller).version
        except ApiError as refusal:
            raise DemoRefusedError(refusal.code, refusal.message) from refusal

    def consume(self, seller: str, *, up: bool) -> None:
        """Have the consumer listen, or be gone. Where the world knows no webhook of its, as at first, one is made."""
        if self._webhook is None:
            self._webhook = DemoWebhook()
        known = self.control("GET", "webhooks", seller=seller)["webhooks"]
        if not any(each["url"] == self._webhook.url for each in known):
            made = self.control("POST", "webhooks", {"url": self._webhook.url}, seller=seller)
            self._webhook.secret = made["secret"]
        try:
            self._webhook.listen() if up else self._webhook.go_away()
        except OSError as problem:
            raise DemoRefusedError("CONSUMER_CANNOT_LISTEN", f"The consumer cannot listen: {problem}.") from problem

    def close(self) -> None:
        """Have the consumer end."""
        if self._webhook is not None:
            self._webhook.close()
