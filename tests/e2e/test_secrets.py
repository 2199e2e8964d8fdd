"""No secret is seen again: canaries are put wherever a secret can be given, and looked for in all that is shown."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import requests

from tests.cli.terminal import Terminal, run
from tests.e2e.sandbox import Sandbox
from tests.serving import Server, serving

ADMIN = "canary-admin-token-Zq1"
LWA_SECRET = "canary-lwa-secret-Zq2"
REFRESH = "Atzr|canary-refresh-Zq3"
ACCESS = "Atza|canary-access-Zq4"
MWS_SIGNATURE = "canaryMwsSignatureZq5="
MWS_TOKEN = "canary-mws-auth-token-Zq6"
WEBHOOK = "whsec_Y2FuYXJ5IGNhbmFyeSBjYW5hcnkgY2FuYXJ5IFpxNw=="
PASSWORD = "canary-pass/word-Zq8"
CODE = "canary-authorization-code-Zq9"
PLAIN = "canary-secret-that-is-none-Zq10"
IN_URL = "canary-of-an-address-Zq11"
"""In the query of a webhook's address, which the control API answers whole: a webhook is removed by it."""
CANARIES = (IN_URL, ADMIN, LWA_SECRET, REFRESH, ACCESS, MWS_SIGNATURE, MWS_TOKEN, WEBHOOK, PASSWORD, CODE, PLAIN)

EVERYWHERE = "0.0.0.0"  # noqa: S104  beyond loopback the admin token counts
JSON = {"content-type": "application/json", "authorization": f"Bearer {ADMIN}"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


def of(canary: str) -> tuple[str, ...]:
    """How a canary may be written, the part of it included that no other text has."""
    return canary, quote(canary, safe=""), canary.rsplit("|", maxsplit=1)[-1], canary.removeprefix("whsec_")


def check(shown: str, where: str, *, but: str = "") -> None:
    found = [each for each in CANARIES if each != but and any(form in shown for form in of(each))]
    assert not found, f"{where} shows {found}: {shown[:3000]}"


def calls(url: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Calls that give a secret in every place there is for one; most are refused."""
    orders, login, mws, control = (
        f"{url}/orders/v0/orders",
        f"{url}/auth/o2/token",
        f"{url}/Orders/2013-09-01",
        f"{url}/_sandbox",
    )
    yield "GET", orders, {"headers": {"x-amz-access-token": ACCESS}}
    yield "GET", orders, {"params": {"access_token": ACCESS, "MarketplaceIds": ACCESS, "CreatedAfter": ACCESS}}
    yield "GET", f"{url}/orders/v0/orders/{quote(ACCESS)}", {"headers": {"x-amz-access-token": ACCESS}}
    yield "GET", f"{url}/nowhere/{quote(REFRESH)}", {"headers": {"user-agent": f"client {REFRESH}"}}
    grant = {"grant_type": "refresh_token", "client_id": "c", "client_secret": LWA_SECRET, "refresh_token": REFRESH}
    for form in (
        grant,
        {**grant, "grant_type": "authorization_code", "code": CODE},
        {**grant, "grant_type": "client_credentials", "scope": "nothing"},
        {**grant, "grant_type": "nothing"},
        {"client_secret": LWA_SECRET},
    ):
        yield "POST", login, {"data": form}
        yield "POST", login, {"json": form}
        yield "POST", f"{login}?{urlencode(form)}", {}
    yield "POST", login, {"data": b"{" + json.dumps(grant).encode(), "headers": FORM}
    signed = {"Action": "ListOrders", "Version": "2013-09-01", "SellerId": "A", "AWSAccessKeyId": "AKIAX"}
    signed |= {"SignatureVersion": "2", "SignatureMethod": "HmacSHA256", "Timestamp": "2026-03-02T16:00:00Z"}
    signed |= {"MWSAuthToken": MWS_TOKEN, "Signature": MWS_SIGNATURE}
    for wrong in (
        {},
        {"Action": "ListOrdrs"},
        {"Timestamp": "now"},
        {"SignatureMethod": "none"},
        {"Version": "1"},
    ):
        yield "GET", mws, {"params": signed | wrong}
        yield "POST", mws, {"data": signed | wrong}
        yield "POST", url, {"data": signed | wrong}
    hook = f"http://me:{quote(PASSWORD, safe='')}@127.0.0.1:9/hook"
    for body in (
        {"url": "http://127.0.0.1:9/hook", "secret": WEBHOOK},
        {"url": "http://127.0.0.1:9/hook", "secret": PLAIN},
        {"url": "http://127.0.0.1:9/hook", "secret": [PLAIN]},
        {"url": "http://127.0.0.1:9/hook", "secret": {"secret": PLAIN}},
        {"url": hook},
        {"url": f"http://me:{PASSWORD}@127.0.0.1:9/hook"},
        {"url": f"http://127.0.0.1:9/hook?token={IN_URL}"},
        {"url": "http://127.0.0.1:9/hook", "secrett": PLAIN},
    ):
        yield "POST", f"{control}/webhooks", {"json": body, "headers": JSON}
    yield "POST", f"{control}/orders", {"json": {"password": PLAIN, "token": PLAIN}, "headers": JSON}
    yield "POST", f"{control}/sellers", {"json": {"lwa": {"client_secret": LWA_SECRET}}, "headers": JSON}
    yield "GET", f"{control}/orders?token={PLAIN}&secret={PLAIN}", {"headers": JSON}
    yield "GET", f"{control}/clock", {"headers": {"authorization": f"Bearer {ADMIN}x"}}
    yield "GET", f"{control}/clock", {"headers": {"authorization": f"Basic {ADMIN}"}}
    yield "GET", f"{url}/docs/?token={ADMIN}", {}
    yield "GET", f"{url}/documents/{quote(PLAIN)}", {}


@pytest.fixture(params=[("debug", "text"), ("debug", "json"), ("warning", "text")], ids="-".join)
def attacked(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """A server that was given every canary, with its log at that level and in that form."""
    level, form = request.param
    token = tmp_path / "token"
    token.write_text(ADMIN)
    strict = ("--auth", "strict") if form == "json" else ()
    options = ("--admin-token-file", str(token), "--log-level", level, "--log-format", form, "--access-log", *strict)
    with serving("--host", EVERYWHERE, *options) as running:
        yield running


def test_no_answer_no_log_and_no_command_shows_a_secret(attacked: Server) -> None:
    url = attacked.url.replace(EVERYWHERE, "127.0.0.1")
    with requests.Session() as session:
        session.trust_env = False
        for method, address, more in calls(url):
            answer = session.request(method, address, timeout=30, allow_redirects=False, **more)
            assert answer.status_code < 500, (method, address, answer.text)
            # a login gives back the refresh token that it was given: OAuth has it so
            given = REFRESH if answer.status_code == 200 and "/auth/" in address else ""
            given = IN_URL if answer.status_code == 201 and address.endswith("/webhooks") else given
            check(answer.text, f"the answer to {method} {address} {more}", but=given)
    terminal = Terminal(url, env={"SANDBOX_ADMIN_TOKEN": ADMIN})
    terminal.run("order", "create", "--no-hold")
    for arguments in (
        ("requests", "--bodies"),
        ("requests", "--bodies", "--json"),
        ("journal",),
        ("journal", "--json"),
        ("webhook", "list", "--json"),
        ("deliveries", "--json"),
        ("export",),
        ("doctor", "--client-secret", LWA_SECRET, "--refresh-token", REFRESH, "--mws-secret-key", PLAIN),
        ("doctor", "--webhook", f"http://me:{PASSWORD}@127.0.0.1:9/", "--webhook-secret", WEBHOOK, "--json"),
        ("doctor", "--client-endpoint", f"http://me:{PASSWORD}@127.0.0.1:9/"),
        ("webhook", "add", f"http://me:{PASSWORD}@127.0.0.1:9/"),
        ("webhook", "add", "http://127.0.0.1:9/", "--secret", PLAIN),
        ("listen", "--forward-to", f"http://me:{PASSWORD}@127.0.0.1:9/"),
        ("clock", "show", "--token", f"{ADMIN}x"),
        ("clock", "show", "--token", f"{ADMIN}ä"),
        ("clock", "show", "--url", f"http://me:{PASSWORD}@127.0.0.1:9"),
        ("wait", "--timeout", "0", "--url", f"http://me:{PASSWORD}@127.0.0.1:9"),
    ):
        shown = terminal.try_(*arguments)
        named = IN_URL if arguments[:2] == ("webhook", "list") else ""
        check(shown.stdout + shown.stderr, " ".join(arguments), but=named)
    check(attacked.log.read_text(), "the log")
    assert "getOrders" in attacked.log.read_text()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--store", f"postgresql://me:{PASSWORD}@127.0.0.1/worlds"),
        ("--store", f"redis://me:{PASSWORD}@127.0.0.1/worlds"),
        ("--store", f"sqlite://me:{PASSWORD}@127.0.0.1/worlds"),
        ("--store", "memory", "--public-url", f"http://me:{PASSWORD}@127.0.0.1"),
        ("--store", "memory", "--sqs-endpoint", f"http://me:{PASSWORD}@127.0.0.1"),
        ("--store", "memory", "--scenario", f"http://me:{PASSWORD}@127.0.0.1/x.yaml"),
        ("--store", "memory", "--store-file", PASSWORD),
    ],
)
def test_no_refusal_of_serve_quotes_a_secret(arguments: tuple[str, ...]) -> None:
    refused = run("serve", "--port", "0", *arguments, env={"SANDBOX_ADMIN_TOKEN": ADMIN})
    assert refused.exit_code in (1, 2), refused.output
    check(refused.output, " ".join(arguments))


def test_credentials_are_answered_once_where_they_are_made(shared_server: str) -> None:
    """By contract: whoever opens a seller, or adds a webhook without a secret, learns them there and nowhere else."""
    sandbox = Sandbox(shared_server)
    made = sandbox.post("webhooks", {"url": "http://127.0.0.1:9/hook"})["secret"]
    secrets = [made, *sandbox.seller["lwa"].values(), sandbox.seller["mws"]["secret_key"]]
    sandbox.token()
    shown = json.dumps([sandbox.get("journal"), sandbox.get("requests", bodies="true"), sandbox.get("webhooks")])
    assert not [each for each in secrets if each in shown and each != sandbox.seller["lwa"]["client_id"]]
    sandbox.close()
