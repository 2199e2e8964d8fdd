"""The operations of the platform, read from `operations.json`: paths and names, whether the sandbox has them or not.

Source: Amazon's published models of the Selling Partner API, as of 2026-11.
"""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

TABLE = Path(__file__).with_name("operations.json")

_PLACEHOLDER = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class PlatformOperation:
    """One operation: `api` is the name and version of its API, `path` its template, `method` in capitals."""

    api: str
    operation_id: str
    method: str
    path: str


@lru_cache(maxsize=1)
def platform_operations() -> tuple[PlatformOperation, ...]:
    """Every operation of the table."""
    table: dict[str, dict[str, str]] = json.loads(TABLE.read_text(encoding="utf-8"))["operations"]
    return tuple(
        PlatformOperation(api, operation_id, *where.split(" ", 1))
        for api, operations in table.items()
        for where, operation_id in operations.items()
    )


def operations_at(path: str) -> list[PlatformOperation]:
    """The operations that the platform has at a decoded path, whatever their methods.

    >>> [each.operation_id for each in operations_at("/listings/2021-08-01/items/A1/MUG-BLUE") if each.method == "GET"]
    ['getListingsItem']
    """
    return [operation for pattern, operation in _patterns() if pattern.fullmatch(path)]


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], PlatformOperation], ...]:
    return tuple((_pattern(operation.path), operation) for operation in platform_operations())


def _pattern(template: str) -> re.Pattern[str]:
    literal = [re.escape(part) for part in _PLACEHOLDER.split(template)]
    names = ["[^/]+(?:/[^/]+)*" if name.endswith("+}") else "[^/]+" for name in _PLACEHOLDER.findall(template)]
    return re.compile("".join(part for pair in zip(literal, [*names, ""], strict=True) for part in pair))
