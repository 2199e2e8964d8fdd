"""A connection that h11 reads, where there is no httptools: slower, and just as bounded."""

from typing import Any

import h11
from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

from marketplace_sandbox.api.http.bounds import Bounds
from marketplace_sandbox.api.http.connection import BODY, HEADER, NOTHING, Connection, Heard
from marketplace_sandbox.api.http.errors import ApiError


class H11Connection(Connection, H11Protocol):  # type: ignore[misc]  # uvicorn's own protocols bear wider types
    """A connection read by h11, which has a bound for unfinished headers of its own."""

    def __init__(self, *arguments: Any, bounds: Bounds, heard: Heard, **named: Any) -> None:
        super().__init__(*arguments, bounds=bounds, heard=heard, **named)
        self._at_piece: tuple[Any, str] = (None, NOTHING)
        self.conn._max_incomplete_event_size = bounds.header_bytes + bounds.url_bytes  # what uvicorn has an option for

    def note_piece(self, piece: bytes) -> None:  # noqa: ARG002  (h11 counts itself)
        """Finds out where h11 is, which calls nobody."""
        state = self.conn.their_state
        part = BODY if state is h11.SEND_BODY else NOTHING
        if state is h11.IDLE and self.conn.trailing_data[0]:
            part = HEADER
        if (self.cycle, part) != self._at_piece:
            self._at_piece = (self.cycle, part)
            self.request_count += 1
        self.part = part

    def problem_of(self, scope: Scope) -> ApiError | None:
        query = scope["query_string"]
        if len(scope["raw_path"]) + len(query) + bool(query) > self.bounds.url_bytes:
            return self.bounds.url_too_long()
        if sum(len(name) + len(text) + 4 for name, text in scope["headers"]) > self.bounds.header_bytes:
            return self.bounds.header_too_large()
        return None
