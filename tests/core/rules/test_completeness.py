"""Nothing of a rule can be forgotten: the table that leaves something open cannot be imported, and says what to add."""

import sys
import types
from pathlib import Path

import pytest

from marketplace_sandbox.core.rules import guards, table
from marketplace_sandbox.core.rules.completeness import IncompleteRulesError
from marketplace_sandbox.core.rules.guards import always, canceled, pending
from marketplace_sandbox.core.rules.situation import Situation

SOURCE = Path(table.__file__).read_text()
LAST_ROW = '        Row(CANCELED_BY_SELLER, g.always, "R41"),\n'
DEFINED = "# fmt: on\n"
STATUS = "change=STATUS_CHANGE"


def imported(source: str, monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """The table as it would be with another text."""
    module = types.ModuleType("another_table")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(source, "table.py", "exec"), module.__dict__)  # noqa: S102  (an import is what is tested)
    return module


def with_outcome(definition: str) -> str:
    """The table's text with one more outcome, and one more row that leads to it."""
    assert LAST_ROW in SOURCE
    assert DEFINED in SOURCE
    more = SOURCE.replace(LAST_ROW, f'        Row(FORGETFUL, g.by_feed, "R41"),\n{LAST_ROW}')
    return more.replace(DEFINED, f"FORGETFUL = {definition}\n{DEFINED}", 1)


def test_a_complete_outcome_is_one_more_row_and_a_line_of_the_same_file(monkeypatch: pytest.MonkeyPatch) -> None:
    module = imported(with_outcome(f'accept("forgetful", OURS, t.cancel_by_seller, "Done.", {STATUS})'), monkeypatch)
    assert module.OUTCOMES["forgetful"].accepted


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        (f'accept("forgetful", OURS, None, "Done.", {STATUS})', "a function of core/rules/transitions.py"),
        (f'accept("forgetful", OURS, "Done.", {STATUS})', "a function of core/rules/transitions.py"),
        (f'accept("forgetful", t.cancel_by_seller, "Done.", {STATUS})', "has no code: give it the published"),
        (f'accept("forgetful", OURS, t.change_nothing, "Done.", {STATUS})', "leaves the order unchanged"),
        (f'accept("forgetful", "", t.cancel_by_seller, "Done.", {STATUS})', "has no code: give it the published"),
        ('accept("forgetful", OURS, t.warn_seller, "Done.", counts=True)', "without a change: give it"),
        ('accept("forgetful", OURS, t.change_nothing)', "has no meaning"),
        ('accept("forgetful", OURS, t.change_nothing, "Done.", mails="poem")', "KINDS in core/messaging/mail.py"),
        (
            'accept("forgetful", OURS, t.change_nothing, "D.", message="poem")',
            "KINDS in core/messaging/buyer_seller.py",
        ),
        ('accept("forgetful", OURS, t.change_nothing, "Done.", lints="POEM")', "LINTS in core/rules/lints.py"),
        ('accept("released", OURS, t.change_nothing, "Done.")', "2 outcomes are called 'released'"),
        ('refuse("forgetful", OURS, "", 400, "No.")', "refused without an error"),
        ('refuse("forgetful", OURS, "NO", 200, "No.")', "refused without an error"),
    ],
)
def test_a_forgotten_part_is_named_with_its_file(definition: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(IncompleteRulesError) as refused:
        imported(with_outcome(definition), monkeypatch)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value), "what is told beside it is not true"
    assert "core/rules/table.py" in str(refused.value) or "core/" in words


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (LAST_ROW, LAST_ROW.replace("g.always", "g.by_feed"), "The last row of 'seller-cancel', and no other"),
        (LAST_ROW, LAST_ROW + LAST_ROW, "The last row of 'seller-cancel', and no other"),
        (LAST_ROW, LAST_ROW.replace("g.always", '"always"'), "A row of 'seller-cancel' has no guard"),
        (LAST_ROW, LAST_ROW.replace("R41", ""), "A row of 'seller-cancel' has no source"),
        ('    "warehouse-ships": (', '    "warehouse-ship": (', "Action 'warehouse-ships' has no rows"),
        ('    "warehouse-ships": (', '    "warehouse-ship": (', "add it to ARGUMENTS in core/orders/actions.py"),
        ('    "refund-released": (', '    "refund-release": (', "Action 'refund-released' has no rows"),
        (
            '    "seller-message:instructions": (',
            '    "seller-message:x": (',
            "'seller-message:instructions' has no rows",
        ),
        ('        Row(WAREHOUSE_NOT_STARTED, ~g.warehouse_started, "FBA"),\n', "", "reached by no row"),
    ],
)
def test_a_gap_in_the_rows_is_named(before: str, after: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert before in SOURCE
    with pytest.raises(IncompleteRulesError, match=words.replace("(", r"\(")):
        imported(SOURCE.replace(before, after), monkeypatch)


def test_a_misspelt_guard_is_found_at_import(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AttributeError, match="cancelled"):
        imported(SOURCE.replace("g.canceled", "g.cancelled", 1), monkeypatch)


def test_guards_are_joined_turned_round_and_never_taken_for_truth() -> None:
    both = canceled & ~pending
    assert both.words == ("canceled", "not pending")
    assert (~~canceled).words == ("canceled",)
    assert always.words == ()
    with pytest.raises(TypeError, match="Only one condition"):
        assert ~both
    with pytest.raises(TypeError, match="call it with a situation"):
        bool(canceled)
    with pytest.raises(TypeError, match="call it with a situation"):
        assert not canceled


def test_every_guard_is_asked_somewhere() -> None:
    """One that no row, no other guard and no transition asks is left over from a rule that went."""
    folder = Path(guards.__file__).parent
    texts = {path.name: path.read_text() for path in folder.glob("*.py")}
    names = [name for name, each in vars(guards).items() if isinstance(each, guards.Guard) and name != "always"]
    left = [name for name in names if f"g.{name}" not in texts["table.py"]]
    assert len(names) > 40
    assert [name for name in left if not any(f"{name}(s" in text for text in texts.values() if text)] == []
    assert Situation.__doc__
