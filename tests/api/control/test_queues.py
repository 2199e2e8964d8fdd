"""Queues as a test sees them: which there are, what lies in them, and that looking takes nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from marketplace_sandbox.api.control.queues import QueueMessage
from marketplace_sandbox.core.commands.notifications import CreateDestination, Subscribe
from tests.api.control.driving import Driver

ARN = "arn:aws:sqs:us-east-1:444455556666:orders"
SENT = datetime(2026, 3, 2, 16, 0, 1, tzinfo=UTC)
MESSAGES = (
    QueueMessage("m-1", SENT, 1, SENT + timedelta(seconds=30), '{"NotificationType": "ORDER_CHANGE"}'),
    QueueMessage("m-2", SENT, 0, None, "no JSON"),
)


@pytest.fixture
def subscribed(driver: Driver) -> Driver:
    """The same, whose seller has subscribed with a queue of the server's own, in which messages lie."""
    driver.queues = {ARN: list(MESSAGES)}
    driver.world.execute(CreateDestination(name="orders", arn=ARN))
    (destination_id,) = driver.world.state.destinations
    subscription = {"url": ARN, "notification_types": ["ORDER_CHANGE"], "destination_id": destination_id}
    driver.world.execute(Subscribe.read({**subscription, "payload_version": "1.0"}))
    return driver


def test_a_queue_says_how_much_lies_in_it(subscribed: Driver) -> None:
    (found,) = subscribed.get("queues").body["queues"]
    assert found == {"name": "orders", "arn": ARN, "notification_types": ["ORDER_CHANGE"], "messages": 2, "hidden": 1}


@pytest.mark.parametrize("named", ["orders", ARN])
def test_looking_into_a_queue_takes_nothing(subscribed: Driver, named: str) -> None:
    for _ in range(2):
        found = subscribed.get(f"queues/{named}/messages").body["messages"]
        assert [each["id"] for each in found] == ["m-1", "m-2"]
        assert [each["body"] for each in found] == [{"NotificationType": "ORDER_CHANGE"}, "no JSON"]
        assert [each["hidden_until"] for each in found] == ["2026-03-02T16:00:31Z", None]
    page = subscribed.get("queues/orders/messages?limit=1").body
    (rest,) = subscribed.get(f"queues/orders/messages?cursor={page['next']}").body["messages"]
    assert rest == {
        "id": "m-2",
        "sent_at": "2026-03-02T16:00:01Z",
        "received": 0,
        "hidden_until": None,
        "body": "no JSON",
    }


@pytest.mark.parametrize(
    "body", ["[" * 100_000, "[" * 300 + "]" * 300, "NaN", "[1e999]", r'"\ud800"', "1" * 5000], ids=lambda body: body[:8]
)
def test_a_body_that_not_every_reader_reads_is_shown_as_its_text(subscribed: Driver, body: str) -> None:
    """Whatever a program has sent there, what else lies there can be seen."""
    assert subscribed.queues is not None
    subscribed.queues[ARN] = [QueueMessage("odd", SENT, 0, None, body), *MESSAGES]
    answer = subscribed.get("queues/orders/messages")
    assert answer.status == 200
    assert [each["body"] for each in answer.body["messages"]] == [body, {"NotificationType": "ORDER_CHANGE"}, "no JSON"]


def test_a_name_that_several_queues_have_means_none_of_them(subscribed: Driver) -> None:
    """A queue is known by its region and account, too; nothing is emptied that might not be meant."""
    other = ARN.replace("us-east-1", "eu-west-1")
    subscribed.world.execute(CreateDestination(name="others", arn=other))
    other_id = list(subscribed.world.state.destinations)[-1]
    subscription = {"url": other, "notification_types": ["FEED_PROCESSING_FINISHED"], "destination_id": other_id}
    subscribed.world.execute(Subscribe.read({**subscription, "payload_version": "1.0"}))
    assert subscribed.queues is not None
    subscribed.queues[other] = list(MESSAGES)
    answer = subscribed.delete("queues/orders/messages")
    assert answer.status == 404
    assert f"name one of {ARN}, {other}" in answer.body["errors"][0]["message"]
    assert subscribed.delete(f"queues/{other}/messages").status == 204
    assert [len(each) for each in subscribed.queues.values()] == [2, 0]


def test_a_queue_is_emptied(subscribed: Driver) -> None:
    assert subscribed.delete("queues/orders/messages").status == 204
    assert subscribed.get("queues").body["queues"][0]["messages"] == 0


def test_a_queue_of_nobody_is_not_found(subscribed: Driver) -> None:
    answer = subscribed.get("queues/ordesr/messages")
    assert answer.status == 404
    assert "did you mean 'orders'?" in answer.body["errors"][0]["message"]
    assert subscribed.delete("queues/ordesr/messages").status == 404
    assert subscribed.queues == {ARN: list(MESSAGES)}


def test_queues_of_another_service_are_told_and_not_looked_into(subscribed: Driver) -> None:
    subscribed.queues = None
    (found,) = subscribed.get("queues").body["queues"]
    assert (found["messages"], found["hidden"]) == (None, None)
    for answer in (subscribed.get("queues/orders/messages"), subscribed.delete("queues/orders/messages")):
        assert (answer.status, answer.body["errors"][0]["code"]) == (409, "NO_QUEUES")
