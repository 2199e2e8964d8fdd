"""The control API joined: one method per operationId of openapi/control.yaml. Knows no rule and no shape of a body."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from marketplace_sandbox.api.admission.request_log import RequestLog
from marketplace_sandbox.api.control import (
    actions,
    clock,
    deliveries,
    orders,
    records,
    refusals,
    scenarios,
    sellers,
    settings,
    webhooks,
)
from marketplace_sandbox.api.control import faults as wrongs
from marketplace_sandbox.api.control.courier import Wait
from marketplace_sandbox.api.http.calls import Call, Reply
from marketplace_sandbox.core.courier_port import CourierPort
from marketplace_sandbox.core.faults.faults import Faults
from marketplace_sandbox.core.sellers import Sellers
from marketplace_sandbox.core.world import World

SELLER_HEADER = "x-sandbox-seller"


class Control:
    """The operations of the control API.

    `credentials` answers a seller's `{"lwa": {...}, "mws": {...}}`; `check_target` raises ValueError, its text
    for people, for an address that webhooks may not go to; each of `forget` drops what it holds of a seller
    beside the world; `empty_queues` has what lies in queues forgotten.
    """

    def __init__(
        self,
        all_sellers: Sellers,
        dispatch: CourierPort,
        *,
        credentials: sellers.Credentials,
        check_target: Callable[[str], None],
        new_secret: Callable[[], str],
        player: scenarios.Player,
        requests: RequestLog,
        faults: Faults,
        forget: Sequence[sellers.Forget] = (),
        empty_queues: sellers.EmptyQueues = lambda *_arns: None,
    ) -> None:
        self._sellers = all_sellers
        self._dispatch = dispatch
        self._credentials = credentials
        self._check_target = check_target
        self._new_secret = new_secret
        self._player = player
        self._requests = requests
        self._faults = faults
        self._forget = (requests.forget, faults.forget, *forget)
        self._empty_queues = empty_queues

    @contextmanager
    def _world(self, call: Call) -> Iterator[World]:
        """The world of the call's seller, with everything due done; refusals leave as errors."""
        with refusals.shown():
            world = self._sellers.get(call.headers.get(SELLER_HEADER))
            if world.behind():
                world.settle()
            try:
                yield world
            finally:
                if world.state.outgoing:
                    self._dispatch.wake(world)

    def _wait(self, world: World) -> Wait:
        return Wait(self._dispatch, world)

    # The clock

    def getClock(self, call: Call) -> Reply:
        with self._world(call) as world:
            return Reply(body=clock.show(world))

    def putClock(self, call: Call) -> Reply:
        with self._world(call) as world:
            return Reply(body=clock.put(world, call.body, self._wait(world)))

    def advanceClock(self, call: Call) -> Reply:
        with self._world(call) as world:
            return Reply(body=clock.advance(world, call.body, self._wait(world)))

    # Orders

    def placeOrders(self, call: Call) -> Reply:
        with self._world(call) as world:
            return Reply(201, orders.place(world, call.body))

    def listOrders(self, call: Call) -> Reply:
        with self._world(call) as world:
            return Reply(body=orders.page(world, call.query))

    def getOrder(self, call: Call) -> Reply:
        with self._world(call) as world:
            return Reply(body=orders.view(world, world.order(call.path["order_id"])))

    def explainOrder(self, call: Call) -> Reply:
        with self._world(call) as world:
            return Reply(body=orders.explained(world, call.path["order_id"], call.query))

    def compareOrder(self, call: Call) -> Reply:
        with self._world(call) as world:
            return Reply(body=orders.compared(world, call.path["order_id"]))

    def takeAction(self, call: Call) -> Reply:
        order_id, action = call.path["order_id"], call.path["action"]
        with self._world(call) as world:
            return Reply(body=actions.take(world, order_id, action, call.body, self._wait(world)))

    # Records

    def listMail(self, call: Call) -> Reply:
        with self._world(call) as world:
            return Reply(body=records.mail(world, call.query))

    def listMessages(self, call: Call) -> Reply:
        with self._world(call) as world:
            return Reply(body=records.messages(world, call.query))

    def getMetrics(self, call: Call) -> Reply:
        with self._world(call) as world:
            return Reply(body=records.metrics(world, call.query))

    def listJournal(self, call: Call) -> Reply:
        with self._world(call) as world:
            return Reply(body=records.journal(world, call.query))

    def listRequests(self, call: Call) -> Reply:
        with self._world(call) as world:
            return Reply(body=records.requests(world, self._requests, call.query))

    # Webhooks and deliveries

    def listWebhooks(self, call: Call) -> Reply:
        with self._world(call) as world:
            return Reply(body=webhooks.page(world, call.query))

    def addWebhook(self, call: Call) -> Reply:
        with self._world(call) as world:
            made = webhooks.add(world, call.body, self._check_target, self._new_secret)
            return Reply(201, made)

    def removeWebhook(self, call: Call) -> Reply:
        with self._world(call) as world:
            webhooks.remove(world, call.path["webhook_id"])
            return Reply(204)

    def listDeliveries(self, call: Call) -> Reply:
        with self._world(call) as world:
            return Reply(body=deliveries.page(world, call.query))

    def resendDelivery(self, call: Call) -> Reply:
        with self._world(call) as world:
            again = deliveries.resend(world, call.path["delivery_id"], self._wait(world))
            return Reply(body=again)

    # Faults

    def listFaults(self, call: Call) -> Reply:
        with self._world(call) as world:
            return Reply(body=wrongs.page(self._faults, world, call.query))

    def addFault(self, call: Call) -> Reply:
        with self._world(call) as world:
            return Reply(201, wrongs.add(self._faults, world, call.body))

    def removeFaults(self, call: Call) -> Reply:
        with self._world(call) as world:
            self._faults.clear(world.seller_id)
            return Reply(204)

    def removeFault(self, call: Call) -> Reply:
        with self._world(call) as world:
            wrongs.remove(self._faults, world, call.path["fault_id"])
            return Reply(204)

    # Settings

    def getSettings(self, call: Call) -> Reply:
        with self._world(call) as world:
            return Reply(body=settings.show(world))

    def putSettings(self, call: Call) -> Reply:
        with self._world(call) as world:
            return Reply(body=settings.change(world, call.body))

    # Sellers, scenarios and beginning again

    def resetSellers(self, call: Call) -> Reply:
        seller_id = call.headers.get(SELLER_HEADER)
        with refusals.shown():
            return Reply(body=sellers.reset(self._sellers, seller_id, call.body, self._forget, self._empty_queues))

    def listSellers(self, call: Call) -> Reply:
        with refusals.shown():
            return Reply(body=sellers.page(self._sellers, call.query))

    def addSeller(self, call: Call) -> Reply:
        with refusals.shown():
            return Reply(201, sellers.add(self._sellers, call.body, self._credentials))

    def getSeller(self, call: Call) -> Reply:
        with refusals.shown():
            return Reply(body=sellers.show(self._sellers, call.path["seller_id"], self._credentials))

    def removeSeller(self, call: Call) -> Reply:
        with refusals.shown():
            sellers.remove(self._sellers, call.path["seller_id"], self._forget)
            return Reply(204)

    def listScenarios(self, call: Call) -> Reply:
        with refusals.shown():
            return Reply(body=scenarios.page(self._player, call.query))

    def playScenario(self, call: Call) -> Reply:
        with refusals.shown():
            return Reply(201, scenarios.play(self._player, call.body))

    def exportWorld(self, call: Call) -> Reply:
        with self._world(call) as world:
            return Reply(body=scenarios.export(self._player, world))
