"""What a build brings in beside our own files: htmx, from a wheel of the Python package index that carries it.

It lands in an ignored folder of the package, for a wheel and for an editable install alike, and has to be the file
whose hash stands here. The wheel it comes from is required by the build alone, so nothing of it is in a user's
environment. A build without that wheel, such as one without isolation, takes the file that a build before has left.

htmx 2 and not 4, which the wheel has, too: 4 is a beta there, inherits the header of the CSRF token only where each
element says so, and has its own ways with the events of a stream.
"""

import hashlib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HASH = "71ea67185bfa8c98c39d31717c6fce5d852370fcdfd129db4543774d3145c0de"
"""SHA-256 of htmx 2.0.10, as django-htmx 1.29.0 carries it."""
SOURCE = "static/django_htmx/htmx-2.min.js"
TARGET = "sandbox/marketplace_sandbox/console/static/vendor/htmx.min.js"


class HtmxHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling finds it by its base alone
    """Puts htmx in its place before anything is built."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  (hatchling's arguments)
        target = Path(self.root) / TARGET
        if target.is_file() and is_htmx(target.read_bytes()):
            return
        content = carried()
        if not is_htmx(content):
            raise RuntimeError(f"{SOURCE} of the installed django-htmx is not the htmx of tools/build_hook.py.")
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(content)


def is_htmx(content: bytes) -> bool:
    """Whether this is the one file that is meant."""
    return hashlib.sha256(content).hexdigest() == HASH


def carried() -> bytes:
    """The file in the wheel that carries it, of which nothing is imported."""
    found = find_spec("django_htmx")
    if found is None or not found.submodule_search_locations:
        raise RuntimeError(f"There is no {TARGET}, and no django-htmx to take it from: build with isolation once.")
    return (Path(found.submodule_search_locations[0]) / SOURCE).read_bytes()
