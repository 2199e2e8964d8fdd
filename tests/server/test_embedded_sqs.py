"""The embedded queue service over its socket, with boto3 as it comes: who is served at once, and what is kept."""

import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from random import Random
from typing import Any

import boto3
import pytest
import requests
from botocore.exceptions import ClientError
from lxml import etree

from marketplace_sandbox.api.http.bounds import Bounds
from marketplace_sandbox.server.embedded_sqs import MISSING, EmbeddedSqs, NoMotoError
from marketplace_sandbox.server.listening import PortTakenError
from marketplace_sandbox.server.sqs_calls import MOST_BYTES
from marketplace_sandbox.server.sqs_room import MOST_RECEIPTS, Receipts
from tests.delivery.receivers import receiving
from tests.depth import depth
from tests.hostile.calls import Call, hostile, places

SENDERS = 3
MESSAGES = 30
SIGNED = "SignedHeaders=host, Signature=0"
AUTHORIZATION = f"AWS4-HMAC-SHA256 Credential=a/20260302/us-east-1/sqs/aws4_request, {SIGNED}"


@pytest.fixture
def rude_threads() -> Iterator[None]:
    """Threads that interrupt each other as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@contextmanager
def consuming(sqs: EmbeddedSqs) -> Iterator[Any]:
    client = boto3.client(
        "sqs", region_name="us-east-1", endpoint_url=sqs.url, aws_access_key_id="a", aws_secret_access_key="b"
    )
    yield client
    client.close()


@pytest.mark.parametrize(
    ("of_the_queue", "of_the_call"),
    [({}, {"WaitTimeSeconds": 20}), ({"ReceiveMessageWaitTimeSeconds": "20"}, {})],
    ids=["asked-for", "by-itself"],
)
def test_a_long_poll_holds_nobody_up_and_ends_with_the_message(
    sqs: EmbeddedSqs, of_the_queue: dict, of_the_call: dict
) -> None:
    with consuming(sqs) as consumer, consuming(sqs) as sender:
        url = sender.create_queue(QueueName="orders", Attributes=of_the_queue)["QueueUrl"]
        got: list[dict] = []
        poll = threading.Thread(target=lambda: got.append(consumer.receive_message(QueueUrl=url, **of_the_call)))
        poll.start()
        for _ in range(10):
            sender.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        sender.send_message(QueueUrl=url, MessageBody="hello")
        poll.join()
    assert [message["Body"] for message in got[0]["Messages"]] == ["hello"]


def test_no_message_is_lost_or_given_to_two_while_all_send_and_delete(sqs: EmbeddedSqs, rude_threads: None) -> None:
    with ExitStack() as open_clients:
        clients = [open_clients.enter_context(consuming(sqs)) for _ in range(SENDERS * 2)]
        url = clients[0].create_queue(QueueName="orders")["QueueUrl"]
        got: list[str] = []

        def send(client: Any, who: int) -> None:
            for number in range(MESSAGES):
                client.send_message(QueueUrl=url, MessageBody=f"{who}.{number}")

        def consume(client: Any) -> None:
            while len(got) < SENDERS * MESSAGES:
                found = client.receive_message(QueueUrl=url, WaitTimeSeconds=1, VisibilityTimeout=600)
                for message in found.get("Messages", []):
                    got.append(message["Body"])
                    client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

        threads = [threading.Thread(target=send, args=(clients[who], who), daemon=True) for who in range(SENDERS)]
        threads += [threading.Thread(target=consume, args=(client,), daemon=True) for client in clients[SENDERS:]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(100)
        assert Counter(got) == {f"{who}.{number}": 1 for who in range(SENDERS) for number in range(MESSAGES)}


def test_outgoing_calls_of_the_process_are_left_alone(sqs: EmbeddedSqs) -> None:
    with consuming(sqs) as client, receiving() as receiver:
        client.create_queue(QueueName="orders")
        assert requests.get(f"{sqs.url}/nothing", timeout=10).status_code == 404
        assert requests.post(receiver.url, b"{}", timeout=10).status_code == 200
        assert [post.body for post in receiver.posts] == [b"{}"]


@pytest.mark.parametrize("header", [{"Origin": "http://127.0.0.1"}, {"Sec-Fetch-Site": "same-origin"}])
def test_pages_are_refused(sqs: EmbeddedSqs, header: dict[str, str]) -> None:
    call = {"Action": "ListQueues"}
    refused = requests.post(sqs.url, call, headers=header, timeout=10)
    assert (refused.status_code, etree.fromstring(refused.content).findtext(".//Code")) == (403, "AccessDenied")
    assert requests.post(sqs.url, call, timeout=10).status_code == 200


@pytest.mark.parametrize("path", ["/", "//", "/moto-api/", "/123456789012/orders"])
def test_a_name_that_points_here_is_refused(sqs: EmbeddedSqs, path: str) -> None:
    port = sqs.url.rpartition(":")[2]
    json_call = {"X-Amz-Target": "AmazonSQS.ListQueues", "Content-Type": "application/x-amz-json-1.0"}
    for host in (f"evil.example:{port}", f"localhost.evil.example:{port}", "127.0.0.1, evil.example"):
        refused = requests.post(f"{sqs.url}{path}", b"{}", headers=json_call | {"Host": host}, timeout=10)
        assert (refused.status_code, refused.json()["__type"]) == (403, "com.amazonaws.sqs#AccessDenied")
    for host in (f"localhost:{port}", f"[::1]:{port}", f"sqs.localhost:{port}"):
        assert requests.post(sqs.url, b"{}", headers=json_call | {"Host": host}, timeout=10).status_code == 200


def test_the_public_host_is_taken() -> None:
    service = EmbeddedSqs(public="http://sandbox:8585")
    service.start()
    try:
        answers = [
            requests.post(service.url, {"Action": "ListQueues"}, headers={"Host": host}, timeout=10).status_code
            for host in ("sandbox:8586", "andbox:8586")
        ]
        assert answers == [200, 403]
    finally:
        service.close()


def test_what_a_consumer_asks_wrongly_is_told_to_it(sqs: EmbeddedSqs, capfd: pytest.CaptureFixture[str]) -> None:
    with consuming(sqs) as client, pytest.raises(client.exceptions.QueueDoesNotExist):
        client.get_queue_url(QueueName="nothing")
    requests.post(sqs.url, b"\xff\xfe", timeout=10)
    assert capfd.readouterr() == ("", "")


def test_queues_are_gone_after_a_restart_and_the_port_is_free() -> None:
    first = EmbeddedSqs()
    first.start()
    with consuming(first) as client:
        client.create_queue(QueueName="orders")
    port = int(first.url.rpartition(":")[2])
    first.close()
    second = EmbeddedSqs(port)
    second.start()
    assert second.url == first.url
    with consuming(second) as client:
        assert "QueueUrls" not in client.list_queues()
    second.close()


def test_a_port_in_use_is_told(sqs: EmbeddedSqs) -> None:
    with pytest.raises(PortTakenError, match="Try another --sqs-port"):
        EmbeddedSqs(int(sqs.url.rpartition(":")[2]))


def test_one_that_was_never_started_can_be_closed() -> None:
    EmbeddedSqs().close()


@pytest.mark.parametrize("missing", ["moto.moto_server.werkzeug_app", "moto.sqs"])
def test_without_moto_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(NoMotoError, match=r"pip install .marketplace-sandbox\[sqs\]") as told:
        EmbeddedSqs()
    assert str(told.value) == MISSING


KNOWN: dict[str, dict[str, Any]] = {
    "CreateQueue": {"QueueName": "made", "Attributes": {"VisibilityTimeout": "30", "DelaySeconds": "0"}},
    "GetQueueUrl": {"QueueName": "orders"},
    "ListQueues": {"QueueNamePrefix": "o", "MaxResults": 10},
    "SendMessage": {"MessageBody": "hello", "DelaySeconds": 0},
    "SendMessageBatch": {"Entries": [{"Id": "1", "MessageBody": "hello"}]},
    "ReceiveMessage": {"MaxNumberOfMessages": 1, "VisibilityTimeout": 0, "WaitTimeSeconds": 0},
    "DeleteMessage": {"ReceiptHandle": "x"},
    "DeleteMessageBatch": {"Entries": [{"Id": "1", "ReceiptHandle": "x"}]},
    "ChangeMessageVisibility": {"ReceiptHandle": "x", "VisibilityTimeout": 0},
    "GetQueueAttributes": {"AttributeNames": ["All"]},
    "SetQueueAttributes": {"Attributes": {"VisibilityTimeout": "30"}},
    "PurgeQueue": {},
    "TagQueue": {"Tags": {"a": "b"}},
}
NAMED = ("CreateQueue", "GetQueueUrl", "ListQueues")
JSON_CALL = {"content-type": "application/x-amz-json-1.0", "authorization": AUTHORIZATION}


def test_hostile_calls_are_refused_in_the_protocol_and_break_no_queue(sqs: EmbeddedSqs) -> None:
    random = Random(1)
    with consuming(sqs) as client, requests.Session() as session:
        url = client.create_queue(QueueName="orders")["QueueUrl"]
        for name, given in KNOWN.items():
            body = given if name in NAMED else {"QueueUrl": url, **given}
            call = Call("/", "POST", headers=JSON_CALL | {"x-amz-target": f"AmazonSQS.{name}"}, body=body)
            found = [each for each in places(call) if each.part == "body"]
            for other, _ in islice(hostile(call, found, random), depth(test=25, soak=500)):
                answer = session.post(f"{sqs.url}/", other.request().body, headers=dict(other.request().headers))
                assert answer.status_code in (200, 400, 413), (other.body, answer.text)
                said = answer.json() if answer.text else {}
                assert answer.status_code == 200 or {"__type", "message"} <= {each.lower() for each in said}, (
                    answer.text
                )
        client.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "30", "DelaySeconds": "0"})
        client.purge_queue(QueueUrl=url)
        client.send_message(QueueUrl=url, MessageBody="after all")
        got = client.receive_message(QueueUrl=url)["Messages"]
    assert [each["Body"] for each in got] == ["after all"]


@pytest.mark.parametrize(
    ("target", "body", "code", "words"),
    [
        ("CreateQueue", b"{}", "InvalidParameterValue", 'Missing required parameter in input: "QueueName"'),
        ("CreateQueue", b'{"QueueName": 5}', "InvalidParameterValue", "type: a number, valid types: text"),
        ("CreateQueue", b"[]", "InvalidParameterValue", "type: a list, valid types: an object"),
        ("CreateQueue", b"{", "SerializationException", "not JSON"),
        ("CreateQueue", b'{"QueueName": NaN}', "SerializationException", "not JSON"),
        ("CreateQueeu", b"{}", "UnknownOperationException", "CreateQueeu"),
        (
            "CreateQueue",
            b'{"QueueName": "a", "Attributes": {"DelaySeconds": "x"}}',
            "InvalidParameterValue",
            "cannot be used",
        ),
        ("CreateQueue", b" " * (MOST_BYTES + 1), "RequestTooLarge", "2097152 bytes"),
    ],
)
def test_a_call_that_sqs_has_not_is_told_why(sqs: EmbeddedSqs, target: str, body: bytes, code: str, words: str) -> None:
    headers = JSON_CALL | {"x-amz-target": f"AmazonSQS.{target}"}
    answer = requests.post(f"{sqs.url}/", body, headers=headers, timeout=30).json()
    assert answer["__type"] == f"com.amazonaws.sqs#{code}"
    assert words in answer["message"]


def test_a_call_in_the_query_protocol_is_refused_in_it(sqs: EmbeddedSqs) -> None:
    form = {"Action": "CreateQueue", "QueueName": "a", "Attribute.1.Name": "DelaySeconds", "Attribute.1.Value": "x"}
    answer = requests.post(f"{sqs.url}/", form, headers={"authorization": AUTHORIZATION}, timeout=30)
    assert answer.status_code == 400
    assert etree.fromstring(answer.content).findtext("{*}Error/{*}Code") == "InvalidParameterValue"


@contextmanager
def serving(**bounds: float) -> Iterator[EmbeddedSqs]:
    service = EmbeddedSqs(bounds=Bounds(**bounds))  # type: ignore[arg-type]  # each of its bound's type
    service.start()
    yield service
    service.close()


@pytest.mark.parametrize(
    ("headers", "media_type"),
    [({"X-Amz-Target": "AmazonSQS.ListQueues"}, "application/x-amz-json-1.0"), ({}, "text/xml")],
)
def test_what_is_too_large_is_refused_in_the_protocol_it_was_asked_in(headers: dict[str, str], media_type: str) -> None:
    with serving(body_bytes=1_000, header_bytes=2_000) as sqs:
        answer = requests.post(sqs.url, b"x" * 1_001, headers=headers, timeout=10)
        assert (answer.status_code, answer.headers["Content-Type"]) == (413, media_type)
        assert "larger than 1000 bytes; `serve --max-body-bytes`" in answer.text
        answer = requests.post(sqs.url, headers=headers | {"X-Long": "x" * 3_000}, timeout=10)
        assert (answer.status_code, "`serve --max-header-bytes`" in answer.text) == (431, True)


def send(client: Any, queue_url: str, *bodies: str) -> None:
    for body in bodies:
        client.send_message(QueueUrl=queue_url, MessageBody=body)


def refusal(call: Callable[[], Any]) -> str:
    with pytest.raises(ClientError) as refused:
        call()
    said = refused.value.response
    assert (said["Error"]["Code"], said["ResponseMetadata"]["HTTPStatusCode"]) == ("OverLimit", 403)
    return str(said["Error"]["Message"])


def test_there_are_so_many_queues() -> None:
    with serving(queues=2) as sqs, consuming(sqs) as client:
        urls = [client.create_queue(QueueName=name)["QueueUrl"] for name in "ab"]
        said = refusal(lambda: client.create_queue(QueueName="c"))
        assert said == "There may be 2 queues; `serve --max-queues` says how many there may be."
        client.delete_queue(QueueUrl=urls[0])
        client.create_queue(QueueName="c")


def test_there_are_so_many_messages_in_all_queues() -> None:
    with serving(queue_messages=3) as sqs, consuming(sqs) as client:
        one, other = (client.create_queue(QueueName=name)["QueueUrl"] for name in "ab")
        send(client, one, "1", "2")
        send(client, other, "3")
        assert "`serve --max-queue-messages`" in refusal(lambda: send(client, other, "4"))
        entries = [{"Id": "1", "MessageBody": "4"}, {"Id": "2", "MessageBody": "5"}]
        assert "3 messages" in refusal(lambda: client.send_message_batch(QueueUrl=one, Entries=entries))
        (received,) = client.receive_message(QueueUrl=other)["Messages"]
        client.delete_message(QueueUrl=other, ReceiptHandle=received["ReceiptHandle"])
        send(client, one, "4")
        form = {"Action": "SendMessage", "QueueUrl": one, "MessageBody": "5"}
        answer = requests.post(one, form, headers={"authorization": AUTHORIZATION}, timeout=30)
        assert (answer.status_code, etree.fromstring(answer.content).findtext("{*}Error/{*}Code")) == (403, "OverLimit")


def test_there_are_so_many_characters_in_all_messages() -> None:
    with serving(queue_bytes=1_024) as sqs, consuming(sqs) as client:
        url = client.create_queue(QueueName="a")["QueueUrl"]
        send(client, url, "x" * 1_000)
        assert "1024 characters in all messages" in refusal(lambda: send(client, url, "x" * 25))
        send(client, url, "x" * 24)
        client.purge_queue(QueueUrl=url)
        send(client, url, "x" * 1_000)


def test_of_deleted_messages_the_latest_receipts_are_remembered() -> None:
    with serving() as sqs, consuming(sqs) as client:
        url = client.create_queue(QueueName="a")["QueueUrl"]
        send(client, url, "x")
        (received,) = client.receive_message(QueueUrl=url)["Messages"]
        for _ in range(2):
            client.delete_message(QueueUrl=url, ReceiptHandle=received["ReceiptHandle"])
        receipts = Receipts()
        receipts.update(str(number) for number in range(MOST_RECEIPTS + 5))
        assert len(receipts) == MOST_RECEIPTS
        assert ("4" in receipts, "5" in receipts) == (False, True)


def test_half_a_request_is_hung_up_on() -> None:
    with serving(header_seconds=0.05) as sqs:
        host, port = sqs.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=30) as peer:
            peer.sendall(b"POST / HTTP/1.1\r\n")
            answer = b"".join(iter(lambda: peer.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"`serve --max-header-seconds`" in answer
