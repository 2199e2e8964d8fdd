"""The bounds of a running server, set on the command line and by the environment."""

import socket

from tests.serving import serving


def ask(address: str, request: str) -> str:
    """All that comes back for a request."""
    host, port = address.split(":")
    with socket.create_connection((host, int(port)), timeout=30) as peer:
        peer.sendall(request.encode())
        return b"".join(iter(lambda: peer.recv(65_536), b"")).decode()


def test_bounds_are_options_and_variables() -> None:
    env = {"SANDBOX_MAX_HEADER_BYTES": "2048", "SANDBOX_MAX_HEADER_SECONDS": "0.2"}
    with serving("--max-url-bytes", "1024", env=env) as server:
        answer = ask(server.address, f"GET /Orders/2013-09-01?Action={'A' * 2_000} HTTP/1.1\r\n\r\n")
        assert answer.startswith("HTTP/1.1 414")
        assert "<Message>The path and query are longer than 1024 bytes; `serve --max-url-bytes` says" in answer
        answer = ask(server.address, f"GET /health HTTP/1.1\r\nHost: {'a' * 3_000}\r\n\r\n")
        assert "larger than 2048 bytes; `serve --max-header-bytes`" in answer
        answer = ask(server.address, "GET /health HTTP/1.1\r\n")
        assert answer.startswith("HTTP/1.1 408")
