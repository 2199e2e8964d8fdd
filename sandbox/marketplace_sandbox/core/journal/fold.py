"""Taking the entries of a journal again, one by one, on a state. The way of a restart, and of every look back."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from marketplace_sandbox.core.clock import MILLISECOND, Anchor
from marketplace_sandbox.core.commands.base import Command
from marketplace_sandbox.core.commands.registry import read_command
from marketplace_sandbox.core.commands.worlds import Reach
from marketplace_sandbox.core.data.progress import counting
from marketplace_sandbox.core.data.values import without_collection
from marketplace_sandbox.core.ids import Ids
from marketplace_sandbox.core.journal.journal import Entry
from marketplace_sandbox.core.journal.opening import Opening
from marketplace_sandbox.core.past.copies import Copies
from marketplace_sandbox.core.past.origin import Origins
from marketplace_sandbox.core.policy import Policy, SettingError
from marketplace_sandbox.core.receipt import Receipt
from marketplace_sandbox.core.refusals import RefusalError
from marketplace_sandbox.core.rules.version import RULES
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.world.state import State, WorldData


def first_state(opening: Opening) -> State:
    """The state that a world begins with, before its first entry."""
    policy = Policy(defaults=opening.defaults).with_settings(opening.policy)
    ids = Ids(opening.seed, opening.seller_id)
    return State(WorldData(ids, tuple(opening.marketplace_ids), policy, policy, opening.rate))


def go_on(state: State, origins: Origins) -> State:
    """The state as it goes on where the journal was branched at its version, if it was: of the same data.

    What is made from there on has ids of its own.
    """
    for origin in [each for version, each in origins if version == state.version]:
        state.data.ids = Ids(state.ids.seed, origin.seller_id, origin.lineage)
        state.data.rate = origin.anchor.rate
        state = State(state.data)
        if origin.held:
            state.subscriptions.deliveries.hold_all()
    return state


@dataclass(frozen=True, slots=True)
class Present:
    """Where a world stands: its state at an instant, from where its clock runs on by the anchor.

    `written_at` is the latest instant that its journal has, `result` what came of the last entry, with its version,
    `origins` where the journal was branched, and `copies` are of what the world was like before.
    """

    state: State
    at: datetime
    written_at: datetime
    anchor: Anchor
    result: tuple[int, str] = (1, "")
    origins: Origins = ()
    copies: Copies = field(default_factory=Copies)


def first_present(opening: Opening) -> Present:
    """Where a world stands before its first entry."""
    anchor = Anchor(opening.start, opening.wall, opening.rate)
    return Present(first_state(opening), opening.start, opening.start, anchor)


def let_happen(state: State, until: datetime) -> Receipt:
    """Let happen what is due by an instant, each at its own."""
    receipt = Receipt()
    while (due := state.schedule.next_due()) is not None and due[0] <= until:
        receipt.add(state.plan(Reach(), due[0])())
    return receipt


def take_again(state: State, command: Command, entry: Entry) -> Receipt | Exception:
    """Take the command of an entry again: what has come of it, or what refuses it by the rules of now.

    What was due before it has happened before it: in a world, too, that the rules now lead elsewhere.
    Raises FieldError and SettingError for what these same rules have taken and now do not read.
    """
    due = state.schedule.peek_due()
    earlier = let_happen(state, entry.at - MILLISECOND) if due is not None and due < entry.at else None
    try:
        receipt = state.plan(command, entry.at)()
    except (RefusalError, FieldError, SettingError) as refused:
        if not isinstance(refused, RefusalError) and entry.rules == RULES:
            raise
        state.version = entry.version
        return refused
    state.version = entry.version
    if earlier is not None:
        receipt.add(earlier)
    return receipt


def take_all_again(state: State, entries: Iterable[Entry], origins: Origins) -> State:
    """The state as it goes on by these entries, and where the journal was branched among them."""
    with without_collection():
        for entry in counting(entries, "entries of the journal are taken again"):
            take_again(state, read_command(entry.kind, entry.body), entry)
            state = go_on(state, origins)
    return state
