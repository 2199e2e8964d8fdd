"""The example readers as their users run them: wired by the environment alone, imported from their own folder."""

import importlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest

from tests.documents import ROOT
from tools.pages import migration_steps

READERS = ROOT / "examples" / "readers"
STEPS = tuple(name.removesuffix(".py") for name in migration_steps.STEPS)
"""The poller of Orders v0, moved step by step: each is a whole program."""

Picture = dict[str, tuple[str, bool]]


def environment(url: str, lwa: Mapping[str, str], marketplace_id: str = "ATVPDKIKX0DER") -> dict[str, str]:
    """What the readers are told of a server and one of its sellers."""
    return {
        "SANDBOX_URL": url,
        "LWA_CLIENT_ID": lwa["client_id"],
        "LWA_CLIENT_SECRET": lwa["client_secret"],
        "LWA_REFRESH_TOKEN": lwa["refresh_token"],
        "MARKETPLACE_ID": marketplace_id,
    }


@contextmanager
def imported(names: Sequence[str], told: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The modules of these names, each as a program of its own would import it."""
    modules: dict[str, ModuleType] = {}
    every = ("wiring", *names)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in told.items():
            patch.setenv(name, value)
        patch.syspath_prepend(READERS)
        try:
            modules.update((name, importlib.import_module(name)) for name in every)
            yield modules
        finally:
            if "wiring" in modules:
                modules["wiring"].close()
            for name in every:
                sys.modules.pop(name, None)
