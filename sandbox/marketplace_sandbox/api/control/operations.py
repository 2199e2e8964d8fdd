"""The control API joined: for each resource an object with a method per operationId of openapi/control.yaml."""

from collections.abc import Callable, Sequence

from marketplace_sandbox.api.admission.request_log import RequestLog
from marketplace_sandbox.api.control.branches import BranchOperations
from marketplace_sandbox.api.control.clock import ClockOperations
from marketplace_sandbox.api.control.deliveries import DeliveryOperations
from marketplace_sandbox.api.control.difference import DifferenceOperations
from marketplace_sandbox.api.control.faults import FaultOperations
from marketplace_sandbox.api.control.jobs import JobOperations
from marketplace_sandbox.api.control.migration import MigrationOperations
from marketplace_sandbox.api.control.orders import OrderOperations
from marketplace_sandbox.api.control.queues import EmptyQueues, LookIntoQueue, QueueOperations
from marketplace_sandbox.api.control.records import Comparisons, RecordOperations
from marketplace_sandbox.api.control.rules import RuleOperations
from marketplace_sandbox.api.control.scenarios import Player, ScenarioOperations
from marketplace_sandbox.api.control.sellers import Credentials, Forget, SellerOperations
from marketplace_sandbox.api.control.settings import SettingOperations
from marketplace_sandbox.api.control.subscriptions import SubscriptionOperations
from marketplace_sandbox.api.control.webhooks import WebhookOperations
from marketplace_sandbox.api.control.worlds import Worlds
from marketplace_sandbox.api.migration import Rehearsals
from marketplace_sandbox.core.courier_port import CourierPort
from marketplace_sandbox.core.faults.fault_rules import FaultRules
from marketplace_sandbox.core.world.sellers import Sellers


def control_operations(
    sellers: Sellers,
    courier: CourierPort,
    *,
    credentials: Credentials,
    check_target: Callable[[str], object],
    new_secret: Callable[[], str],
    player: Player,
    requests: RequestLog,
    faults: FaultRules,
    rehearsals: Rehearsals,
    comparisons: Comparisons = lambda _: (),
    forget: Sequence[Forget] = (),
    look_into_queue: LookIntoQueue = lambda _arn: None,
    empty_queues: EmptyQueues = lambda *_arns: None,
) -> tuple[object, ...]:
    """All of the control API's operations.

    `credentials` answers a seller's `{"lwa": {...}, "mws": {...}}`; `check_target` raises ValueError, its text
    for people, for an address that webhooks may not go to; each of `forget` drops what it holds of a seller
    beside the world; `look_into_queue` answers what lies in a queue of the server's own; `empty_queues` has
    what lies in queues forgotten; `comparisons` has the reads of a seller that are being compared with what
    replaces them.
    """
    worlds = Worlds(sellers, courier)
    return (
        ClockOperations(worlds),
        OrderOperations(worlds),
        RecordOperations(worlds, requests, comparisons),
        MigrationOperations(worlds, requests, rehearsals),
        WebhookOperations(worlds, check_target, new_secret),
        SubscriptionOperations(worlds),
        QueueOperations(worlds, look_into_queue, empty_queues),
        DeliveryOperations(worlds),
        JobOperations(worlds),
        DifferenceOperations(worlds),
        FaultOperations(worlds, faults),
        SettingOperations(worlds),
        RuleOperations(),
        SellerOperations(worlds, credentials, (requests.forget, faults.forget, *forget), empty_queues, player),
        BranchOperations(worlds, credentials),
        ScenarioOperations(worlds, player),
    )
