"""How many of our own calls a request makes, and through how many files, counted by the interpreter.

`python -m tests.bench.trips` prints them, with `-v` file by file. Counted are calls of functions whose file lies in the
package, in every thread, comprehensions too. Each trip is made twice before, so that what is made once does not count.
"""

import asyncio
import json
import sys
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any, Self
from urllib.parse import urlencode

import marketplace_sandbox
from marketplace_sandbox.server.composition import Options, compose

PACKAGE = str(Path(marketplace_sandbox.__file__).parent)
HOST = "127.0.0.1:8585"
FEED = """<?xml version="1.0" encoding="utf-8"?><AmazonEnvelope><Header><DocumentVersion>1.01</DocumentVersion>
<MerchantIdentifier>{seller}</MerchantIdentifier></Header><MessageType>OrderAcknowledgement</MessageType><Message>
<MessageID>1</MessageID><OrderAcknowledgement><AmazonOrderID>{order}</AmazonOrderID><StatusCode>Failure</StatusCode>
<Item><AmazonOrderItemCode>{item}</AmazonOrderItemCode><CancelReason>BuyerCanceled</CancelReason></Item>
</OrderAcknowledgement></Message></AmazonEnvelope>"""


class Calls:
    """Counts calls of our own functions while it stands. Made before any thread is, it sees all of them."""

    def __init__(self) -> None:
        self.by_file: Counter[str] = Counter()
        self.counting = False
        threading.setprofile(self._note)
        sys.setprofile(self._note)

    def __enter__(self) -> Self:
        self.by_file.clear()
        self.counting = True
        return self

    def __exit__(self, *_: object) -> None:
        self.counting = False

    def _note(self, frame: FrameType, event: str, _: Any) -> None:
        name = frame.f_code.co_filename
        if self.counting and event == "call" and name.startswith(PACKAGE) and frame.f_code.co_name != "<module>":
            self.by_file[name] += 1


class App:
    """The whole server in process, called as its socket would call it."""

    def __init__(self) -> None:
        self.server = compose(Options())
        self.world = self.server.sellers.open(rate=0.0)
        self.seller_id = self.world.seller_id
        self.keys = self.server.credentials.issue(self.seller_id)
        self.token = self.server.credentials.access_token(self.seller_id)

    def __call__(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        async def call() -> tuple[int, bytes]:
            sent: list[Any] = []

            async def receive() -> dict[str, Any]:
                return {"type": "http.request", "body": body, "more_body": False}

            async def send(message: Any) -> None:
                sent.append(message)

            where, _, query = path.partition("?")
            fields = {"host": HOST, "content-length": str(len(body)), "content-type": "application/json"} | headers
            scope = {
                "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "path": where,
                "raw_path": where.encode(), "query_string": query.encode(), "root_path": "", "extensions": {},
                "headers": [(name.replace("_", "-").encode(), text.encode()) for name, text in fields.items()],
                "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8585),
            }  # fmt: skip
            await self.server.app(scope, receive, send)
            return sent[0]["status"], b"".join(part.get("body", b"") for part in sent[1:])

        return asyncio.run(call())

    def control(self, method: str, path: str, body: bytes = b"") -> bytes:
        status, answer = self(method, f"/_sandbox/{path}", body, x_sandbox_seller=self.seller_id)
        assert status < 300, answer
        return answer

    def order(self, form: str = '{"hold":false}') -> Any:
        return json.loads(self.control("POST", "orders", form.encode()))

    def mws(self, path: str, action: str, body: bytes = b"", **more: str) -> bytes:
        keys = self.keys["mws"]
        query = {"Action": action, "AWSAccessKeyId": keys["access_key"], "SellerId": self.seller_id,
                 "Version": path[-10:], **more}  # fmt: skip
        status, answer = self("POST", f"{path}?{urlencode(query)}", body, content_type="text/xml")
        assert status == 200, answer
        return answer


def items(app: App) -> Callable[[], Any]:
    order = app.order()["order_id"]
    return lambda: app("GET", f"/orders/v0/orders/{order}/orderItems", x_amz_access_token=app.token)


def cancel(app: App) -> Callable[[], Any]:
    order = app.order()["order_id"]
    return lambda: app.control("POST", f"orders/{order}/actions/seller-cancel", b'{"reason":"no_inventory"}')


def auto_cancel(app: App) -> Callable[[], Any]:
    order = app.order()["order_id"]
    at = app.world.order(order).ship_by_at
    assert at is not None
    app.world.advance(at + timedelta(days=7) - timedelta(seconds=1))
    return lambda: app.control("POST", "clock/advance", b'{"by":"PT1S"}')


def submit(app: App) -> Callable[[], Any]:
    order = app.order()
    feed = FEED.format(seller=app.seller_id, order=order["order_id"], item=order["items"][0]["order_item_id"]).encode()
    return lambda: app.mws("/Feeds/2009-01-01", "SubmitFeed", feed, FeedType="_POST_ORDER_ACKNOWLEDGEMENT_DATA_")


def process_feed(app: App) -> Callable[[], Any]:
    submit(app)()
    return lambda: app.control("POST", "clock/advance", b'{"by":"PT90S"}')


def read_order(app: App) -> Callable[[], Any]:
    order = app.order()["order_id"]
    return lambda: app.control("GET", f"orders/{order}")


TRIPS: Mapping[str, Callable[[App], Callable[[], Any]]] = {
    "getOrderItems, warm": items,
    "seller-cancel by control API": cancel,
    "auto-cancel by control API": auto_cancel,
    "MWS feed: submit": submit,
    "MWS feed: process": process_feed,
    "one order by control API": read_order,
}


def main() -> None:
    calls = Calls()
    for name, begin in TRIPS.items():
        app = App()
        for _ in range(2):
            begin(app)()
        trip = begin(app)
        if begin is items:
            trip()  # the answer is rendered once for every value of an order
        with calls:
            trip()
        print(f"{name}: {sum(calls.by_file.values())} calls in {len(calls.by_file)} files")
        if "-v" in sys.argv:
            for file, count in calls.by_file.most_common():
                print("   ", count, file[len(PACKAGE) + 1 :])
        app.server.close()


if __name__ == "__main__":
    main()
