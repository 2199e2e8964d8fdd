"""README with its list of operations: what each API's document has, and what of it is not built. Made from openapi/."""

from pathlib import Path

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.http.openapi import load

README = Path(__file__).parents[2] / "README.md"

BEGIN = "<!-- operations: written by make docs from openapi/ -->"
END = "<!-- end of operations -->"

OURS = ("control.yaml", "health.yaml")
"""Documents of what is no platform's; the control API has a page of its own."""


def readme() -> str:
    """The whole of README, with the list between its marks as it should be. Raises ValueError without the marks."""
    text = README.read_text()
    before, begin, rest = text.partition(f"{BEGIN}\n")
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"README.md has lost the lines {BEGIN} and {END}; put them round its list of operations.")
    return f"{before}{begin}{_table()}{end}{after}"


def _table() -> str:
    rows = ["| API | operations that are built | answered by 501 |", "|---|---|---|"]
    for path in sorted(openapi_dir().glob("*.yaml")):
        if path.name not in OURS:
            document = load(path)
            names = [name for name, each in document.operations.items() if each.is_built]
            rows.append(f"| {document.title} | {', '.join(names)} | {', '.join(document.not_built) or 'none'} |")
    return "\n".join(rows) + "\n"
