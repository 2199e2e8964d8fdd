"""The parts of Connexion that are used here, and the one place that knows how they are imported.

Connexion imports three modules at start for features that are off here: httpx and requests, to fetch documents and keys
from elsewhere, and Starlette's test client. Importing the parts below takes 395 ms as they come and 275 ms with the
three put off (medians of five fresh interpreters each, on the machine of docs/performance.md, a bare interpreter being
13 ms of both); with a server that is ready after a second, that is an eighth of its cold start, and of every test suite
that starts one. So while Connexion is imported, stand-ins lie in their places in `sys.modules`; they are taken out
again at once, and fetch the real module when somebody does use one. Whatever has been imported before is left alone.
"""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

LATE = ("httpx", "requests", "starlette.testclient")


@contextmanager
def _importing_connexion() -> Iterator[None]:
    """Stand-ins for LATE while the block runs, and Connexion's warnings about its own imports kept to itself."""
    placed = {name: _stand_in(name) for name in LATE if name not in sys.modules}
    sys.modules.update(placed)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            yield
    finally:
        for name in placed:
            del sys.modules[name]


def _stand_in(name: str) -> ModuleType:
    def late(attribute: str) -> Any:
        if attribute.startswith("__"):  # what Python itself looks for while it imports
            raise AttributeError(attribute)
        return getattr(import_module(name), attribute)

    def test_client(*args: Any, **kwargs: Any) -> Any:  # the one name taken out of its module at once
        return late("TestClient")(*args, **kwargs)

    module = ModuleType(name)
    vars(module).update({"__getattr__": late, "TestClient": test_client})
    return module


with _importing_connexion():
    from connexion.exceptions import ProblemException as Problem
    from connexion.middleware.request_validation import RequestValidationMiddleware
    from connexion.middleware.routing import RoutingMiddleware
    from connexion.resolver import Resolver
    from connexion.spec import OpenAPISpecification, Specification

__all__ = [
    "OpenAPISpecification",
    "Problem",
    "RequestValidationMiddleware",
    "Resolver",
    "RoutingMiddleware",
    "Specification",
]
