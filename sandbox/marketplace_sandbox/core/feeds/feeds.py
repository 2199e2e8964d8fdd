"""The feeds of one seller and their documents: uploaded, processed on the world's clock, kept, and notified of.

Each `plan_…` checks a command and answers the change to commit. A feed comes with its messages already read;
when its time is over each of them is judged by the rules as any command is, in its order, and by how things stand then.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice, takewhile

from marketplace_sandbox.core.commands.feeds import (
    AcknowledgeFeeds,
    CancelFeed,
    CreateFeed,
    CreateFeedDocument,
    UploadFeedDocument,
)
from marketplace_sandbox.core.data.layers import Table
from marketplace_sandbox.core.feeds.values import (
    FEED_TYPES,
    Feed,
    FeedDocument,
    records,
)
from marketplace_sandbox.core.feeds.worker import Judge, Worker, WorkerData
from marketplace_sandbox.core.ids import Ids
from marketplace_sandbox.core.jobs import (
    CANCELED,
    FATAL,
    JobData,
    Jobs,
    JobStatus,
    NotInQueueError,
    Tell,
    UnknownJobError,
)
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.notifications.outbox import FEED_PROCESSING_FINISHED
from marketplace_sandbox.core.orders.actions import Action
from marketplace_sandbox.core.orders.order import Order, Status
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.receipt import Commit, FiredTimer, Receipt
from marketplace_sandbox.core.refusals import RefusalError
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.world.schedule import Schedule, Timer

TIMER = "feed"
HELD_TIMER = "held-adjustment"


class UnknownFeedError(UnknownJobError):
    """No feed or feed document of that id."""


class FeedNotInQueueError(NotInQueueError):
    """A feed that is past the queue can no longer be canceled."""


class DocumentUsedError(RefusalError):
    """A document is good for one feed, and is not changed any more once there is one."""

    code = "InvalidInput"

    def __init__(self, document: FeedDocument) -> None:
        super().__init__(f"Feed document {document.document_id} belongs to feed {document.feed_id} already.")


@dataclass(eq=False)
class FeedData(JobData[Feed]):
    """The feeds of one seller, and `documents`, their files by id; so many are `old` that nothing of them is kept.

    There are `file_count` files with `file_bytes` in all, those among them that are kept no longer and not let go yet.

    Feeds of one type run one after another: by type, `running` has the one that is being worked on, and `ready` those
    whose time in the queue is over and who wait for it to end.
    """

    documents: Table[str, FeedDocument] = field(default_factory=Table)
    worker: WorkerData = field(default_factory=WorkerData)
    old: int = 0
    file_count: int = 0
    file_bytes: int = 0
    running: Table[str, str] = field(default_factory=Table)
    ready: Table[str, tuple[str, ...]] = field(default_factory=Table)


class Feeds(Jobs[Feed]):
    """The feeds of one seller; `documents` are their files by id. `judge` acts on orders."""

    noun = TIMER
    queue_time, processing_time = "feed_queue_time", "feed_processing_time"
    notification_type = FEED_PROCESSING_FINISHED
    unknown_error, not_in_queue_error = UnknownFeedError, FeedNotInQueueError

    def __init__(
        self,
        data: FeedData,
        ids: Ids,
        schedule: Schedule,
        orders: Mapping[str, Order],
        policy: Callable[[], Policy],
        judge: Judge,
        tell: Tell,
    ) -> None:
        super().__init__(data, ids, schedule, policy, tell)
        self.documents = data.documents
        self.worker = Worker(data.worker, orders, policy, judge)
        self._data = data
        self._running = data.running
        self._ready = data.ready

    def document(self, document_id: str) -> FeedDocument:
        """The seller's document of that id. Raises UnknownFeedError."""
        document = self.documents.get(document_id)
        if document is None:
            raise UnknownFeedError("feed document", document_id)
        return document

    def of_result(self, document_id: str, now: datetime) -> Feed | None:
        """The feed whose processing report has that id and is still kept; None where there is none."""
        feed = self.all.get(self._by_document.get(document_id, ""))
        return feed if feed and self.has_report(feed, now) else None

    def has_report(self, feed: Feed, now: datetime) -> bool:
        """Whether a feed has a processing report that is still kept."""
        return bool(feed.document_id) and now < feed.created_at + self._policy().span("feed_retention")

    def content_of(self, document_id: str, now: datetime) -> bytes | None:
        """What was uploaded to a document, None before and once it is kept no longer. Raises UnknownFeedError."""
        return self._read_kept(self.document(document_id), now)

    def _read_kept(self, document: FeedDocument, now: datetime) -> bytes | None:
        feed = self.all.get(document.feed_id)
        over = feed is not None and feed.created_at + self._policy().span("feed_retention") <= now
        return None if over else document.content

    @property
    def files_at_most(self) -> tuple[int, int]:
        """How many files are kept, and with how many bytes; more where some of them are so no longer."""
        return self._data.file_count, self._data.file_bytes

    def kept_files(self, now: datetime, but: str) -> list[int]:
        """How many bytes each uploaded file has that is kept, all `but` the one of a document."""
        others = (each for each in self.documents.values() if each.document_id != but)
        kept = (self._read_kept(each, now) for each in others)
        return [len(each) for each in kept if each is not None]

    # Documents

    def plan_document(self, command: CreateFeedDocument, at: datetime) -> Commit:
        """Announce a file of a media type."""
        document = FeedDocument("", command.media_type, at)
        return lambda: Receipt(feed_document_id=self._keep(document).document_id)

    def _keep(self, document: FeedDocument) -> FeedDocument:
        document = replace(document, document_id=self._document_id("feed document", len(self.documents) + 1))
        self._put(document)
        return document

    def _put(self, document: FeedDocument) -> None:
        """Have a document be as it is now, and its file counted."""
        before = self.documents.get(document.document_id)
        for content, more in ((before.content if before else None, -1), (document.content, 1)):
            if content is not None:
                self._data.file_count += more
                self._data.file_bytes += more * len(content)
        self.documents[document.document_id] = document

    def _document_id(self, kind: str, number: object) -> str:
        return f"amzn1.tortuga.4.{self._ids.uuid(kind, number)}"

    def plan_upload(self, command: UploadFeedDocument, _at: datetime) -> Commit:
        """Keep a file; once more in its place while no feed is made of it. Raises a RefusalError."""
        document = self.document(command.document_id)
        if document.feed_id:
            raise DocumentUsedError(document)
        return lambda: self._fill(replace(document, content=command.content))

    def _fill(self, document: FeedDocument) -> Receipt:
        self._put(document)
        return Receipt(feed_document_id=document.document_id)

    # Asking for one

    def plan_creation(self, command: CreateFeed, at: datetime) -> Commit:
        """Put a file in the queue: an uploaded document, or one that comes with the command.

        Raises FieldError or a RefusalError.
        """
        document, kind = self._source(command, at), FEED_TYPES[command.feed_type]
        if kind.only_in and kind.only_in not in command.marketplace_ids:
            named = ", ".join(command.marketplace_ids)
            there = f"{kind.name} is known in {MARKETPLACES[kind.only_in].country} ({kind.only_in}) alone"
            raise FieldError("marketplace_ids", f"{there}; marketplace_ids names {named}.")
        feed = Feed(
            "",
            kind,
            command.marketplace_ids,
            at,
            document.document_id,
            command.digest,
            command.messages,
            command.fatal,
            fate=command.fate,
        )
        return lambda: self._create(feed, document, command.stuck)

    def _source(self, command: CreateFeed, at: datetime) -> FeedDocument:
        if command.content is not None:
            return FeedDocument("", command.media_type, at, command.content)
        document = self.document(command.document_id)
        if document.feed_id:
            raise DocumentUsedError(document)
        if document.content is None:
            raise FieldError("document_id", f"document_id {document.document_id} has nothing uploaded to it yet.")
        return document

    def _create(self, feed: Feed, document: FeedDocument, stuck: timedelta) -> Receipt:
        feed_id, at = self._number(), feed.created_at
        source = document if document.document_id else self._keep(document)
        self._put(replace(source, feed_id=feed_id))
        self._enqueue(replace(feed, feed_id=feed_id, input_id=source.document_id), at, stuck)
        self._let_go(at)
        return Receipt(feed_id=feed_id, feed_document_id=source.document_id)

    def _number(self) -> str:
        """The next one; all of a seller's end in the same six digits."""
        return self._ids.serial("feed", 70_001 + len(self.all))

    def _let_go(self, now: datetime) -> None:
        """Forget what is kept no longer of old feeds: their files, their messages, and what came of each."""
        since = now - self._policy().span("feed_retention")
        kept = islice(self.all.values(), self._data.old, None)
        for old in list(takewhile(lambda each: each.ended_at is not None and each.created_at <= since, kept)):
            self.all[old.feed_id] = replace(old, messages=(), results=())
            self._put(replace(self.documents[old.input_id], content=None))
            self._data.old += 1

    def plan_cancellation(self, command: CancelFeed, at: datetime) -> Commit:
        """Take a feed out of the queue. Raises UnknownFeedError, and FeedNotInQueueError."""
        return self._plan_canceling(command.feed_id, at)

    def plan_acknowledgement(self, command: AcknowledgeFeeds, at: datetime) -> Commit:
        """The processing reports of some feeds were noted, or the note is taken back. Raises UnknownFeedError."""
        return self._plan_acknowledging(command.feed_ids, at if command.acknowledged else None)

    # Processing it

    def proceed(self, timer: Timer, at: datetime) -> Receipt:
        """A feed that the platform cancels by itself comes no further than the queue."""
        feed = self.all.get(timer.owner)
        if feed is None or feed.fate != CANCELED:
            return super().proceed(timer, at)
        receipt = Receipt(fired=[FiredTimer(at, timer.action.name, "")])
        receipt.add(self._cancel(feed, at))
        return receipt

    def _must_wait(self, feed: Feed) -> bool:
        if feed.type_name not in self._running:
            return False
        self._ready[feed.type_name] = (*self._ready.get(feed.type_name, ()), feed.feed_id)
        return True

    def _start(self, feed: Feed, at: datetime) -> Receipt:
        self._running[feed.type_name] = feed.feed_id
        return super()._start(feed, at)

    def _finish(self, feed: Feed, receipt: Receipt, at: datetime) -> Feed:
        ended = replace(feed, ended_at=at, document_id=self._document_id("processing report", feed.feed_id))
        if feed.fate == FATAL:
            return replace(ended, status=JobStatus.FATAL)
        if feed.fatal:
            remarks = replace(feed, messages=tuple(each for each in feed.messages if each.remark))
            return replace(ended, status=JobStatus.FATAL, results=tuple(self.worker.process(remarks, receipt, at)))
        results = self.worker.process(feed, receipt, at)
        return replace(ended, status=JobStatus.DONE, results=tuple(results), processed=records(feed.messages))

    def _end(self, feed: Feed, receipt: Receipt, at: datetime) -> None:
        """Has the next feed of a type started that has waited for this one, or forgets that this one waited."""
        super()._end(feed, receipt, at)
        kind, ready = feed.type_name, self._ready.get(feed.type_name, ())
        if self._running.get(kind) != feed.feed_id:
            self._ready[kind] = tuple(each for each in ready if each != feed.feed_id)
            return
        del self._running[kind]
        if ready:
            self._ready[kind] = ready[1:]
            receipt.add(self._start(self.all[ready[0]], at))

    # Adjustments that came before the confirmation of their shipment

    def react_to_change(self, order: Order, at: datetime) -> None:
        """Has adjustments made that wait for what may just have happened to the order."""
        if order.status is Status.CANCELED:
            self.worker.drop_waiting(order.order_id)
        elif order.quantity_confirmed and self.worker.has_waiting(order.order_id):
            self._timers.set((HELD_TIMER, order.order_id), Action(HELD_TIMER), at, at)

    def retry_adjustments(self, timer: Timer, at: datetime) -> Receipt:
        """Something of an order is confirmed that adjustments wait for."""
        receipt = Receipt(fired=[FiredTimer(at, timer.action.name, timer.owner)])
        self.worker.retry_waiting(timer.owner, receipt, at)
        return receipt
