"""Posts to real receivers on 127.0.0.1: what they get, and what becomes of the ways in which they can fail."""

import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence

import pytest
from standardwebhooks import Webhook

from marketplace_sandbox.delivery.outbound_message import AttemptResult, OutboundMessage, Send
from marketplace_sandbox.delivery.signature import new_secret
from marketplace_sandbox.delivery.webhook_transport import WebhookTransport
from tests.delivery.receivers import Post, Reply, a_socket, free_url, read_request, receiving
from tests.delivery.worlds import LONG

SECRET = new_secret()
LATE = "No answer came in time."


def a_message(url: str, timeout: float = LONG) -> OutboundMessage:
    return OutboundMessage("an-id", url, SECRET, b'{"a":1}', int(time.time()), timeout)


@pytest.fixture
def send() -> Iterator[Send]:
    with WebhookTransport().open() as opened:
        yield opened


def test_a_receiver_gets_the_body_signed(send: Send) -> None:
    with receiving() as receiver:
        answer = send(a_message(receiver.url))

    assert (answer.code, answer.error) == (200, "")
    assert [(post.path, post.body) for post in receiver.posts] == [("/hook", b'{"a":1}')]
    headers = receiver.posts[0].headers
    assert Webhook(SECRET).verify(receiver.posts[0].body, headers) == json.loads(b'{"a":1}')
    assert headers["webhook-id"] == "an-id"
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"].startswith("marketplace-sandbox/")
    assert "authorization" not in headers
    assert "cookie" not in headers


def test_latency_is_wall_time_in_milliseconds() -> None:
    readings = iter([10.0, 10.25])
    with receiving() as receiver, WebhookTransport(elapsed=lambda: next(readings)).open() as send:
        assert send(a_message(receiver.url)) == AttemptResult(200, 250)


def test_the_environment_has_no_say(
    send: Send, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, free_url())
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)

    with receiving() as receiver:
        assert send(a_message(receiver.url)).code == 200

    assert "authorization" not in receiver.posts[0].headers


def test_one_thread_watches_over_all_posts_of_a_client(send: Send) -> None:
    """None is begun for a post; and after one that had to be cut off it goes on for the next, sooner ones included."""

    def note(_: Post) -> Reply:
        watches.extend(each for each in threading.enumerate() if each.name == "webhook-deadline")
        return Reply()

    watches: list[threading.Thread] = []
    held = threading.Event()

    def hold(_: Post) -> Reply:
        assert held.wait(LONG)
        return Reply()

    before = {each for each in threading.enumerate() if each.name == "webhook-deadline"}
    with receiving(note) as receiver, receiving(hold) as silent:
        assert [send(a_message(receiver.url)).code for _ in range(3)] == [200] * 3
        assert send(a_message(silent.url, timeout=0.05)).error == LATE
        assert send(a_message(receiver.url)).code == 200
        held.set()
    assert len(set(watches) - before) == 1


@pytest.mark.parametrize("code", [201, 204, 400, 404, 410, 429, 500, 503])
def test_any_answer_is_told_by_its_code(send: Send, code: int) -> None:
    with receiving(lambda _: Reply(code)) as receiver:
        answer = send(a_message(receiver.url))

    assert (answer.code, answer.error) == (code, "")


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(send: Send, code: int) -> None:
    with (
        receiving() as elsewhere,
        receiving(lambda _: Reply(code, {"Location": elsewhere.url})) as receiver,
    ):
        answer = send(a_message(receiver.url))

    assert (answer.code, answer.error) == (code, "Redirects are not followed.")
    assert elsewhere.posts == []


def test_cookies_are_not_kept(send: Send) -> None:
    with receiving(lambda _: Reply(headers={"Set-Cookie": "a=b; Path=/"})) as receiver:
        send(a_message(receiver.url))
        send(a_message(receiver.url))

    assert ["cookie" in post.headers for post in receiver.posts] == [False, False]


def test_a_long_answer_is_not_read_to_its_end(send: Send) -> None:
    """More than the kernel's buffers hold: the receiver's write ends only when the connection is closed."""
    rejected = threading.Event()

    def pours(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        try:
            while True:
                connection.sendall(bytes(1 << 20))
        except OSError:
            rejected.set()

    with a_socket(pours) as url:
        answer = send(a_message(url))
        assert rejected.wait(LONG)

    assert (answer.code, answer.error) == (200, "")


def test_a_packed_answer_is_not_unpacked(send: Send) -> None:
    with receiving(lambda _: Reply(200, {"Content-Encoding": "gzip"}, b"not gzip")) as receiver:
        assert send(a_message(receiver.url)).code == 200


def test_one_connection_serves_many_letters(send: Send) -> None:
    with receiving(lambda _: Reply(body=b"ok")) as receiver:
        assert [send(a_message(receiver.url)).code for _ in range(3)] == [200, 200, 200]

    assert len({post.port for post in receiver.posts}) == 1


def test_a_port_where_nobody_listens(send: Send) -> None:
    answer = send(a_message(free_url()))

    assert (answer.code, answer.error) == (None, "The connection was refused.")


def test_a_connection_that_is_closed_without_an_answer(send: Send) -> None:
    def hangs_up(connection: socket.socket) -> None:
        read_request(connection)

    with a_socket(hangs_up) as url:
        answer = send(a_message(url))

    assert (answer.code, answer.error) == (None, "The connection was closed before an answer came.")


def test_an_answer_that_is_not_http(send: Send) -> None:
    def mumbles(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"220 mail.test ready\r\n")

    with a_socket(mumbles) as url:
        answer = send(a_message(url))

    assert (answer.code, answer.error) == (None, "The answer was not HTTP.")


def test_a_head_without_end(send: Send) -> None:
    def babbles(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: " + bytes(1 << 18))

    with a_socket(babbles) as url:
        answer = send(a_message(url))

    assert (answer.code, answer.error) == (None, "The answer was not HTTP.")


def test_tls_with_a_receiver_that_has_none(send: Send) -> None:
    def mumbles(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with a_socket(mumbles) as url:
        answer = send(a_message(url.replace("http:", "https:")))

    assert answer.code is None
    assert answer.error.startswith("The TLS connection failed")


def until_closed(connection: socket.socket) -> None:
    while connection.recv(65536):
        pass


def test_a_receiver_that_never_answers(send: Send) -> None:
    with a_socket(until_closed) as url:
        answer = send(a_message(url, timeout=0.2))

    assert (answer.code, answer.error) == (None, LATE)


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nX-Long: "])
def test_a_receiver_that_drips_its_head_has_no_more_time_than_others(send: Send, head: bytes) -> None:
    """Each byte comes within the timeout; dripping ends only when the connection is closed."""

    def drips(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(head)
        pause = threading.Event()
        while not pause.wait(0.02):
            connection.sendall(b"x")

    with a_socket(drips) as url:
        answer = send(a_message(url, timeout=0.3))

    assert (answer.code, answer.error) == (None, LATE)


def test_a_receiver_that_drips_its_body_has_answered(send: Send) -> None:
    """The body never ends before the connection does, however long that takes."""

    def drips(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 202 Accepted\r\nContent-Length: 4000\r\n\r\n")
        pause = threading.Event()
        while not pause.wait(0.02):
            connection.sendall(b"x")

    with a_socket(drips) as url:
        answer = send(a_message(url, timeout=3.0))

    assert answer.code == 202


def test_a_receiver_that_reads_nothing(send: Send) -> None:
    release = threading.Event()

    def sits(_connection: socket.socket) -> None:
        release.wait(LONG)

    with a_socket(sits) as url:
        message = a_message(url, timeout=0.2)
        answer = send(OutboundMessage("an-id", url, SECRET, bytes(1 << 25), message.signed_at, message.timeout))
        release.set()

    assert (answer.code, answer.error) == (None, LATE)


def test_a_refused_address_is_not_posted_to(send: Send) -> None:
    answer = send(a_message("http://192.0.2.7/"))

    assert answer.code is None
    assert "192.0.2.7 is elsewhere" in answer.error


def test_a_name_is_connected_to_where_it_was_checked() -> None:
    """No resolver of the machine knows the name, so the connection cannot have come about but by the address."""
    hosts: list[str] = []

    def resolve(host: str, _port: int) -> Sequence[str]:
        hosts.append(host)
        return ["127.0.0.1"]

    with receiving() as receiver, WebhookTransport(["only-here.invalid"], resolve).open() as send:
        url = receiver.url.replace("127.0.0.1", "only-here.invalid")
        assert send(a_message(url)).code == 200

    assert hosts == ["only-here.invalid"]
    assert receiver.posts[0].headers["host"] == url.split("/")[2]


def test_of_the_addresses_of_a_name_one_that_is_listened_on_is_found() -> None:
    with (
        receiving() as receiver,
        WebhookTransport(resolve=lambda _host, _port: ["127.0.0.9", "127.0.0.1"]).open() as send,
    ):
        url = receiver.url.replace("127.0.0.1", "two.invalid")
        assert send(a_message(url)).code == 200

    assert len(receiver.posts) == 1


def test_a_machine_without_ipv6_still_reaches_localhost() -> None:
    """No kernel connects to a link-local address that names no link, so it stands for one that is not to be reached."""
    addresses = ["fe80::1", "127.0.0.1"]
    with receiving() as receiver, WebhookTransport(["two.invalid"], lambda _host, _port: addresses).open() as send:
        url = receiver.url.replace("127.0.0.1", "two.invalid")
        assert send(a_message(url)).code == 200
        addresses.remove("127.0.0.1")
        assert send(a_message(url)).error == "The connection could not be made."


def test_localhost_is_resolved_by_the_machine(send: Send) -> None:
    with receiving() as receiver:
        assert send(a_message(receiver.url.replace("127.0.0.1", "localhost"))).code == 200

    assert receiver.posts[0].headers["host"].startswith("localhost:")


def test_an_address_that_no_post_can_be_made_from() -> None:
    with WebhookTransport(resolve=lambda _host, _port: ["127.0.0.1"]).open() as send:
        assert "names a host" in send(a_message("http://*.invalid/")).error


def test_tls_asks_for_the_name_at_the_address() -> None:
    """The receiver has no certificate, which nobody would trust anyway: it hears the name, then it is over."""
    names: list[str | None] = []

    def hears(connection: socket.socket) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.sni_callback = lambda _tls, name, _context: names.append(name)
        with context.wrap_socket(connection, server_side=True):
            pass

    with (
        a_socket(hears) as url,
        WebhookTransport(resolve=lambda _host, _port: ["127.0.0.1"]).open() as send,
    ):
        answer = send(a_message(url.replace("http://127.0.0.1", "https://secure.invalid")))

    assert answer.error.startswith("The TLS connection failed")
    assert names == ["secure.invalid"]
