"""Unmodified clients of Notifications v1 through a real socket, and what then arrives in queues."""

from collections.abc import Iterator
from typing import Any

import pytest
from sp_api.base import NotificationType

from marketplace_sandbox.core.notifications.samples import SCENARIOS
from tests.e2e.clients_notifications import CLIENTS, Async, Client, Official, RefusedError, SpApi, Sync
from tests.e2e.sandbox import Json, Sandbox, change
from tests.e2e.test_sqs import consuming, receive_all
from tests.serving import Server, serving

ACCOUNT = "555566667777"
FILTER: Json = {"eventFilterType": "ORDER_CHANGE"}
REQUESTS: Json = FILTER | {"orderChangeTypes": ["BuyerRequestedChange"]}
WORK = "2020-09-04"


def arn(queue: str) -> str:
    return f"arn:aws:sqs:us-west-2:{ACCOUNT}:{queue}"


@pytest.fixture(params=CLIENTS)
def client(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[Client]:
    """Each of the clients in turn."""
    made = CLIENTS[request.param](sandbox)
    yield made
    made.close()


@pytest.fixture(params=[Sync, Async])
def sp_api(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[SpApi]:
    """python-amazon-sp-api, either way."""
    made = SpApi(request.param(sandbox))
    yield made
    made.close()


@pytest.fixture
def official(sandbox: Sandbox) -> Iterator[Official]:
    made = Official(sandbox)
    yield made
    made.close()


def test_destinations_come_and_go(client: Client) -> None:
    assert client.destinations() == []
    queue = client.make_destination("orders", arn=arn("orders"))["destinationId"]
    bus = client.make_destination("bus", region="us-east-1", account_id=ACCOUNT)["destinationId"]
    assert client.destination(queue) == {
        "name": "orders",
        "destinationId": queue,
        "resource": {"sqs": {"arn": arn("orders")}},
    }
    source = f"aws.partner/sellingpartnerapi.amazon.com/{ACCOUNT}/amzn1.sellerapps.app.marketplace-sandbox"
    assert client.destination(bus)["resource"] == {
        "eventBridge": {"name": source, "region": "us-east-1", "accountId": ACCOUNT}
    }
    assert [each["destinationId"] for each in client.destinations()] == [queue, bus]
    client.remove_destination(queue)
    assert [each["destinationId"] for each in client.destinations()] == [bus]
    with pytest.raises(RefusedError, match="There is no destination") as refused:
        client.destination(queue)
    assert (refused.value.status, refused.value.code) == (404, "NotFound")


def test_subscriptions_come_and_go(client: Client) -> None:
    queue = client.make_destination("orders", arn=arn("orders"))["destinationId"]
    made = client.subscribe("ORDER_CHANGE", "1.0", queue, {"eventFilter": REQUESTS})
    assert made == {
        "subscriptionId": made["subscriptionId"],
        "payloadVersion": "1.0",
        "destinationId": queue,
        "processingDirective": {"eventFilter": REQUESTS},
    }
    assert client.subscription("ORDER_CHANGE") == made
    reports = client.subscribe("REPORT_PROCESSING_FINISHED", WORK, queue)
    assert client.subscription("REPORT_PROCESSING_FINISHED") == reports
    client.unsubscribe("ORDER_CHANGE", made["subscriptionId"])
    with pytest.raises(RefusedError) as refused:
        client.subscription("ORDER_CHANGE")
    assert (refused.value.status, refused.value.code) == (404, "NotFound")
    assert client.subscription("REPORT_PROCESSING_FINISHED") == reports


def test_what_production_refuses_arrives_as_the_clients_own_errors(client: Client) -> None:
    queue = client.make_destination("orders", arn=arn("orders"))["destinationId"]
    with pytest.raises(RefusedError) as refused:
        client.subscribe("ORDER_CHANGE", "1.0", queue)
    assert (refused.value.status, refused.value.code) == (400, "InvalidInput")
    assert refused.value.message == "Request has missing or invalid parameters and cannot be parsed."
    assert refused.value.details == "Processing Directive eventFilter must not be empty"
    with pytest.raises(RefusedError, match="failed to validate for notification type ORDER_CHANGE"):
        client.subscribe("ORDER_CHANGE", "1.0", queue, {"eventFilter": FILTER | {"marketplaceIds": ["ATVPDKIKX0DER"]}})
    client.subscribe("ORDER_CHANGE", "1.0", queue, {"eventFilter": FILTER})
    with pytest.raises(RefusedError, match="Subscription already exist for notification type ORDER_CHANGE") as refused:
        client.subscribe("ORDER_CHANGE", "1.0", queue, {"eventFilter": FILTER})
    assert (refused.value.status, refused.value.code) == (409, "StateConflict")
    with pytest.raises(RefusedError, match=r"A destination with arn .* already exists for the application") as refused:
        client.make_destination("again", arn=arn("orders"))
    assert (refused.value.status, refused.value.code) == (409, "StateConflict")
    with pytest.raises(RefusedError, match="is in use") as refused:
        client.remove_destination(queue)
    assert refused.value.status == 409
    with pytest.raises(RefusedError, match="ORDER_CHANGE takes its place") as refused:
        client.subscribe("ORDER_STATUS_CHANGE", "1.0", queue, {"eventFilter": FILTER})
    assert refused.value.status == 400


def test_the_enumeration_of_python_amazon_sp_api_is_refused_with_a_hint(sp_api: SpApi) -> None:
    queue = sp_api.make_destination("orders", arn=arn("orders"))["destinationId"]
    directive = {"eventFilter": FILTER}
    with pytest.raises(RefusedError) as refused:
        sp_api.call("create_subscription", NotificationType.ORDER_CHANGE, queue, processingDirective=directive)
    assert refused.value.message == 'Invalid value "NotificationType.ORDER_CHANGE" for path parameter notificationType'
    assert refused.value.details == "Send the value of the enumeration's member, ORDER_CHANGE."
    assert sp_api.subscribe(NotificationType.ORDER_CHANGE.value, "1.0", queue, directive)["subscriptionId"]


def test_python_amazon_sp_api_asks_for_a_subscription_by_its_id_with_the_wrong_token(sp_api: SpApi) -> None:
    queue = sp_api.make_destination("orders", arn=arn("orders"))["destinationId"]
    made = sp_api.subscribe("ORDER_CHANGE", "1.0", queue, {"eventFilter": FILTER})["subscriptionId"]
    with pytest.raises(RefusedError, match="it takes a grantless one") as refused:
        sp_api.call("get_subscription_by_id", "ORDER_CHANGE", made)
    assert (refused.value.status, refused.value.code) == (403, "Unauthorized")


def test_amazons_client_has_the_newer_operations_and_either_token(official: Official) -> None:
    queue = official.make_destination("orders", arn=arn("orders"))["destinationId"]
    made = official.subscribe("ORDER_CHANGE", "1.0", queue, {"eventFilter": FILTER})
    subscription_id = made["subscriptionId"]
    assert official.call("application", "get_subscription_by_id", subscription_id, "ORDER_CHANGE") == made
    listed = official.call("seller", "get_subscriptions", ["ORDER_CHANGE"], page_size=30, payload_version="1.0")
    assert listed == {"subscriptions": [made]}
    for whose, method, arguments in (
        ("seller", "get_destinations", ()),
        ("application", "get_subscription", ("ORDER_CHANGE",)),
        ("seller", "get_subscription_by_id", (subscription_id, "ORDER_CHANGE")),
        ("application", "get_subscriptions", (["ORDER_CHANGE"],)),
    ):
        with pytest.raises(RefusedError) as refused:
            official.call(whose, method, *arguments)
        assert (refused.value.status, refused.value.code) == (403, "Unauthorized")
    official.call("seller", "delete_subscription_by_id", subscription_id, "ORDER_CHANGE")
    assert official.call("seller", "get_subscriptions", ["ORDER_CHANGE"]) == {"subscriptions": []}


def test_outside_the_pilot_nobody_subscribes(sandbox: Sandbox, client: Client) -> None:
    queue = client.make_destination("orders", arn=arn("orders"))["destinationId"]
    sandbox.put("settings", {"notifications": "pilot", "notification_pilot": False})
    with pytest.raises(RefusedError, match="pilot") as refused:
        client.subscribe("ORDER_CHANGE", "1.0", queue, {"eventFilter": FILTER})
    assert (refused.value.status, refused.value.code) == (403, "Unauthorized")
    sandbox.put("settings", {"notification_pilot": True})
    assert client.subscribe("ORDER_CHANGE", "1.0", queue, {"eventFilter": FILTER})


@pytest.fixture(scope="module")
def queues() -> Iterator[Server]:
    """A server with queues of its own."""
    with serving("--sqs") as server:
        yield server


def received(server: Server, queue: str, count: int) -> list[Json]:
    """So many notifications of a queue, which then is empty."""
    with consuming(server.queues) as sqs:
        url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        got = receive_all(sqs, url, count)
        assert "Messages" not in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=0)
    return got


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "event_filter", "told"),
    [
        (1, REQUESTS, ["BuyerRequestedChange"]),
        (2, FILTER, ["BuyerRequestedChange", "OrderStatusChange", "OrderStatusChange"]),
        (3, FILTER | {"orderChangeTypes": ["OrderStatusChange"]}, ["OrderStatusChange", "OrderStatusChange"]),
    ],
)
def test_a_queue_gets_what_the_filter_lets_through(
    queues: Server, number: int, event_filter: Any, told: list[str]
) -> None:
    sandbox = Sandbox(queues.url)
    client = SpApi(Sync(sandbox))
    queue = client.make_destination("orders", arn=arn(f"filtered-{number}"))["destinationId"]
    early = sandbox.place_order()
    sandbox.by("PT31M")  # released before anybody subscribed, so it is never told
    made = client.subscribe("ORDER_CHANGE", "1.0", queue, {"eventFilter": event_filter})
    order_id = sandbox.place_order()
    sandbox.by("PT31M")
    sandbox.act(order_id, "buyer-request-cancellation", reason="cheaper")
    sandbox.act(order_id, "seller-cancel", reason="buyer_canceled")
    got = received(queues, f"filtered-{number}", len(told))
    assert sorted(change(body)["OrderChangeType"] for body in got) == told
    assert {change(body)["AmazonOrderId"] for body in got} == {order_id}
    assert {body["NotificationMetadata"]["SubscriptionId"] for body in got} == {made["subscriptionId"]}
    client.unsubscribe("ORDER_CHANGE", made["subscriptionId"])
    sandbox.act(early, "seller-cancel", reason="no_inventory")
    sandbox.by("PT0S")
    assert len(sandbox.get("deliveries")["deliveries"]) == len(told)
    client.close()
    sandbox.close()


@pytest.mark.slow
def test_samples_arrive_in_the_queue(queues: Server) -> None:
    sandbox = Sandbox(queues.url)
    official = Official(sandbox)
    queue = official.make_destination("samples", arn=arn("samples"))["destinationId"]
    for name, scenarios in SCENARIOS.items():
        version = "1.0" if name == "ORDER_CHANGE" else WORK
        for scenario in scenarios:
            test = {"payloadVersion": version, "testScenario": scenario}
            body = {"destinationId": queue, "testNotification": test}
            official.call("application", "send_test_notification", name, body)
    got = received(queues, "samples", 8)
    assert sorted(shown(body) for body in got) == sorted(
        (name, scenario) for name, scenarios in SCENARIOS.items() for scenario in scenarios
    )
    assert sandbox.get("orders")["orders"] == []
    official.close()
    sandbox.close()


def shown(body: Json) -> tuple[str, str]:
    """The type of a notification, and what it tells."""
    if "Payload" in body:
        return body["NotificationType"], change(body)["OrderChangeType"]
    (heart,) = body["payload"].values()
    return body["notificationType"], heart["processingStatus"]
