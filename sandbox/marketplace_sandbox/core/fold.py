"""Taking the entries of a journal again, one by one, on a state. The way of a restart, and of every look back."""

from datetime import datetime

from marketplace_sandbox.core.clock import MILLISECOND
from marketplace_sandbox.core.commands.base import Command
from marketplace_sandbox.core.commands.worlds import Reach
from marketplace_sandbox.core.ids import Ids
from marketplace_sandbox.core.journal import Entry
from marketplace_sandbox.core.opening import Opening
from marketplace_sandbox.core.policy import Policy, SettingError
from marketplace_sandbox.core.reading import FieldError
from marketplace_sandbox.core.receipt import Receipt
from marketplace_sandbox.core.refusals import RefusalError
from marketplace_sandbox.core.rules.version import RULES
from marketplace_sandbox.core.state import State, WorldData


def first_state(opening: Opening) -> State:
    """The state that a world begins with, before its first entry."""
    policy = Policy(defaults=opening.defaults).with_settings(opening.policy)
    return State(WorldData(Ids(opening.seed, opening.seller_id), tuple(opening.marketplace_ids), policy, policy))


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
    earlier = let_happen(state, entry.at - MILLISECOND)
    try:
        receipt = state.plan(command, entry.at)()
    except (RefusalError, FieldError, SettingError) as refused:
        if not isinstance(refused, RefusalError) and entry.rules == RULES:
            raise
        state.version = entry.version
        return refused
    state.version = entry.version
    receipt.add(earlier)
    return receipt
