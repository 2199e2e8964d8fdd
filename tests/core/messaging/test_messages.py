"""What a seller writes in his own words: which template when, what it counts as, and where it stands."""

import pytest

from marketplace_sandbox.core.commands.orders import WriteToBuyer
from marketplace_sandbox.core.messaging.buyer_seller import late_replies
from marketplace_sandbox.core.messaging.templates import TEMPLATES, TemplateNotAllowedError, allowed_templates
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.refusals import RefusalError, UnknownOrderError
from marketplace_sandbox.core.world.world import World
from tests.core.worlds import a_world, later, place, restored


def write(world: World, order: Order, template: str = "unexpectedProblem", text: str = "Please wait.") -> None:
    world.execute(WriteToBuyer(order_id=order.order_id, template=template, text=text))


def states(world: World) -> dict[str, Order]:
    """An order in each state that allows something else."""
    orders = {name: place(world, hold=name == "pending") for name in ("pending", "waiting", "half", "gone", "canceled")}
    world.act(orders["half"].order_id, "seller-confirm-shipment", {"items": ["A"]})
    world.act(orders["gone"].order_id, "seller-confirm-shipment")
    world.act(orders["canceled"].order_id, "seller-cancel", {"reason": "no_inventory"})
    orders["amazons"] = place(world, channel="AFN", hold=False)
    return {name: world.order(each.order_id) for name, each in orders.items()}


def test_the_orders_state_says_what_may_be_written() -> None:
    found = {name: allowed_templates(order, Policy()) for name, order in states(a_world()).items()}
    to_ship = ["unexpectedProblem", "confirmOrderDetails", "confirmDeliveryDetails", "legalDisclosure"]
    alone = ["unexpectedProblem", "legalDisclosure"]
    assert found == {
        "pending": alone,
        "waiting": to_ship,
        "half": to_ship,
        "gone": alone,
        "canceled": alone,
        "amazons": [],
    }


def test_a_setting_offers_every_template() -> None:
    world = a_world(message_templates="all")
    found = {name: allowed_templates(order, world.policy) for name, order in states(world).items()}
    assert found.pop("amazons") == []
    assert all(each == list(TEMPLATES) for each in found.values())
    order = place(world)
    write(world, order, "warranty", "Attached: warranty.pdf")
    assert [each.kind for each in world.state.messages] == ["warranty"]
    assert restored(world).state.messages == world.state.messages


def test_files_are_no_answer_to_a_buyer() -> None:
    world = a_world()
    order = place(world, hold=False)
    later(world, hours=1)
    world.act(order.order_id, "buyer-message", {"text": "Please cancel"})
    write(world, order, "legalDisclosure", "Attached: terms.pdf")
    assert [each.kind for each in world.state.messages] == ["buyer_inquiry", "legalDisclosure"]
    write(world, order)
    assert world.state.messages[-1].kind == "request_instructions"


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_is_not_allowed_is_refused_and_leaves_no_message(template: str) -> None:
    world = a_world()
    for order in states(world).values():
        before = world.version, len(world.state.messages)
        if template in allowed_templates(order, world.policy):
            write(world, order, template)
            assert len(world.state.messages) == before[1] + 1
            continue
        with pytest.raises(TemplateNotAllowedError, match=template):
            write(world, order, template)
        assert (world.version, len(world.state.messages)) == before


def test_a_template_and_an_order_have_to_be_known() -> None:
    world = a_world()
    order = place(world, hold=False)
    with pytest.raises(RefusalError, match="did you mean 'unexpectedProblem'"):
        write(world, order, "unexpectedProblems")
    with pytest.raises(UnknownOrderError):
        world.execute(WriteToBuyer(order_id="902-1", template="unexpectedProblem", text="x"))


def test_a_message_stands_in_the_thread_and_ends_the_wait_for_an_answer() -> None:
    world = a_world()
    order = place(world, hold=False)
    world.act(order.order_id, "seller-confirm-shipment")
    world.act(order.order_id, "buyer-message", {"text": "Where is it?"})
    write(world, order, text="On its way – really 🙂")
    asked, answered = world.state.messages
    assert asked.thread_id == answered.thread_id
    assert (answered.to, answered.kind, answered.text) == ("buyer", "unexpectedProblem", "On its way – really 🙂")
    later(world, hours=25)
    assert late_replies(world.state.messages, world.now()) == 0
    assert restored(world).state.messages == world.state.messages


def test_without_an_answer_the_reply_is_late() -> None:
    world = a_world()
    order = place(world, hold=False)
    world.act(order.order_id, "buyer-message", {"text": "Where is it?"})
    later(world, hours=24)
    write(world, order)
    assert late_replies(world.state.messages, world.now()) == 1


def test_it_counts_as_the_instruction_a_buyer_waits_for() -> None:
    world = a_world()
    order = place(world, hold=False)
    later(world, hours=1)
    world.act(order.order_id, "buyer-message", {"text": "Please cancel my order"})
    write(world, order, text="Use Your Orders, please.")
    said = world.state.messages[-1]
    assert (said.kind, said.text) == ("request_instructions", "Use Your Orders, please.")
    assert world.state.order_events[-1].outcome == "instructions_sent"


def test_it_counts_as_the_advice_a_buyer_is_owed() -> None:
    world = a_world()
    order = place(world)
    later(world, hours=1)
    world.act(order.order_id, "parcel-leaves")
    world.act(order.order_id, "buyer-request-cancellation")
    world.act(order.order_id, "seller-confirm-shipment")
    assert world.order(order.order_id).duties == ("advise_buyer",)
    write(world, order, text="Please refuse the parcel.")
    assert world.order(order.order_id).duties == ()
    assert world.state.messages[-1].kind == "advise_return"
    assert restored(world).order(order.order_id).duties == ()
