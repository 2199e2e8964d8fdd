"""Marketplaces for tests that no fixture reaches: a decorator, and a mixin for unittest. Both tell what happened.

All of a process share one server, which is started at the first use and ends with the process; with
SANDBOX_IN_PROCESS=1 it is a thread of it.
"""

import atexit
import functools
import inspect
import unittest
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, Unpack, cast

from marketplace_sandbox.testing.explanations import HISTORY_HEADING
from marketplace_sandbox.testing.marketplace import Marketplace
from marketplace_sandbox.testing.opening import Beginning, check, open_marketplace
from marketplace_sandbox.testing.shared_server import start_shared_server

if TYPE_CHECKING:
    from marketplace_sandbox.testing.in_process import InProcessServer
    from marketplace_sandbox.testing.server import Server

Answer = TypeVar("Answer")
_servers: "list[Server | InProcessServer]" = []


def with_marketplace(**arguments: Unpack[Beginning]) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """Give a function, by the keyword `marketplace`, a marketplace of its own at each call; takes what the marker does.

    Coroutine functions are given one, too. Raises MarketplaceError for arguments that are wrong.
    """
    check(arguments, "with_marketplace")

    def decorate(test: Callable[..., Answer]) -> Callable[..., Answer]:
        folder, awaited = Path(inspect.getfile(test)).parent, cast("Callable[..., Awaitable[Any]]", test)

        @functools.wraps(test)
        def run(*given: Any, **more: Any) -> Any:
            with _open(arguments, "with_marketplace", folder) as marketplace:
                return _tell_story(marketplace, functools.partial(test, *given, marketplace=marketplace, **more))

        @functools.wraps(test)
        async def run_async(*given: Any, **more: Any) -> Any:
            with _open(arguments, "with_marketplace", folder) as marketplace:
                try:
                    return await awaited(*given, marketplace=marketplace, **more)
                except Exception as failure:
                    _add_story(marketplace, failure)
                    raise

        decorated: Any = run_async if inspect.iscoroutinefunction(test) else run
        signature = inspect.signature(test)
        others = [each for name, each in signature.parameters.items() if name != "marketplace"]
        decorated.__signature__ = signature.replace(parameters=others)  # pytest would take it for a fixture's name
        found: Callable[..., Answer] = decorated
        return found

    return decorate


class MarketplaceMixin(unittest.TestCase):
    """For a unittest.TestCase: each test has `self.marketplace`, a seller of its own that begins as `beginning` says.

    What happened is added to a test that fails.
    """

    beginning: ClassVar[Beginning] = {}
    marketplace: Marketplace

    def __init__(self, methodName: str = "runTest") -> None:  # noqa: N803  unittest's own name
        super().__init__(methodName)
        test = getattr(self, methodName, None)
        if test is not None and not inspect.iscoroutinefunction(test):
            setattr(self, methodName, functools.wraps(test)(lambda: _tell_story(self.marketplace, test)))

    def setUp(self) -> None:
        """Opens the marketplace, which is closed after all else that the test has to clean up."""
        super().setUp()
        name = f"{type(self).__name__}.beginning"
        check(self.beginning, name)
        self.marketplace = _open(self.beginning, name, Path(inspect.getfile(type(self))).parent)
        self.addCleanup(self.marketplace.close)


def _open(arguments: Beginning, of: str, folder: Path) -> Marketplace:
    server = _server()
    return open_marketplace(server.url, server.queues, arguments, of=of, folder=folder)


def _server() -> "Server | InProcessServer":
    """The server of this process, started anew should it have ended."""
    if _servers and not _servers[-1].runs:
        _servers.pop().close()
    if not _servers:
        _servers.append(start_shared_server())
        atexit.register(_servers[-1].close)
    return _servers[-1]


def _tell_story(marketplace: Marketplace, test: Callable[[], Any]) -> Any:
    try:
        return test()
    except Exception as failure:
        _add_story(marketplace, failure)
        raise


def _add_story(marketplace: Marketplace, failure: Exception) -> None:
    """Adds what happened to a failure that does not tell it."""
    if not isinstance(failure, unittest.SkipTest) and HISTORY_HEADING not in str(failure):
        failure.add_note(marketplace.explain())
