"""The published usage plans: how often each operation may be called, read from the documents' `x-usage-plan`.

Knows the documents. Knows no caller, and counts nothing.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from marketplace_sandbox.api.http.openapi import METHODS, Document
from marketplace_sandbox.core.feeds.values import FEED_TYPES
from marketplace_sandbox.core.reports.values import MWS_TYPES, REPORT_TYPES

MWS = "mws-"
"""How the names of MWS documents begin."""

LOGIN = "lwa"
LISTS = ("getOrders", "searchOrders", "ListOrders", "ListOrdersByNextToken")
"""Operations that list orders."""

READS = (
    "getOrder",
    "getOrderBuyerInfo",
    "getOrderAddress",
    "getOrderItems",
    "getOrderItemsBuyerInfo",
    "GetOrder",
    "ListOrderItems",
    "ListOrderItemsByNextToken",
)
"""Operations that show one order or some."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A bucket of `burst` calls that fills again at `rate` calls a second; `hourly` is a cap besides, if there is one.

    Operations with the same `bucket` share it.
    """

    bucket: str
    rate: float
    burst: int
    hourly: int | None = None


@dataclass(frozen=True, slots=True)
class PlatformOperation:
    """One operation of one document. `api` is the document's name without its ending."""

    api: str
    operation_id: str
    base_path: str
    plan: Plan | None

    @property
    def is_mws(self) -> bool:
        """Whether it is an action of MWS."""
        return self.api.startswith(MWS)


class OperationIndex:
    """Every operation of the selling APIs, by its name. Two documents may have one of the same name."""

    def __init__(self, documents: Iterable[Document] = ()) -> None:
        self._by_name: dict[str, list[PlatformOperation]] = {}
        self._of_kind: dict[str, dict[str, list[str]]] = {}
        for document in documents:
            self.add(document)

    def add(self, document: Document) -> None:
        """The operations of one more document are served."""
        self._of_kind = {}
        for each in _operations(document):
            self._by_name.setdefault(each.operation_id, []).append(each)

    @property
    def names(self) -> list[str]:
        """Every operationId and MWS action."""
        return list(self._by_name)

    def find_named(self, operation_id: str) -> list[PlatformOperation]:
        """The operations of a name, one for each document that has it."""
        return self._by_name.get(operation_id, [])

    def find(self, operation_id: str, path: str) -> PlatformOperation | None:
        """The operation that was called at a path; None for one that is in no document."""
        found = self._by_name.get(operation_id, [])
        return next((each for each in found if path.startswith(each.base_path)), None)

    def action(self, section: str, version: str, action: str) -> PlatformOperation | None:
        """The action of an MWS section."""
        api = f"{MWS}{section.lower()}-{version}"
        return next((each for each in self._by_name.get(action, []) if each.api == api), None)

    def of_fault(self, kind: str) -> Mapping[str, Collection[str]]:
        """What a kind of fault can go wrong with: operations with the documents that have them, or types of feeds or
        reports with their names in MWS.
        """
        if kind in _JOB_TYPES:
            return _JOB_TYPES[kind]
        if kind not in self._of_kind:
            self._of_kind[kind] = self._choose(_SUITING.get(kind, lambda _: True))
        return self._of_kind[kind]

    def _choose(self, keep: Callable[[PlatformOperation], bool]) -> dict[str, list[str]]:
        chosen: dict[str, list[str]] = {}
        for each in chain.from_iterable(self._by_name.values()):
            if keep(each):
                chosen.setdefault(each.operation_id, []).append(each.api)
        return chosen


_SUITING: Mapping[str, Callable[[PlatformOperation], bool]] = {
    "expired_token": lambda each: not each.is_mws and each.api != LOGIN,
    "revoked_token": lambda each: not each.is_mws and each.api != LOGIN,
    "throttled": lambda each: each.plan is not None,
    "partial_page": lambda each: each.operation_id in LISTS,
    "stale_read": lambda each: each.operation_id in (*LISTS, *READS),
}
"""Kinds of faults that suit some operations only."""

_FEEDS = {name: (f"_{name}_",) for name in FEED_TYPES}
_JOB_TYPES: Mapping[str, Mapping[str, Collection[str]]] = {
    "feed_stuck": _FEEDS,
    "feed_fatal": _FEEDS,
    "feed_canceled": _FEEDS,
    # The others are made by schedules, which no fault meets.
    "report_fatal": {name: (MWS_TYPES[name],) for name, each in REPORT_TYPES.items() if each.requestable},
}
"""Kinds of faults in jobs, with the types of those."""


def _operations(document: Document) -> Iterable[PlatformOperation]:
    for item in document.tree["paths"].values():
        for method in METHODS:
            described = item.get(method)
            if described and "operationId" in described:
                name = described["operationId"]
                plan = _plan(document.stem, name, described.get("x-usage-plan"))
                yield PlatformOperation(document.stem, name, document.base_path, plan)


def _plan(api: str, name: str, written: Mapping[str, Any] | None) -> Plan | None:
    if written is None:
        return None
    bucket = f"{api} {written.get('shared', name)}"
    if "restore" in written:
        return Plan(bucket, 1 / written["restore"], written["quota"], written.get("hourly"))
    return Plan(bucket, written["rate"], written["burst"])
