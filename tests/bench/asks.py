"""What is asked under load, as bytes, and what comes of it. Sends nothing."""

from collections.abc import Mapping
from dataclasses import dataclass


class WrongAnswerError(Exception):
    """A server did not answer what it was asked; its figures would mean nothing."""


@dataclass(frozen=True)
class Ask:
    """A request as bytes, and what the body of its answer has to hold."""

    request: bytes
    holds: bytes


@dataclass(frozen=True)
class Load:
    """One measurement: requests a second, the median and 99th percentile of their times in milliseconds.

    `generator` is how much of a core the load itself took: near 1 it, not the server, was the limit. Answers
    `per_second_worked` are counted by the server's processor time, which others on the machine do not disturb.
    """

    count: int
    rate: float
    p50: float
    p99: float
    generator: float
    per_second_worked: float = 0.0


def get(path: str, headers: Mapping[str, str]) -> bytes:
    """A GET as bytes."""
    return _request("GET", path, headers, b"")


def post(path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """A POST of JSON as bytes."""
    more = {"Content-Type": "application/json", "Content-Length": str(len(body))}
    return _request("POST", path, {**headers, **more}, body)


def _request(method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json"]
    return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in headers.items()), "", ""]).encode() + body
