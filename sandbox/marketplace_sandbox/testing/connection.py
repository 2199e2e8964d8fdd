"""One connection to the server, for one call at a time: as little of HTTP as its answers need. Knows no call.

The standard library's client would do the same, in five times the time, most of it for headers that nobody reads: a
suite makes ten calls a test, and beside those of the server they are what it waits for.
"""

import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field

MOST_AT_ONCE = 65_536
"""Bytes that are read at once."""
MOST_DIGITS = 15
"""Of an answer's length."""
LONGEST_HEAD = 1024 * 1024
"""Bytes of an answer's status and headers; an answer of the server's has a few hundred."""


_WORD = re.compile(r"[!-~]+")
_LINE = re.compile(r"[\t -~\xa0-\xff]*")


class BrokenAnswerError(OSError):
    """What came is no answer, or not the whole of one."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answered; the names of its headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(slots=True)
class Connection:
    """To a host and port, made with the first call. Each wait of a call takes so many seconds at most."""

    host: str
    port: int | None
    seconds: float
    sock: socket.socket | None = field(default=None, init=False)

    def ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        """The answer to a call. Raises ConnectionError where none has begun, or any other OSError.

        ValueError for a path or a header that would be something else on the wire.
        """
        for text in (path, *headers.keys()):
            if not _WORD.fullmatch(text):
                raise ValueError(f"{text[:100]!r} cannot be sent as it is.")
        for text in headers.values():
            if not _LINE.fullmatch(text):
                raise ValueError(f"{text[:100]!r} cannot be sent in a header.")
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._authority}", "Accept-Encoding: identity"]
        lines += [f"{name}: {text}" for name, text in headers.items()]
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        sent = "\r\n".join([*lines, "", ""]).encode("latin-1") + (body or b"")
        if self.sock is None:
            self.sock = socket.create_connection((self.host, self.port or 80), self.seconds)
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.sendall(sent)
        return self._read_answer(self.sock, method)

    def close(self) -> None:
        """End it; the next call makes it anew."""
        if self.sock is not None:
            self.sock.close()
            self.sock = None

    @property
    def _authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}" if self.port else host

    def _read_answer(self, sock: socket.socket, method: str) -> Answer:
        came = sock.recv(MOST_AT_ONCE)
        if not came:
            raise ConnectionResetError("The server has ended the connection without an answer.")
        try:
            return self._read_rest(sock, method, came)
        except ConnectionError as problem:  # an answer had begun: whoever takes that for none would ask again
            raise BrokenAnswerError(f"The answer ends in its middle: {problem}") from problem

    def _read_rest(self, sock: socket.socket, method: str, came: bytes) -> Answer:
        while b"\r\n\r\n" not in came:
            if len(came) > LONGEST_HEAD:
                raise BrokenAnswerError("The headers of the answer do not end.")
            came += _more(sock)
        head, _, content = came.partition(b"\r\n\r\n")
        status, headers = _read_head(head)
        if method == "HEAD" or status in (204, 304):
            content = b""
        elif "content-length" in headers:
            content = _read_to_length(sock, content, headers["content-length"])
        else:  # nothing but its end ends it
            content = _read_to_end(sock, content)
            self.close()
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Answer(status, headers, content)


def _read_head(head: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    version, _, rest = first.partition(" ")
    if not version.startswith("HTTP/1.") or not rest[:3].isdecimal():
        raise BrokenAnswerError(f"What came is no HTTP: {first[:100]}")
    headers = {}
    for line in lines:
        name, _, text = line.partition(":")
        headers[name.lower()] = text.strip()
    if rest[0] == "1":
        raise BrokenAnswerError(f"The answer begins with {rest[:100]}, which the server never sends.")
    if "transfer-encoding" in headers:
        raise BrokenAnswerError(f"The answer comes as {headers['transfer-encoding']}, which the server never sends.")
    return int(rest[:3]), headers


def _read_to_length(sock: socket.socket, content: bytes, length: str) -> bytes:
    if not length.isdecimal() or len(length) > MOST_DIGITS:
        raise BrokenAnswerError(f"The answer says that its length is {length[:100]}.")
    parts, left = [content], int(length) - len(content)
    while left > 0:
        parts.append(_more(sock))
        left -= len(parts[-1])
    if left:
        raise BrokenAnswerError("More came than the answer's length.")
    return b"".join(parts)


def _read_to_end(sock: socket.socket, content: bytes) -> bytes:
    parts = [content]
    while part := sock.recv(MOST_AT_ONCE):
        parts.append(part)
    return b"".join(parts)


def _more(sock: socket.socket) -> bytes:
    part = sock.recv(MOST_AT_ONCE)
    if not part:
        raise BrokenAnswerError("The answer ends in its middle.")
    return part
