"""Mistakes of pollers: a failing test names each in its first ten lines, and none where there is none.

Each is a suite of a stranger's whose client makes one mistake; the test then asserts what it would have come to.
"""

import re
from pathlib import Path

import pytest

from tests.once import made_once
from tests.testing.suites import run_suite

pytestmark = pytest.mark.slow

CLIENT = '''
import datetime
import gzip
import pytest
import requests

from marketplace_sandbox.testing import Marketplace

US, DE = "ATVPDKIKX0DER", "A1PA6795UKMFR9"
FLAT = "POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA"


class Shop:
    """An integration's client, as right as can be; each test has it make one mistake."""

    def __init__(self, world):
        self.url, self.lwa, self.token = world.url, world.credentials["lwa"], ""

    def log_in(self):
        form = {"grant_type": "refresh_token", **self.lwa}
        self.token = self.send("POST", "/auth/o2/token", data=form).json()["access_token"]

    def send(self, method, path, **more):
        headers = {"x-amz-access-token": self.token}
        return requests.request(method, self.url + path, headers=headers, timeout=30, **more)

    def orders(self, marketplace=US, pages=True, **query):
        query = query or {"LastUpdatedAfter": "2026-03-01T00:00:00Z"}
        found, asked = [], {"MarketplaceIds": marketplace, **query}
        while asked:
            payload = self.send("GET", "/orders/v0/orders", params=asked).json().get("payload", {})
            found += [each["AmazonOrderId"] for each in payload.get("Orders", [])]
            token = payload.get("NextToken") if pages else None
            asked = {"MarketplaceIds": marketplace, "NextToken": token} if token else None
        return found

    def items(self, order_id):
        answer = self.send("GET", f"/orders/v0/orders/{order_id}/orderItems").json()
        return answer.get("payload", {}).get("OrderItems", [])

    def asked(self, order_id):
        return [i for i in self.items(order_id) if i["BuyerRequestedCancel"]["IsBuyerRequestedCancel"] == "true"]

    def feed(self, rows, header="order-id\\tamazon-order-item-code\\tcancellation-reason-code"):
        made = self.send("POST", "/feeds/2021-06-30/documents", json={"contentType": "text/plain"}).json()
        text = "\\n".join([header, *("\\t".join(each) for each in rows)]) + "\\n"
        requests.put(made["url"], data=text, headers={"Content-Type": "text/plain"}, timeout=30)
        feed = {"feedType": FLAT, "marketplaceIds": [US], "inputFeedDocumentId": made["feedDocumentId"]}
        return self.send("POST", "/feeds/2021-06-30/feeds", json=feed).json()["feedId"]

    def feed_status(self, feed_id):
        return self.send("GET", f"/feeds/2021-06-30/feeds/{feed_id}").json()["processingStatus"]

    def grant(self, order_id, reason="BuyerCanceled", items=None):
        return self.feed([[order_id, each["OrderItemId"], reason] for each in items or self.items(order_id)])

    def poll(self, **query):
        for order_id in self.orders(**query):
            if self.asked(order_id):
                self.grant(order_id)


def requested(world, **form):
    order = world.place_order(**form)
    world.clock.advance("31m")
    order.buyer.requests_cancellation()
    return order


@pytest.fixture
def shop(marketplace):
    shop = Shop(marketplace)
    shop.log_in()
    return shop
'''

MISTAKES = {
    "wrong_reason": (
        """
        order = requested(marketplace)
        shop.grant(order.order_id, "NoInventory")
        marketplace.clock.advance("5m")
        marketplace.assert_does_not_count_in_rate(order)
        """,
        r"Order \S+: A request was open, but another reason was chosen.* Give the reason Buyer Canceled",
    ),
    "part_of_the_items": (
        """
        order = requested(marketplace, items=[{"sku": "A"}, {"sku": "B"}])
        shop.grant(order.order_id, items=shop.items(order.order_id)[:1])
        marketplace.clock.advance("5m")
        marketplace.assert_canceled(order)
        """,
        r"PARTIAL_CANCEL_UNSUPPORTED: .* Cancel every item of the order, or none",
    ),
    "part_where_parts_are_canceled": (
        """
        marketplace.settings(partial_cancellation=True)
        order = requested(marketplace, items=[{"sku": "A"}, {"sku": "B"}])
        shop.grant(order.order_id, items=shop.items(order.order_id)[:1])
        marketplace.clock.advance("5m")
        marketplace.assert_canceled(order)
        """,
        r"its buyer asked to cancel A, B, and the client canceled A alone. Cancel every item",
    ),
    "own_clock": (
        """
        order = requested(marketplace)
        since = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)
        shop.poll(LastUpdatedAfter=since.isoformat())
        marketplace.clock.advance("5m")
        marketplace.assert_canceled(order)
        """,
        r"The client asks getOrders for what came after .* later than the world's now.*freeze=True",
    ),
    "created_after": (
        """
        order = marketplace.place_order()
        marketplace.clock.advance("31m")
        shop.poll(CreatedAfter="2026-03-02T15:00:00Z")
        marketplace.clock.advance("1h")
        order.buyer.requests_cancellation()
        shop.poll(CreatedAfter="2026-03-02T17:00:00Z")
        assert order.status == "Canceled"
        """,
        r"The client asks for orders by CreatedAfter only: .* Poll by LastUpdatedAfter",
    ),
    "standing_clock": (
        """
        order = requested(marketplace)
        feed_id = shop.grant(order.order_id)
        for _ in range(50):
            if shop.feed_status(feed_id) == "DONE":
                break
        assert shop.feed_status(feed_id) == "DONE"
        """,
        r"Feed \d+ is IN_QUEUE until 2026-03-02T16:31:30Z, .* clock stands.* called getFeed 51 times.*Have time pass",
    ),
    "fatal_feed": (
        """
        order = requested(marketplace)
        shop.feed([[order.order_id, "", "BuyerCanceled"]], header="no\\tsuch\\tcolumns")
        marketplace.clock.advance("5m")
        marketplace.assert_canceled(order, by="MERCHANT", reason="buyer_canceled")
        """,
        r"Feed \d+ \(POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA\) ended FATAL: 90012: The required order-id field is",
    ),
    "order_elsewhere": (
        """
        order = requested(marketplace)
        order.parcel.leaves()
        shop.grant(order.order_id)
        marketplace.clock.advance("5m")
        marketplace.assert_canceled(order)
        """,
        r"ended DONE: .* SHIPPED_NOT_CONFIRMED: .* Look at the order before the feed is sent",
    ),
    "page_one_only": (
        """
        orders = marketplace.place_orders(3)
        marketplace.clock.advance("31m")
        for order in orders:
            order.buyer.requests_cancellation()
        for order_id in shop.orders(pages=False, LastUpdatedAfter="2026-03-01T00:00:00Z", MaxResultsPerPage=2):
            shop.grant(order_id)
        marketplace.clock.advance("10m")
        assert [each.status for each in orders] == ["Canceled"] * 3
        """,
        r"getOrders listed 2 orders and a token of the next page, which the client never asked for",
    ),
    "the_text_false": (
        """
        order = marketplace.place_order(hold=False)
        for order_id in shop.orders():
            if any(each["BuyerRequestedCancel"]["IsBuyerRequestedCancel"] for each in shop.items(order_id)):
                shop.grant(order_id)
        marketplace.clock.advance("5m")
        marketplace.assert_not_canceled(order)
        """,
        r'The reason Buyer Canceled without an official request counts .* "false" is no False',
    ),
    "ignored_429": (
        """
        order = requested(marketplace)
        marketplace.faults.add(kind="throttled", operation="getOrderItems")
        shop.poll()
        marketplace.clock.advance("5m")
        marketplace.assert_canceled(order)
        """,
        r"getOrderItems was refused with 429 \(1 time: too many calls\), and the client did not ask again",
    ),
    "wrong_seller": (
        """
        order = requested(marketplace)
        shop.lwa = Marketplace.taken(marketplace.url).credentials["lwa"]  # which an .env file of a shop's has
        shop.log_in()
        shop.poll()
        marketplace.assert_canceled(order)
        """,
        r"No call of the client has come for seller \w+, and 2 calls for ASANDBOXSELLER: the client bears credentials",
    ),
    "wrong_region": (
        """
        order = requested(marketplace)
        shop.poll(marketplace=DE, LastUpdatedAfter="2026-03-01T00:00:00Z")
        assert order.status == "Canceled"
        """,
        r"asks for orders of A1PA6795UKMFR9 \(DE\), where this seller does not sell: it sells in ATVPDKIKX0DER \(US\)",
    ),
    "expired_token": (
        """
        order = requested(marketplace)
        marketplace.faults.add(kind="expired_token", operation="getOrders")
        for _ in range(3):
            shop.poll()
            marketplace.clock.advance("5m")
        marketplace.assert_canceled(order)
        """,
        r"The client's access token has expired, and it went on with it: 3 calls refused with 403",
    ),
}
"""Each mistake: what the test does, and what its failure has to say."""

SOUND = {
    "a_poller_that_is_right": """
        order = requested(marketplace)
        shop.poll()
        marketplace.clock.advance("5m")
        marketplace.assert_canceled(order, by="MERCHANT", reason="buyer_canceled")
        assert order.status == "Unshipped", "the test is wrong, and the client is not"
        """,
    "tries_again": """
        orders = marketplace.place_orders(3)
        marketplace.clock.advance("31m")
        marketplace.faults.add(kind="throttled", operation="getOrders")
        marketplace.faults.add(kind="expired_token", operation="getOrders", skip=1)
        assert shop.orders() == [] and shop.orders() == []
        shop.log_in()
        assert len(shop.orders(LastUpdatedAfter="2026-03-01T00:00:00Z", MaxResultsPerPage=2)) == 3
        orders[0].seller.cancels("no_inventory")
        marketplace.assert_not_canceled(orders[0])
        """,
    "waits_for_a_feed": """
        order = requested(marketplace)
        feed_id = shop.grant(order.order_id)
        while shop.feed_status(feed_id) != "DONE":
            marketplace.clock.advance("30s")
        marketplace.assert_not_canceled(order)
        """,
    "no_client": """
        order = requested(marketplace, items=[{"sku": "A"}, {"sku": "B"}])
        order.seller.cancels("no_inventory")
        marketplace.assert_not_canceled(order)
        """,
}
"""What fails for no mistake of the client's."""

HEADING = "What looks wrong with the client:"


def suite(tests: dict[str, str]) -> str:
    def written(name: str, body: str) -> str:
        return f"def test_{name}(marketplace, shop):{body}".replace("\n        ", "\n    ")

    return CLIENT + "\n".join(written(*each) for each in tests.items())


def failures(output: str) -> dict[str, list[str]]:
    """The lines that each failing test has, by its name."""
    parts = re.split(r"^_+ test_(\w+) _+$", output.partition("short test summary")[0], flags=re.MULTILINE)
    return {name: text.strip("\n").splitlines() for name, text in zip(parts[1::2], parts[2::2], strict=True)}


@pytest.fixture(scope="module")
def mistaken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What each of them has, of one run for all test processes."""
    return failures((made_once(tmp_path_factory, "mistaken", run_mistaken) / "output").read_text())


def run_mistaken(folder: Path) -> None:
    done = run_suite(folder, suite({name: body for name, (body, _) in MISTAKES.items()}), "-n", "2")
    assert done.counts == {"failed": len(MISTAKES)}, done.output
    (folder / "output").write_text(done.output)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_in_the_first_ten_lines(mistaken: dict[str, list[str]], mistake: str) -> None:
    first = "\n".join(mistaken[mistake][:10])
    assert HEADING in first
    assert re.search(MISTAKES[mistake][1], first), first


def test_it_is_the_first_that_is_named(mistaken: dict[str, list[str]]) -> None:
    """What else is said follows from it, and comes after."""
    named = {name: lines[lines.index(HEADING) + 1] for name, lines in mistaken.items()}
    assert [name for name, line in named.items() if not re.search(MISTAKES[name][1], line)] == []


def test_no_mistake_is_named_where_there_is_none(tmp_path: Path) -> None:
    done = run_suite(tmp_path, suite(SOUND))
    assert done.counts == {"failed": len(SOUND)}, done.output
    assert HEADING not in done.output, done.output


def test_the_story_folds_counts_and_tells_what_is_waited_for(mistaken: dict[str, list[str]]) -> None:
    waited = "\n".join(mistaken["standing_clock"])
    assert re.search(r"16:31:00Z  getFeed ×51 → 200  GET /feeds", waited), waited
    assert "createFeed → 202" in waited
    assert re.search(r"feed \d+ \(POST_\w+\) is IN_QUEUE until 2026-03-02T16:31:30Z; the clock stands", waited)
    assert "getOrders → 0 orders; asked by CreatedAfter" in "\n".join(mistaken["created_after"])
    assert re.search(r"feed \d+ \(POST_\w+\) is FATAL since \S+: 90012", "\n".join(mistaken["fatal_feed"]))
