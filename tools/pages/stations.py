"""docs/design.md with the way of a request: the lists of stations of a server, as it is put together."""

import inspect
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from marketplace_sandbox.server.composition import Options, compose

DESIGN = Path(__file__).parents[2] / "docs" / "design.md"
PACKAGE = "marketplace_sandbox."

BEGIN = "<!-- stations: written by make docs from server/stations.py -->"
END = "<!-- end of stations -->"


def design() -> str:
    """The whole page, with the lists between its marks as they should be. Raises ValueError without the marks."""
    text = DESIGN.read_text()
    before, begin, rest = text.partition(f"{BEGIN}\n")
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"docs/design.md has lost the lines {BEGIN} and {END}; put them round its lists of stations.")
    return f"{before}{begin}{_lists()}{end}{after}"


def _lists() -> str:
    with closing(compose(Options())) as server:
        parts = []
        for passed_by, stations in server.stations.items():
            rows = "".join(f"{number}. {_line(each)}\n" for number, each in enumerate(stations, 1))
            parts.append(f"{passed_by}:\n\n{rows}\n")
    return "\n" + "".join(parts)


def _line(station: Callable[..., Any]) -> str:
    file = station.__module__.removeprefix(PACKAGE).replace(".", "/")
    sentence, _, _ = (inspect.getdoc(station) or "").partition("\n")
    return f"`{station.__qualname__}` (`{file}.py`): {sentence}"
