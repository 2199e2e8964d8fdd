"""Health: what is said while all is well, while the server starts, and while the store fails."""

import pytest

from marketplace_sandbox.api.control.health import STARTING
from marketplace_sandbox.core.journal.journal import StoreFullError, StoreUnavailableError
from marketplace_sandbox.store.memory import MemoryStore
from tests.api.control.driving import Driver

PATHS = ("/health", "/health/live", "/health/ready")
OK = {"status": "ok", "version": "1.2.3"}


class Failing(MemoryStore):
    """A store that fails until it is checked when it has room again."""

    def __init__(self) -> None:
        super().__init__()
        self.found: StoreUnavailableError | None = None
        self.full = False
        self.checks = 0

    @property
    def failure(self) -> StoreUnavailableError | None:  # type: ignore[override]  # this one fails
        return self.found

    def check(self) -> None:
        self.checks += 1
        if self.full:
            self.found = StoreFullError("The store is full")
            raise self.found
        self.found = None


@pytest.fixture
def store() -> Failing:
    return Failing()


@pytest.fixture
def driver(store: Failing) -> Driver:
    return Driver(store=store)


@pytest.mark.parametrize("path", PATHS)
def test_all_is_well_and_nothing_is_asked_for(driver: Driver, store: Failing, path: str) -> None:
    answer = driver.get(path)
    assert (answer.status, answer.body) == (200, OK)
    assert driver.ask("HEAD", path).status == 200
    assert store.checks == 0
    assert driver.get("requests").body["requests"] == []


def test_a_server_that_starts_lives_and_is_not_ready(driver: Driver) -> None:
    driver.starting = True
    assert [driver.get(path).status for path in PATHS] == [503, 200, 503]
    assert driver.get("/health/ready").body == {"status": "failing", "version": "1.2.3", "why": STARTING}


def test_a_store_that_fails_is_told_and_tried_until_it_is_well(driver: Driver, store: Failing) -> None:
    store.full, store.found = True, StoreFullError("The store is full")
    why = "The store is full. Nothing was stored; make room, and it goes on by itself."
    for path in ("/health", "/health/ready"):
        answer = driver.get(path)
        assert (answer.status, answer.body) == (503, {"status": "failing", "version": "1.2.3", "why": why})
    assert driver.get("/health/live").body == OK
    store.full = False
    assert driver.get("/health").body == OK
    checks = store.checks
    assert driver.get("/health/ready").body == OK
    assert store.checks == checks


def test_health_takes_reads_only(driver: Driver) -> None:
    answer = driver.ask("POST", "/health/ready", {})
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")
