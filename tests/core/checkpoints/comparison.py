"""When two values are alike to their last field."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any


def same(left: Any, right: Any) -> bool:
    """Orders, which are told from each other by being the same object, are compared by what they say."""
    if left is right:
        return True
    if type(left) is not type(right):
        return False
    if is_dataclass(left):
        return all(same(getattr(left, each.name), getattr(right, each.name)) for each in fields(left))
    if isinstance(left, tuple | list):
        return len(left) == len(right) and all(same(one, other) for one, other in zip(left, right, strict=True))
    if isinstance(left, Mapping):
        return list(left) == list(right) and all(same(left[each], right[each]) for each in left)
    return bool(left == right)
