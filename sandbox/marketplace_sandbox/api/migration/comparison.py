"""Two answers to the same question compared: a read of v0, and what replaces it in 2026-01-01. Pure.

Every value of either is looked at. What differs by a row of the tables (`fields`), by the table of what a status
shows, or by what the token was good for, is a difference with a name; what differs otherwise disagrees, which is a
fault of ours.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any

from marketplace_sandbox.api.field_mapping.compare import value_at
from marketplace_sandbox.api.field_mapping.facts import Fact, FieldPath
from marketplace_sandbox.api.field_mapping.projections import Projection
from marketplace_sandbox.api.migration.fields import (
    DATA_SETS,
    GOES_WITH,
    LEFT_OUT,
    ONLY_LATEST,
    ONLY_V0,
    SAYS_MORE,
    covers,
    data_set_of,
    shared_fields,
)
from marketplace_sandbox.api.migration.parameters import value_in
from marketplace_sandbox.api.shared.status_table import Dialect, DisplayStatus, cell
from marketplace_sandbox.api.spapi.orders_2026.words import CHANNEL_WORDS, STATUS_WORDS
from marketplace_sandbox.core.orders.order import Channel, Status

Json = dict[str, Any]

SHARED: Sequence[Fact] = tuple(shared_fields())
MOST_VALUES = 3
"""Values of a field that are shown as examples."""
MOST_DISAGREEMENTS = 100

RESTRICTED = ("BuyerInfo", "ShippingAddress", "BuyerTaxInformation", "BuyerCompanyName", "DeliveryPreferences")
"""Where paths of v0 begin that a restricted data token shows more of."""


class Difference(StrEnum):
    """In what a field of 2026-01-01 differs from the one of v0."""

    RENAMED = "renamed"
    COMPUTED = "computed"
    """It follows from another field, or from several."""
    RETYPED = "retyped"
    RECASED = "recased"
    """The same said in another spelling."""
    MISSING = "missing"
    """v0 alone says it."""
    NEW = "new"
    """2026-01-01 alone says it, or shows it where v0 does not."""


@dataclass(frozen=True, slots=True)
class Place:
    """Of which order and which of its items something is said; None of the answer itself."""

    order_id: str | None
    order_item_id: str | None = None

    def to_json(self, v0: Any, latest: Any) -> Json:
        """What either says there."""
        return {"order_id": self.order_id, "order_item_id": self.order_item_id, "v0": v0, "latest": latest}


@dataclass(slots=True)
class FieldResult:
    """What came of one field in all the orders of an answer. `reasons` are why one says it and the other does not."""

    name: str
    v0: str | None
    latest: str | None
    note: str
    kinds: set[Difference] = field(default_factory=set)
    compared: int = 0
    values: list[Json] = field(default_factory=list)
    reasons: set[str] = field(default_factory=set)

    def to_json(self) -> Json:
        """The field as the control API shows it."""
        return {
            "fact": self.name,
            "v0": self.v0,
            "latest": self.latest,
            "kinds": [str(each) for each in Difference if each in self.kinds],
            "note": " ".join(filter(None, (self.note, *sorted(self.reasons)))) or None,
            "compared": self.compared,
            "values": self.values,
        }


@dataclass(slots=True)
class Comparison:
    """What came of comparing two answers. `disagreements` are told with their facts, `disagreed` counts all of them."""

    fields: dict[str, FieldResult] = field(default_factory=dict)
    disagreements: list[Json] = field(default_factory=list)
    disagreed: int = 0

    def disagree(self, name: str, place: Place, v0: Any, latest: Any) -> None:
        """Take up what no row of the tables explains."""
        self.disagreed += 1
        if len(self.disagreements) < MOST_DISAGREEMENTS:
            self.disagreements.append({"fact": name, **place.to_json(v0, latest)})


def order_id_of(projection: Projection) -> str:
    """The order's id, in either generation."""
    return str(projection.order.get("AmazonOrderId") or projection.order.get("orderId"))


def compare_order(comparison: Comparison, operation: str, old: Projection, new: Projection, *, personal: bool) -> None:
    """One order in both, field by field, then what only one of them has fields for."""
    order_id = order_id_of(old)
    for fact in facts_of(operation):
        for item_id in old.items if fact.of_item else (None,):
            _compare_fact(comparison, fact, Place(order_id, item_id), old, new, personal=personal)
    _look_at_rest(comparison, Place(order_id), old.order, new.order, of_item=False)
    for item_id, item in old.items.items():
        _look_at_rest(comparison, Place(order_id, item_id), item, new.items.get(item_id, {}), of_item=True)


@cache
def facts_of(operation: str) -> tuple[Fact, ...]:
    """The facts that an operation of v0 answers with."""
    return tuple(
        each for each in SHARED if is_said_by(operation, each.field_paths[Dialect.V0].path, of_item=each.of_item)
    )


def is_said_by(operation: str, path: str, *, of_item: bool) -> bool:
    """Whether a field of v0 is in the answers of an operation."""
    in_items = {"getOrderItems": "", "getOrderItemsBuyerInfo": "BuyerInfo."}
    in_orders = {"getOrderBuyerInfo": ("BuyerInfo.",), "getOrderAddress": ("ShippingAddress.", *_OF_ADDRESS)}
    if path in ("AmazonOrderId", "OrderItemId"):
        return of_item == (operation in in_items)  # every item is of one order
    if operation in in_items:
        return of_item and path.startswith(in_items[operation])
    if of_item:
        return False
    if operation in in_orders:
        return path.startswith(in_orders[operation])
    return not path.startswith(_OF_ADDRESS)


_OF_ADDRESS = ("BuyerCompanyName", "DeliveryPreferences")
"""Fields that getOrderAddress alone answers with."""


def _compare_fact(
    comparison: Comparison, fact: Fact, place: Place, old: Projection, new: Projection, *, personal: bool
) -> None:
    v0_path, latest_path = fact.field_paths[Dialect.V0], fact.field_paths[Dialect.LATEST]
    written = value_at(v0_path, old, place.order_item_id), value_at(latest_path, new, place.order_item_id)
    meant = v0_path.normalize(written[0]), latest_path.normalize(written[1])
    if _says_nothing(meant[0]) and _says_nothing(meant[1]) and written == (None, None):
        return
    if fact.name not in comparison.fields:
        comparison.fields[fact.name] = field_result(fact)
    result = comparison.fields[fact.name]
    if meant[0] == meant[1]:
        result.compared += 1
        if meant[0] is None and written[1] is None:
            result.kinds.add(Difference.MISSING)
            result.reasons.add(LEFT_OUT)
        _note_spelling(result, *written)
        _show(result, place, *written)
        return
    reason = _reason(fact, meant, new, place.order_item_id, personal=personal)
    if reason is None:
        comparison.disagree(fact.name, place, *written)
        return
    result.compared += 1
    result.kinds.add(Difference.NEW if _says_nothing(meant[0]) else Difference.MISSING)
    result.reasons.add(reason)
    _show(result, place, *written)


def _says_nothing(value: Any) -> bool:
    return value is None or value is False


def _reason(fact: Fact, meant: tuple[Any, Any], new: Projection, item_id: str | None, *, personal: bool) -> str | None:
    """Why one says it and the other does not; None where they say different things, or nothing explains it."""
    shown, hidden = (Dialect.LATEST, Dialect.V0) if _says_nothing(meant[0]) else (Dialect.V0, Dialect.LATEST)
    if not any(map(_says_nothing, meant)):
        return None
    says_more = shown is Dialect.LATEST
    if says_more and not personal and fact.field_paths[Dialect.V0].path.startswith(RESTRICTED):
        return "v0 shows it to a restricted data token, 2026-01-01 to an application with the role."
    if says_more and fact.name in SAYS_MORE:
        return SAYS_MORE[fact.name]
    if fact.part is not None and _differs_by_status(fact, new.order, shown, hidden):
        return "The two show different things in this status."
    if not says_more and fact.name in GOES_WITH:
        path, reason = GOES_WITH[fact.name]
        return reason if value_at(FieldPath(path, lambda value: value), new, item_id) is None else None
    return None


def _differs_by_status(fact: Fact, order: Json, shown: Dialect, hidden: Dialect) -> bool:
    """Whether the table of what a status shows has one show the fact and the other hide it."""
    word, channel = value_in(order, "fulfillment", "fulfillmentStatus"), value_in(order, "fulfillment", "fulfilledBy")
    if fact.part is None or word is None:
        return False
    channels = [each for each, by in CHANNEL_WORDS.items() if by == channel] or list(Channel)
    canceled_early = DisplayStatus.CANCELED_BEFORE_RELEASE
    status_of = {each: Status.CANCELED if each is canceled_early else Status(each.value) for each in DisplayStatus}
    statuses = [each for each, status in status_of.items() if STATUS_WORDS.get(status) == word]
    return any(
        cell(fact.part, status, each, shown).shown and not cell(fact.part, status, each, hidden).shown
        for status in statuses
        for each in channels
    )


def field_result(fact: Fact) -> FieldResult:
    """A field of both, with what is known of it before anything is compared."""
    v0, latest = fact.field_paths[Dialect.V0].path, fact.field_paths[Dialect.LATEST].path
    whole = f"orderItems[].{latest}" if fact.of_item else latest
    kinds = {Difference.RENAMED} if v0 != latest else set()
    if any(sign in latest for sign in "+?[") or latest in ("programs", "tax.taxRegistrations"):
        kinds.add(Difference.COMPUTED)
    return FieldResult(fact.name, v0, whole.replace("+", " (sum)"), fact.note, kinds)


def _note_spelling(result: FieldResult, v0: Any, latest: Any) -> None:
    """How two that mean the same are written."""
    if None in (v0, latest) or v0 == latest:
        return
    if type(v0) is not type(latest):
        result.kinds.add(Difference.RETYPED)
    elif Difference.COMPUTED not in result.kinds and not isinstance(v0, Mapping | list):
        result.kinds.add(Difference.RECASED)


def _show(result: FieldResult, place: Place, v0: Any, latest: Any) -> None:
    """Keep a few values, each but once."""
    known = [(each["v0"], each["latest"]) for each in result.values]
    if len(known) < MOST_VALUES and (v0, latest) not in known:
        result.values.append(place.to_json(v0, latest))


def _look_at_rest(comparison: Comparison, place: Place, old: Json, new: Json, *, of_item: bool) -> None:
    """What only one of the two has a field for, by the tables; what is in no table disagrees."""
    for path, value in leaves(old):
        name = _table_of_v0(path, of_item)
        if name is None:
            comparison.disagree(path, place, value, None)
        elif name:
            missing = FieldResult(name, name, None, ONLY_V0[name].nearest, {Difference.MISSING})
            _take_up(comparison, missing, place, value, None)
    for path, value in leaves({name: each for name, each in new.items() if of_item or name != "orderItems"}):
        name = _table_of_latest(path, of_item)
        if name is None:
            comparison.disagree(path, place, None, value)
        elif name:
            _take_up(comparison, FieldResult(name, None, name, ONLY_LATEST[name], {Difference.NEW}), place, None, value)


def _take_up(comparison: Comparison, fresh: FieldResult, place: Place, v0: Any, latest: Any) -> None:
    """Note what one of them has alone."""
    result = comparison.fields.setdefault(fresh.name, fresh)
    result.compared += 1
    _show(result, place, v0, latest)


@lru_cache(maxsize=2048)
def _table_of_v0(path: str, of_item: bool) -> str | None:
    """The row of `ONLY_V0` that has a field of v0; an empty text for one that both have, None for neither."""
    paths = [fact.field_paths[Dialect.V0].path for fact in SHARED if fact.of_item == of_item]
    # whether a value is there at all says less than the value
    if any(covers(each, path) for each in paths if not each.endswith("?")):
        return ""
    return next((name for name, row in ONLY_V0.items() if row.of_item == of_item and covers(name, path)), None)


@lru_cache(maxsize=2048)
def _table_of_latest(path: str, of_item: bool) -> str | None:
    """The row of `ONLY_LATEST` that has a field; an empty text for one that both have, None for neither."""
    whole = f"orderItems[].{path}" if of_item else path
    paths = [
        f"orderItems[].{each.field_paths[Dialect.LATEST].path}"
        if each.of_item
        else each.field_paths[Dialect.LATEST].path
        for each in SHARED
    ]
    named = next((each for each in ONLY_LATEST if covers(each, whole)), None)
    return named or ("" if any(covers(each, whole) for each in paths) else None)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value inside that is no object or list, by its path."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, f"{path}[]")
    else:
        yield path, value


def included_data(operation: str, v0: Iterable[Projection], needed: Collection[str] = ()) -> list[str]:
    """The data sets that have what a v0 answer has, in the order of the document; of an answer without orders, what it
    could have had.

    That a buyer asks to cancel is of interest where nobody does.
    """
    projections = list(v0)
    found = set(needed)
    for fact in facts_of(operation):
        data_set = data_set_of(fact.field_paths[Dialect.LATEST].path)
        if data_set is None or data_set in found:
            continue
        if not projections or any(_has(fact, fact.field_paths[Dialect.V0], each) for each in projections):
            found.add(data_set)
    if operation == "getOrderItems":
        found.add("CANCELLATION")
    return [each for each in DATA_SETS.values() if each in found]


def _has(fact: Fact, path: FieldPath, projection: Projection) -> bool:
    places: Iterable[str | None] = projection.items if fact.of_item else (None,)
    return any(not _says_nothing(path.normalize(value_at(path, projection, each))) for each in places)
