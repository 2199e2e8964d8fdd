"""Keeps a picture of a seller's orders from ORDER_CHANGE posted to a webhook.

Notifications come twice and in any order: one is known by its NotificationId, and the newest TimeOfOrderChange wins,
not the latest arrival. Needs `pip install standardwebhooks`.
"""

import http.server
import json
import os
import sys
import threading

from standardwebhooks import Webhook, WebhookVerificationError


class Receiver(http.server.ThreadingHTTPServer):
    """`picture` is by order id: the status, and whether the buyer asks for the cancellation of any item."""

    def __init__(self, port: int, secret: str = "") -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.secret = secret
        self.picture: dict[str, tuple[str, bool]] = {}
        self.repeated = 0
        self._changed_at: dict[str, str] = {}
        self._known: set[str] = set()
        self._lock = threading.Lock()

    def take(self, body: bytes, headers: dict[str, str]) -> None:
        """One post. Raises WebhookVerificationError unless the sandbox has signed it."""
        Webhook(self.secret).verify(body, headers)
        notification = json.loads(body)
        with self._lock:
            self._note(notification)

    def _note(self, notification: dict) -> None:
        name = notification["NotificationMetadata"]["NotificationId"]
        if name in self._known:
            self.repeated += 1
            return
        self._known.add(name)
        change = notification["Payload"]["OrderChangeNotification"]
        order_id, at = change["AmazonOrderId"], change["OrderChangeTrigger"]["TimeOfOrderChange"]
        if at < self._changed_at.get(order_id, ""):
            return  # older than what is known: it was overtaken
        self._changed_at[order_id] = at
        summary = change["Summary"]
        asked = any(item["IsBuyerRequestedCancel"] for item in summary["OrderItems"])
        self.picture[order_id] = (summary["OrderStatus"], asked)


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers 204 for what was taken, 400 for what nobody has signed."""

    server: Receiver

    def do_POST(self) -> None:
        """One notification."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            self.server.take(body, {name.lower(): value for name, value in self.headers.items()})
            self.send_response(204)
        except WebhookVerificationError:
            self.send_response(400)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    receiver = Receiver(int(sys.argv[1]) if len(sys.argv) > 1 else 9000, os.environ["WEBHOOK_SECRET"])
    print(f"http://127.0.0.1:{receiver.server_port}/", flush=True)
    receiver.serve_forever()
