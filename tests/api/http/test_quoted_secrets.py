"""What a refusal loses: whatever its request gave as a secret, in the words of every dialect."""

import json
from typing import Any

import pytest

from marketplace_sandbox.api.http.exchange import Answer, Exchange
from marketplace_sandbox.api.http.quoted_secrets import take_secrets_out

SECRET = "hunter2-and-more"
LONG = "x" * 30 + "y" * 100


def refused(said: bytes, query: str = "", body: bytes = b"", status: int = 400, **headers: str) -> Any:
    """The answer as it leaves."""
    sent = {name.replace("_", "-"): text for name, text in headers.items()}

    async def nothing(*_: Any) -> Any:
        raise AssertionError("nothing is sent or received")

    exchange = Exchange({}, nothing, nothing, "id", "GET", "/", query, sent, body=body)
    exchange.answer = Answer(status, [(b"content-length", b"%d" % len(said))], said)
    take_secrets_out(exchange)
    assert exchange.answer.headers == [(b"content-length", b"%d" % len(exchange.answer.body))]
    return exchange.answer.body.decode()


def in_json(message: str) -> bytes:
    return json.dumps({"errors": [{"code": SECRET, "message": message, "details": message}]}).encode()


@pytest.mark.parametrize(
    "sent",
    [
        {"query": f"client_secret={SECRET}"},
        {"query": f"%63lient_secret={SECRET}"},
        {"body": f"a=b&refresh_token={SECRET}".encode()},
        {"body": json.dumps({"a": [{"secret": [SECRET]}]}).encode()},
        {"authorization": f"Bearer {SECRET}"},
        {"x_amz_access_token": SECRET},
    ],
)
def test_a_secret_that_was_sent_is_taken_out_wherever_it_is_told(sent: dict[str, Any]) -> None:
    (error,) = json.loads(refused(in_json(f"No '{SECRET}' here."), **sent))["errors"]
    assert (error["message"], error["details"]) == ("No 'REDACTED' here.",) * 2
    assert error["code"] == SECRET  # a code is ours, never what was sent
    in_xml = f"<Error><Code>C</Code><Message>No {SECRET} here.</Message></Error>".encode()
    assert "<Message>No REDACTED here.</Message>" in refused(in_xml, **sent)


def test_the_beginning_that_is_quoted_of_a_long_one_is_taken_out() -> None:
    assert LONG[:40] not in refused(in_json(f"No '{LONG[:79]}…' here."), query=f"secret={LONG}")


def test_what_looks_like_a_credential_is_taken_out_whatever_it_was_sent_as() -> None:
    assert "Atza" not in refused(in_json("There is nothing at /orders/Atza|abc."))


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        (in_json("No 'abc' here."), {"query": "secret=abc"}),  # so short that any word has it
        (in_json(f"No '{SECRET}' here."), {"query": f"sku={SECRET}"}),
        (in_json(f"No '{SECRET}' here."), {"query": f"secret={SECRET}", "status": 200}),
        (b"\xff\xfe", {"query": f"secret={SECRET}"}),
        (b"{", {"body": b"{" * 10_000}),
    ],
)
def test_all_else_leaves_as_it_is(said: bytes, sent: dict[str, Any]) -> None:
    if said == b"\xff\xfe":
        with pytest.raises(UnicodeDecodeError):
            refused(said, **sent)
    else:
        assert refused(said, **sent) == said.decode()
