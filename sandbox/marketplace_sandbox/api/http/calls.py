"""What an operation is handed and what it hands back. Knows neither Flask nor Connexion nor orders."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """One validated request.

    `path` and `query` bear the document's parameter names and hold declared ones only; a list
    parameter is a list however it was sent. `body` is the parsed JSON, the raw bytes of another media
    type, or None. `headers` ignores capitals. `url_path` is the decoded path as it was sent.
    """

    operation_id: str
    method: str
    url_path: str
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Any
    headers: Mapping[str, str]
    request_id: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: bytes are JSON already rendered, None is no body, all else is rendered as JSON."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


def encode(value: object) -> bytes:
    """JSON without blanks, as it goes over the wire."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
