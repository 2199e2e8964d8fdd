"""What cosmic-ray is taught of this project: much of it is tables, and a table's mistakes are not those of a function.

Knows parso, in whose trees cosmic-ray works. Texts for people are left alone; spans and cells are texts for programs.
"""

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from cosmic_ray.operators.operator import Operator

Position = tuple[tuple[int, int], tuple[int, int]]


class TextOperator(Operator):
    """Changes a text that is a value of a table. `pattern` is what such a text looks like."""

    pattern: ClassVar[re.Pattern[str]]

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        """The texts in double quotes that look like it."""
        if node.type == "string" and self.pattern.fullmatch(node.value[1:-1]):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:  # noqa: ARG002  (a text is changed in one way)
        """The text with another value."""
        node.value = f'"{self.change(node.value[1:-1])}"'
        return node

    def change(self, text: str) -> str:
        """The other value."""
        raise NotImplementedError

    @classmethod
    def examples(cls) -> tuple[()]:
        """None; cosmic-ray wants to be told."""
        return ()


class SpanChange(TextOperator):
    """A span one longer: PT30M becomes PT31M."""

    pattern = re.compile(r"PT?\d+[DHMS]")

    def change(self, text: str) -> str:
        return re.sub(r"\d+", lambda number: str(int(number[0]) + 1), text)


class CellFlip(TextOperator):
    """A cell of what a status shows that says the opposite, for the seller's orders and for Amazon's."""

    pattern = re.compile(r"[+-][A-Za-z0-9]+(/[+-][A-Za-z0-9]+)?")

    def change(self, text: str) -> str:
        return text.translate({ord("+"): "-", ord("-"): "+"})


class ElementRemoval(Operator):
    """A list or table with one thing less, or a call without a keyword: a rule, or what follows from an outcome."""

    PARENTS = ("arglist", "testlist_comp", "dictorsetmaker")

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        """Every element between commas; not texts, pairs of a dictionary, and arguments that a call needs."""
        if node.type in self.PARENTS:
            for each in self._elements(node):
                yield each.start_pos, each.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """The elements without one, and without its comma."""
        gone = self._elements(node)[index]
        at = node.children.index(gone)
        after = node.children[at + 1 : at + 2]
        del node.children[at : at + 1 + len(after)]
        return node

    @staticmethod
    def _elements(node: Any) -> list[Any]:
        plain = all(each.type not in ("sync_comp_for", "comp_for") for each in node.children)
        pairs = any(each.type == "operator" and each.value in (":", "**") for each in node.children)
        if not plain or pairs:
            return []
        elements = [each for each in node.children if each.type not in ("operator", "string", "strings", "fstring")]
        return [each for each in elements if each.type == "argument"] if node.type == "arglist" else elements

    @classmethod
    def examples(cls) -> tuple[()]:
        """None; cosmic-ray wants to be told."""
        return ()
