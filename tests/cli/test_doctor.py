"""The doctor finds each mistake that its help lists, planted, and nothing where nothing is wrong."""

import http.server
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from marketplace_sandbox.core.commands.notifications import CreateDestination, Subscribe, Unsubscribe
from marketplace_sandbox.core.world.sellers import Sellers
from marketplace_sandbox.doctor.diagnosis import VARIABLES
from marketplace_sandbox.store import open_store
from tests.cli.terminal import Terminal, run
from tests.e2e.sandbox import receiving
from tests.serving import serving

NOWHERE = "http://127.0.0.1:1"
QUIET: dict[str, str | None] = dict.fromkeys(
    (
        *("AWS_ENV", "SP_API_ENDPOINT", "MWS_ENDPOINT", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SQS"),
        *(name for names in VARIABLES.values() for name in names),
    )
)
SECRET = "whsec_c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0"
UPDATED = "LastUpdatedAfter=2026-01-01T00:00:00Z"
Json = dict[str, Any]


class Client:
    """A seller's client whose clock is the wall's, and the doctor who is called to it."""

    def __init__(self, url: str, *opened: str) -> None:
        self.url = url
        self.seller = Terminal(url).json("seller", "create", *opened)
        self.terminal = Terminal(url, self.seller["seller_id"], QUIET)

    @property
    def lwa(self) -> dict[str, str]:
        lwa: dict[str, str] = self.seller["lwa"]
        return lwa

    def call(self, path: str = f"/orders/v0/orders?MarketplaceIds=ATVPDKIKX0DER&{UPDATED}", **more: Any) -> int:
        """One call of the client, with a token of the seller's; answers its status."""
        form = {"grant_type": "refresh_token", **self.lwa}
        token = requests.post(f"{self.url}/auth/o2/token", data=form, timeout=10).json()["access_token"]
        headers = {"x-amz-access-token": token, "user-agent": "their client/1"}
        return requests.request(
            more.pop("method", "GET"), f"{self.url}{path}", headers=headers, timeout=10, **more
        ).status_code

    def wrong(self, *arguments: str, env: dict[str, str | None] | None = None) -> dict[str, str]:
        """What the doctor finds wrong, by the check that found it."""
        terminal = Terminal(self.url, self.terminal.seller, QUIET | (env or {}))
        return wrong(terminal.try_("doctor", *arguments, "--json"))

    def unsure(self) -> dict[str, str]:
        """What the doctor cannot say yet."""
        diagnoses = Terminal(self.url, self.terminal.seller, QUIET).json("doctor")
        return {each["check"]: each["said"] for each in diagnoses if each["unsure"]}


def wrong(answer: Any) -> dict[str, str]:
    assert "Traceback" not in answer.output
    diagnoses = json.loads(answer.stdout)
    found = {each["check"]: f"{each['said']} {each['remedy']}" for each in diagnoses if each["wrong"]}
    assert answer.exit_code == (1 if found else 0), answer.output
    return found


@pytest.fixture
def client(server_url: str) -> Client:
    """A client that has called as it should."""
    made = Client(server_url)
    assert made.call() == 200
    return made


def test_nothing_is_wrong(client: Client) -> None:
    given = (
        "--client-endpoint", client.url, "--client-id", client.lwa["client_id"],
        "--client-secret", client.lwa["client_secret"], "--refresh-token", client.lwa["refresh_token"],
        "--mws-access-key", client.seller["mws"]["access_key"], "--mws-secret-key", client.seller["mws"]["secret_key"],
    )  # fmt: skip
    assert client.wrong(*given) == {}
    shown = client.terminal.run("doctor", *given)
    assert "Nothing is wrong." in shown
    assert "A sandbox of version" in shown


# 1 to 3: the server


def test_a_server_that_is_not_reachable() -> None:
    answer = run("doctor", "--url", NOWHERE, env=QUIET)
    assert answer.exit_code == 1
    for words in (f"Nothing answers at {NOWHERE}.", "→", "1 thing is wrong."):
        assert words in answer.output


@contextmanager
def something_else(handler: "type[Something] | None" = None) -> Iterator[str]:
    """A web server that is no sandbox, unless its handler says so."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler or Something)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Something(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"status": "ok", "version": "2.4.1"}')

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class calls it so
        """Say nothing."""


class Failing(Something):
    def do_GET(self) -> None:
        self.send_response(503)
        self.send_header("x-amzn-RequestId", "1")
        self.end_headers()
        self.wfile.write(b'{"status": "failing", "version": "2.4.1", "why": "There is no space left."}')


def test_a_server_that_cannot_write_is_told_with_the_cause() -> None:
    with something_else(Failing) as url:
        found = wrong(run("doctor", "--url", url, "--json", env=QUIET))
    assert f"A sandbox answers at {url}, and cannot write what it is told: There is no space left." in found["server"]


@pytest.mark.parametrize("words", [("order", "list"), ("clock", "show"), ("metrics",), ("export",), ("seller", "list")])
def test_commands_say_that_something_else_is_no_sandbox(words: tuple[str, ...]) -> None:
    with something_else() as url:
        answer = run(*words, "--url", url, env=QUIET)
    assert answer.exit_code == 1
    assert answer.stderr == f"Error: What answers at {answer.stderr.split()[4]} is not a sandbox.\n"


@pytest.mark.parametrize("option", ["--seller", "--token"])
def test_what_no_header_can_hold_is_refused(server_url: str, option: str) -> None:
    answer = run("order", "list", "--url", server_url, option, "€", env=QUIET)
    assert answer.exit_code == 2
    assert f"{option}" in answer.stderr
    assert "ASCII" in answer.stderr


def test_a_wrong_port() -> None:
    with something_else() as url:
        found = wrong(run("doctor", "--url", url, "--json", env=QUIET))
    assert list(found) == ["server"]
    assert f"What answers at {url} is no sandbox, but BaseHTTP" in found["server"]


def test_a_name_that_the_server_does_not_take(server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    resolve = socket.getaddrinfo

    def getaddrinfo(host: Any, *arguments: Any, **more: Any) -> Any:
        return resolve("127.0.0.1" if host == "market.example" else host, *arguments, **more)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    url = server_url.replace("127.0.0.1", "market.example")
    found = wrong(run("doctor", "--url", url, "--json", env=QUIET))
    assert "does not take calls under this name" in found["server"]
    assert f"--public-url {url}" in found["server"]
    waiting = run("wait", "--url", url, "--timeout", "0.1", env=QUIET)
    assert (waiting.exit_code, "SANDBOX_PUBLIC_URL" in waiting.stderr) == (1, True)


def test_https_instead_of_http(server_url: str, client: Client) -> None:
    found = wrong(run("doctor", "--url", server_url.replace("http:", "https:"), "--json", env=QUIET))
    assert "speaks http, not https" in found["server"]
    assert f"Use {server_url}." in found["server"]
    endpoint = client.wrong("--client-endpoint", client.url.replace("http:", "https:"))
    assert "says https; the sandbox speaks http" in endpoint["host"]


def test_an_address_that_is_none(server_url: str) -> None:
    assert "is no address" in wrong(run("doctor", "--url", "127.0.0.1", "--json", env=QUIET))["server"]


# 4: credentials


@pytest.mark.parametrize("option", ["--client-id", "--client-secret", "--refresh-token", "--mws-access-key"])
def test_credentials_of_elsewhere(client: Client, option: str) -> None:
    found = client.wrong(option, "Atzr|another")
    assert "is not one this server issued" in found["credentials"]
    assert f"seller show-credentials {client.terminal.seller}" in found["credentials"]


def test_credentials_of_another_seller(client: Client, server_url: str) -> None:
    other = Client(server_url)
    found = client.wrong("--refresh-token", other.lwa["refresh_token"])
    assert f"is that of seller {other.terminal.seller}, not of {client.terminal.seller}" in found["credentials"]


def test_credentials_that_a_strict_server_refuses() -> None:
    with serving("--auth", "strict") as running:
        client = Client(running.url)
        client.call()
        assert "The server refuses such calls." in client.wrong("--refresh-token", "Atzr|another")["credentials"]
        form = {"grant_type": "refresh_token", **client.lwa, "client_secret": "wrong"}
        requests.post(f"{running.url}/auth/o2/token", data=form, timeout=10)
        assert "refused the client's latest createAccessToken with 401" in wrong(
            Terminal(running.url, "", QUIET).try_("doctor", "--json")
        ).get("credentials", "")


def test_calls_with_credentials_of_elsewhere_are_noticed() -> None:
    with serving() as running:
        requests.get(
            f"{running.url}/orders/v0/orders?MarketplaceIds=ATVPDKIKX0DER&{UPDATED}",
            headers={"x-amz-access-token": "Atza|another"},
            timeout=10,
        )
        found = wrong(Terminal(running.url, "", QUIET).try_("doctor", "--json"))
        assert list(found) == ["credentials"]
        assert "unknown access token" in found["credentials"]
        stray = Client(running.url).wrong()
        assert "unknown access token" in stray["credentials"]


def test_what_is_tried_out_in_a_browser_is_no_call_of_the_client(client: Client) -> None:
    """Swagger UI sends no token, and whatever parameters somebody tries: that says nothing of the client."""
    assert client.call() == 200
    headers = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0"}
    tried = "/orders/v0/orders?MarketplaceIds=ATVPDKIKX0DER&CreatedAfter=2026-01-01T00:00:00Z"
    assert requests.get(f"{client.url}{tried}", headers=headers, timeout=10).status_code == 200
    assert "credentials" not in Client.wrong(client)
    default = Terminal(client.url, "", QUIET)
    assert "no access token" in default.run("requests", "--json")
    assert "no access token" not in default.try_("doctor").output


def test_credentials_that_were_mended_are_not_held_against_the_client(client: Client) -> None:
    form = {"grant_type": "refresh_token", **client.lwa, "client_secret": "wrong"}
    requests.post(f"{client.url}/auth/o2/token", data=form, timeout=10)
    assert "unknown client id or secret" in client.wrong()["credentials"]
    client.call()
    assert client.wrong() == {}


def test_a_wrong_token_and_seller(server_url: str) -> None:
    assert (
        "There is no seller 'ANOBODY'; "
        in wrong(run("doctor", "--url", server_url, "--seller", "ANOBODY", "--json", env=QUIET))["access"]
    )
    with serving("--host", "0.0.0.0", env={"SANDBOX_ADMIN_TOKEN": "secret"}) as running:  # noqa: S104  what is tried
        url = running.url.replace("0.0.0.0", "127.0.0.1")  # noqa: S104  the same
        for token in ((), ("--token", "wrong")):
            found = wrong(run("doctor", "--url", url, *token, "--json", env=QUIET))
            assert "SANDBOX_ADMIN_TOKEN" in found["access"]


# 5: the host


@pytest.mark.parametrize(
    ("arguments", "env", "words"),
    [
        (("--client-endpoint", "https://sellingpartnerapi-na.amazon.com"), {}, "which is Amazon's"),
        (("--client-endpoint", "mws.amazonservices.de"), {}, "which is Amazon's"),
        ((), {"SP_API_ENDPOINT": "https://sellingpartnerapi-eu.amazon.com"}, "SP_API_ENDPOINT is"),
        ((), {"AWS_ENV": "SANDBOX"}, "Amazon's own sandbox"),
        (("--client-endpoint", "http://127.0.0.1:9"), {}, "another port"),
        (("--client-endpoint", "http://sandbox.internal:8585"), {}, "is not this server"),
    ],
)
def test_a_client_on_another_host(
    client: Client, arguments: tuple[str, ...], env: dict[str, str | None], words: str
) -> None:
    found = client.wrong(*arguments, env=env)
    assert list(found) == ["host"]
    assert words in found["host"]
    assert f"oint the client at {client.url}" in found["host"]


@pytest.mark.parametrize("name", ["LWA_APP_ID", "SELLING_PARTNER_APP_CLIENT_SECRET", "SP_API_REFRESH_TOKEN"])
def test_credentials_of_the_environment_are_looked_at(client: Client, name: str) -> None:
    assert "not one this server issued" in client.wrong(env={name: "another"})["credentials"]
    assert client.wrong("--client-id", client.lwa["client_id"], env={"LWA_APP_ID": "another"}) == {}


def test_a_client_that_never_called(server_url: str) -> None:
    client = Client(server_url)
    assert client.wrong() == {}, "that nobody has called yet is no mistake"
    assert "No request of the client has arrived" in client.unsure()["host"]
    client.wrong("--refresh-token", "Atzr|another")
    assert "host" in client.unsure(), "the doctor's own calls are no client's"
    requests.get(f"{server_url}/favicon.ico", timeout=10)
    assert "host" in client.unsure(), "nor is what a browser asks for"
    assert client.wrong("--client-endpoint", server_url.replace("127.0.0.1", "localhost")) == {}


def test_a_client_on_a_wrong_path(server_url: str) -> None:
    client = Client(server_url)
    assert client.call("/orders/v0/order/902-0000001-0000001") == 403
    assert "the latest was GET /orders/v0/order/902-0000001-0000001" in client.wrong()["host"]
    client.call()
    assert client.wrong() == {}


def test_a_wrong_mws_secret_is_noticed_though_it_is_let_in(server_url: str) -> None:
    client = Client(server_url)
    mws = client.terminal.json("seller", "show-credentials", client.terminal.seller)["mws"]
    signed = {"Action": "ListOrders", "Version": "2013-09-01", "AWSAccessKeyId": mws["access_key"], "Signature": "x"}
    more = {"SellerId": mws["seller_id"], "SignatureVersion": "2", "SignatureMethod": "HmacSHA256"}
    asked = {"Timestamp": "2026-03-02T16:00:00Z", "LastUpdatedAfter": "2026-03-01T00:00:00Z", "MarketplaceId.Id.1": "A"}
    requests.get(f"{server_url}/Orders/2013-09-01", {**signed, **more, **asked}, timeout=10)
    assert "A call came with credentials of elsewhere (tolerated" in client.wrong()["credentials"]


# 6: the clock


def test_clocks_apart_are_wrong_only_where_something_came_of_it(server_url: str) -> None:
    """Asked with the world's dates, or with none ahead of them, a client with another clock has lost nothing."""
    client = Client(server_url, "--start", "2026-03-02T16:00:00Z")
    client.call()
    assert client.wrong("--client-clock", "2026-03-02T16:05:00Z") == {}
    assert client.wrong() == {}, "the machine's own clock is the client's by default"
    said = client.terminal.run("doctor", "--client-clock", "2026-03-09T16:00:00Z")
    assert "2026-03-02T16:00:00Z, 7 days behind the client's" in " ".join(said.split())
    assert "clock to 2026-03-09T16:00:00Z" in said
    assert client.call("/orders/v0/orders?MarketplaceIds=ATVPDKIKX0DER&LastUpdatedAfter=2026-03-09T15:50:00Z") == 400
    assert "7 days later than the world's now" in client.wrong()["clock"]
    client.call()
    assert client.wrong() == {}, "it was mended"


def test_a_world_that_was_moved_ahead_is_never_wrong(client: Client) -> None:
    client.terminal.run("clock", "advance", "31m")
    assert client.wrong() == {}
    assert "31 minutes ahead of the client's" in client.unsure()["clock"]


def test_the_command_lines_own_calls_are_no_clients(server_url: str) -> None:
    """What `feed list` and `report list` ask for, they ask for as a client does."""
    client = Client(server_url)
    client.terminal.run("feed", "list")
    client.terminal.run("report", "list")
    assert client.terminal.json("requests")
    assert "No request of the client has arrived" in client.unsure()["host"]


@pytest.mark.parametrize(("reason", "order_id"), [("Buyer_Canceled", ""), ("BuyerCanceled", "902-9999999-9999999")])
def test_a_failed_feed_is_wrong_until_a_corrected_one_has_done_it(
    server_url: str, tmp_path: Path, reason: str, order_id: str
) -> None:
    client = Client(server_url, "--start", "2026-03-02T16:00:00Z")
    client.call()
    order = client.terminal.json("order", "create", "--item", "MUG-BLUE:2", "--no-hold")

    def cancel(reason: str, order_id: str) -> None:
        file = tmp_path / "cancel.txt"
        item_id = order["items"][0]["order_item_id"]
        file.write_text(
            "TemplateType=OrderCancellation\tVersion=2011.1102\n"
            "order-id\tcancellation-reason-code\tamazon-order-item-code\n"
            f"{order_id}\t{reason}\t{item_id}\n"
        )
        client.terminal.run("feed", "submit", "POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA", str(file))
        client.terminal.run("clock", "advance", "10m")

    cancel(reason, order_id or order["order_id"])
    assert "feed" in client.wrong()
    cancel("BuyerCanceled", order["order_id"])
    assert client.terminal.json("order", "show", order["order_id"])["status"] == "Canceled"
    assert client.wrong() == {}


# 7: webhooks


def test_a_receiver_that_is_not_there(client: Client) -> None:
    client.terminal.run("webhook", "add", f"{NOWHERE}/hook")
    assert f"Nothing listens at {NOWHERE}/hook." in client.wrong()["webhook"]


def test_a_receiver_that_is_no_webhook(client: Client) -> None:
    with receiving() as receiver:
        found = client.wrong("--webhook", receiver.url)
        assert f"webhook add {receiver.url}" in found["webhook"]
        client.terminal.run("webhook", "add", receiver.url)
        assert client.wrong("--webhook", receiver.url) == {}


def test_a_receiver_that_refuses(client: Client) -> None:
    with receiving(lambda _: 401) as receiver:
        client.terminal.run("webhook", "add", receiver.url)
        assert client.wrong() == {}, "nothing has been sent yet"
        cancel(client.terminal)
        assert "did not take the latest notification; it answered 401" in client.wrong()["webhook"]
        receiver.answer = lambda _: 200
        client.terminal.run("deliveries", "resend", "--latest")
        assert client.wrong() == {}


def test_a_receiver_that_has_had_enough(client: Client) -> None:
    with receiving(lambda _: 410) as receiver:
        client.terminal.run("webhook", "add", receiver.url)
        cancel(client.terminal)
        assert "answered 410, so it is told nothing any more" in client.wrong()["webhook"]


@pytest.mark.parametrize(("code", "words"), [(204, ""), (400, "it answered 400")])
def test_a_receiver_is_tried_with_its_secret(client: Client, code: int, words: str) -> None:
    with receiving(lambda _: code) as receiver:
        client.terminal.run("webhook", "add", receiver.url, "--secret", SECRET)
        found = client.wrong("--webhook", receiver.url, "--webhook-secret", SECRET)
        assert words in found.get("webhook", "")
        assert len(receiver.bodies) == 1


def cancel(terminal: Terminal) -> None:
    order_id = terminal.json("order", "create", "--no-hold")["order_id"]
    terminal.run("order", "act", order_id, "seller-cancel", "--reason", "no_inventory")


# 8: signatures


def test_signatures_of_another_time(server_url: str) -> None:
    client = Client(server_url, "--start", "2026-03-02T16:00:00Z", "--setting", "signature_time=virtual")
    client.call()
    clock = ("--client-clock", "2026-03-02T16:00:00Z")
    assert client.wrong(*clock) == {}, "without a webhook nobody verifies"
    with receiving() as receiver:
        client.terminal.run("webhook", "add", receiver.url)
        assert "settings set signature_time=wall" in client.wrong(*clock)["signature"]
        client.terminal.run("settings", "set", "signature_time=wall")
        assert client.wrong(*clock) == {}


# 9: queues


ARN = "arn:aws:sqs:us-west-2:555566667777:order-changes"


def subscribed(folder: Path, *, unsubscribed: bool = False) -> str:
    """A store with a seller who is told of changes by a queue, and by nothing else any more."""
    url = f"sqlite:///{folder}/worlds.db"
    store = open_store(url)
    world = Sellers(store).get(None)
    made = world.execute(Subscribe(url=f"{NOWHERE}/hook", secret=SECRET)).subscriber
    destination = world.execute(CreateDestination(name="order-changes", arn=ARN)).destination_id
    queue = {"destination_id": destination, "notification_types": ["ORDER_CHANGE"], "payload_version": "1.0"}
    gone = [made, world.execute(Subscribe.read(queue)).subscriber]
    for each in gone if unsubscribed else gone[:1]:
        assert each is not None
        world.execute(Unsubscribe(subscriber_id=each.subscriber_id))
    store.close()
    return url


def test_a_queue_that_nobody_asks_here(tmp_path: Path) -> None:
    with serving("--store", subscribed(tmp_path)) as running:
        call = ("doctor", "--client-endpoint", running.url, "--json")
        found = wrong(Terminal(running.url, "", QUIET).try_(*call))
        assert list(found) == ["queue"]
        assert f"the queue {ARN} stands, and AWS_ENDPOINT_URL_SQS is not set" in found["queue"]
        for variable, endpoint, words in (
            ("AWS_ENDPOINT_URL", "https://sqs.us-east-1.amazonaws.com", "which is Amazon's"),
            ("AWS_ENDPOINT_URL_SQS", NOWHERE, f"nothing listens at {NOWHERE}"),
            ("AWS_ENDPOINT_URL_SQS", running.url, ""),
        ):
            found = wrong(Terminal(running.url, "", QUIET | {variable: endpoint}).try_(*call))
            assert words in found.get("queue", "")
            assert bool(found) == bool(words)


def test_a_queue_that_is_told_nothing_any_more(tmp_path: Path) -> None:
    with serving("--store", subscribed(tmp_path, unsubscribed=True)) as running:
        call = ("doctor", "--client-endpoint", running.url, "--json")
        assert wrong(Terminal(running.url, "", QUIET).try_(*call)) == {}


# 10: polling


@pytest.mark.parametrize("query", ["CreatedAfter=2026-01-01T00:00:00Z", "createdafter=2026-01-01T00:00:00Z&x=1"])
def test_polling_by_creation_only(server_url: str, query: str) -> None:
    client = Client(server_url)
    client.call(f"/orders/v0/orders?MarketplaceIds=ATVPDKIKX0DER&{query}")
    assert "by CreatedAfter only" in client.wrong()["polling"]
    client.call()
    assert client.wrong() == {}


def test_polling_in_the_other_dialects(server_url: str) -> None:
    client = Client(server_url)
    client.call("/orders/2026-01-01/orders?createdAfter=2026-01-01T00:00:00Z")
    assert "by CreatedAfter only" in client.wrong()["polling"]


def test_polling_by_a_form(server_url: str) -> None:
    """MWS clients send their parameters in the query or in a form."""
    client = Client(server_url)
    form = {
        "Action": "ListOrders", "Version": "2013-09-01", "CreatedAfter": "2026-01-01T00:00:00Z",
        "MarketplaceId.Id.1": "ATVPDKIKX0DER", "Signature": "x/y=",
        "SellerId": client.seller["mws"]["seller_id"], "AWSAccessKeyId": client.seller["mws"]["access_key"],
        "SignatureVersion": "2", "SignatureMethod": "HmacSHA256",
        "Timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }  # fmt: skip
    assert requests.post(f"{server_url}/Orders/2013-09-01", form, timeout=10).status_code == 200
    assert "by CreatedAfter only" in client.wrong()["polling"]
    call = client.terminal.json("requests")[-1]
    assert "CreatedAfter=2026-01-01" in call["query"]
    assert "Signature=REDACTED" in call["query"]


# 11: the end of the reads of Orders v0


def test_reads_of_orders_v0_that_have_ended(server_url: str) -> None:
    """They are refused with 403 as unknown credentials are, and are not taken for those."""
    client = Client(server_url)
    client.call()
    client.terminal.run("settings", "set", "orders_v0_reads_end=2026-03-01")
    assert client.call() == 403
    found = client.wrong()
    assert found == {
        "orders v0": "The client's reads of Orders v0 (getOrders) are refused since 2026-03-01T00:00:00Z: 1 of 2 on "
        "record. Move them to Orders 2026-01-01: docs/migration.md says how."
    }


def test_reads_of_orders_v0_that_will_end(server_url: str) -> None:
    client = Client(server_url)
    assert "orders v0" not in client.unsure(), "nothing is said where no end is set"
    client.terminal.run("settings", "set", "orders_v0_reads_end=2127-03-27")
    client.call("/orders/2026-01-01/orders?lastUpdatedAfter=2026-01-01T00:00:00Z")
    client.call("/orders/v0/orders/902-0000001-0000001/regulatedInfo")
    assert "orders v0" not in client.unsure(), "nothing of what the client calls ends"
    client.call()
    assert "(getOrders), which is refused from 2127-03-27T00:00:00Z on, " in client.unsure()["orders v0"]
    assert client.wrong() == {}
