"""The store of a running server fails and is well again: the cause by its name in every dialect, one line in the log,
reads that go on, nothing accepted lost, nothing half-written, and what was left goes on by itself.
"""

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
import requests

from tests.e2e.sandbox import Json, Sandbox, receiving
from tests.server_process import start_server
from tests.serving import clean_environment
from tests.store.holders import seize

pytestmark = pytest.mark.slow

SMALL = 1_048_576
MOUNT = f'mount -t tmpfs -o size={SMALL} tmpfs "$0" && exec "$@"'
"""In a namespace of its own: what is mounted is seen there only, and gone with it."""

Break = Callable[["Victim"], AbstractContextManager[None]]


class Victim:
    """A server on a store in `folder`, which is seen here as `seen`; its log is read from a file."""

    def __init__(self, folder: Path, log: Path, wrap: tuple[str, ...]) -> None:
        self.log = log
        command = ["serve", "--port", "0", "--store", f"sqlite:///{folder}/worlds.db"]
        with log.open("a") as errors:
            self.process = start_server(command, env=clean_environment(), errors=errors, wrap=wrap)
        assert self.process.stdout
        line = self.process.stdout.readline()
        self.url = line.removeprefix("Listening on ").strip()
        assert self.url.startswith("http"), log.read_text()
        self.seen = Path(f"/proc/{self.process.pid}/root{folder}") if wrap else folder

    def end(self, number: int = signal.SIGTERM) -> None:
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()

    def lines(self, words: str) -> list[str]:
        """The lines of the log that have these words."""
        return [line for line in self.log.read_text().splitlines() if words in line]

    def health(self, path: str = "health") -> tuple[int, Json]:
        answer = requests.get(f"{self.url}/{path}", timeout=10)
        return answer.status_code, answer.json()


def may_mount(folder: Path) -> bool:
    """Whether a small file system can be had here, and looked into from outside."""
    if shutil.which("unshare") is None:
        return False
    tried = subprocess.run(
        ["unshare", "-Urm", "sh", "-c", MOUNT, str(folder), "true"], capture_output=True, check=False
    )
    return tried.returncode == 0


@contextmanager
def filled(victim: Victim) -> Iterator[None]:
    """The file system full to its last page, or, where none can be mounted, no file that may grow."""
    if victim.seen.parts[1] == "proc":
        ballast = victim.seen / "ballast"
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(b"-" * 4096)
        try:
            yield
        finally:
            ballast.unlink()
        return
    import resource

    resource.prlimit(victim.process.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.prlimit(victim.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)


@contextmanager
def locked(victim: Victim) -> Iterator[None]:
    """Another process in the middle of a change."""
    with seize(victim.seen / "worlds.db"):
        yield


@contextmanager
def gone(victim: Victim) -> Iterator[None]:
    """The file moved away while it is open."""
    path = victim.seen / "worlds.db"
    path.rename(path.with_name("away"))
    try:
        yield
    finally:
        path.with_name("away").rename(path)


@contextmanager
def replaced(victim: Victim) -> Iterator[None]:
    """Another file in its place."""
    path = victim.seen / "worlds.db"
    path.rename(path.with_name("away"))
    shutil.copyfile(path.with_name("away"), path)
    try:
        yield
    finally:
        path.with_name("away").replace(path)


CAUSES: dict[Break, str] = {filled: "store full", locked: "store locked", gone: "store gone", replaced: "store gone"}


@pytest.fixture
def closing() -> Iterator[ExitStack]:
    with ExitStack() as closing:
        yield closing


@pytest.mark.parametrize("breaking", CAUSES, ids=lambda each: each.__name__)
def test_a_store_that_fails_is_told_and_goes_on(breaking: Break, tmp_path: Path, closing: ExitStack) -> None:
    folder = tmp_path / "store"
    folder.mkdir()
    mounts = breaking is filled and may_mount(folder)
    wrap = ("unshare", "-Urm", "sh", "-c", MOUNT, str(folder)) if mounts else ()
    victim = Victim(folder, tmp_path / "log", wrap)
    closing.callback(victim.end)
    receiver = closing.enter_context(receiving())
    sandbox = Sandbox(victim.url)
    closing.callback(sandbox.close)
    sandbox.post("webhooks", {"url": receiver.url})
    order_id = sandbox.place_order(hold=True)
    held = Writes(sandbox, order_id)
    before = picture(sandbox, order_id)
    cause = CAUSES[breaking] if mounts or breaking is not filled else "store failed"

    with breaking(victim):
        held.are_refused(cause)
        assert picture(sandbox, order_id) == before
        held.reads_go_on()
        for path in ("health", "health/ready"):
            status, body = victim.health(path)
            assert (status, body["status"]) == (503, "failing")
            assert cause.removeprefix("store ") in body["why"]
        assert victim.health("health/live")[1]["status"] == "ok"
        held.are_refused(cause)
        assert [cause in line for line in victim.lines("cannot be used")] == [True]

    assert victim.health() == (200, victim.health("health/live")[1])
    assert len(victim.lines("can be written again")) == 1
    assert not victim.lines("Traceback")
    assert picture(sandbox, order_id) == before
    assert {each["seller_id"] for each in sandbox.get("sellers")["sellers"]} == held.sellers
    sandbox.by("PT31M")
    assert sandbox.get(f"orders/{order_id}")["status"] == "Unshipped"
    assert len(receiver.bodies) == 1
    kept = picture(sandbox, order_id)
    if not mounts:  # what was mounted is gone with the server
        victim.end(signal.SIGKILL)
        victim.__init__(folder, tmp_path / "log", [])  # type: ignore[misc]  # the same one again
        sandbox.url = victim.url
        assert picture(sandbox, order_id) == kept


def test_a_delivery_that_could_not_be_recorded_is_made_again_by_itself(tmp_path: Path, closing: ExitStack) -> None:
    victim = Victim(tmp_path, tmp_path / "log", ())
    closing.callback(victim.end)
    breaking, first_made, again = gone(victim), threading.Event(), threading.Event()

    def answer(_body: Json) -> int:
        if len(receiver.bodies) == 1:
            breaking.__enter__()
            first_made.set()
        else:
            again.set()
        return 200

    receiver = closing.enter_context(receiving(answer))
    sandbox = Sandbox(victim.url)  # whose clock stands, so nothing happens unless the server does it
    closing.callback(sandbox.close)
    sandbox.post("webhooks", {"url": receiver.url})
    sandbox.place_order(hold=True)
    assert sandbox.call("POST", "clock/advance", json={"by": "PT31M"}).status_code == 503
    assert first_made.wait(30)
    assert victim.health()[0] == 503
    for _ in range(5):  # each looks whether something is outgoing
        assert sandbox.get("orders")["orders"]
    assert len(receiver.bodies) == 1
    breaking.__exit__(None, None, None)
    assert again.wait(30)
    first, second = (each["webhook-id"] for each in receiver.headers)
    assert first == second
    sandbox.by("PT0S")
    (delivery,) = sandbox.get("deliveries")["deliveries"]
    assert delivery["status"] == "delivered"
    assert not victim.lines("Traceback")


def picture(sandbox: Sandbox, order_id: str) -> Json:
    """The world as a whole."""
    return {
        "journal": sandbox.get("journal", limit=1000),
        "order": sandbox.get(f"orders/{order_id}"),
        "clock": sandbox.get("clock"),
        "sellers": len(sandbox.get("sellers")["sellers"]),
    }


class Writes:
    """Calls of every dialect that change a world, and some that read it."""

    def __init__(self, sandbox: Sandbox, order_id: str) -> None:
        self._sandbox = sandbox
        self._order_id = order_id
        self._headers = {"x-amz-access-token": sandbox.token()}
        made = self._feeds("documents", {"contentType": "text/xml; charset=UTF-8"})
        assert made.status_code == 201, made.text
        self._upload = made.json()["url"]
        self.sellers = {each["seller_id"] for each in sandbox.get("sellers")["sellers"]}

    def _feeds(self, path: str, body: Json) -> requests.Response:
        url = f"{self._sandbox.url}/feeds/2021-06-30/{path}"
        return requests.post(url, json=body, headers=self._headers, timeout=30)

    def are_refused(self, cause: str) -> None:
        """Each in its shape, by the cause's name, with nothing changed."""
        sandbox = self._sandbox
        large = {"items": [{"sku": f"SKU-{number}", "title": "x" * 200} for number in range(50)]}
        for path, body in (
            ("orders", large),
            (f"orders/{self._order_id}/actions/buyer-cancel", {}),
            ("clock/advance", {"by": "PT31M"}),
            ("sellers", {}),
            ("scenarios", {"name": "auto-cancel"}),
            ("webhooks", {"url": "http://127.0.0.1:9/"}),
            ("reset", {}),
        ):
            answer = sandbox.call("POST", path, json=body)
            status = 507 if cause == "store full" else 503
            assert (answer.status_code, answer.json()["errors"][0]["details"]) == (status, cause), path
        answer = self._feeds("documents", {"contentType": "text/xml; charset=UTF-8"})
        assert answer.status_code == 503
        assert answer.json()["errors"][0]["code"] == "ServiceUnavailable"
        assert answer.json()["errors"][0]["details"] == cause
        kind = {"Content-Type": "text/xml; charset=UTF-8"}
        answer = requests.put(self._upload, data=os.urandom(9000), headers=kind, timeout=30)
        assert (answer.status_code, "<Code>ServiceUnavailable</Code>" in answer.text) == (503, True), answer.text
        answer = self._mws(
            "SubmitFeed", "2009-01-01", "FeedType=_POST_ORDER_ACKNOWLEDGEMENT_DATA_", b"<AmazonEnvelope/>"
        )
        assert (answer.status_code, "<Code>ServiceUnavailable</Code>" in answer.text) == (503, True), answer.text

    def reads_go_on(self) -> None:
        """By every dialect."""
        sandbox = self._sandbox
        order = f"{sandbox.url}/orders/v0/orders/{self._order_id}"
        assert requests.get(order, headers=self._headers, timeout=30).status_code == 200
        answer = self._mws("GetOrder", "2013-09-01", f"AmazonOrderId.Id.1={self._order_id}", b"")
        assert (answer.status_code, self._order_id in answer.text) == (200, True)
        assert sandbox.get("orders")["orders"]
        assert sandbox.get("journal")["journal"]

    def _mws(self, action: str, version: str, more: str, body: bytes) -> requests.Response:
        seller = self._sandbox.seller
        caller = f"AWSAccessKeyId={seller['mws']['access_key']}&SellerId={seller['seller_id']}"
        query = f"Action={action}&Version={version}&{caller}&{more}"
        headers = {"Content-Type": "text/xml"}
        return requests.post(f"{self._sandbox.url}/?{query}", data=body, headers=headers, timeout=30)
