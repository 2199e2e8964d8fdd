"""The one table of statuses: it has every refusal the core can think of."""

import importlib
import pkgutil
from collections.abc import Iterator

import marketplace_sandbox.core
from marketplace_sandbox.api.control.refusals import STATUSES
from marketplace_sandbox.core.refusals import EndOfTimeError, RefusalError, RefusedError

TOLD_OTHERWISE = {RefusedError, EndOfTimeError}
"""One comes with its outcome's status, the other is a field's fault."""


def _heirs(kind: type[RefusalError]) -> Iterator[type[RefusalError]]:
    for each in kind.__subclasses__():
        yield each
        yield from _heirs(each)


def test_every_refusal_has_a_status() -> None:
    for module in pkgutil.walk_packages(marketplace_sandbox.core.__path__, "marketplace_sandbox.core."):
        importlib.import_module(module.name)
    ours = {each for each in _heirs(RefusalError) if each.__module__.startswith("marketplace_sandbox.")}
    assert len(ours) > 20
    assert set(STATUSES) <= ours
    without = {each for each in ours - TOLD_OTHERWISE if not STATUSES.keys() & set(each.__mro__)}
    assert without == set(), "give each of these a status in api/control/refusals.py"
