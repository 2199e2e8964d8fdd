"""Where the parts meet: everything is made here, once, and handed to what needs it by constructor."""

import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from marketplace_sandbox import __version__
from marketplace_sandbox._resources import fixtures_dir, openapi_dir
from marketplace_sandbox.api.admission.access import Access
from marketplace_sandbox.api.admission.access_log import AccessLog
from marketplace_sandbox.api.admission.credentials import Credentials
from marketplace_sandbox.api.admission.fault_injection import FaultInjection
from marketplace_sandbox.api.admission.lane import Lane
from marketplace_sandbox.api.admission.rate_limits import RateLimiter
from marketplace_sandbox.api.admission.request_log import RequestLog
from marketplace_sandbox.api.admission.throttling import Throttling
from marketplace_sandbox.api.admission.usage_plans import OperationIndex
from marketplace_sandbox.api.control import control_operations
from marketplace_sandbox.api.control.answer_version import AnswerVersion
from marketplace_sandbox.api.control.health import Health
from marketplace_sandbox.api.formats.feeds import feed_file
from marketplace_sandbox.api.http import swagger_ui
from marketplace_sandbox.api.http.bounds import Bodies, Bounds
from marketplace_sandbox.api.http.exchange import Api, OperationStation
from marketplace_sandbox.api.http.flask_side import THREADS, FlaskSide
from marketplace_sandbox.api.http.openapi import load
from marketplace_sandbox.api.http.operation_methods import check_built
from marketplace_sandbox.api.http.page_guard import is_loopback
from marketplace_sandbox.api.http.pipeline import Pipeline
from marketplace_sandbox.api.http.routing import ApiRouter
from marketplace_sandbox.api.http.safety import Safety, TokenNeededError
from marketplace_sandbox.api.migration import Rehearsals
from marketplace_sandbox.api.migration.shadow import Shadow
from marketplace_sandbox.api.mws import feeds as mws_feeds
from marketplace_sandbox.api.mws import jobs as mws_jobs
from marketplace_sandbox.api.mws import orders as mws_orders
from marketplace_sandbox.api.mws import reports as mws_reports
from marketplace_sandbox.api.mws import web as mws_web
from marketplace_sandbox.api.mws.contract import load_section
from marketplace_sandbox.api.mws.dispatch import Mws
from marketplace_sandbox.api.mws.fault_injection import MwsFaultInjection
from marketplace_sandbox.api.mws.lane import MwsLane
from marketplace_sandbox.api.mws.throttling import MwsThrottling
from marketplace_sandbox.api.shared.document_transfer import Transfers
from marketplace_sandbox.api.shared.unserved_paths import UnservedPaths
from marketplace_sandbox.api.shared.xml_refusals import MWS_PATHS
from marketplace_sandbox.api.spapi.feeds import Feeds
from marketplace_sandbox.api.spapi.lwa import PATH as LOGIN_PATH
from marketplace_sandbox.api.spapi.lwa import Lwa
from marketplace_sandbox.api.spapi.messaging import Messaging
from marketplace_sandbox.api.spapi.notifications import Notifications
from marketplace_sandbox.api.spapi.notifications.payload import render
from marketplace_sandbox.api.spapi.orders_2026 import Orders2026
from marketplace_sandbox.api.spapi.orders_v0 import OrdersV0
from marketplace_sandbox.api.spapi.reports import Reports
from marketplace_sandbox.api.spapi.sellers.operations import SellersV1
from marketplace_sandbox.api.spapi.solicitations import Solicitations
from marketplace_sandbox.api.spapi.tokens.operations import Tokens
from marketplace_sandbox.console.console import Console, Parts
from marketplace_sandbox.core.faults.fault_rules import FaultRules
from marketplace_sandbox.core.journal.journal import JournalStore, StoreUnavailableError
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.world.advance import SERVER_STOPS
from marketplace_sandbox.core.world.bounds import Totals
from marketplace_sandbox.core.world.sellers import DEFAULT_SELLER, Defaults, Sellers, queues_of
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.delivery.courier import Courier
from marketplace_sandbox.delivery.queue_names import QueueError, check_endpoint_early
from marketplace_sandbox.delivery.queue_transport import QueueTransport
from marketplace_sandbox.delivery.signature import new_secret
from marketplace_sandbox.delivery.targets import check_target
from marketplace_sandbox.delivery.transports import Transports
from marketplace_sandbox.delivery.webhook_transport import WebhookTransport
from marketplace_sandbox.scenario.library import Scenarios, find
from marketplace_sandbox.server import stations
from marketplace_sandbox.server.checkpoints import Checkpoints
from marketplace_sandbox.server.durability import Durability
from marketplace_sandbox.server.embedded_sqs import EmbeddedSqs, NoMotoError
from marketplace_sandbox.server.listening import PortTakenError
from marketplace_sandbox.server.own_calls import OwnCalls
from marketplace_sandbox.server.ticker import Ticker
from marketplace_sandbox.store import open_store
from marketplace_sandbox.store.memory import MemoryStore

Stations = Sequence[Callable[..., Any]]

CLOSE_SECONDS = 0.5
"""How long the stopping of advances is waited for when the server ends."""


IDLE_MINUTES = 30.0
"""After how long an idle world leaves memory."""


class StartupError(Exception):
    """The server cannot be put together; the text says why and what to do."""


class ScenarioError(StartupError):
    """A scenario that it should begin with cannot be read."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a server is wanted. `url` is the base URL clients reach it by; the rest is as `serve` takes it.

    A world of which nobody wants anything for `idle_minutes` leaves memory until somebody does, never for 0.
    `sqs_port` asks for the embedded queue service, 0 for one on a free port; `sqs_endpoint` names another. Calls run in
    `threads` threads at most.
    """

    host: str = "127.0.0.1"
    url: str = "http://127.0.0.1:8585"
    store: str = "memory"
    start: datetime | None = None
    rate: float = 1.0
    seed: int = 0
    auth: str | None = None
    scenarios: tuple[str, ...] = ()
    admin_token: str | None = None
    webhook_hosts: tuple[str, ...] = ()
    sqs_endpoint: str = ""
    sqs_port: int | None = None
    bounds: Bounds = field(default_factory=Bounds)
    threads: int = THREADS
    totals: Totals = field(default_factory=Totals)
    accept_new_rules: bool = False
    lane: bool = True
    idle_minutes: float = IDLE_MINUTES

    @property
    def strict(self) -> bool:
        """Whether unknown credentials are refused: as asked for, else beyond loopback."""
        return self.auth == "strict" if self.auth else not is_loopback(self.host)


class Server:
    """A server put together: the app to be put on a socket, and the threads beside it.

    `stations` are the lists of what a request passes, by what passes them.
    """

    def __init__(self, options: Options, store: JournalStore, sqs: EmbeddedSqs | None = None) -> None:
        self.options = options
        self.store = store
        self._notes: list[str] = []
        self._stopping: threading.Thread | None = None
        self._starting = False
        self.sqs = sqs
        endpoint = sqs.url if sqs else options.sqs_endpoint
        self.queues = QueueTransport(endpoint, options.webhook_hosts, creates=sqs is not None)
        self.operations = OperationIndex([load(openapi_dir() / "lwa.yaml")])
        self.faults = FaultRules(self.operations.of_fault)
        self.rate_limiter = RateLimiter()
        transports = Transports(WebhookTransport(options.webhook_hosts).open, self.queues.open)
        self.courier = Courier(
            transports.open, render, faults=self.faults, can_record=lambda: store.failure is None, sync=store.sync
        )
        self.sellers = Sellers(
            store,
            Defaults(options.start, options.rate, options.seed),
            totals=options.totals,
            accept_new_rules=options.accept_new_rules,
        )
        self.bodies = Bodies(options.bounds)
        self.ticker = Ticker(lambda: self.sellers, self.courier, store, self.sellers.keep_results)
        idle = options.idle_minutes * 60 if options.idle_minutes else None
        self.checkpoints = Checkpoints(lambda: self.sellers, store, idle)
        self.scenarios = Scenarios(self.sellers, fixtures_dir())
        self.credentials = Credentials(store.secret("signing-key", lambda: secrets.token_hex(32)))
        self._seed()
        self.app, self.stations = self._put_together()

    def start(self) -> None:
        """Begin to watch deadlines, and send what a restart found unsent."""
        self._starting = True
        if self.sqs:
            self.sqs.start()
            # consumers ask for a queue before anything is sent to it
            self.queues.ensure(*queues_of(self.sellers))
        for world in self.sellers:
            if world.has_outgoing:
                self.courier.wake(world)
        self.ticker.start()
        self.checkpoints.start()
        self._starting = False

    def stop(self) -> threading.Thread:
        """Have every advance stopped and no more posts begun, in a thread, so that calls in flight can end."""
        self._stopping = threading.Thread(target=self._stop, name="stopping", daemon=True)
        self._stopping.start()
        return self._stopping

    def _stop(self) -> None:
        self.console.streams.end()
        for world in self.sellers:
            world.stop_advance(SERVER_STOPS)
        self.courier.stop()

    def close(self) -> None:
        """Stop the threads and let go of the store. What is long at work is not waited for."""
        stopping = self._stopping or self.stop()
        stopping.join(CLOSE_SECONDS)
        self.console.close()
        self.ticker.close()
        self.courier.close()
        with suppress(StoreUnavailableError):
            self.sellers.keep_results()
        self.checkpoints.close()
        if self.sqs:
            self.sqs.close()
        self.store.close()

    def welcome(self) -> Iterator[str]:
        """What is worth saying at the start, credentials first."""
        issued = self.credentials.issue(DEFAULT_SELLER)
        yield f"Default seller {DEFAULT_SELLER}"
        yield from (f"  lwa.{name:<14} {value}" for name, value in issued["lwa"].items())
        yield from (f"  mws.{name:<14} {value}" for name, value in issued["mws"].items())
        yield f"Pages for a browser: {self.options.url}/"
        yield f"Swagger UI for every API: {self.options.url}/docs"
        if self.sqs:
            yield "Queues for notifications are in memory and empty after a restart; consumers find them with"
            yield f"  export AWS_ENDPOINT_URL_SQS={self.sqs.url}"
        yield from self._notes

    def _seed(self) -> None:
        """The first scenario is the default seller's, each further one a seller's of its own; a kept world stays."""
        unopened = {each.seller_id for each in self.sellers.unopened()}
        self._notes += [f"The world of {each.seller_id} is not served. {each.why}" for each in self.sellers.unopened()]
        self._notes += [
            f"The world of {each} is now as the rules have it; its journal says where they have decided otherwise."
            for each in self.sellers.accepted
        ]
        beginning = None if DEFAULT_SELLER in unopened else self.sellers.get(None).opening.start
        if beginning and self.options.start not in (None, beginning):
            began = format_instant(beginning)
            self._notes.append(
                f"The world of {DEFAULT_SELLER} began at {began} and goes on; --start is for new sellers."
            )
        played: list[World] = []
        for number, name in enumerate(self.options.scenarios):
            seller_id = DEFAULT_SELLER if number == 0 else f"ASCENARIO{number + 1}"
            if seller_id in unopened:
                continue
            world = self.sellers.find(seller_id)
            if world is not None and (world.version > 1 or world.origin):
                self._notes.append(f"The world of {seller_id} stands in the store; {name} was not played again.")
                continue
            # PlayResult aside and taken over whole: a crash on the way leaves a seller to whom nothing has happened.
            aside = Scenarios(self._aside(world), fixtures_dir())
            played.append(aside.seed(name, seller_id))
        for world in played:
            self.sellers.adopt(world.journal())

    def _aside(self, world: World | None) -> Sellers:
        """Sellers in memory, the world among them as it is."""
        store = MemoryStore()
        if world is not None:
            store.replace(world.seller_id, world.journal())
        return Sellers(store, self.sellers.defaults, totals=self.sellers.totals)

    def _put_together(self) -> tuple[Pipeline, Mapping[str, Stations]]:
        """The app, and the lists of stations it consists of, by what passes them."""
        strict, url = self.options.strict, self.options.url

        # The parts
        safety = Safety(self.options.host, url, self.options.admin_token or "", is_page=Console.takes)
        throttling = Throttling(self.operations, self.rate_limiter)
        faults = FaultInjection(self.faults, self.operations)
        access = Access(self.sellers, self.credentials, self.courier, strict=strict, faults=self.faults)
        lwa = Lwa(self.sellers, self.credentials, strict=strict, faults=faults)
        transfers = Transfers(self.sellers, url, self._key("document-link-key").decode())
        log = RequestLog(self.sellers, bounds=self.options.bounds, seller_of=access.seller_of, is_page=Console.takes)
        lane = Lane(self.sellers, self.credentials, self.faults, on=self.options.lane)
        mws = self._mws(access)
        mws_lane = MwsLane(lane, mws)
        mws_throttling = MwsThrottling(self.operations, self.rate_limiter)
        mws_faults = MwsFaultInjection(self.faults, self.operations)

        # What a request passes inside Flask, by what it is for
        admission = stations.sp_api_admission(access, lane, faults)
        of_orders_v0 = stations.orders_v0_admission()
        key = self._key("page-token-key")
        orders = OrdersV0(access, key), Orders2026(access, key)
        rehearsals = Rehearsals(*orders)
        shadow = Shadow(rehearsals)
        of_sp_api = stations.sp_api(access, throttling, faults, shadow)
        of_control = stations.control()
        of_login = stations.login(lwa)
        of_link = stations.document_link(transfers)
        mws.stations = stations.mws(mws, mws_throttling, mws_faults)

        control = self._control(log, rehearsals, shadow)
        router = ApiRouter(
            self._apis(access, transfers, orders, control, admission, of_orders_v0, of_sp_api, of_control)
        )
        plain_paths = ("/health", "/docs", LOGIN_PATH, *MWS_PATHS)
        refuse_unserved = UnservedPaths([*router.paths, *plain_paths]).refuse
        flask_side = FlaskSide("marketplace_sandbox", refuse_unserved, self.options.threads)
        swagger_ui.add_to(flask_side, url)
        lwa.install(flask_side, of_login)
        transfers.install(flask_side, of_link)
        for path in MWS_PATHS:
            flask_side.add_url_rule(path, f"mws {path}", mws_web.view(mws), methods=["GET", "POST"])
        flask_side.plain_reads.append(mws_web.is_read)
        flask_side.unrouted.append(mws_web.serve_unrouted(mws))
        self.console = console = self._console(log, control, token="" if safety.on_loopback else safety.token)
        flask_side.beside.append((console.takes, console.app))

        # What all of them pass
        health = Health(__version__, self.store, lambda: self._starting)
        durability = Durability(self.store)
        version = AnswerVersion(self.sellers, load(openapi_dir() / "control.yaml"))
        every = stations.every_request(
            lane,
            mws_lane,
            safety,
            health,
            self.bodies,
            router,
            access,
            flask_side,
            durability,
            log,
            AccessLog(access.seller_of),
            shadow,
            version,
            console,
        )

        def let_threads_go() -> None:
            flask_side.close()
            shadow.close()
            durability.close()

        is_kept = lane.is_kept if self.options.lane else lambda _: False
        return Pipeline(every, on_shutdown=let_threads_go, on_end=self.bodies.let_go, is_kept=is_kept), {
            "Every request": every.request,
            "A call of the SP-API, before anything it was sent with is judged": admission,
            "A call of Orders v0, behind that": of_orders_v0,
            "Inside Flask, a call of the SP-API": of_sp_api,
            "Inside Flask, a call of the control API": of_control,
            "Inside Flask, a login": of_login,
            "Inside Flask, a request for a link to a document": of_link,
            "Inside Flask, a call of MWS": mws.stations,
            "An answer of Flask, or a refusal, before it counts": every.hold,
            "Whatever was refused on the way": every.refusal,
            "Every answer": every.answer,
        }

    def _apis(
        self,
        access: Access,
        transfers: Transfers,
        orders: tuple[OrdersV0, Orders2026],
        control: tuple[object, ...],
        admission: tuple[OperationStation, ...],
        of_orders_v0: tuple[OperationStation, ...],
        of_sp_api: tuple[OperationStation, ...],
        of_control: tuple[OperationStation, ...],
    ) -> list[Api]:
        """Every document that is served, with its operations. Those of the platform have limits and may go wrong."""
        key = self._key("page-token-key")
        orders_v0, orders_2026 = orders
        platform = [
            Api("orders-v0.yaml", orders_v0, True, of_sp_api, (*admission, *of_orders_v0)),
            Api("orders-2026-01-01.yaml", orders_2026, True, of_sp_api, admission),
            Api("notifications-v1.yaml", Notifications(access, key, self.queues.ensure), False, of_sp_api, admission),
            Api("sellers-v1.yaml", SellersV1(), True, of_sp_api, admission),
            Api("tokens-2021-03-01.yaml", Tokens(access), False, of_sp_api, admission),
            Api("messaging-v1.yaml", Messaging(access), True, of_sp_api, admission),
            Api("solicitations-v1.yaml", Solicitations(), True, of_sp_api, admission),
            Api("feeds-2021-06-30.yaml", Feeds(access, key, transfers), True, of_sp_api, admission),
            Api("reports-2021-06-30.yaml", Reports(access, key, transfers), True, of_sp_api, admission),
        ]
        for each in platform:
            self.operations.add(load(openapi_dir() / each.document))
        apis = [*platform, Api("control.yaml", control, stations=of_control)]
        for each in apis:
            check_built(load(openapi_dir() / each.document), each.operations)
        return apis

    def _mws(self, access: Access) -> Mws:
        key = self._key("mws-page-token-key")
        write, wake, match_job_fault = mws_jobs.processing_report, access.wake, access.match_job_fault
        served = (
            (mws_orders.openapi_path(), mws_orders.MwsOrders(key)),
            (mws_reports.openapi_path(), mws_reports.MwsReports(key, write, wake, match_job_fault)),
            (mws_feeds.openapi_path(), mws_feeds.MwsFeeds(key, feed_file.read_feed_file, write, wake, match_job_fault)),
        )
        for document, _ in served:
            self.operations.add(load(document))
        return Mws(
            [(load_section(document), actions) for document, actions in served],
            access.find_by_access_key,
            access.default_world,
            lambda: datetime.fromtimestamp(self.credentials.wall(), UTC),
            strict=self.options.strict,
            hosts=(urlsplit(self.options.url).netloc,),
        )

    def _console(self, requests: RequestLog, operations: tuple[object, ...], token: str) -> Console:
        parts = Parts(
            self.sellers,
            self.courier,
            requests,
            self.rate_limiter,
            operations,
            credentials=self.credentials.issue,
            secret=self._key,
            call_platform=OwnCalls(lambda: self.app, self.credentials.access_token, self.options.url),
            url=self.options.url,
            token=token,
        )
        return Console(parts)

    def _key(self, name: str) -> bytes:
        return self.store.secret(name, lambda: secrets.token_hex(32)).encode()

    def _control(self, requests: RequestLog, rehearsals: Rehearsals, shadow: Shadow) -> tuple[object, ...]:
        return control_operations(
            self.sellers,
            self.courier,
            credentials=self.credentials.issue,
            check_target=lambda url: check_target(url, self.options.webhook_hosts),
            new_secret=new_secret,
            player=self.scenarios,
            requests=requests,
            faults=self.faults,
            rehearsals=rehearsals,
            comparisons=shadow.waiting,
            forget=(self.rate_limiter.forget,),
            look_into_queue=lambda arn: self.sqs.look(arn) if self.sqs else None,
            empty_queues=self.queues.empty,
        )


def compose(options: Options) -> Server:
    """The server for these options. Raises StartupError, or StoreError for a store that is not ours or damaged."""
    _read_scenarios(options.scenarios)
    with ExitStack() as unless_ready:
        store = open_store(options.store)
        unless_ready.callback(store.discard)
        try:
            sqs = _queue_service(options)
            if sqs:
                unless_ready.callback(sqs.close)
            server = Server(options, store, sqs)
        except (TokenNeededError, FieldError, QueueError, NoMotoError, PortTakenError) as problem:
            raise StartupError(str(problem)) from problem
        unless_ready.pop_all()
        return server


def _read_scenarios(names: tuple[str, ...]) -> None:
    """Refuses one that cannot be read while the store is as it was: a world made before would keep its beginning."""
    try:
        for name in names:
            find(fixtures_dir(), name)
    except FieldError as problem:
        raise ScenarioError(str(problem)) from problem


def _queue_service(options: Options) -> EmbeddedSqs | None:
    """The embedded one if it is asked for; one that is named is looked at only."""
    if options.sqs_port is not None:
        return EmbeddedSqs(options.sqs_port, options.url, options.bounds)
    if options.sqs_endpoint:
        check_endpoint_early(options.sqs_endpoint, options.webhook_hosts)
    return None
