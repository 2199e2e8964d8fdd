"""What came of an entry of a journal, in few words: a digest of all of it, and the first outcomes by name.

The entry after it keeps these words, so that a later release can tell whether it would decide anything otherwise: it
folds the world by its own rules and holds what comes of each entry against what came of it (`Results`). The words are
computed for every entry, written and read, so only that is looked at which rules decide: who did what with which
outcome, how the orders stand then, who is told, and what falls due next.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import pairwise

from marketplace_sandbox.core.commands.worlds import AcceptRules
from marketplace_sandbox.core.journal.journal import Entry, UnreadableJournalError
from marketplace_sandbox.core.orders.order import Cancellation, Item, Order, Refund
from marketplace_sandbox.core.receipt import Receipt
from marketplace_sandbox.core.rules.version import RULES
from marketplace_sandbox.core.world.state import State

NOT_KEPT = "not kept"
"""Instead of a result that nobody knows, since the server was killed before it could keep it."""

LISTED = 2
"""So many outcomes stand in a result by name."""

Lengths = tuple[int, int, int]
"""How many events, mails and messages there are."""


def lengths(state: State) -> Lengths:
    """How far the records of a state have come."""
    return len(state.order_events), len(state.mail), len(state.messages)


def tell_result(state: State, before: Lengths, receipt: Receipt) -> str:
    """What has come of an entry, by the records since and by its receipt."""
    events, mails, messages = before
    happened = state.order_events.since(events)
    words = [f"{each.order_id} {each.action} {each.origin} {each.outcome} {_told(each.at)}" for each in happened]
    words += [order_words(state.orders[each]) for each in dict.fromkeys([each.order_id for each in happened])]
    words += [f"{each.mail_id} {each.kind} {each.to}" for each in state.mail.since(mails)]
    words += [f"{each.message_id} {each.kind} {each.to}" for each in state.messages.since(messages)]
    words += _receipt_words(receipt)
    following = state.schedule.next_due()
    if following:
        words.append(f"{_told(following[0])} {following[1].key}")
    digest = hashlib.blake2b("\n".join(words).encode(), digest_size=8).hexdigest()
    named = [f"{each.order_id} {each.action}: {each.outcome}" for each in happened[:LISTED]]
    return "; ".join([digest, *named])


def refused_result(code: str) -> str:
    """What has come of an entry whose command the rules refuse now."""
    return f"refused; {code}"


@dataclass(frozen=True, slots=True)
class ChangedResult:
    """An entry of which something else comes by the rules now than when it was written."""

    entry: Entry
    was: str
    now: str

    def __str__(self) -> str:
        order_id = str(self.entry.body.get("order_id", ""))
        about = f"entry {self.entry.version} ({self.entry.kind}{f' on order {order_id}' if order_id else ''})"
        if self.was == NOT_KEPT:
            return f"{about} comes to {_in_words(self.now)}, and what it came to is not on record"
        return f"{about} came to {_in_words(self.was)} and would come to {_in_words(self.now)}"


class Results:
    """What came of each entry of a journal when it was written, and `changes`, of which else comes now.

    `last` is what came of the last entry with that entry's version, which no other entry says. What somebody has
    accepted instead holds from then on. `beside` is what is known of entries by the branches of the journal.
    """

    def __init__(
        self, entries: Sequence[Entry], last: tuple[int, str] | None, beside: Iterable[Mapping[int, str]] = ()
    ) -> None:
        self.changes: list[ChangedResult] = []
        self.accepted: dict[int, str] = {}
        self._known = {entry.version: following.result_before for entry, following in pairwise(entries)}
        for end in entries[-1:]:
            if last and last[0] == end.version:
                self._known[end.version] = last[1]
            elif end.rules != RULES and end.format > 1:
                self._known[end.version] = NOT_KEPT
        for each in beside:
            self._known |= each
        for entry in entries:
            if entry.kind == AcceptRules.kind:
                self.accepted |= {int(version): str(each) for version, each in entry.body["results"].items()}
        self._known |= self.accepted

    def compare(self, entry: Entry, now: str) -> None:
        """Hold what comes of an entry now against what came of it; where nobody knows that, it was taken at least."""
        was = self._known.get(entry.version, "")
        if now != was and (was or now.startswith(refused_result(""))):
            self.changes.append(ChangedResult(entry, was, now))

    def changed(self) -> dict[int, str]:
        """What comes of the changed entries now, by their versions."""
        return {each.entry.version: each.now for each in self.changes}


class OtherRulesError(UnreadableJournalError):
    """A world that the rules of now would make another. Nothing of it was changed."""

    def __init__(self, world_id: str, changes: Sequence[ChangedResult]) -> None:
        made_by = min(each.entry.rules for each in changes)
        more = f"; and {len(changes) - NAMED} more" if len(changes) > NAMED else ""
        super().__init__(
            world_id,
            f"it was made by version {made_by} of the rules, and by those of this sandbox, version {RULES}, "
            f"{len(changes)} of its entries would be decided otherwise: {'; '.join(map(str, changes[:NAMED]))}{more}. "
            "Open it with the sandbox that made it, or start this one with --accept-new-rules to have it as the rules "
            "are now",
        )


NAMED = 3
"""So many changes are told one by one."""


def _in_words(result: str) -> str:
    """A result for people: the outcomes that it names, or its digest."""
    digest, _, named = result.partition("; ")
    if digest == "refused":
        return f"a refusal ({named})"
    return named or (f"something without a name ({digest})" if digest else "something")


def order_words(order: Order) -> str:
    """How an order stands, as far as rules decide it."""
    ended = order.cancellation
    cancellation = _cancellation_words(ended) if ended else "-"
    ship_by = _told(order.ship_by_at) if order.ship_by_at else None
    return (
        f"{order.order_id} {order.status} {_told(order.last_updated_at)} {ship_by} {cancellation} "
        f"{[_item_words(each) for each in order.items]} {[_refund_words(each) for each in order.refunds] or '[]'} "
        f"{[str(each) for each in order.duties] or '[]'} {order.restocked}"
    )


def _item_words(item: Item) -> str:
    request, canceled = item.request, item.canceled
    return (
        f"{item.order_item_id} {item.quantity_confirmed} {item.quantity_departed} "
        f"{request.state if request else '-'} {item.cancel_reason if request else ''}"
        f"{f' {_cancellation_words(canceled)}' if canceled else ''}"
    )


def _refund_words(refund: Refund) -> str:
    amounts = [str(each.amount) for each in refund.amounts]
    return f"{refund.refund_id} {refund.state} {refund.release_at} {amounts}"


_told = lru_cache(maxsize=1024)(datetime.__str__)
"""An instant in words: those of an entry stand in them several times over, and those of an advance at once are few."""


def _cancellation_words(ended: Cancellation) -> str:
    return f"{ended.by} {ended.reason} {ended.counts_in_rate}"


def _receipt_words(receipt: Receipt) -> Iterator[str]:
    for notice in receipt.notices:
        job = notice.finished_job
        yield f"{notice.notice_id} {notice.notification_type} {notice.change} {job.status if job else ''}"
    for fired in receipt.fired:
        yield f"{_told(fired.at)} {fired.what} {fired.order_id}"
    for lint in receipt.lints:
        yield f"{lint.code} {lint.order_id}"
    yield from receipt.deliveries
    yield from receipt.made()
