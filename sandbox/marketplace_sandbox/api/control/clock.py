"""The clock: what it shows, what comes next, and the ways forward. Time itself passes in the world."""

from collections.abc import Generator
from datetime import datetime, timedelta

from marketplace_sandbox.api.control.worlds import Worlds
from marketplace_sandbox.api.http.errors import ApiError, stopping
from marketplace_sandbox.api.http.exchange import Call, Reply, Steps, Wait
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.text.reading import FieldError, Fields, choice, instant, span
from marketplace_sandbox.core.views.projections import Json, timer_json
from marketplace_sandbox.core.world.advance import SERVER_STOPS, Advance
from marketplace_sandbox.core.world.world import World

STEPS_AT_ONCE = 50
"""So many due instants an advance goes through before it looks whether its client is still there."""


class ClockOperations:
    """The seller's clock."""

    def __init__(self, worlds: Worlds) -> None:
        self._worlds = worlds

    def getClock(self, call: Call) -> Reply:
        with self._worlds.of(call) as world:
            return Reply(body=_clock(world))

    def putClock(self, call: Call) -> Steps:
        """Set the clock forward, or to another rate, or both."""
        with self._worlds.of(call) as world:
            fields = Fields(call.body, known=("now", "rate"))
            rate = float(fields.values["rate"]) if "rate" in fields else None
            receipt = yield from self._advance(call, world, fields.get("now", instant, timedelta(0)), rate)
            return Reply(body=receipt | _clock(world))

    def advanceClock(self, call: Call) -> Steps:
        """Go forward by a span, to an instant or until what is next."""
        with self._worlds.of(call) as world:
            fields = Fields(call.body, known=("by", "to", "until"))
            if len(fields.values) != 1:
                raise FieldError("by", "An advance has exactly one of by, to and until.")
            to: datetime | timedelta | None = None
            if "until" in fields:
                fields.need("until", choice(("next",), "instant"))
            else:
                to = fields.need("by", span()) if "by" in fields else fields.need("to", instant)
            return Reply(body=(yield from self._advance(call, world, to)))

    def stopAdvance(self, call: Call) -> Reply:
        """Stop the advance that runs at the last instant that was written."""
        with self._worlds.of(call) as world:
            advance = world.stop_advance()
            if advance is None:
                message = f"No advance runs that could be stopped; the world's now is {format_instant(world.now())}."
                raise ApiError(404, "NotFound", message)
            call.made_at.version = advance.version
            return Reply(body=_receipt_json(advance))

    def _advance(
        self, call: Call, world: World, to: datetime | timedelta | None, rate: float | None = None
    ) -> Generator[Wait, None, Json]:
        """What an advance did. It waits for the deliveries on its way, and ends where its client leaves."""
        wait = self._worlds.wait(world)
        with world.advance_in_steps(to, rate) as advance:
            yield from wait(advance.over)
            steps = 0
            while world.take_step(advance):
                yield from wait(advance.over)
                steps += 1
                if steps % STEPS_AT_ONCE == 0:
                    yield Wait()
        call.made_at.version = advance.version
        if advance.stopped == SERVER_STOPS:
            raise stopping(f"The advance was stopped at {format_instant(advance.at)}, the last instant written.")
        return _receipt_json(advance)


def _clock(world: World) -> Json:
    """The clock, and what time alone will do next."""
    following = world.next_timer()
    if following is None:
        return {"now": format_instant(world.now()), "rate": world.clock.rate, "next": None}
    due, timer = following
    delivery = world.state.deliveries.get(timer.owner)
    order_id = delivery.notice.order_id if delivery else timer.owner if timer.owner in world.orders else ""
    what = "cancel-order" if timer.kind == "cancellation" else timer.action.name
    following_json = {"at": format_instant(due), "what": what, "order_id": order_id}
    return {"now": format_instant(world.now()), "rate": world.clock.rate, "next": following_json}


def _receipt_json(advance: Advance) -> Json:
    """What an advance has done so far, with all deliveries that it took along, those waiting before it among them."""
    receipt, deliveries = advance.receipt, advance.state.deliveries
    found = [deliveries.get(each) for each in dict.fromkeys([*advance.waiting, *receipt.deliveries])]
    body: Json = {
        "now": format_instant(advance.at),
        "fired": [timer_json(each) for each in receipt.fired],
        "deliveries": [
            {
                "id": each.delivery_id,
                "notification_type": each.notice.notification_type,
                "order_id": each.notice.order_id,
                "status": str(each.status),
            }
            for each in found
            if each is not None
        ],
    }
    if advance.stopped:
        body["stopped"] = advance.stopped
    if advance.fired > len(receipt.fired):
        body["fired_count"] = advance.fired
    if advance.deliveries > len(receipt.deliveries):
        body["deliveries_count"] = advance.deliveries
    return body
