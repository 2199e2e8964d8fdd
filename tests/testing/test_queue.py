"""Queues in a test: started when asked for, told by the Notifications API, and read by the consumer under test."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from marketplace_sandbox.testing.control import MarketplaceError, RefusedError
from marketplace_sandbox.testing.marketplace import Marketplace
from marketplace_sandbox.testing.orders import Order
from marketplace_sandbox.testing.server import NotReadyError, Server
from marketplace_sandbox.testing.sqs import Queue

pytest.importorskip("moto", reason="there is no moto here, of which the queue service is made")


def notification_of(order_id: str) -> str:
    """The least of a notification."""
    change = {"AmazonOrderId": order_id, "OrderChangeType": "OrderStatusChange"}
    body = {"NotificationType": "ORDER_CHANGE", "Payload": {"OrderChangeNotification": change}}
    return json.dumps({**body, "NotificationMetadata": {"NotificationId": f"of-{order_id}"}})


@pytest.fixture
def queue(marketplace: Marketplace) -> Iterator[Queue]:
    """A queue that nobody has subscribed."""
    queue = Queue(marketplace.queue_service(), f"{marketplace.seller_id}-alone")
    yield queue
    queue.close()


def test_the_queue_service_starts_once_at_the_first_call(marketplace: Marketplace) -> None:
    assert marketplace.queue_service() == marketplace.queue_service() != marketplace.url


def test_what_is_in_a_queue_is_taken_out_once(queue: Queue) -> None:
    assert (len(queue), bool(queue), queue.messages()) == (0, True, [])
    for number in range(12):
        queue._call("SendMessage", QueueUrl=queue.url, MessageBody=notification_of(str(number)))
    assert len(queue) == 12
    taken = queue.messages()
    assert sorted(int(each.order_id) for each in taken) == list(range(12))
    assert {each.id for each in taken} == {f"of-{number}" for number in range(12)}
    assert (len(queue), queue.messages(), queue.received) == (0, [], taken)
    assert [each.change for each in queue.of("7")] == ["OrderStatusChange"]


def test_a_consumer_finds_the_queue_by_its_environment(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    boto3 = pytest.importorskip("boto3")
    for name, text in queue.environment().items():
        monkeypatch.setenv(name, text)
    client = boto3.session.Session().client("sqs")
    assert client.get_queue_url(QueueName=queue.name)["QueueUrl"] == queue.url
    client.close()


def test_what_stands_in_the_way_is_said(marketplace: Marketplace, queue: Queue) -> None:
    with pytest.raises(MarketplaceError, match="refused SendMessage"):
        queue._call("SendMessage", QueueUrl=queue.url + "x", MessageBody="{}")
    queue.endpoint, endpoint = "http://127.0.0.1:1", queue.endpoint
    with pytest.raises(MarketplaceError, match="does not answer"):
        queue.messages()
    queue.endpoint = endpoint
    with Marketplace.opened(marketplace.url) as other, pytest.raises(MarketplaceError, match="made without a queue"):
        other.queue()


@pytest.mark.slow
def test_without_moto_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "moto").mkdir()
    (tmp_path / "moto" / "__init__.py").write_text("raise ImportError")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    server = Server()
    with pytest.raises(NotReadyError, match=r"needs moto: pip install"):
        server.queues()
    server.close()


def canceled_at_a_wish(marketplace: Marketplace) -> Order:
    """An order with three changes: released, wanted canceled, canceled."""
    order = marketplace.place_order()
    marketplace.clock.advance("31m")
    order.buyer.requests_cancellation()
    order.seller.cancels("buyer_canceled")
    return order


def test_a_queue_is_told_of_every_change(marketplace: Marketplace) -> None:
    queue = marketplace.queue()
    order = canceled_at_a_wish(marketplace)
    assert len(queue) == 3
    marketplace.assert_notified(order, change="BuyerRequestedChange", to=queue, times=1)
    marketplace.assert_notified(order, change="OrderStatusChange", to=queue, times=2)
    assert len(queue) == 3, "what was asserted of is still there for the consumer"
    assert len(queue.messages()) == 3
    marketplace.assert_notified(order, change="OrderStatusChange", to=queue, times=2)  # also when it was consumed
    assert {each.id for each in queue.received} == {each["id"] for each in marketplace.deliveries}
    assert {each.type for each in queue.received} == {"ORDER_CHANGE"}
    assert marketplace.clock.now in {each.at for each in queue.received}


def test_a_queue_is_told_of_the_changes_asked_for(marketplace: Marketplace) -> None:
    queue = marketplace.queue(order_change_types=["BuyerRequestedChange"])
    order = canceled_at_a_wish(marketplace)
    assert [each.change for each in queue.messages()] == ["BuyerRequestedChange"]
    marketplace.assert_not_notified(order, change="OrderStatusChange", to=queue)
    with pytest.raises(AssertionError, match=r"(?s)OrderStatusChange .* was not notified to arn:aws:sqs"):
        marketplace.assert_notified(order, change="OrderStatusChange", to=queue)


def test_a_second_subscription_is_refused_as_on_the_platform(marketplace: Marketplace) -> None:
    marketplace.queue()
    with pytest.raises(RefusedError, match="exist for notification type ORDER_CHANGE"):
        marketplace.queue()


def test_an_unknown_type_is_refused_by_the_platforms_words(marketplace: Marketplace) -> None:
    with pytest.raises(RefusedError, match="The queue was not subscribed"):
        marketplace.queue(notification_type="ORDER_CHANG")
