"""The lane for MWS: an action that was answered before is answered with the result of before, and not performed again.

No two of its requests are the same: each bears a time and a signature of its own. So these two are left out of the key,
and who sends is looked at each time, as ever: access key, signature, age, seller's id and MWSAuthToken, with the notes
that come of it; and under limits each is counted. What is told of a request stands in answers, too: its id in the
document, and the world's now in a header; those are each answer's own. Only what is sent in the query is kept, as most
clients do; where a form is sent, a body has to be read first.
"""

from starlette.types import Scope

from marketplace_sandbox.api.admission.lane import Key, Lane, Watch
from marketplace_sandbox.api.http.exchange import Answer, Exchange
from marketplace_sandbox.api.mws.dispatch import Mws, MwsRequest
from marketplace_sandbox.api.mws.transport import RawRequest
from marketplace_sandbox.api.shared.xml_refusals import MWS_PATHS

STAMPS = (b"Timestamp=", b"Signature=")
"""How the parameters begin that are another's in each request."""
PATHS = frozenset(path.encode() for path in MWS_PATHS)


class MwsLane:
    """What is kept of MWS, beside all else that a `lane` keeps."""

    def __init__(self, lane: Lane, mws: Mws) -> None:
        self._lane = lane
        self._mws = mws

    # Stations

    def answer_action_again(self, exchange: Exchange) -> None:
        """Answers an action of MWS with the result of before, while that holds and whoever asks may know it."""
        scope = exchange.scope
        if scope["raw_path"] not in PATHS or exchange.method != "GET" or not self._lane.on:
            return
        key = _key(scope)
        exchange.watch = Watch(key) if key else None
        kept = self._lane.find(key) if key else None
        if kept is None:
            return
        path, headers = scope["raw_path"].decode(), dict(exchange.headers.items())
        request = RawRequest(
            "GET", path, scope["query_string"], b"", headers.get("host", ""), headers, exchange.request_id
        )
        before, now = (f">{each}<".encode() for each in (kept.request_id, exchange.request_id))
        again = self._mws.answer_again(request, kept.body.replace(before, now))
        if again is None:
            return
        self._lane.hits += 1
        exchange.seller_id, exchange.operation = again.seller_id, again.action
        exchange.notes = list(again.notes)
        told = {b"content-length": b"%d" % len(again.body)}
        told |= {name.lower().encode(): text.encode("latin-1") for name, text in again.headers}
        lines = [(name, told.get(name.lower(), text)) for name, text in kept.headers]
        exchange.answer = Answer(again.status, lines, again.body)


def watch_action(call: MwsRequest) -> None:
    """Notes which world an action finds."""
    watch: Watch | None = call.request.watch
    if watch is not None and call.world is not None and call.view is None:
        watch.begin(call.world)


def note_action(call: MwsRequest) -> None:
    """Notes whether nothing has come of an action but its result."""
    watch: Watch | None = call.request.watch
    if watch is not None and watch.world is not None:
        watch.is_pure = isinstance(call.result, bytes) and not watch.goes_by_time


def _key(scope: Scope) -> Key | None:
    """A call as it came, but for its time and its signature; None for one that has either of them twice."""
    parts = scope["query_string"].split(b"&")
    kept = [each for each in parts if not each.startswith(STAMPS)]
    if len(parts) - len(kept) > len(STAMPS):
        return None
    return b"mws " + scope["raw_path"], b"&".join(kept), tuple(scope["headers"])
