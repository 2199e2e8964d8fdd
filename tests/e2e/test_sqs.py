"""Order changes in queues, as sellers really receive them, with boto3 as it comes. The environment alone leads it."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.cli.terminal import Terminal
from tests.documents import ROOT
from tests.e2e.sandbox import Json, Sandbox, change
from tests.serving import Server, clean_environment, serving

ACCOUNT = "555566667777"
QUEUE = "order-changes"
ARN = f"arn:aws:sqs:us-west-2:{ACCOUNT}:{QUEUE}"
LONG_POLL = 20

pytestmark = pytest.mark.slow


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Where a server keeps its worlds, to find them again."""
    return f"sqlite:///{tmp_path}/worlds.db"


def aws_environment(queues: str) -> dict[str, str]:
    """What a consumer needs in its environment."""
    return {
        "AWS_ENDPOINT_URL_SQS": queues,
        "AWS_DEFAULT_REGION": "us-west-2",
        "AWS_ACCESS_KEY_ID": "anything",
        "AWS_SECRET_ACCESS_KEY": "anything",
    }


@contextmanager
def consuming(queues: str) -> Iterator[Any]:
    """boto3's client of the queue service."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in aws_environment(queues).items():
            patch.setenv(name, value)
        client = boto3.session.Session().client("sqs")
    yield client
    client.close()


@contextmanager
def selling(server: Server) -> Iterator[Sandbox]:
    """The control API of a seller who has subscribed with the queue."""
    sandbox = Sandbox(server.url)
    subscribe(sandbox)
    yield sandbox
    sandbox.close()


def subscribe(sandbox: Sandbox) -> None:
    """The two calls of the Notifications API, the first the application's and the second the seller's."""
    application = token(sandbox, grant_type="client_credentials", scope="sellingpartnerapi::notifications")
    resource = {"name": QUEUE, "resourceSpecification": {"sqs": {"arn": ARN}}}
    destination = notify(sandbox, application, "destinations", resource)["destinationId"]
    event_filter = {"eventFilterType": "ORDER_CHANGE"}
    wanted = {
        "payloadVersion": "1.0",
        "destinationId": destination,
        "processingDirective": {"eventFilter": event_filter},
    }
    notify(sandbox, sandbox.token(), "subscriptions/ORDER_CHANGE", wanted)


def token(sandbox: Sandbox, **grant: str) -> str:
    """An access token of the application's own."""
    lwa = sandbox.seller["lwa"]
    form = {"client_id": lwa["client_id"], "client_secret": lwa["client_secret"], **grant}
    given: str = sandbox.session.post(f"{sandbox.url}/auth/o2/token", data=form, timeout=30).json()["access_token"]
    return given


def notify(sandbox: Sandbox, bearer: str, path: str, body: Json) -> Json:
    """One call of the Notifications API that must go well."""
    headers = {"x-amz-access-token": bearer}
    answer = sandbox.session.post(f"{sandbox.url}/notifications/v1/{path}", json=body, headers=headers, timeout=30)
    assert answer.status_code == 200, answer.text
    made: Json = answer.json()["payload"]
    return made


def cancel_on_request(sandbox: Sandbox, **form: Any) -> str:
    """An order with three notices: released, asked to be canceled, canceled."""
    order_id = sandbox.place_order(**form)
    sandbox.by("PT31M")
    sandbox.act(order_id, "buyer-request-cancellation", reason="cheaper")
    sandbox.act(order_id, "seller-cancel", reason="buyer_canceled")
    return order_id


def queue_url(client: Any) -> str:
    url: str = client.get_queue_url(QueueName=QUEUE)["QueueUrl"]
    return url


def receive(client: Any, url: str, **more: Any) -> list[Json]:
    """Ten messages at most, after a long poll."""
    wanted = {"WaitTimeSeconds": LONG_POLL, "MaxNumberOfMessages": 10, **more}
    found: list[Json] = client.receive_message(QueueUrl=url, **wanted).get("Messages", [])
    return found


def receive_all(client: Any, url: str, count: int) -> list[Json]:
    """So many messages, each deleted."""
    got: list[Json] = []
    while len(got) < count:
        found = receive(client, url)
        assert found, f"only {len(got)} of {count} have come"
        for message in found:
            got.append(json.loads(message["Body"]))
            client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return got


def waiting(client: Any, url: str) -> tuple[str, str]:
    """How many messages are in the queue and in flight."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = client.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return found[names[0]], found[names[1]]


def notification_id(body: Json) -> str:
    given: str = body["NotificationMetadata"]["NotificationId"]
    return given


def test_a_consumer_gets_what_happens_to_an_order(store: str) -> None:
    with (
        serving("--sqs", "--store", store) as server,
        consuming(server.queues) as client,
        selling(server) as sandbox,
    ):
        order_id = cancel_on_request(sandbox)
        got = receive_all(client, queue_url(client), 3)

        assert {change(body)["AmazonOrderId"] for body in got} == {order_id}
        told = sorted((change(body)["OrderChangeType"], change(body)["Summary"]["OrderStatus"]) for body in got)
        assert told == [
            ("BuyerRequestedChange", "Unshipped"),
            ("OrderStatusChange", "Canceled"),
            ("OrderStatusChange", "Unshipped"),
        ]
        deliveries = sandbox.get("deliveries")["deliveries"]
        assert {each["status"] for each in deliveries} == {"delivered"}
        assert sorted(each["id"] for each in deliveries) == sorted(notification_id(body) for body in got)
        assert waiting(client, queue_url(client)) == ("0", "0")


def test_a_user_looks_into_a_queue_and_takes_nothing(store: str) -> None:
    with (
        serving("--sqs", "--store", store) as server,
        consuming(server.queues) as client,
        selling(server) as sandbox,
    ):
        user = Terminal(server.url, sandbox.seller["seller_id"])
        order_id = cancel_on_request(sandbox)
        for _ in range(2):
            shown = user.json("queue", "show", QUEUE)
            assert [(change(each["body"])["AmazonOrderId"], each["received"]) for each in shown] == [(order_id, 0)] * 3
        assert user.run("queue", "show", QUEUE, "--limit", "1").count(order_id) == 1
        whole = user.run("queue", "show", ARN, "--whole")
        assert whole.count('"NotificationType": "ORDER_CHANGE"') == 3
        assert len(receive(client, queue_url(client))) == 3
        (told,) = user.json("queue", "list")
        assert (told["name"], told["messages"], told["hidden"]) == (QUEUE, 3, 3)
        assert all(each["received"] == 1 and each["hidden_until"] for each in user.json("queue", "show", QUEUE))
        assert "did you mean" in user.refused("queue", "show", QUEUE[1:])
        assert "Nothing lies in" in user.run("queue", "purge", QUEUE)
        assert waiting(client, queue_url(client)) == ("0", "0")
        assert "Nothing lies in" in user.run("queue", "show", QUEUE)


def test_a_long_poll_ends_when_something_happens(store: str) -> None:
    with (
        serving("--sqs", "--store", store) as server,
        consuming(server.queues) as client,
        selling(server) as sandbox,
    ):
        url = queue_url(client)  # made with the destination
        order_id = sandbox.place_order()
        got: list[Json] = []
        poll = threading.Thread(target=lambda: got.extend(receive(client, url)))
        poll.start()
        sandbox.by("PT31M")
        poll.join()
        [message] = got
        assert change(json.loads(message["Body"]))["AmazonOrderId"] == order_id


def test_what_is_not_deleted_comes_again(store: str) -> None:
    with (
        serving("--sqs", "--store", store) as server,
        consuming(server.queues) as client,
        selling(server) as sandbox,
    ):
        sandbox.place_order()
        sandbox.by("PT31M")
        url = queue_url(client)
        counted = {"AttributeNames": ["ApproximateReceiveCount"]}
        [first] = receive(client, url, VisibilityTimeout=1, **counted)
        [again] = receive(client, url, VisibilityTimeout=600, **counted)
        counts = [each["Attributes"]["ApproximateReceiveCount"] for each in (first, again)]
        assert (first["Body"], counts) == (again["Body"], ["1", "2"])
        assert waiting(client, url) == ("0", "1")
        client.delete_message(QueueUrl=url, ReceiptHandle=again["ReceiptHandle"])
        assert waiting(client, url) == ("0", "0")


def test_two_consumers_share_what_comes(store: str) -> None:
    with (
        serving("--sqs", "--store", store) as server,
        consuming(server.queues) as one,
        consuming(server.queues) as other,
        selling(server) as sandbox,
    ):
        orders = [cancel_on_request(sandbox) for _ in range(3)]
        url = queue_url(one)
        bodies = [take(client, url) for client in (one, other, one, other, one, other, one, other, one)]
        assert len({notification_id(body) for body in bodies}) == 9
        assert {change(body)["AmazonOrderId"] for body in bodies} == set(orders)


def take(client: Any, url: str) -> Json:
    """One message, which is in flight from then on."""
    [message] = receive(client, url, MaxNumberOfMessages=1, VisibilityTimeout=600)
    body: Json = json.loads(message["Body"])
    return body


def test_queues_are_empty_after_a_restart_and_made_anew(store: str) -> None:
    with serving("--sqs", "--store", store) as server, selling(server) as sandbox:
        assert "empty after a restart" in server.log.read_text()
        sandbox.place_order()
        sandbox.by("PT31M")
        seller_id = sandbox.seller["seller_id"]
    with serving("--sqs", "--store", store) as server, consuming(server.queues) as client:
        assert receive(client, queue_url(client), WaitTimeSeconds=0) == []  # it is there before anything is sent to it
        sandbox = Sandbox(server.url)
        sandbox.session.headers["X-Sandbox-Seller"] = seller_id
        order_id = sandbox.place_order()
        sandbox.by("PT31M")
        [body] = receive_all(client, queue_url(client), 1)
        assert change(body)["AmazonOrderId"] == order_id
        sandbox.close()


def test_a_reset_empties_the_queues_of_its_seller(store: str) -> None:
    with serving("--sqs", "--store", store) as server, selling(server) as sandbox, consuming(server.queues) as client:
        sandbox.place_order()
        sandbox.by("PT31M")
        sandbox.post("reset", {})
        subscribe(sandbox)
        order_id = sandbox.place_order()
        sandbox.by("PT31M")
        [body] = receive_all(client, queue_url(client), 1)
        assert change(body)["AmazonOrderId"] == order_id
        assert receive(client, queue_url(client), WaitTimeSeconds=0) == []


@pytest.mark.parametrize("how", ["option", "variable"])
def test_a_queue_service_that_runs_already_gets_them_into_queues_it_has(store: str, how: str) -> None:
    with serving("--sqs") as other, consuming(other.queues) as client:
        arguments = ("--sqs-endpoint", other.queues) if how == "option" else ()
        environment = {} if how == "option" else {"AWS_ENDPOINT_URL_SQS": other.queues}
        with serving("--store", store, *arguments, env=environment) as server, selling(server) as sandbox:
            assert not server.queues
            sandbox.place_order()
            sandbox.by("PT31M")
            [failed] = sandbox.get("deliveries")["deliveries"]
            assert f"{other.queues} has no queue {QUEUE} in us-west-2" in failed["attempts"][-1]["error"]

            url = client.create_queue(QueueName=QUEUE)["QueueUrl"]
            sandbox.by("PT10M")  # by then it is tried again
            [body] = receive_all(client, url, 1)
            assert notification_id(body) == failed["id"]


def test_without_a_queue_service_deliveries_say_what_to_do(store: str) -> None:
    with serving("--store", store) as server, selling(server) as sandbox:
        sandbox.place_order()
        sandbox.by("PT31M")
        [failed] = sandbox.get("deliveries")["deliveries"]
        assert failed["status"] == "failed"
        assert "start the server with --sqs" in failed["attempts"][-1]["error"]


def test_the_example_prints_each_change_once(store: str) -> None:
    with (
        serving("--sqs", "--store", store) as server,
        consuming(server.queues) as client,
        selling(server) as sandbox,
    ):
        order_id = cancel_on_request(sandbox)
        url = queue_url(client)
        [copied] = receive(client, url, MaxNumberOfMessages=1, VisibilityTimeout=0)
        client.send_message(QueueUrl=url, MessageBody=copied["Body"])
        done = subprocess.run(
            [sys.executable, ROOT / "examples" / "sqs_consumer.py", QUEUE, "1"],
            env=clean_environment(aws_environment(server.queues)),
            capture_output=True,
            text=True,
            check=True,
        )
        assert sorted(done.stdout.splitlines()) == [
            f"{order_id}  Canceled    OrderStatusChange",
            f"{order_id}  Unshipped   BuyerRequestedChange",
            f"{order_id}  Unshipped   OrderStatusChange",
        ]
        assert waiting(client, url) == ("0", "0")
