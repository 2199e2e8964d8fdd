"""The way of a request, as lists of its stations: what stands here is what is passed, in this order.

The order follows one thought: nobody learns, changes or costs more than the stations before him allow.

Every request is taken by `every_request`, on the event loop, until a station has answered it. What could not be read to
the end of its headers comes first: nothing else can be said of it. Then the lane, which answers a read that it has seen
pass all behind it before, in the same bytes, and of which nothing has changed since; it stands in front because looking
at the same bytes again is what it spares. An action of MWS comes with a time and a signature of its own, so who sends
is looked at each time, and the action alone is spared. Whose world a read finds, it is told once the caller is known,
and what is worth keeping once all has come of a call that may come. Then a path gets the one spelling that guards,
routes and the log go by. Strangers come next: the server can be reached by a web page in the user's own browser, so
nothing of a request is read before it is known where it comes from, and whose token it bears where it asks for what is
ours (the control API, the documents). Then whoever asks for the server's health, which must not wait for anything
behind, and pages that follow a world, whose answers have no end. Then its weight, since everything behind reads the
body. Then Connexion: it finds the operation by our documents. A path that the platform has and we have not is 501
whatever the token. A call of the SP-API says now who sends it, as on the platform, where a gateway looks at the token
and knows nothing of parameters: a token is refused before anything is said of the call, its method or its seller's
world. A read of Orders v0 that has ended is refused there, too, as by a gateway that does not know it any more. Only
then is refused what is not as documented, so no operation looks at its parameters twice. What no document fits passes
on unchecked, to a plain route of Flask's: logins, links to documents and MWS do not fit Connexion's content types.
Pages come by there, too, and are answered by an app of their own, which is imported with the first of them.

Then Flask. What it runs may wait, so it runs in a thread, but for reads of published state, which never wait and stay
on the event loop. An operation that waits for receivers gives its thread back meanwhile. Its stations differ by what
is called. A call of the SP-API begins with time: what a running clock has made due happens before anybody looks. A
read that finds the world behind its clock leaves the event loop to have that done; so does one that a fault may have
wait, and before anything is counted, since it passes the same stations once more in a thread. Limits come before
faults: a call that is throttled has met nobody, and a fault is used up by the calls it was meant for.

A read of MWS is tried on the event loop, too; what turns out to be none goes to a thread before it is counted.

MWS has the same stations in its own order, the one that was seen on the platform. Access key and signature come before
any other parameter, Action among them, what is addressed to no action is told only to whoever is known, and parameters
are looked at behind the front layer, so a call with a wrong one is counted.

Then the answer waits: what it tells of is in the store's log by now, and has to outlive a power cut before anybody is
told. A command of which that is not sure is refused after all. A refusal waits as well, for it tells of the world, too.

Whatever raises is refused in one place, in the words of who would have answered: a page for pages, OAuth's for logins,
XML for links and MWS, JSON for all else. Then every answer passes the last list. One of the control API about a seller
says at which version of that world it was made, refusals included, so that is added where all of them come by; the
operation has left it with its call. A refusal loses what it quotes of its request's secrets.
An answer is logged before it is sent, so whoever has it finds its call in the log; it bears the id of its request; and
it is sent, with the fault that was injected into it, by the event loop, where waiting costs no thread. The access log
comes after it, for it tells how long all of it took. A read of Orders v0 that is to be compared with what replaces it
is compared last of all, in a thread: nobody waits for that.
"""

from marketplace_sandbox.api.admission.access import Access
from marketplace_sandbox.api.admission.access_log import AccessLog
from marketplace_sandbox.api.admission.fault_injection import FaultInjection
from marketplace_sandbox.api.admission.lane import Lane
from marketplace_sandbox.api.admission.request_log import RequestLog
from marketplace_sandbox.api.admission.throttling import Throttling
from marketplace_sandbox.api.control.answer_version import AnswerVersion
from marketplace_sandbox.api.control.health import Health
from marketplace_sandbox.api.control.line_end import end_line
from marketplace_sandbox.api.http.bounds import Bodies, refuse_unreadable
from marketplace_sandbox.api.http.exchange import OperationStation, call_operation
from marketplace_sandbox.api.http.flask_side import FlaskSide
from marketplace_sandbox.api.http.paths import normalize_path
from marketplace_sandbox.api.http.pipeline import Stations, add_request_id, send_answer
from marketplace_sandbox.api.http.quoted_secrets import take_secrets_out
from marketplace_sandbox.api.http.refusals import Refusals, refuse_in_json
from marketplace_sandbox.api.http.routing import ApiRouter
from marketplace_sandbox.api.http.safety import Safety
from marketplace_sandbox.api.migration.shadow import Shadow
from marketplace_sandbox.api.mws.dispatch import Mws, MwsStation
from marketplace_sandbox.api.mws.fault_injection import MwsFaultInjection
from marketplace_sandbox.api.mws.lane import MwsLane, note_action, watch_action
from marketplace_sandbox.api.mws.throttling import MwsThrottling
from marketplace_sandbox.api.shared.document_transfer import Transfers, TransferStation
from marketplace_sandbox.api.shared.xml_refusals import XmlRefusals
from marketplace_sandbox.api.spapi.lwa import LoginStation, Lwa, refuse_login
from marketplace_sandbox.api.spapi.orders_v0.reads_end import refuse_ended_read
from marketplace_sandbox.console.console import Console
from marketplace_sandbox.server.durability import Durability


def every_request(
    lane: Lane,
    mws_lane: MwsLane,
    safety: Safety,
    health: Health,
    bodies: Bodies,
    router: ApiRouter,
    access: Access,
    flask_side: FlaskSide,
    durability: Durability,
    log: RequestLog,
    access_log: AccessLog,
    shadow: Shadow,
    version: AnswerVersion,
    console: Console,
) -> Stations:
    """What every request passes, what every refusal, and what every answer."""
    refusals = Refusals(router.documents)
    return Stations(
        request=(
            refuse_unreadable,
            lane.answer_again,
            mws_lane.answer_action_again,
            normalize_path,
            safety.refuse_strangers,
            health.answer_health,
            console.streams.answer_events,
            bodies.refuse_large_body,
            router.route_and_validate,
            flask_side.run_flask,
        ),
        hold=(durability.hold_answer,),
        refusal=(
            access.refuse_before_method,
            refusals.refuse_wrong_method,
            refusals.explain_problem,
            console.refuse_in_html,
            refuse_login,
            XmlRefusals(router.documents).refuse_in_xml,
            refuse_in_json,
        ),
        answer=(
            Throttling.tell_rate,
            version.tell_version,
            take_secrets_out,
            end_line,
            lane.keep,
            log.record,
            add_request_id,
            send_answer,
            access_log.write_line,
            shadow.compare_beside,
        ),
    )


def sp_api_admission(access: Access, lane: Lane, faults: FaultInjection) -> tuple[OperationStation, ...]:
    """What a call of the SP-API passes once its operation is known, before anything that it was sent with is judged."""
    return (
        access.authenticate,
        lane.watch,
        faults.refuse_ended_token,
    )


def orders_v0_admission() -> tuple[OperationStation, ...]:
    """What a call of Orders v0 passes behind that: its reads end, and whoever is known learns that first."""
    return (refuse_ended_read,)


def sp_api(
    access: Access, throttling: Throttling, faults: FaultInjection, shadow: Shadow
) -> tuple[OperationStation, ...]:
    """What a call of the SP-API passes inside Flask."""
    return (
        access.settle,
        faults.leave_event_loop,
        throttling.throttle,
        faults.inject,
        shadow.follow_read,
        access.call_operation,
    )


def control() -> tuple[OperationStation, ...]:
    """What a call of the control API passes inside Flask: it has no limits and does not go wrong."""
    return (call_operation,)


def login(lwa: Lwa) -> tuple[LoginStation, ...]:
    """What a login passes inside Flask."""
    return (
        lwa.read_form,
        lwa.authenticate,
        lwa.inject,
        lwa.issue_token,
    )


def document_link(transfers: Transfers) -> tuple[TransferStation, ...]:
    """What a request for a link passes inside Flask: its link is all it needs."""
    return (
        transfers.open_link,
        transfers.transfer_document,
    )


def mws(mws: Mws, throttling: MwsThrottling, faults: MwsFaultInjection) -> tuple[MwsStation, ...]:
    """What a call of MWS passes inside Flask."""
    return (
        mws.read_parameters,
        mws.find_section,
        mws.authenticate,
        mws.find_action,
        faults.leave_event_loop,
        throttling.throttle,
        faults.inject,
        watch_action,
        mws.check_parameters,
        mws.perform,
        note_action,
    )
