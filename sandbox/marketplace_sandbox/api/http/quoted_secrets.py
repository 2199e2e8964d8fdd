"""Takes out of a refusal whatever secret it quotes of its request: people send refusals on, and CI keeps them.

What looks like a credential is known by its looks; any other secret by the name it was sent under.
"""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from marketplace_sandbox.api.http.exchange import Answer, Exchange
from marketplace_sandbox.core.text.quoting import LONGEST
from marketplace_sandbox.core.text.redaction import is_secret_name, redact_text, remove_all, secrets_in

FEWEST = 4
"""Of fewer characters, a secret cannot be told from any text."""
LONGEST_READ = 100_000
"""Bytes of a body in which secrets are looked for by name."""

TOLD = ("message", "details", "error_description")
"""Where refusals in JSON tell something in words."""

_MESSAGE = re.compile(r"(?<=<Message>)[^<]*")


def take_secrets_out(exchange: Exchange) -> None:
    """Takes the secrets of a request out of its refusal."""
    answer = exchange.answer
    if answer is None or answer.status < 400 or not answer.body:
        return
    try:
        text = answer.body.decode()
    except UnicodeDecodeError:
        return
    secrets = sorted(set(_sent_secrets(exchange)), key=len, reverse=True)
    without = _clean_json(text, secrets) if text.startswith("{") else _clean_xml(text, secrets)
    if without != text:
        body = without.encode()
        headers = [each for each in answer.headers if each[0].lower() != b"content-length"]
        exchange.answer = Answer(answer.status, [*headers, (b"content-length", b"%d" % len(body))], body)


def _sent_secrets(exchange: Exchange) -> Iterator[str]:
    """Every secret of a request, and the beginning of it that a message quotes of a long one."""
    for secret in _named_secrets(exchange):
        if len(secret) >= FEWEST:
            yield secret
            if len(secret) > LONGEST:
                yield secret[: LONGEST - 1]


def _named_secrets(exchange: Exchange) -> Iterator[str]:
    for name, text in exchange.headers.items():
        if is_secret_name(name):
            yield text
            yield text.partition(" ")[2]  # what stands behind Bearer
    body = (exchange.body or b"")[:LONGEST_READ].decode("utf-8", "replace")
    for sent in (exchange.query_string, body):
        yield from (value for name, value in parse_qsl(sent) if is_secret_name(name))
    if body.lstrip().startswith("{"):
        try:
            yield from secrets_in(json.loads(body))
        except (ValueError, RecursionError):
            return


def _clean_json(text: str, secrets: list[str]) -> str:
    try:
        said = json.loads(text)
    except ValueError:
        return text
    without = _clean_told(said, secrets)
    return text if without == said else json.dumps(without, separators=(",", ":"))


def _clean_told(said: Any, secrets: list[str]) -> Any:
    if isinstance(said, list):
        return [_clean_told(each, secrets) for each in said]
    if not isinstance(said, dict):
        return said
    return {
        name: redact_text(remove_all(value, secrets))
        if name in TOLD and isinstance(value, str)
        else _clean_told(value, secrets)
        for name, value in said.items()
    }


def _clean_xml(text: str, secrets: list[str]) -> str:
    return _MESSAGE.sub(lambda found: redact_text(remove_all(found[0], secrets)), text)
