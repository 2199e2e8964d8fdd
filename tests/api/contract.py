"""Calls an app in process, and holds every answer against our own document and, where there are, Amazon's models."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.http.openapi import Document, load
from marketplace_sandbox.api.http.pipeline import Pipeline
from tests.api.models import departures


@dataclass(frozen=True)
class Answer:
    """An answer; the names of its headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)

    @property
    def payload(self) -> Any:
        assert self.status == 200, self.raw
        return self.body["payload"]

    @property
    def error(self) -> dict[str, str]:
        (error,) = self.body["errors"]
        assert list(error) in (["code", "message", "details"], ["code", "message"])
        return error


@dataclass(frozen=True)
class Client:
    """A client of an app. Answers of operations in `documents`, by file name, have to be as these say."""

    app: Pipeline
    documents: Sequence[str]

    def __call__(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        *,
        documented: bool = True,
    ) -> Answer:
        """One call. A dict or list goes as JSON, lists of the query comma-joined, tuples one by one."""
        sent = {"content-type": "application/json"} | dict(headers or {})
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        joined = {name: ",".join(each) if isinstance(each, list) else each for name, each in (query or {}).items()}
        answer = asyncio.run(self._send(method, path, urlencode(joined, doseq=True), raw, sent))
        if documented:
            self._compare(method, path, answer)
        return answer

    async def _send(self, method: str, path: str, query: str, raw: bytes, headers: Mapping[str, str]) -> Answer:
        messages: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": raw, "more_body": False}

        async def send(message: Any) -> None:
            messages.append(message)

        scope = {
            "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "path": path,
            "raw_path": path.encode(), "query_string": query.encode(), "root_path": "", "extensions": {},
            "headers": [(name.lower().encode(), text.encode("latin-1")) for name, text in headers.items()],
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2),
        }  # fmt: skip
        await self.app(scope, receive, send)
        began, *parts = messages
        read = {name.decode().lower(): text.decode() for name, text in began["headers"]}
        return Answer(began["status"], read, b"".join(part["body"] for part in parts))

    def _compare(self, method: str, path: str, answer: Answer) -> None:
        name, document, operation_id = self._operation(method, path)
        body = answer.body if answer.raw else None
        problem = document.response_problem(operation_id, answer.status, body, strict=True)
        assert not problem, f"{operation_id} answered {answer.status} {answer.raw!r}. {problem}"
        found = departures(name, method, path, answer.status, body)
        assert not found, f"{operation_id} answered {answer.status} {answer.raw!r}. Amazon's model: {found}"

    def _operation(self, method: str, path: str) -> tuple[str, Document, str]:
        for name in self.documents:
            document = load(openapi_dir() / name)
            for operation in document.operations.values():
                if operation.method == method and operation.pattern.fullmatch(path):
                    return name, document, operation.operation_id
        raise AssertionError(f"No document has {method} {path}.")
