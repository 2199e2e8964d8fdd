"""Everything one seller's marketplace consists of, and how each journalled command changes it.

`plan` checks a command and answers a change to commit; until that is called nothing has changed, and it cannot fail.
A restart plans and commits the journal's entries again, so whatever happens here must follow from the entry and the
state alone: no clock, no randomness, no input or output.
"""

import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from operator import attrgetter, itemgetter
from types import FunctionType, MethodType
from typing import TypeVar

from marketplace_sandbox.core.commands.base import Command
from marketplace_sandbox.core.commands.feeds import (
    AcknowledgeFeeds,
    CancelFeed,
    CreateFeed,
    CreateFeedDocument,
    UploadFeedDocument,
)
from marketplace_sandbox.core.commands.notifications import (
    CreateDestination,
    DeleteDestination,
    PostponeDelivery,
    RecordAttempt,
    Resend,
    SendTestNotification,
    Subscribe,
    Unsubscribe,
)
from marketplace_sandbox.core.commands.orders import (
    Act,
    CancelLater,
    PlaceOrders,
    SolicitReview,
    UpdateShipmentStatus,
    UpdateVerification,
    WriteToBuyer,
)
from marketplace_sandbox.core.commands.reports import (
    AcknowledgeReports,
    CancelReport,
    CreateReport,
    ScheduleReport,
    UnscheduleReport,
)
from marketplace_sandbox.core.commands.worlds import AcceptRules, ConfigurePolicy, Reach
from marketplace_sandbox.core.data.data import Data
from marketplace_sandbox.core.data.layers import Table
from marketplace_sandbox.core.data.log import Log
from marketplace_sandbox.core.data.progress import counting
from marketplace_sandbox.core.data.values import maker, without_collection
from marketplace_sandbox.core.feeds import feeds
from marketplace_sandbox.core.feeds.feeds import FeedData, Feeds
from marketplace_sandbox.core.ids import Ids
from marketplace_sandbox.core.messaging import mail
from marketplace_sandbox.core.messaging.buyer_seller import BuyerSellerMessage, message_of
from marketplace_sandbox.core.messaging.mail import Mail
from marketplace_sandbox.core.messaging.solicitations import check_solicitation
from marketplace_sandbox.core.messaging.templates import check_template, counts_as, plain_message
from marketplace_sandbox.core.notifications import deliveries, outbox
from marketplace_sandbox.core.notifications.outbox import FinishedJob, Notice
from marketplace_sandbox.core.notifications.samples import sample_notice
from marketplace_sandbox.core.notifications.subscriptions import SubscriptionData, Subscriptions
from marketplace_sandbox.core.orders import pickup, verification
from marketplace_sandbox.core.orders.actions import Action, read_action
from marketplace_sandbox.core.orders.form import Form
from marketplace_sandbox.core.orders.order import Order, PickupStatus
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.receipt import Commit, FiredTimer, Lint, OrderEvent, Planner, Receipt, Version
from marketplace_sandbox.core.refusals import DuplicateOrderError, RefusedError, UnknownOrderError
from marketplace_sandbox.core.reports import reports
from marketplace_sandbox.core.reports.reports import ReportData, Reports
from marketplace_sandbox.core.rules import table
from marketplace_sandbox.core.rules.table import Step
from marketplace_sandbox.core.text.reading import JsonObject
from marketplace_sandbox.core.world.bounds import is_full
from marketplace_sandbox.core.world.schedule import Schedule, ScheduleData, Timer

C = TypeVar("C", bound=Command)
HOUR = timedelta(hours=1)

MANY = 1_000
"""More orders and timers than this at once do without a search for cycles among all there are."""

IN_A_ROW = 32
"""So many orders are placed, and so many timers fire, before other threads have a turn."""

MOST_FORMS, LONGEST_FORM = 32, 4_096
"""So many forms of orders are remembered as they were read, and of so many characters at most."""

Deadlines = list[tuple[datetime, Action]]
"""What time alone will do to an order, and when."""

_new_event, _new_version, _new_notice, _new_fired = maker(OrderEvent), maker(Version), maker(Notice), maker(FiredTimer)

Handler = Callable[[Timer, datetime], Receipt]
"""What a timer of one kind does when its instant has come."""


@dataclass(eq=False)
class WorldData(Data):
    """All data of one seller's world, beside its clock and its journal.

    While no advance runs, the clock runs at `rate` (virtual seconds a real one). `versions` are those of all orders as
    they came to be, `latest` the number of each order's last one by its id. So many orders were `placed` by number, and
    so many cancellations ordered.
    """

    ids: Ids
    marketplace_ids: tuple[str, ...]
    initial_policy: Policy
    policy: Policy
    rate: float = 1.0
    version: int = 0
    orders: Table[str, Order] = field(default_factory=Table)
    versions: Log[Version] = field(default_factory=Log)
    latest: Table[str, int] = field(default_factory=Table)
    placed: int = 0
    cancellations: int = 0
    order_events: Log[OrderEvent] = field(default_factory=Log)
    notices: Log[Notice] = field(default_factory=Log)
    tests: Log[Notice] = field(default_factory=Log)
    mail: Log[Mail] = field(default_factory=Log)
    messages: Log[BuyerSellerMessage] = field(default_factory=Log)
    lints: Log[Lint] = field(default_factory=Log)
    schedule: ScheduleData = field(default_factory=ScheduleData)
    subscriptions: SubscriptionData = field(default_factory=SubscriptionData)
    reports: ReportData = field(default_factory=ReportData)
    feeds: FeedData = field(default_factory=FeedData)


class State:
    """One seller's marketplace in memory. Its tables hold immutable values, so reading one needs no lock."""

    def __init__(self, data: WorldData) -> None:
        self.data = data
        self.ids = ids = data.ids
        self.marketplace_ids = data.marketplace_ids
        self.orders = data.orders
        self.versions = data.versions
        self.order_events = data.order_events
        self.notices = data.notices
        self.tests = data.tests
        self.mail = data.mail
        self.messages = data.messages
        self.lints = data.lints
        self.schedule = Schedule(data.schedule)
        self.subscriptions = Subscriptions(data.subscriptions, ids, self.schedule)
        self.subscribers = self.subscriptions.subscribers
        self.destinations = self.subscriptions.destinations.known
        self.deliveries = self.subscriptions.deliveries.all
        self.outgoing = self.subscriptions.deliveries.outgoing
        shared = ids, self.schedule, self.orders, lambda: data.policy
        self.reports = Reports(data.reports, *shared, self._tell, lambda: is_full(self))
        self.feeds = Feeds(data.feeds, *shared, self._act_by_feed, self._tell)
        self._handlers: dict[str, Handler] = {
            "order": self._fire_order,
            "cancellation": self._fire_cancellation,
            deliveries.TIMER: self.subscriptions.deliveries.retry,
            reports.TIMER: self.reports.proceed,
            reports.SCHEDULE_TIMER: self.reports.fire,
            feeds.TIMER: self.feeds.proceed,
            feeds.HELD_TIMER: self.feeds.retry_adjustments,
        }
        self._planners: dict[type[Command], Planner] = {}
        self._forms: dict[str, Form] = {}
        self._kept_in = 0
        self._take_commands()

    def _take_commands(self) -> None:
        subscriptions, destinations = self.subscriptions, self.subscriptions.destinations
        self._takes(PlaceOrders, self._plan_placing)
        self._takes(Act, self._plan_action)
        self._takes(CancelLater, self._plan_later_cancellation)
        self._takes(WriteToBuyer, self._plan_message)
        self._takes(UpdateShipmentStatus, self._plan_shipment_status)
        self._takes(UpdateVerification, self._plan_verification)
        self._takes(SolicitReview, self._plan_solicitation)
        self._takes(ConfigurePolicy, self._plan_settings)
        self._takes(AcceptRules, lambda _command, _at: Receipt)
        self._takes(Reach, self._plan_reaching)
        self._takes(Subscribe, subscriptions.plan_subscription)
        self._takes(Unsubscribe, subscriptions.plan_unsubscription)
        self._takes(RecordAttempt, subscriptions.plan_attempt)
        self._takes(PostponeDelivery, subscriptions.deliveries.plan_postponement)
        self._takes(Resend, subscriptions.plan_resending)
        self._takes(CreateDestination, destinations.plan_creation)
        self._takes(DeleteDestination, destinations.plan_deletion)
        self._takes(SendTestNotification, self._plan_test)
        self._takes(CreateReport, self.reports.plan_creation)
        self._takes(CancelReport, self.reports.plan_cancellation)
        self._takes(AcknowledgeReports, self.reports.plan_acknowledgement)
        self._takes(ScheduleReport, self.reports.plan_schedule)
        self._takes(UnscheduleReport, self.reports.plan_unscheduling)
        self._takes(CreateFeedDocument, self.feeds.plan_document)
        self._takes(UploadFeedDocument, self.feeds.plan_upload)
        self._takes(CreateFeed, self.feeds.plan_creation)
        self._takes(CancelFeed, self.feeds.plan_cancellation)
        self._takes(AcknowledgeFeeds, self.feeds.plan_acknowledgement)

    def _takes(self, command: type[C], planner: Callable[[C, datetime], Commit]) -> None:
        """Says who plans commands of a class; that planner and class belong together is checked with the types."""
        self._planners[command] = planner

    def copy(self) -> "State":
        """A state of the same content, which shares with this one all that is there now.

        Changing the one never shows in the other. Whoever copies holds the world's lock.
        """
        return State(self.data.copy())

    def retire(self) -> None:
        """Can be read from now on, and no longer planned; so nothing holds it any more but who reads it.

        What it does leads back to it, and would keep all of it in memory until the next collection of cycles.
        """
        subscriptions = self.subscriptions
        parts = (self, subscriptions, subscriptions.destinations, subscriptions.deliveries, self.reports, self.feeds)
        for part in (*parts, self.feeds.worker):
            for name, value in list(vars(part).items()):
                if isinstance(value, FunctionType | MethodType) and name != "_policy":  # which readers go by
                    setattr(part, name, None)
        self._handlers.clear()
        self._planners.clear()

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.data.policy

    @property
    def version(self) -> int:
        """How many commands the world has taken."""
        return self.data.version

    @version.setter
    def version(self, version: int) -> None:
        self.data.version = version

    def plan(self, command: Command, at: datetime) -> Commit:
        """Check a command and answer its change. Raises FieldError, SettingError or a refusal, changing nothing."""
        return self._planners[type(command)](command, at)

    def order(self, order_id: str) -> Order:
        """The order of that id as it stands. Raises UnknownOrderError."""
        order = self.orders.get(order_id)
        if order is None:
            raise UnknownOrderError(order_id)
        return order

    def orders_as_of(self, version: int) -> list[Order]:
        """Every order as it stood at an earlier version, those placed later left out."""
        until = bisect_right(self.versions, version, key=attrgetter("version"))
        return list({each.order.order_id: each.order for each in self.versions[:until]}.values())

    def versions_of(self, order_id: str) -> Iterator[Version]:
        """Every version of an order, the latest first; none of one that there is not."""
        number = self.data.latest.get(order_id, -1)
        while number >= 0:
            version = self.versions[number]
            yield version
            number = version.before

    def order_at(self, order_id: str, at: datetime) -> Order | None:
        """The order as it stood at an instant; None where it had not been placed. Raises UnknownOrderError."""
        self.order(order_id)
        return next((each.order for each in self.versions_of(order_id) if each.at <= at), None)

    @property
    def timer_count(self) -> int:
        """How many timers wait for their instants."""
        return self.schedule.armed_count

    @property
    def report_count(self) -> int:
        """How many reports are known."""
        return len(self.reports.all)

    @property
    def report_schedule_count(self) -> int:
        """How many report schedules there are."""
        return len(self.reports.schedules)

    @property
    def feed_document_count(self) -> int:
        """How many feed documents there are."""
        return len(self.feeds.documents)

    @property
    def feed_files_at_most(self) -> tuple[int, int]:
        """How many feed files are kept, and with how many bytes; more where some of them are so no longer."""
        return self.feeds.files_at_most

    def kept_files(self, at: datetime, but: str) -> list[int]:
        """How many bytes each uploaded file has that is kept at an instant, all `but` the one of a document."""
        return self.feeds.kept_files(at, but)

    # Placing

    def _plan_placing(self, command: PlaceOrders, at: datetime) -> Commit:
        form = self._read_form(command.form, at)
        free = self._free_ids(form.count)
        # of several alike the first says for all whether they will do, but for ids of items
        for number, order_id in free if form.has_item_ids else free[:1]:
            order = form.read(number, order_id)
            if order.order_id != order_id and order.order_id in self.orders:
                raise DuplicateOrderError(order.order_id)
        if len(free) <= MANY:
            return lambda: self._place(form, free, at)

        def place_many() -> Receipt:
            with without_collection():
                return self._place(form, free, at)

        return place_many

    def _read_form(self, said: JsonObject, at: datetime) -> Form:
        """A form as of an instant. Of those that say the same, and are nobody's own, one is read. Raises FieldError."""
        words = repr(said)
        known = self._forms.get(words)
        if known is not None and known.policy is self.policy:
            return known.at(at)
        form = Form(said, at, self.policy, self.ids, self.marketplace_ids)
        if form.is_any_ones and len(words) <= LONGEST_FORM:
            if len(self._forms) >= MOST_FORMS:
                self._forms.clear()
            self._forms[words] = form
        return form

    def _free_ids(self, how_many: int) -> list[tuple[int, str]]:
        """The numbers after the last one used whose order ids nobody has taken by name, with these."""
        free: list[tuple[int, str]] = []
        number = self.data.placed
        while len(free) < how_many:
            number += 1
            order_id = self.ids.order_id(number)
            if order_id not in self.orders:
                free.append((number, order_id))
        return free

    def _place(self, form: Form, numbers: Sequence[tuple[int, str]], at: datetime) -> Receipt:
        """Place one order after another: who counts them meanwhile sees how far it has come."""
        self.data.placed = numbers[-1][0]
        receipt = Receipt()
        for number, order_id in counting(numbers, "orders are placed") if len(numbers) >= MANY else numbers:
            order = form.read(number, order_id)
            self._record(order.purchased_at, order, "order-placed", "buyer", "placed", "LIFE")
            order, due = self._catch_up(order, at)
            self._keep(order, at, due)
            receipt.orders.append(order)
            _give_way(len(receipt.orders))
        return receipt

    def _catch_up(self, order: Order, now: datetime, *, record: bool = True) -> tuple[Order, Deadlines]:
        """What was due before the order was entered happens at its own instants, without notices or mail.

        With what is due of it from then on.
        """
        while True:
            due = table.timers(order, self.policy)
            past = [each for each in due if each[0] <= now]
            if not past:
                return order, due
            instant, action = min(past, key=itemgetter(0))
            step = table.step(order, action, max(instant, order.last_updated_at), self.policy)
            if not step.outcome.accepted:
                return order, due
            order = step.order
            if record:
                self._record(instant, order, action.name, "time", step.outcome.name, step.row.source)

    # Acting

    def _plan_action(self, command: Act, at: datetime) -> Commit:
        order = self.order(command.order_id)
        action = read_action(command.action, command.arguments, command.origin)
        step = table.step(order, action, at, self.policy)
        if not step.outcome.accepted:
            raise RefusedError(order, action, step, at, self.policy)
        return lambda: self._take(step, action, at)

    def _take(self, step: Step, action: Action, at: datetime, fired: Timer | None = None) -> Receipt:
        step = self._with_own_refunds(step)
        order, outcome = step.order, step.outcome
        receipt = Receipt(outcome, [order])
        self._record(at, order, action.name, action.origin, outcome.name, step.row.source)
        self._keep(order, at, fired=fired)
        if step.lints:
            receipt.lints = [Lint(code, order.order_id, at) for code in step.lints]
            self.lints.extend(receipt.lints)
        if outcome.mails:
            receipt.mail = self._mail(step)
            self.mail.extend(receipt.mail)
        if outcome.message:
            self._keep_message(step, action, at)
        if outcome.change:
            self._tell(receipt, outbox.ORDER_CHANGE, at, order=order, change=outcome.change, outcome=outcome.name)
        self.feeds.react_to_change(order, at)
        return receipt

    def _with_own_refunds(self, step: Step) -> Step:
        """After a branch, a refund bears an id that the one of the other world does not have."""
        before, refunds = len(step.situation.order.refunds), step.order.refunds
        if not self.ids.lineage or before == len(refunds):
            return step
        own = [replace(each, refund_id=self.ids.refund_id(each.refund_id)) for each in refunds[before:]]
        return replace(step, order=replace(step.order, refunds=(*refunds[:before], *own)))

    def _tell(
        self, receipt: Receipt, notification_type: str, at: datetime, *,
        change: str = "", outcome: str = "", order: Order | None = None, finished_job: FinishedJob | None = None,
    ) -> None:  # fmt: skip
        """Record a notice and begin a delivery of it to everybody who wants it."""
        notice = _new_notice(
            self.ids.uuid("notice", len(self.notices)),
            notification_type,
            change,
            outcome,
            at,
            order,
            finished_job,
            self.policy.span("delivery_after", order.marketplace_id) if order else timedelta(0),
        )
        self.notices.append(notice)
        receipt.notices.append(notice)
        receipt.deliveries += self.subscriptions.begin_deliveries(notice, at)

    def _mail(self, step: Step) -> list[Mail]:
        ids = (self.ids.uuid("mail", number) for number in count(len(self.mail)))
        seller_id = self.ids.seller_id
        return mail.write_mails(step.outcome.mails, step.situation, step.order, seller_id, self.order_events[-1], ids)

    def _keep_message(self, step: Step, action: Action, at: datetime) -> None:
        message_id = self.ids.uuid("message", len(self.messages))
        reply_by = at + self.policy.span("message_reply", step.order.marketplace_id)
        self.messages.append(message_of(step.outcome.message, action, step.order, at, message_id, reply_by))

    def _record(self, at: datetime, order: Order, action: str, origin: str, outcome: str, source: str) -> None:
        number = len(self.order_events)
        self.order_events.append(_new_event(self.ids, number, at, order.order_id, action, origin, outcome, source))

    def _keep(self, order: Order, at: datetime, due: Deadlines | None = None, fired: Timer | None = None) -> None:
        """Have the order stand like this. What is due of it need not be asked where it is known."""
        number, latest = len(self.versions), self.data.latest
        after = self.data.version + 1
        self._kept_in = after = self._kept_in if self._kept_in == after else after  # one value for all of an entry
        self.versions.append(_new_version(after, at, order, latest.get(order.order_id, -1)))
        latest[order.order_id] = number
        self.orders[order.order_id] = order
        self._arm(order, at, due, fired)

    def _plan_message(self, command: WriteToBuyer, at: datetime) -> Commit:
        """The seller writes to the buyer, in free words. Raises TemplateNotAllowedError."""
        order, template, text = self.order(command.order_id), command.template, command.text
        check_template(order, template, self.policy)
        action = counts_as(order, template, text)
        step = table.step(order, action, at, self.policy) if action else None
        if action and step and step.outcome.accepted:
            return lambda: self._take(step, action, at)
        return lambda: self._write(order, template, text, at)

    def _write(self, order: Order, template: str, text: str, at: datetime) -> Receipt:
        message_id = self.ids.uuid("message", len(self.messages))
        self.messages.append(plain_message(order, message_id, template, text, at))
        return Receipt()

    # Reports of the seller's that no rule decides

    def _plan_shipment_status(self, command: UpdateShipmentStatus, at: datetime) -> Commit:
        """Units can be ready, fetched or refused while they can be confirmed. Raises RefusalError and FieldError."""
        order, status = self.order(command.order_id), PickupStatus(command.status)
        action = pickup.handing_over(order, command)
        step = table.step(order, action, at, self.policy)
        if not step.outcome.accepted:
            raise RefusedError(order, action, step, at, self.policy)
        if status is PickupStatus.PICKED_UP:
            picked_up = replace(step, order=replace(step.order, pickup=status))
            return lambda: self._take(picked_up, action, at)
        reported = replace(order, pickup=status)
        return lambda: self._report(reported, "update-shipment-status", "pickup_reported", at)

    def _plan_verification(self, command: UpdateVerification, at: datetime) -> Commit:
        """Raises NotRegulatedError and VerificationRefusedError."""
        reported = verification.report(self.order(command.order_id), command, at)
        return lambda: self._report(reported, "update-verification", "verification_reported", at)

    def _plan_solicitation(self, command: SolicitReview, at: datetime) -> Commit:
        """Raises SolicitationError."""
        order = self.order(command.order_id)
        check_solicitation(order, at, self.policy)
        return lambda: self._report(replace(order, solicited_at=at), "solicit-review", "review_solicited", at)

    def _report(self, order: Order, action: str, outcome: str, at: datetime) -> Receipt:
        """Keep what was reported; nobody is told, and no date of the order moves."""
        self._record(at, order, action, "api", outcome, "OURS")
        self._keep(order, at)
        return Receipt(orders=[order])

    # Cancellations that the platform accepts, and carries out later

    def _plan_later_cancellation(self, command: CancelLater, at: datetime) -> Commit:
        """Whether it goes through is decided when it is carried out."""
        order = self.order(command.order_id)
        action = Action("seller-cancel", reason=command.reason, origin="api")
        return lambda: self._cancel_later(order.order_id, action, at)

    def _cancel_later(self, order_id: str, action: Action, at: datetime) -> Receipt:
        self.data.cancellations += 1
        due = at + self.policy.span("cancel_order_delay")
        self.schedule.set(("cancellation", order_id), action, due, at, (str(self.data.cancellations),))
        return Receipt()

    def _fire_cancellation(self, timer: Timer, at: datetime) -> Receipt:
        order = self.orders[timer.owner]
        _, receipt = self._attempt(order, timer.action, at)
        receipt.fired.append(FiredTimer(at, "cancel-order", order.order_id))
        return receipt

    def _attempt(self, order: Order, action: Action, at: datetime) -> tuple[Step, Receipt]:
        """Judge what was ordered earlier by how things stand now; a refusal is on record, and changes nothing."""
        step = table.step(order, action, at, self.policy)
        if step.outcome.accepted:
            return step, self._take(step, action, at)
        self._record(at, order, action.name, action.origin, step.outcome.name, step.row.source)
        return step, Receipt()

    def _act_by_feed(self, order: Order, action: Action, at: datetime) -> Receipt:
        step, receipt = self._attempt(order, action, at)
        if not step.outcome.accepted:
            raise RefusedError(order, action, step, at, self.policy)
        return receipt

    # Test notifications

    def _plan_test(self, command: SendTestNotification, at: datetime) -> Commit:
        """A sample notification at a destination, whoever subscribes. Raises FieldError."""
        destination = self.subscriptions.destinations.find(command.destination_id)
        form = Form({}, at - HOUR, self.policy, self.ids, self.marketplace_ids)
        order, _ = self._catch_up(form.read(0), at, record=False)
        notice_id = self.ids.uuid("test notice", len(self.tests))
        notice = sample_notice(notice_id, command.notification_type, command.scenario, order, at, self.policy)
        return lambda: self._test(notice, destination.destination_id, at)

    def _test(self, notice: Notice, destination_id: str, at: datetime) -> Receipt:
        self.tests.append(notice)
        return Receipt(deliveries=[self.subscriptions.deliveries.begin(notice, destination_id, at)])

    # Time

    def _arm(self, order: Order, at: datetime, deadlines: Deadlines | None = None, fired: Timer | None = None) -> None:
        """Remembers what time will do to the order now; timers that no longer apply are simply forgotten."""
        if deadlines is None:
            deadlines = table.timers(order, self.policy)
        due = [(_told_by(each.name, each.refund_id), each, raw) for raw, each in deadlines]
        of = ("order", order.order_id) if fired is None else fired.of
        self.schedule.arm(of, due, at, fired)

    def _plan_reaching(self, command: Reach, at: datetime) -> Commit:
        return lambda: self._reach(at, command.rate)

    def _reach(self, at: datetime, rate: float | None) -> Receipt:
        receipt, taken = Receipt(), 0
        if rate is not None:
            self.data.rate = rate
        with ExitStack() as many:
            while (head := self.schedule.next_due()) is not None and head[0] <= at:
                due, timer = head
                self.schedule.take()
                if timer.kind != "order":  # whose timers are armed anew at once
                    self.schedule.disarm(timer)
                receipt.add(self._handlers[timer.kind](timer, due))
                taken += 1
                if taken == MANY:
                    many.enter_context(without_collection())
                _give_way(taken)
        return receipt

    def _fire_order(self, timer: Timer, at: datetime) -> Receipt:
        order = self.orders[timer.owner]
        step = table.step(order, timer.action, at, self.policy)
        if not step.outcome.accepted:
            self.schedule.disarm(timer)
            return Receipt()
        receipt = self._take(step, timer.action, at, timer)
        receipt.fired.append(_new_fired(at, timer.action.name, order.order_id))
        return receipt

    # Settings

    def _plan_settings(self, command: ConfigurePolicy, at: datetime) -> Commit:
        changes = command.changes
        initial = {key: self.data.initial_policy.overrides.get(key) for key, value in changes.items() if value is None}
        policy = self.policy.with_settings(changes)
        restored = {key: value for key, value in initial.items() if value is not None}
        policy = replace(policy, overrides={**policy.overrides, **restored})
        return lambda: self._configure(policy, at)

    def _configure(self, policy: Policy, at: datetime) -> Receipt:
        self.data.policy = policy
        for order in list(self.orders.values()):
            self._arm(order, at)
        return Receipt()


@cache
def _without_refund(action: str) -> tuple[str, str]:
    return action, ""


def _told_by(action: str, refund_id: str) -> tuple[str, str]:
    """What tells the timers of one order from each other; most are told by the same words in every order."""
    return (action, refund_id) if refund_id else _without_refund(action)


def _give_way(done: int) -> None:
    """Let other threads go first for a moment, once in a while, so that nobody else's read waits for a million timers.

    They ask for their turn, and would have it after five milliseconds each time; a read takes several.
    """
    if done % IN_A_ROW == 0:
        time.sleep(0)
