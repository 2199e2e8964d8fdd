"""What goes wrong next, as a test arranges it. Which faults there are, the server says."""

from collections.abc import Iterator
from typing import Any

from marketplace_sandbox.testing.control import Control

Json = dict[str, Any]


class Faults:
    """The faults of one seller's world."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def __iter__(self) -> Iterator[Json]:
        """Those that stand, in the order they were added."""
        return iter(list(self._control.get("faults")["faults"]))

    def add(self, **fault: Any) -> Json:
        """Add a fault, with the fields that the control API takes. Raises RefusedError for an invalid one."""
        __tracebackhide__ = True
        added: Json = self._control.post("faults", fault, "The fault was not taken")
        return added

    def clear(self) -> None:
        """Remove all faults."""
        __tracebackhide__ = True
        self._control.delete("faults")
