"""What every test may ask for: a server of its own or one that all share, and the archives. Knows no API."""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
from hypothesis import settings

from tests.once import made_once
from tests.packaging import build
from tests.serving import serving

if TYPE_CHECKING:
    from marketplace_sandbox.server.embedded_sqs import EmbeddedSqs

# the same examples every time, and no deadline: timings never decide a test
settings.register_profile("project", derandomize=True, database=None, deadline=None)
settings.load_profile("project")

os.environ["NO_PROXY"] = "127.0.0.1,localhost"

# A shell's background job ignores Ctrl-C, and so would the programs that tests start and stop by it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Serve(Protocol):
    """Starts a server with further `serve` arguments and environment; answers its base URL."""

    def __call__(self, *arguments: str, env: dict[str, str] | None = None) -> str: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture
def server() -> Iterator[Serve]:
    """A factory of servers with an empty store in memory; all end with the test."""
    with ExitStack() as running:

        def serve(*arguments: str, env: dict[str, str] | None = None) -> str:
            return running.enter_context(serving(*arguments, env=env)).url

        yield serve


@pytest.fixture(scope="session")
def shared_server() -> Iterator[str]:
    """The base URL of a server started once per test process; tests use sellers of their own."""
    with serving() as running:
        yield running.url


@pytest.fixture(scope="session")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source archive and the wheel that was built from it, of which all test processes have one."""
    return made_once(tmp_path_factory, "dist", build)


@pytest.fixture(scope="session")
def wheel(archives: Path) -> Path:
    """The wheel as users install it."""
    (built,) = archives.glob("*.whl")
    return built


@pytest.fixture
def sqs() -> Iterator["EmbeddedSqs"]:
    """A queue service of the test's own, in this process."""
    from marketplace_sandbox.server.embedded_sqs import EmbeddedSqs

    service = EmbeddedSqs()
    service.start()
    yield service
    service.close()
