"""Messages to queues, real ones of the embedded service and stand-ins that misbehave: what arrives, what is refused."""

import json
import logging
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from typing import Any

import boto3
import pytest

from marketplace_sandbox.amazon.hosts import AWS_DOMAINS
from marketplace_sandbox.api.spapi.notifications.order_change import render
from marketplace_sandbox.core.commands.notifications import CreateDestination, Subscribe
from marketplace_sandbox.core.notifications.outbox import RETRY_DELAYS
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.delivery.courier import Courier
from marketplace_sandbox.delivery.outbound_message import AttemptResult, OutboundMessage, Send
from marketplace_sandbox.delivery.queue_client import MOST_CLIENTS, QueueClient
from marketplace_sandbox.delivery.queue_names import (
    QueueError,
    check_endpoint,
    check_endpoint_early,
    read_arn,
)
from marketplace_sandbox.delivery.queue_transport import NO_BOTO3, NO_ENDPOINT, QueueTransport
from marketplace_sandbox.delivery.transports import Transports
from marketplace_sandbox.delivery.webhook_transport import WebhookTransport
from marketplace_sandbox.server.embedded_sqs import EmbeddedSqs
from tests.core.worlds import place
from tests.delivery.receivers import Post, Reply, a_socket, free_url, receiving
from tests.delivery.worlds import LONG, patient_world

ARN = "arn:aws:sqs:eu-west-1:555566667777:orders"
BODY = '{"name":"Müller"}'.encode()


def a_message(arn: str = ARN, timeout: float = LONG) -> OutboundMessage:
    return OutboundMessage("an-id", arn, "", BODY, 0, timeout)


@contextmanager
def consuming(sqs: EmbeddedSqs, region: str = "eu-west-1") -> Iterator[Any]:
    client = boto3.client(
        "sqs",
        region_name=region,
        endpoint_url=sqs.url,
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="a-secret",
    )
    yield client
    client.close()


def bodies(client: Any, name: str = "orders") -> list[str]:
    url = client.get_queue_url(QueueName=name)["QueueUrl"]
    found = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
    messages = found.get("Messages", [])
    assert not any("MessageAttributes" in message for message in messages)
    return [message["Body"] for message in messages]


def send_to(endpoint: str, message: OutboundMessage | None = None, **more: Any) -> AttemptResult:
    with QueueTransport(endpoint, **more).open() as send:
        return send(message or a_message())


def test_a_body_arrives_as_it_is(sqs: EmbeddedSqs) -> None:
    with consuming(sqs) as client:
        client.create_queue(QueueName="orders")
        answer = send_to(sqs.url)

        assert (answer.code, answer.error) == (200, "")
        assert bodies(client) == [BODY.decode()]


def test_latency_is_wall_time_in_milliseconds(sqs: EmbeddedSqs) -> None:
    readings = iter([10.0, 10.25])
    assert send_to(sqs.url, creates=True, elapsed=lambda: next(readings)) == AttemptResult(200, 250)


def test_a_queue_is_found_by_region_and_name_whatever_the_account(sqs: EmbeddedSqs) -> None:
    assert send_to(sqs.url, creates=True).code == 200
    with consuming(sqs) as there, consuming(sqs, "us-east-1") as elsewhere:
        url = there.get_queue_url(QueueName="orders", QueueOwnerAWSAccountId="555566667777")["QueueUrl"]
        assert url == f"{sqs.url}/123456789012/orders"
        assert elsewhere.list_queues().get("QueueUrls", []) == []


def test_a_missing_queue_is_made_only_where_that_is_wanted(sqs: EmbeddedSqs) -> None:
    missing = send_to(sqs.url)
    assert missing.code is None
    assert missing.error == f"{sqs.url} has no queue orders in eu-west-1; create it there."
    assert not missing.final

    assert send_to(sqs.url, creates=True).code == 200
    assert send_to(sqs.url).code == 200


def test_a_queue_that_went_is_looked_for_again(sqs: EmbeddedSqs) -> None:
    with consuming(sqs) as client, QueueTransport(sqs.url).open() as send:
        url = client.create_queue(QueueName="orders")["QueueUrl"]
        assert send(a_message()).code == 200
        client.delete_queue(QueueUrl=url)
        assert "has no queue orders" in send(a_message()).error
        client.create_queue(QueueName="orders")
        assert send(a_message()).code == 200


def a_service(post: Post) -> Reply:
    """The two calls of a queue service."""
    url, message = {"QueueUrl": "http://elsewhere.test/1/orders"}, {"MessageId": "1"}
    body = message if operation_of(post) == "SendMessage" else url
    return Reply(headers={"Content-Type": "application/x-amz-json-1.0"}, body=json.dumps(body).encode())


def operation_of(post: Post) -> str:
    return post.headers["x-amz-target"].removeprefix("AmazonSQS.")


def test_where_a_queue_is_is_asked_once_until_something_fails() -> None:
    with receiving(a_service) as service, QueueTransport(service.url.removesuffix("/hook")).open() as send:
        assert [send(a_message()).code for _ in range(2)] == [200, 200]
        service.answer = lambda _: Reply(503)
        assert "failed inside" in send(a_message()).error
        service.answer = a_service
        assert send(a_message()).code == 200
    # never a second try of boto3's own, and never to the host that the answer names
    assert [operation_of(post) for post in service.posts] == [
        "GetQueueUrl",
        "SendMessage",
        "SendMessage",
        "SendMessage",
        "GetQueueUrl",
        "SendMessage",
    ]


def test_nothing_of_the_users_own_is_used(
    sqs: EmbeddedSqs, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # moto, in this process, reads the environment at its first refusal: it is the sender that is tried here
    assert send_to(sqs.url, creates=True).code == 200
    files = tmp_path_factory.mktemp("aws")
    (files / "config").write_text("[default]\nsdk_ua_app_id = of-the-user\nuse_fips_endpoint = true\n")
    (files / "credentials").write_text("[default]\naws_access_key_id = THEIRS\naws_secret_access_key = secret\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(files / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(files / "credentials"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "THEIRS")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "THEIRS")
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "7")
    monkeypatch.setenv("AWS_REGION", "us-west-2")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", free_url())
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, free_url())
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)

    assert send_to(sqs.url, creates=True).code == 200
    with receiving(lambda _: Reply(503)) as service:
        send_to(service.url.removesuffix("/hook"))
    [post] = service.posts
    assert "Credential=sandbox/" in post.headers["authorization"]
    assert "/eu-west-1/sqs/" in post.headers["authorization"]
    assert "THEIRS" not in str(post.headers)
    assert "of-the-user" not in str(post.headers)


def test_without_an_endpoint_nothing_is_called() -> None:
    assert send_to("", resolve=no_resolving) == AttemptResult(None, 0, NO_ENDPOINT)


def no_resolving(host: str, _port: int) -> list[str]:
    raise AssertionError(f"{host} was looked up")


@pytest.mark.parametrize("suffix", AWS_DOMAINS)
@pytest.mark.parametrize("form", ["https://sqs.us-east-1.{}", "http://{}", "https://SQS.{}.:443/x", "https://a@b.{}"])
def test_aws_is_refused_whatever_is_allowed(form: str, suffix: str) -> None:
    url = form.format(suffix)
    with pytest.raises(QueueError, match="AWS itself"):
        check_endpoint(url, allowed_hosts=[f"sqs.us-east-1.{suffix}", suffix], resolve=no_resolving)
    assert "AWS itself" in send_to(url, allowed_hosts=[suffix], resolve=no_resolving).error


@pytest.mark.parametrize(
    "url", ["nonsense", "ftp://127.0.0.1", "http://me:pw@127.0.0.1:1", "http://[", "http://1.2.3.4"]
)
def test_an_endpoint_is_on_this_machine_or_allowed(url: str) -> None:
    for check in (check_endpoint, check_endpoint_early):
        with pytest.raises(QueueError, match=r"SANDBOX_WEBHOOK_HOSTS can allow other hosts\."):
            check(url)


def test_other_hosts_can_be_allowed_and_need_not_be_known_at_the_start() -> None:
    assert check_endpoint("http://1.2.3.4:4566/", ["1.2.3.4"]) == "http://1.2.3.4:4566"
    assert check_endpoint("http://myamazonaws.com.test/", ["myamazonaws.com.test"], lambda *_: ["1.2.3.4"])
    assert check_endpoint_early("http://queues.invalid:4566") == "http://queues.invalid:4566"
    assert "SANDBOX_WEBHOOK_HOSTS" in send_to("http://queues.test", resolve=lambda *_: ["10.1.2.3"]).error


@pytest.mark.parametrize(
    ("arn", "words"),
    [
        ("arn:aws:sqs:us-east-1:1", "is not the ARN of a queue"),
        ("arn:aws:sns:us-east-1:123456789012:orders", "is not the ARN of a queue"),
        ("arn:aws:sqs:us east:123456789012:orders", "is not the ARN of a queue"),
        ("arn:aws:sqs:us-east-1:123456789012:orders:more", "is not the ARN of a queue"),
        ("arn:aws:sqs:us-east-1:123456789012:orders.fifo", "FIFO"),
        ("arn:aws:sqs:us-east-1:123456789012:or/ders", "1 to 80 letters"),
        (f"arn:aws:sqs:us-east-1:123456789012:{'x' * 81}", "1 to 80 letters"),
    ],
)
def test_an_arn_that_names_no_queue_is_refused(arn: str, words: str) -> None:
    with pytest.raises(QueueError, match=words):
        read_arn(arn)
    with receiving() as service:
        assert words in send_to(service.url, a_message(arn)).error
    assert not service.posts


def test_a_region_that_the_service_does_not_know_is_refused(sqs: EmbeddedSqs) -> None:
    error = send_to(sqs.url, a_message("arn:aws:sqs:nowhere-1:123456789012:orders"), creates=True).error
    assert error.endswith("or there is no region of that name.")


def test_an_endpoint_where_nobody_listens_is_refused() -> None:
    url = free_url()
    assert send_to(url).error == f"No connection could be made to the SQS endpoint {url.rstrip('/')}."


def refusing(_post: Post) -> Reply:
    error = {"__type": "com.amazonaws.sqs#InvalidMessageContents", "message": "x"}
    return Reply(400, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(error).encode())


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda _: Reply(200, body=b"<html>"), "is not the answer of a queue service"),
        (
            lambda post: a_service(post) if operation_of(post) == "GetQueueUrl" else Reply(200),
            "is not the answer of a queue",
        ),
        (refusing, "answered with the error InvalidMessageContents"),
        (lambda _: Reply(500), "failed inside"),
        (lambda _: Reply(302, {"Location": "http://127.0.0.1:1/"}), "failed inside"),
    ],
)
def test_what_is_not_a_queue_services_answer_is_refused(answer: Callable[[Post], Reply], words: str) -> None:
    with receiving(answer) as service:
        result = send_to(service.url.removesuffix("/hook"))
    assert result.code is None
    assert words in result.error
    assert not result.final


def say_nothing(connection: socket.socket) -> None:
    while connection.recv(1024):
        pass


def test_silence_ends_with_the_letters_time() -> None:
    with a_socket(say_nothing) as url:
        result = send_to(url, a_message(timeout=0.2))
    assert result.error == f"No answer came in time from the SQS endpoint {url.rstrip('/')}."


def test_a_closed_connection_is_refused() -> None:
    with a_socket(lambda connection: connection.close()) as url:
        result = send_to(url)
    assert result.error == f"The connection to the SQS endpoint {url.rstrip('/')} was closed before an answer came."


def test_without_boto3_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "marketplace_sandbox.delivery.queue_client", raising=False)
    monkeypatch.setitem(sys.modules, "botocore.session", None)
    assert send_to(free_url()).error == NO_BOTO3


def test_a_queue_can_be_made_before_anything_is_sent(sqs: EmbeddedSqs, caplog: pytest.LogCaptureFixture) -> None:
    queues = QueueTransport(sqs.url, creates=True)
    queues.ensure(ARN)
    queues.ensure(ARN)
    with consuming(sqs) as client:
        assert bodies(client) == []
        QueueTransport(sqs.url).ensure("arn:aws:sqs:eu-west-1:555566667777:others")
        assert client.list_queues()["QueueUrls"] == [f"{sqs.url}/123456789012/orders"]
    assert not caplog.records
    with caplog.at_level(logging.WARNING):
        queues.ensure("arn:aws:sqs:eu-west-1:555566667777:orders.fifo", "arn:aws:sqs:eu-west-1:555566667777:more")
    assert "FIFO" in caplog.text
    with consuming(sqs) as client:
        assert [url.rpartition("/")[2] for url in client.list_queues()["QueueUrls"]] == ["orders", "more"]


def test_a_queue_is_emptied_if_it_is_ours(sqs: EmbeddedSqs) -> None:
    queues = QueueTransport(sqs.url, creates=True)
    with queues.open() as send:
        assert [send(a_message()).code for _ in range(2)] == [200, 200]
    with consuming(sqs) as client:
        url = client.get_queue_url(QueueName="orders")["QueueUrl"]

        def waiting() -> str:
            attributes = client.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
            return str(attributes["Attributes"]["ApproximateNumberOfMessages"])

        QueueTransport(sqs.url).empty(ARN)
        assert waiting() == "2"
        queues.empty(ARN)
        assert waiting() == "0"


def test_each_carrier_is_opened_when_a_letter_needs_it() -> None:
    seen: list[str] = []

    def transport(name: str) -> Any:
        @contextmanager
        def opened() -> Iterator[Send]:
            seen.append(f"open {name}")
            yield lambda message: seen.append(f"{name} {message.address}") or AttemptResult(200)  # type: ignore[func-returns-value]
            seen.append(f"close {name}")

        return opened

    with Transports(transport("webhooks"), transport("queues")).open() as send:
        assert not seen
        for address in (ARN, "http://127.0.0.1/", "arn:aws:events:x"):
            assert send(a_message(address)).code == 200

    assert seen[:2] == ["open queues", f"queues {ARN}"]
    assert seen[2:5] == ["open webhooks", "webhooks http://127.0.0.1/", "queues arn:aws:events:x"]
    assert sorted(seen[5:]) == ["close queues", "close webhooks"]
    with Transports(nullcontext, nullcontext).open():  # type: ignore[arg-type]  # nothing is sent, so nothing is opened
        pass


def subscribe(world: World) -> None:
    destination_id = world.execute(CreateDestination(name="queue", arn=ARN)).destination_id
    body = {"destination_id": destination_id, "notification_types": ["ORDER_CHANGE"], "payload_version": "1.0"}
    world.execute(Subscribe.read(body))


def test_notices_of_a_world_reach_its_queue_though_the_service_comes_late(sqs: EmbeddedSqs) -> None:
    world = patient_world()
    subscribe(world)
    world.act(place(world, hold=False).order_id, "buyer-cancel")
    early = Courier(Transports(WebhookTransport().open, QueueTransport("").open).open, render)
    early.deliver(world, LONG)
    early.close()
    [delivery] = world.state.deliveries.values()
    assert [(each.code, each.error) for each in delivery.attempts] == [(None, NO_ENDPOINT)]
    assert str(delivery.status) == "failed"

    courier = Courier(Transports(WebhookTransport().open, QueueTransport(sqs.url, creates=True).open).open, render)
    world.advance(world.now() + RETRY_DELAYS[0] + timedelta(seconds=1))
    courier.deliver(world, LONG)
    courier.close()
    [delivery] = world.state.deliveries.values()
    assert str(delivery.status) == "delivered"
    with consuming(sqs) as client:
        [body] = bodies(client)
    assert body.encode() == render(world, delivery)
    assert json.loads(body)["NotificationMetadata"]["NotificationId"] == delivery.delivery_id


def test_so_many_clients_are_kept(sqs: EmbeddedSqs) -> None:
    client = QueueClient(sqs.url, creates=True)
    client.find(read_arn(ARN), LONG)
    for number in range(MOST_CLIENTS + 2):
        client.send(read_arn(ARN), "{}", LONG + number)
    assert len(client._clients) == MOST_CLIENTS
    client.close()
