"""Upload order related files: examples to start from, the upload, the latest ones, and what was said of each line."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, islice

import flask
from flask import request, url_for
from werkzeug.wrappers import Response

from marketplace_sandbox.api.control.refusals import translate_refusals
from marketplace_sandbox.api.formats.feeds.feed_documents import processing_report_file
from marketplace_sandbox.api.formats.feeds.feed_file import read_feed_file
from marketplace_sandbox.api.http.errors import ApiError, invalid_input
from marketplace_sandbox.api.shared.document_transfer import File
from marketplace_sandbox.console import current
from marketplace_sandbox.console.frame.paging import cut
from marketplace_sandbox.console.frame.rendering import done, render
from marketplace_sandbox.console.frame.words import write_instant
from marketplace_sandbox.console.jobs.annotated import annotate
from marketplace_sandbox.console.jobs.blueprint import pages
from marketplace_sandbox.console.jobs.examples import FLAT, FORMATS, KINDS, Kind, write_example
from marketplace_sandbox.console.jobs.files import charset_of, send_file
from marketplace_sandbox.console.jobs.waiting import progress_of
from marketplace_sandbox.console.orders.row import attempt
from marketplace_sandbox.console.orders.tabs import REQUESTED, tabs_of
from marketplace_sandbox.core.commands.feeds import CancelFeed, CreateFeed
from marketplace_sandbox.core.feeds.values import Feed, FeedType
from marketplace_sandbox.core.feeds.worker import FeedMessageError, resolve_items
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.text.quoting import quote, suggestion
from marketplace_sandbox.core.world.world import World

UPLOADS_A_PAGE = 10
MOST_ORDERS = 25
"""As many orders are offered for an example; any other is reached by its id."""
LONGEST_REPORT = 20_000
"""As many characters of a processing report are shown; the file has all."""

LABELS = {
    each: f"{kind.name}, {FORMATS[file_format]}" for kind in KINDS.values() for file_format, each in kind.types.items()
}
"""What sellers call the types of files; one that is not here is told by its name."""


@dataclass(frozen=True)
class Example:
    """A file to start from, made for an order, and what would come of it as things stand."""

    order: Order
    text: str
    accepted: bool
    meaning: str
    counts: bool


@dataclass(frozen=True)
class Chosen:
    """The kind and format of file that is chosen."""

    kind: str
    file_format: str

    @property
    def of(self) -> Kind:
        """The kind."""
        return KINDS[self.kind]

    @property
    def feed_type(self) -> FeedType:
        """The type of feed that such a file is."""
        return self.of.feed_type(self.file_format)

    @property
    def media_type(self) -> str:
        """What such a file is."""
        return "text/tab-separated-values" if self.feed_type.flat else "text/xml"


@pages.get("/uploads")
def uploads() -> flask.Response:
    """The kinds of files, an example of the chosen one, the form, and the latest uploads."""
    chosen = _read_chosen(request.args)
    example = _example(chosen, request.args.get("order_id", "").strip())
    contents = example.text if example and request.args.get("fill") else ""
    return _show_uploads(chosen, example, contents)


@pages.post("/uploads")
def upload() -> Response:
    """Take a file, chosen or pasted."""
    chosen, file = _read_chosen(request.form), request.files.get("file")
    contents = request.form.get("contents", "")
    if file is not None and file.filename:
        content, media_type = file.read(), chosen.media_type
    elif contents.strip():
        content, media_type = contents.encode(), f"{chosen.media_type}; charset=UTF-8"
    else:
        problem = invalid_input("There is nothing to upload: choose a file, or paste what is in it.", "file")
        return _show_uploads(chosen, _example(chosen, ""), "", problem)
    world = current.world()
    command = CreateFeed(
        chosen.feed_type.name, tuple(world.marketplace_ids), media_type=media_type, content=content
    ).with_file(read_feed_file(chosen.feed_type, content, media_type))
    feed_id = current.execute(lambda: command).feed_id
    ends = progress_of(world, world.state.feeds.find(feed_id)).done_at
    when = f"It will be processed by {write_instant(ends)}." if ends else ""
    text = f"The file was taken as upload {feed_id}. {when}".strip()
    return done(text, back=url_for("jobs.show_upload", feed_id=feed_id))


@pages.get("/uploads/example")
def example_file() -> flask.Response:
    """An example, as it is downloaded. Raises ApiError 404 where there is no order."""
    chosen = _read_chosen(request.args)
    example = _example(chosen, request.args.get("order_id", "").strip())
    if example is None:
        raise ApiError(404, "NotFound", "There is no order that an example could be made for.")
    ending = "txt" if chosen.file_format == FLAT else "xml"
    file = File(example.text.encode(), f"{chosen.media_type}; charset=UTF-8")
    return send_file(file, f"{chosen.kind}-{example.order.order_id}.{ending}")


@pages.get("/uploads/<feed_id>")
def show_upload(feed_id: str) -> flask.Response:
    """One upload: how far it has come, and its lines with what was said of each."""
    world, feed = current.world(), _find(feed_id)
    content = world.state.feeds.content_of(feed.input_id, world.now())
    document = world.state.feeds.document(feed.input_id)
    only = {"problems": True, "all": False}.get(request.args.get("lines", ""))
    report = _report_of(world, feed)
    text = report.content.decode(charset_of(report.media_type), "replace") if report else ""
    return render(
        "jobs/upload.html",
        blocks=("progress",),
        feed=feed,
        name=name_of(feed),
        progress=progress_of(world, feed),
        orders=world.orders,
        file=None if content is None else annotate(feed, content, document.media_type, only),
        report=text[:LONGEST_REPORT],
        is_cut=len(text) > LONGEST_REPORT,
        now=world.now(),
    )


@pages.get("/uploads/<feed_id>/report")
def processing_report(feed_id: str) -> flask.Response:
    """The processing report, as it is downloaded. Raises ApiError 404 where there is none, or none any more."""
    feed = _find(feed_id)
    report = _report_of(current.world(), feed)
    if report is None:
        raise ApiError(404, "NotFound", f"Upload {feed_id} has no processing report.")
    return send_file(report, f"processing-report-{feed_id}.{'txt' if feed.kind.flat else 'xml'}")


@pages.get("/uploads/<feed_id>/file")
def uploaded_file(feed_id: str) -> flask.Response:
    """The file as it was uploaded. Raises ApiError 404 where it is kept no longer."""
    world, feed = current.world(), _find(feed_id)
    content = world.state.feeds.content_of(feed.input_id, world.now())
    if content is None:
        raise ApiError(404, "NotFound", f"The file of upload {feed_id} is kept no longer.")
    return send_file(File(content, "application/octet-stream"), f"{feed_id}.{'txt' if feed.kind.flat else 'xml'}")


@pages.post("/uploads/<feed_id>/cancel")
def cancel_upload(feed_id: str) -> Response:
    """Take an upload out of the queue."""
    current.execute(lambda: CancelFeed(feed_id=feed_id))
    return done(f"Upload {feed_id} was canceled.")


def name_of(feed: Feed) -> str:
    """What sellers call the type of a file."""
    return LABELS.get(feed.type_name, feed.type_name)


def _show_uploads(
    chosen: Chosen, example: Example | None, contents: str, problem: ApiError | None = None
) -> flask.Response:
    world = current.world()
    found = cut(world.state.feeds.latest_first(), UPLOADS_A_PAGE)
    return render(
        "jobs/uploads.html",
        status=problem.status if problem else 200,
        blocks=("job_list",),
        problem=problem,
        chosen=chosen,
        kinds=KINDS,
        formats=FORMATS,
        example=example,
        orders=_orders_for(world, chosen.of),
        contents=contents,
        found=found,
        listed=[(each, name_of(each), progress_of(world, each)) for each in found.entries],
        now=world.now(),
    )


def _read_chosen(given: Mapping[str, str]) -> Chosen:
    """The kind and format that were asked for. Raises ApiError."""
    kind, file_format = given.get("kind") or next(iter(KINDS)), given.get("format") or FLAT
    for name, value, known in (("kind", kind, KINDS), ("format", file_format, FORMATS)):
        if value not in known:
            raise invalid_input(f"There is no {name} {quote(value)}{suggestion(value, known)}", name)
    return Chosen(kind, file_format)


def _orders_for(world: World, kind: Kind) -> list[Order]:
    """Orders that a kind of file is for, those first that it is most for."""
    tabs = tabs_of(world.state)
    ordered = chain.from_iterable(tabs.find(each, "newest").cut(0, MOST_ORDERS) for each in kind.lists)
    found = list(islice({each.order_id: each for each in ordered}.values(), MOST_ORDERS))
    return found if REQUESTED in kind.lists else sorted(found, key=lambda each: bool(each.open_items))


def _example(chosen: Chosen, order_id: str) -> Example | None:
    """The example for an order, or for the one that it does most for; None without orders. Raises ApiError 404."""
    world = current.world()
    if order_id:
        current.call("getOrder", path={"order_id": order_id})
        return _example_for(world, chosen, world.order(order_id))
    first = None
    for order in _orders_for(world, chosen.of):
        example = _example_for(world, chosen, order)
        if example.accepted:
            return example
        first = first or example
    return first


def _example_for(world: World, chosen: Chosen, order: Order) -> Example:
    text = write_example(chosen.kind, chosen.file_format, order, world.seller_id, world.now())
    message = read_feed_file(chosen.feed_type, text.encode(), chosen.media_type).messages[0]
    if message.action is None:
        return Example(order, text, accepted=False, meaning=message.text, counts=False)
    try:
        outcome = attempt(order, resolve_items(message.action, order), world.now(), world.policy)
    except FeedMessageError as problem:
        return Example(order, text, accepted=False, meaning=str(problem), counts=False)
    return Example(order, text, outcome.accepted, outcome.meaning, outcome.counts)


def _find(feed_id: str) -> Feed:
    with translate_refusals():
        return current.world().state.feeds.find(feed_id)


def _report_of(world: World, feed: Feed) -> File | None:
    """The processing report of a feed that has one which is still kept."""
    kept = world.state.feeds.has_report(feed, world.now())
    return processing_report_file(feed, world.seller_id) if kept else None
