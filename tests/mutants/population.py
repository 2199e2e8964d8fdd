"""Every mutant there could be of the modules that are tried, and how one looks. Runs no test."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import OPERATOR_PROVIDERS

from tests.documents import ROOT
from tests.mutants.operators import CellFlip, ElementRemoval, SpanChange

PACKAGE = Path("sandbox/marketplace_sandbox")
OURS = {"SpanChange": SpanChange, "CellFlip": CellFlip, "ElementRemoval": ElementRemoval}
# of cosmic-ray's two hundred those that leave code which runs: a sample of the others is a sample of TypeErrors
THEIRS = (
    "AddNot", "NumberReplacer", "ReplaceAndWithOr", "ReplaceOrWithAnd", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue",
    "ReplaceUnaryOperator_Delete_Not", "ReplaceUnaryOperator_Delete_Invert", "ReplaceUnaryOperator_USub_UAdd",
    "ZeroIterationForLoop", "ReplaceBreakWithContinue", "ReplaceContinueWithBreak",
    *(
        f"ReplaceBinaryOperator_{pair}"
        for pair in ("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "BitAnd_BitOr", "BitOr_BitAnd")
    ),
    *(
        f"ReplaceComparisonOperator_{pair}"
        for pair in (
            "Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is", "Lt_LtE", "LtE_Lt", "Gt_GtE",
            "GtE_Gt", "Lt_GtE", "GtE_Lt", "Gt_LtE", "LtE_Gt",
        )
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One wrong change: the `occurrence`th place in `module`, counted from 0, where `operator` can act."""

    module: str
    operator: str
    occurrence: int
    row: int

    @cached_property
    def code(self) -> str:
        """The module with the change."""
        source = (ROOT / PACKAGE / self.module).read_text()
        changed: str | None = mutate_code(source, operators()[self.operator](), self.occurrence)
        assert changed is not None, f"{self} changes nothing"
        return changed

    @cached_property
    def lines(self) -> tuple[str, str]:
        """The first line that differs, before and after, without its indent."""
        before, after = (ROOT / PACKAGE / self.module).read_text().splitlines(), self.code.splitlines()
        at = next((at for at, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), self.row - 1)
        return before[at].strip(), after[at].strip() if at < len(after) else ""


def operators() -> dict[str, Any]:
    """Every kind of change, by its name."""
    theirs = {name: provider[name] for provider in OPERATOR_PROVIDERS.values() for name in provider}
    return OURS | {name: theirs[name] for name in THEIRS if name in theirs}


def population(modules: Iterator[str] | list[str]) -> list[Mutant]:
    """All mutants of these modules, in the order of the modules' lines."""
    found = []
    for module in modules:
        source = (ROOT / PACKAGE / module).read_text()
        tree, idle = get_ast(source), _idle(source)
        for name, kind in operators().items():
            operator = kind()
            places = [place for node in ast_nodes(tree) for place in operator.mutation_positions(node)]
            found += [
                Mutant(module, name, at, start[0])
                for at, (start, _) in enumerate(places)
                if not any(first <= start < last for first, last in idle)
            ]
    return sorted(found, key=lambda each: (each.module, each.row, each.operator, each.occurrence))


def _idle(source: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Where a change does nothing: annotations, decorators, imports and the texts of errors."""
    nodes: list[ast.AST] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            nodes += [*node.decorator_list, *([node.returns] if node.returns else [])]
        elif isinstance(node, ast.ClassDef):
            nodes += node.decorator_list
        elif isinstance(node, ast.arg | ast.AnnAssign):
            nodes += [node.annotation] if node.annotation else []
        elif isinstance(node, ast.Import | ast.ImportFrom | ast.Raise | ast.JoinedStr):
            nodes.append(node)
    return [((each.lineno, each.col_offset), (each.end_lineno, each.end_col_offset)) for each in nodes]  # type: ignore[attr-defined]  # all of these have a place
