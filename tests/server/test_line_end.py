"""What a terminal shows of the control API ends with a line's end; the platform's own answers are as the platform's."""

import json

import pytest
import requests


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/_sandbox/clock", 200), ("GET", "/_sandbox/orders/x", 404), ("POST", "/_sandbox/orders", 201)],
)
def test_each_answer_of_the_control_api_ends_its_line(shared_server: str, method: str, path: str, status: int) -> None:
    body: dict[str, str] | None = {} if method == "POST" else None
    answer = requests.request(method, shared_server + path, json=body, timeout=10)
    assert answer.status_code == status
    assert answer.content.endswith(b"}\n")
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert json.loads(answer.content) == answer.json()


def test_nothing_is_added_where_there_is_no_json(shared_server: str) -> None:
    made = requests.post(f"{shared_server}/_sandbox/faults", json={"kind": "drop"}, timeout=10).json()
    gone = requests.delete(f"{shared_server}/_sandbox/faults/{made['id']}", timeout=10)
    assert (gone.status_code, gone.content) == (204, b"")


def test_the_platforms_answers_are_left_alone(shared_server: str) -> None:
    assert not requests.get(f"{shared_server}/orders/v0/orders/902-0000001-0000001", timeout=10).content.endswith(b"\n")
