"""A connection that httptools reads, which takes lines of any length and calls only when one has ended."""

from typing import Any

from httptools import parse_url
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from marketplace_sandbox.api.http.bounds import Bounds
from marketplace_sandbox.api.http.connection import BODY, HEADER, NOTHING, AnswerAtOnce, Connection, Heard
from marketplace_sandbox.api.http.errors import ApiError

SMALLEST_CHUNK = 8
"""Bytes that may come of a body for each of its own: a chunk of one byte takes six."""


class HttpToolsConnection(Connection, HttpToolsProtocol):  # type: ignore[misc]  # the same
    """A connection read by httptools, which has no bounds."""

    url = b""

    def __init__(self, *arguments: Any, bounds: Bounds, heard: Heard, **named: Any) -> None:
        super().__init__(*arguments, bounds=bounds, heard=heard, **named)
        self._answered = False
        self._header_bytes = 0
        self._in_line_bytes = 0
        self._body_bytes = 0
        self._at_piece: tuple[int, str] = (0, NOTHING)
        self._unreadable: ApiError | None = None

    def note_piece(self, piece: bytes) -> None:
        """Adds up what came of one part of a request alone: a header line that does not end, or no body."""
        at_piece = (self.request_count, self.part)
        if at_piece != self._at_piece:
            self._at_piece, self._in_line_bytes = at_piece, 0
            return
        if not self.part:
            return
        self._in_line_bytes += len(piece)
        bounds = self.bounds
        if self.part == HEADER:
            most = bounds.url_bytes + bounds.header_bytes
        else:
            most = bounds.header_bytes + SMALLEST_CHUNK * self._body_bytes
        if self._in_line_bytes > most:
            self._refuse(bounds.header_too_large())

    def send_400_response(self, msg: str) -> None:
        """Refuses what is no HTTP, or was found to be too much while it was read."""
        if self._unreadable is None:
            super().send_400_response(msg)
        else:
            self._refuse(self._unreadable)

    def what_came(self) -> tuple[str, bytes, bytes]:
        if not self.url:
            return super().what_came()
        path, _, query = self.url[: self.bounds.url_bytes].partition(b"?")
        return self.parser.get_method().decode("ascii", "replace") or "GET", path or b"/", query

    # What httptools calls; what is raised here ends its reading

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.part = HEADER
        self.request_count += 1
        self._header_bytes = self._body_bytes = 0

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > self.bounds.url_bytes:
            self._unreadable = self.bounds.url_too_long()
            raise self._unreadable

    def on_header(self, name: bytes, value: bytes) -> None:
        self._header_bytes += len(name) + len(value) + 4
        if self._header_bytes > self.bounds.header_bytes:
            self._unreadable = self.bounds.header_too_large()
            raise self._unreadable
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._answered = self.at_once is not None and self.is_free and self._answer_at_once(self.at_once)
        if not self._answered:
            super().on_headers_complete()
        self.part = BODY

    def _answer_at_once(self, at_once: AnswerAtOnce) -> bool:
        """Whether a plain GET of a client that stays connected was answered, with nothing made for it but its scope."""
        parser = self.parser
        if parser.get_method() != b"GET" or parser.get_http_version() != "1.1" or not parser.should_keep_alive():
            return False
        url = parse_url(self.url)
        self.scope["method"] = "GET"
        self.scope["raw_path"] = url.path
        self.scope["path"] = url.path.decode("ascii")
        self.scope["query_string"] = url.query or b""
        return at_once(self.scope, self.write_answer)

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self.part = NOTHING
        if self._answered:
            self.on_response_complete()
        else:
            super().on_message_complete()
