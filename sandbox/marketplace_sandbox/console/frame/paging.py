"""A list that is shown a page at a time: its cut, by `page` in the address. `frame/_turn.html` leads to the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request

T = TypeVar("T")


@dataclass(frozen=True)
class Cut(Generic[T]):
    """One page of a list: its entries, how many the list has, the page's number and how many pages there are."""

    entries: Sequence[T]
    total: int
    page: int
    last: int


def cut(entries: Sequence[T], size: int) -> Cut[T]:
    """The page of a list that was asked for, the last where there is none of that number."""
    page, last = page_asked(len(entries), size)
    return Cut(entries[(page - 1) * size : page * size], len(entries), page, last)


def page_asked(total: int, size: int) -> tuple[int, int]:
    """The number of the page that was asked for, the last where there is none of it, and how many there are."""
    asked = request.args.get("page", "")
    last = max(1, -(-total // size))
    return (min(last, int(asked)) if asked.isdecimal() and 0 < len(asked) < 9 and int(asked) else 1), last
