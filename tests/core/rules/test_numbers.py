"""Every number of the marketplace stands in the policy and nowhere else: whoever changes it there has changed it."""

import ast
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from marketplace_sandbox.core import policy
from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.orders.actions import ARGUMENTS
from marketplace_sandbox.core.orders.order import Channel, Order
from marketplace_sandbox.core.policy import POLICY
from marketplace_sandbox.core.refusals import RefusedError
from marketplace_sandbox.core.rules.lints import LINTS
from marketplace_sandbox.core.rules.stages import STAGES, TRIALS
from marketplace_sandbox.core.text.span_words import from_words, in_words, number_in_words
from marketplace_sandbox.core.views.explain import explain
from marketplace_sandbox.core.views.projections import order_json
from marketplace_sandbox.core.world.world import World
from tests.core.rules.numbers import OLD_NUMBERS, PLAIN, PUBLISHED_WORDS, change_every_number, values
from tests.core.worlds import START, a_world, later, place
from tests.documents import ROOT
from tools.pages import control_api, rules, settings_schema

CORE = Path(policy.__file__).parent
US, JP, DE, IN = "ATVPDKIKX0DER", "A1VC38T7YXB528", "A1PA6795UKMFR9", "A21TJRUUN4KGV"

# Numbers that are no policy of the marketplace's and only happen to be the same.
OTHER_FACTS = {
    "api/migration/parameters.py": "how long a paginationToken lives, which the model states",
    "api/spapi/orders_2026/operations.py": "how long a paginationToken lives, which the model states",
    "cli/doctor/delivery.py": "how far verifiers of webhooks let clocks differ",
    "delivery/signature.py": "the same",
    "cli/play.py": "the name of a scenario",
    "core/text/span_words.py": "an example of how spans are said",
    "core/policy.py": "where they stand",
    "openapi/feeds-2021-06-30.yaml": "how far back lists of feeds go, which the model states",
    "openapi/lwa.yaml": "how long an authorization code lives",
    "openapi/mws-feeds-2009-01-01.yaml": "how far back lists of feeds go, and how old a signature may be",
    "openapi/mws-orders-2013-09-01.yaml": "how old a signature may be",
    "openapi/mws-reports-2009-01-01.yaml": "how far back lists of reports go, and how old a signature may be",
    "openapi/orders-2026-01-01.yaml": "how long a paginationToken lives",
    "openapi/reports-2021-06-30.yaml": "how far back lists of reports go, which the model states",
}


def written() -> Iterator[tuple[str, str]]:
    """The text of every file of the package and of every OpenAPI document, by its path."""
    for path in sorted((ROOT / "sandbox").rglob("*.py")):
        yield path.relative_to(ROOT / "sandbox/marketplace_sandbox").as_posix(), path.read_text()
    for path in sorted((ROOT / "openapi").glob("*.yaml")):
        yield path.relative_to(ROOT).as_posix(), path.read_text()


def test_no_text_of_the_package_says_a_number_of_the_policy() -> None:
    found = {path: PUBLISHED_WORDS.findall(text) for path, text in written()}
    told = "say the setting's name, or take the number from the policy"
    assert {path: numbers for path, numbers in found.items() if numbers and path not in OTHER_FACTS} == {}, told
    assert [path for path in OTHER_FACTS if not found[path]] == [], "these facts have gone"


def literals(path: Path) -> Iterator[str]:
    """Numbers that code counts time with or compares by."""
    for node in ast.walk(ast.parse(path.read_text())):
        counted: list[ast.AST] = []
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("timedelta"):
            counted = [*node.args, *(each.value for each in node.keywords)]
        if isinstance(node, ast.BinOp | ast.Compare):
            counted = list(ast.iter_child_nodes(node))
        for each in counted:
            if isinstance(each, ast.Constant) and isinstance(each.value, int | float) and each.value not in (0, 1, 400):
                yield f"{path.name}:{each.lineno}: {ast.unparse(node)}"


def test_no_rule_counts_with_a_number_of_its_own() -> None:
    """Nought and one are no policy, and from 400 on the statuses of HTTP are errors."""
    files = [*(CORE / "rules").glob("*.py"), *(CORE / "messaging").glob("*.py")]
    files += [CORE / "refusals.py", CORE / "views/explain.py"]
    assert [each for path in files for each in literals(path)] == []


def tries(world: World, order: Order) -> Iterator[str]:
    """What is told to whoever tries everything with an order: refusals, explanations, what the order looks like."""
    for action in ARGUMENTS:
        plain = {"seller-message": {"kind": "instructions"}, "seller-cancel-refund": {"refund_id": "none"}}
        yield json.dumps(explain(world, order.order_id, action, plain.get(action, {})))
    for trial in TRIALS.values():
        if trial.origin != "time":
            try:
                world.act(order.order_id, trial.action, dict(trial.arguments), trial.origin)
            except RefusedError as refused:
                yield f"{refused} {refused.details}"
    yield json.dumps(order_json(world.order(order.order_id), world.now(), world.policy))


def everything_told() -> Iterator[str]:
    """All that the sandbox says about numbers: pages, schema, settings, and the words of a long and varied history."""
    yield from (rules.markdown(), control_api.settings(), json.dumps(settings_schema.schema()))
    world = a_world(auto_cancel_warnings=True, buyer_withdrawal=True)
    yield json.dumps(world.policy.in_force())
    ages = (0, 42, 44, 50, 120)
    forms: tuple[dict[str, Any], ...] = ({}, {"hold": False}, {"channel": "AFN"}, {"payment": "unverified"})
    for form, marketplace in product(forms, (US, JP)):
        orders = [place(world, marketplace=marketplace, **form) for _ in ages]
        start = world.now()
        for minutes, order in zip(ages, orders, strict=True):
            world.advance(max(start + timedelta(minutes=minutes), world.now()))
            yield from tries(world, order)
    world.advance(world.now() + timedelta(days=60))
    yield from (f"{each.subject} {each.body}" for each in world.state.mail)
    yield from (f"{each.label} {each.text}" for each in world.state.messages)
    yield from (LINTS[each.code] for each in world.state.lints)


def test_no_old_number_is_told_once_every_number_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    old = OLD_NUMBERS.findall("\n".join(everything_told()))
    assert {"seven days", "thirty minutes", "PT30M", "five minutes"} <= set(old)  # the search finds what is there
    change_every_number(monkeypatch)
    told = "\n".join(everything_told())
    assert OLD_NUMBERS.findall(told) == []
    changed = [entry for key, entry in POLICY.items() if entry != PLAIN[key]]
    assert len(changed) > 20
    for entry in changed:
        for value in values(entry):
            words = in_words(value) if entry.kind == "span" else str(value)
            assert words in told, f"{entry.key} is {words} now, and nothing says so"


WINDOWS = ("PT0S", "PT10M", "PT30M", "PT1H")


@pytest.mark.parametrize(("window", "hold"), list(product(WINDOWS, WINDOWS)))
@pytest.mark.parametrize("form", [{}, {"hold": False}, {"payment": "unverified"}, {"channel": "AFN"}])
def test_stage_and_action_never_contradict_each_other(window: str, hold: str, form: dict[str, Any]) -> None:
    world = a_world(buyer_cancel_window=window, fba_cancel_window=window, hold_period=hold)
    order = place(world, **form)
    for _ in range(14):
        answer = explain(world, order.order_id, "buyer-cancel")
        about, outcome = answer["about"], answer["action"]["outcome"]
        closed = outcome == "cancel_window_closed"
        assert about == STAGES[answer["stage"]].about
        if "window" in about:
            assert closed == ("after its window" in about)
        if "still unverified" in about:
            assert world.order(order.order_id).payment == "unverified"
        if order.channel is Channel.MFN and answer["stage"] == "held":
            # held is what time alone releases, or would if the payment were good
            assert order.purchased_at + world.policy.span("hold_period") > world.now()
        if answer["stage"] == "unshipped":
            assert closed
        later(world, minutes=5)


def test_a_japanese_order_beyond_its_window_is_not_within_it() -> None:
    world = a_world()
    order = place(world, marketplace=JP, hold=False)
    later(world, minutes=10)
    answer = explain(world, order.order_id, "buyer-cancel")
    assert (answer["stage"], answer["action"]["error"]) == ("unshipped", "CANCEL_WINDOW_CLOSED")


def test_a_paid_order_in_a_long_hold_is_held() -> None:
    world = a_world(hold_period="PT1H")
    order = place(world)
    later(world, minutes=45)
    assert explain(world, order.order_id)["about"] == "Pending, within the hold"


def test_the_sellers_window_is_refused_in_the_sellers_words() -> None:
    world = a_world(seller_cancel_window="PT40M")
    order = place(world, hold=False)
    [ends] = [each for each in explain(world, order.order_id)["changes"] if each["what"] == "seller-window-ends"]
    assert ends["at"] == "2026-03-02T16:40:00Z"
    later(world, minutes=39, seconds=59)
    assert explain(world, order.order_id, "seller-cancel")["action"]["verdict"] == "accepted"
    later(world, seconds=1)
    with pytest.raises(RefusedError) as refused:
        world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    assert (refused.value.code, refused.value.outcome, refused.value.http) == (
        "CANCEL_WINDOW_CLOSED", "seller_window_closed", 409,
    )  # fmt: skip
    assert "The seller's cancellation window is over" in str(refused.value)
    assert "buyer" not in str(refused.value)


@pytest.mark.parametrize(
    ("mode", "words"),
    [("elapsed", "nine days later"), ("calendar", "nine calendar days"), ("business", "nine business days")],
)
def test_the_warning_says_how_long_and_until_when(mode: str, words: str) -> None:
    world = a_world(auto_cancel_warnings=True, auto_cancel_after="P9D", auto_cancel_mode=mode)
    order = place(world)
    world.advance(START + timedelta(days=40))
    warnings = [each for each in world.state.mail if each.kind == "auto_cancel_warning"]
    ended = world.order(order.order_id).cancellation
    assert ended is not None
    assert len(warnings) == 3
    assert all(words in each.body for each in warnings)
    deadline = ended.at.isoformat().replace("+00:00", "Z")
    assert all(f"this one at {deadline}" in each.body for each in warnings)


def test_the_days_of_warnings_are_settings() -> None:
    spans = {"auto_cancel_first_warning": "P1D", "auto_cancel_second_warning": "P2D", "auto_cancel_last_warning": "P3D"}
    world = a_world()
    world.execute(ConfigurePolicy({"auto_cancel_warnings": True, **spans}))
    order = place(world)
    world.advance(START + timedelta(days=40))
    assert order.ship_by_at is not None
    assert [each.at for each in world.state.mail if each.kind == "auto_cancel_warning"] == [
        order.ship_by_at + timedelta(days=each) for each in (1, 2, 3)
    ]


def test_a_german_hold_of_an_hour_is_one_line_of_the_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages, explanations, mail and refusals follow; so do dialects, which show the status the order has."""
    entry = POLICY["hold_period"]
    german = replace(entry, marketplaces={**entry.marketplaces, DE: from_words("sixty minutes")})
    monkeypatch.setitem(POLICY, "hold_period", german)
    world = a_world()
    world.state.marketplace_ids = (US, DE)
    order, american = place(world, marketplace=DE), place(world)
    later(world, minutes=59, seconds=59)
    answer = explain(world, order.order_id, "seller-cancel")
    assert (answer["stage"], answer["action"]["error"]) == ("held", "ORDER_PENDING")
    assert answer["changes"][0] == {"at": "2026-03-02T17:00:00Z", "what": "hold-ends"}
    with pytest.raises(RefusedError) as refused:
        world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    assert "Next: hold-ends at 2026-03-02T17:00:00Z." in refused.value.details
    later(world, seconds=1)
    assert world.order(order.order_id).status == "Unshipped"
    sold = {each.order_id: each.at for each in world.state.mail if each.kind == "order_released"}
    assert sold == {american.order_id: START + timedelta(minutes=30), order.order_id: START + timedelta(hours=1)}
    assert "| hold_period | thirty minutes; five minutes in JP; one hour in DE |" in rules.markdown()
    assert "`PT1H`, one hour" in control_api.settings()
    assert "PT1H in DE" in settings_schema.schema()["Settings"]["properties"]["hold_period"]["description"]


@pytest.mark.parametrize(
    ("words", "span"),
    [
        ("no time", timedelta(0)),
        ("one second", timedelta(seconds=1)),
        ("thirty minutes", timedelta(minutes=30)),
        ("twenty-one days", timedelta(days=21)),
        ("ninety-nine days", timedelta(days=99)),
    ],
)
def test_spans_are_read_and_said_in_the_same_words(words: str, span: timedelta) -> None:
    assert from_words(words) == span
    assert in_words(span) == words


def test_other_spans_are_said_in_several_units_and_great_numbers_in_digits() -> None:
    assert in_words(timedelta(days=1, hours=2, minutes=3)) == "one day, two hours and three minutes"
    assert in_words(timedelta(days=100)) == "100 days"
    assert in_words(from_words("sixty minutes")) == "one hour"
    assert number_in_words(40) == "forty"


@pytest.mark.parametrize(
    "words", ["", "thirty", "30 minutes", "a hundred days", "thirty fortnights", "thirty  minutes"]
)
def test_what_is_no_span_in_words_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="is not a span in words"):
        from_words(words)
