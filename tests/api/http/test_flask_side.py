"""What Flask's side makes of replies, held to what Flask's own responses would be."""

from collections.abc import Mapping
from typing import Any

import flask
import pytest

from marketplace_sandbox.api.http.exchange import Answer, Reply, encode
from marketplace_sandbox.api.http.flask_side import answer_of, encode_headers

REPLIES = {
    "bytes": Reply(body=b'{"payload":{}}', headers={"x-amzn-RateLimit-Limit": "50.0"}),
    "to be rendered": Reply(201, {"é": [1, None]}),
    "an empty object": Reply(202, {}),
    "an empty list": Reply(200, []),
    "a type of its own": Reply(200, {"_links": {}}, {"Content-Type": "application/hal+json", "x-more": "1"}),
    "no body": Reply(200),
    "no body, headers": Reply(200, None, {"x-more": "1"}),
    "nothing to say": Reply(204, headers={"x-amzn-RateLimit-Limit": "50.0"}),
    "nothing to say, said": Reply(204, b"said"),
}


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("name", REPLIES)
def test_a_reply_is_answered_as_by_a_response_of_flask(name: str, method: str) -> None:
    reply = REPLIES[name]
    assert answer_of(reply, method) == by_flask(reply, method)


def test_replies_that_differ_in_headers_alone_are_told_apart() -> None:
    """Headers are made once for all replies that have the same."""
    ways: tuple[Mapping[str, str], ...] = ({"x-a": "1"}, {"x-a": "2"}, {"x-b": "1"}, {}, {"Content-Type": "text/x"})
    for headers in (*ways, *reversed(ways)):
        for body in (None, b"", b"{}"):
            reply = Reply(200, body, headers)
            assert answer_of(reply, "GET") == by_flask(reply, "GET")


@pytest.mark.parametrize("text", ["two\r\nx-lines: 1", "two\nlines", "two\rlines"])
def test_a_header_never_becomes_two_lines(text: str) -> None:
    with pytest.raises(ValueError, match="line"):
        encode_headers([("x-sent", text)])
    with pytest.raises(ValueError, match="line"):
        answer_of(Reply(headers={"x-sent": text}), "GET")


def by_flask(reply: Reply, method: str) -> Answer:
    """The answer that Flask's own response of a reply is."""
    body: Any = reply.body if reply.body is None or isinstance(reply.body, bytes) else encode(reply.body)
    kind = reply.headers.get("Content-Type", "application/json")
    response = flask.Response(body, reply.status, reply.headers, content_type=kind)
    if body is None:
        response.headers.remove("Content-Type")
    parts, _, headers = response.get_wsgi_response({"REQUEST_METHOD": method})
    lines = [(name.encode("latin-1"), text.encode("latin-1")) for name, text in headers]
    return Answer(reply.status, lines, b"".join(parts))
