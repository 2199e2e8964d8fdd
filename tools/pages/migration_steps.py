"""docs/migration.md with the steps of the example poller: what each program changes in the one before it."""

import ast
import difflib
import textwrap
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "migration.md"
READERS = ROOT / "examples" / "readers"

STEPS = {
    "poll_orders_v0.py": "",
    "step_1_list.py": (
        "The list comes by searchOrders. There is no `payload` round it, names begin small, a status has a word of its "
        "own, a further page is asked for with every other parameter as before, and a poll may come only every three "
        "minutes."
    ),
    "step_2_items.py": (
        "The items come by getOrder. Whether the buyer asks is no text but an object, there only where there is "
        "something to say, and only if `includedData` asks for it. Orders v0 is not read any more: this one lives "
        "through the end."
    ),
    "step_3_one_call.py": "The list brings the items itself, so the second call goes.",
    "poll_orders_2026.py": "What v0 could not say: who canceled.",
}
"""The programs in their order, each with what it changes."""

BEGIN = "<!-- steps: written by make docs from examples/readers -->"
END = "<!-- end of steps -->"


def guide() -> str:
    """The whole page, with the steps between its marks as they should be. Raises ValueError without the marks."""
    text = GUIDE.read_text()
    before, begin, rest = text.partition(f"{BEGIN}\n")
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"docs/migration.md has lost the lines {BEGIN} and {END}; put them round its steps.")
    return f"{before}{begin}\n{''.join(_sections())}{end}{after}"


def _sections() -> Iterator[str]:
    for number, (old, new) in enumerate(pairwise(STEPS), 1):
        changes = "\n".join(changed_lines(old, new))
        yield f"### Step {number}: `{new}`\n\n{textwrap.fill(STEPS[new], 130)}\n\n```diff\n{changes}\n```\n\n"


def changed_lines(old: str, new: str) -> list[str]:
    """What one program changes in another, as a diff without its heads; what either says of itself is left out."""
    before, after = (_without_docstring((READERS / name).read_text()) for name in (old, new))
    heads = ("---", "+++", "@@")
    return [line for line in difflib.unified_diff(before, after, n=0, lineterm="") if not line.startswith(heads)]


def _without_docstring(program: str) -> list[str]:
    docstring = ast.parse(program).body[0]
    return program.splitlines()[docstring.end_lineno :]
