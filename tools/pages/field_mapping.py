"""The table of correspondences as a page of the documents. Made from the table, never written by hand."""

from collections.abc import Iterable, Iterator

from marketplace_sandbox.api.field_mapping.facts import DIALECTS, FACTS, Fact

_HEAD = """# What corresponds to what

Made from `api/field_mapping/facts.py` by `make docs`. Each line is one fact about an order and where each
dialect says it. `marketplace-sandbox compare ORDER` shows the same for one order, with its values; the tests compare
the dialects by this table in random histories. How to use it is told in [migration](migration.md).

A path is written with dots; `[]` goes through a list, `[name=value]` to one entry, `(sum)` adds up, `?` asks whether
something is there at all. The paths of MWS are those of its XML. Those of ORDER_CHANGE begin beneath
`Payload.OrderChangeNotification`.
"""

_NEXT = "\n\nNext: [migration](migration.md), which walks through one order.\n"


def markdown() -> str:
    """The whole page."""
    return (
        "\n".join([_HEAD, *_section("The order", of_item=False), *_section("Each item", of_item=True)]).rstrip() + _NEXT
    )


def _section(title: str, *, of_item: bool) -> Iterator[str]:
    yield f"## {title}\n"
    yield _line(["fact", *DIALECTS.values(), "note"])
    yield _line(["---"] * (len(DIALECTS) + 2))
    yield from (_line(_cells(fact)) for fact in FACTS if fact.of_item is of_item)
    yield ""


def _cells(fact: Fact) -> list[str]:
    paths = [fact.places[each].path if each in fact.places else "" for each in DIALECTS]
    if fact.of_item:
        paths = [path.removeprefix("..") for path in paths]
        paths[-1] = _in_summary(fact, paths[-1])
    return [fact.name, *(f"`{path.replace('+', ' (sum)')}`" if path else "–" for path in paths), fact.note]


def _in_summary(fact: Fact, path: str) -> str:
    whole = fact.places.get("ORDER_CHANGE")
    return path if not path or (whole and whole.path.startswith("..")) else f"Summary.OrderItems[].{path}"


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
