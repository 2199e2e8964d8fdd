"""A server that is killed among hostile calls opens its store again, with all that it had answered for."""

import http.client
import threading
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
import requests

from tests.depth import depth
from tests.e2e.test_crash import alive
from tests.hostile.calls import Request, hostile
from tests.hostile.desk import Desk
from tests.hostile.siege import Target, every_target

KILLS = depth(test=3, soak=100)
CALLS = 40
BEGINS_AGAIN = ("control.resetSellers", "control.removeSeller")


@pytest.mark.slow
def test_a_kill_at_any_hostile_call_leaves_a_store_that_opens_with_all_that_was_answered(tmp_path: Path) -> None:
    random = Random(1)
    desk = Desk(tmp_path)
    known, store = _requests(desk, random), desk.file
    desk.close()
    kept = 0
    for _ in range(KILLS):
        with alive(store) as server:
            assert _version(server.url) >= kept, "what was answered is gone"
            for request in random.sample(known, CALLS):
                status = _send(server.url, request)
                assert status < 500, request
            kept = _version(server.url)
            last = threading.Thread(target=_send_to_nobody, args=(server.url, random.choice(known)))
            last.start()
            last.join(random.choice((0, 0.001, 0.005)))
            server.kill()
            last.join()
    with alive(store) as server:
        assert _version(server.url) >= kept


def _requests(desk: Desk, random: Random) -> list[Request]:
    """Hostile calls of every operation but those after which less is known."""
    targets = [each for each in every_target() if each.name not in BEGINS_AGAIN]
    return [request for target in targets for request in _some(target, desk, random)]


def _some(target: Target, desk: Desk, random: Random) -> list[Request]:
    desk.begin_again()
    sources = [hostile(call, found, random) for call, found in target.calls(desk) if found]
    return [next(source)[0].request() for source in sources for _ in range(6)]


def _send(url: str, request: Request) -> int:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=60)
    try:
        path = f"{request.path}?{request.query}" if request.query else request.path
        connection.request(request.method, path, request.body or None, dict(request.headers))
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def _send_to_nobody(url: str, request: Request) -> None:
    with suppress(OSError, http.client.HTTPException):
        _send(url, request)


def _version(url: str) -> int:
    """The version of the default seller's world, as its journal has it."""
    version, cursor = 0, ""
    while True:
        query = {"limit": "1000", **({"cursor": cursor} if cursor else {})}
        page = requests.get(f"{url}/_sandbox/journal", query, timeout=60).json()
        version = page["journal"][-1]["version"] if page["journal"] else version
        if not page["next"]:
            return version
        cursor = page["next"]
