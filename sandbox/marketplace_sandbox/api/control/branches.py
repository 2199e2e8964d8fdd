"""Worlds that go on from somewhere else: a fork in a seller of its own, a rewind in the same one."""

from datetime import datetime
from typing import Any

from marketplace_sandbox.api.control.refusals import translate_refusals
from marketplace_sandbox.api.control.sellers import Credentials, seller_with_credentials
from marketplace_sandbox.api.control.worlds import Worlds
from marketplace_sandbox.api.http.exchange import Call, Reply
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.text.quoting import quote
from marketplace_sandbox.core.text.reading import FieldError, Fields, instant, switch


class BranchOperations:
    """Forks and rewinds."""

    def __init__(self, worlds: Worlds, credentials: Credentials) -> None:
        self._worlds = worlds
        self._credentials = credentials

    def forkSeller(self, call: Call) -> Reply:
        """A new seller whose world goes on from where this one's stands, or stood."""
        with translate_refusals():
            fields = Fields(call.body or {}, known=("at", "version", "seller_id", "deliver"), of="fork")
            if "at" in fields and "version" in fields:
                raise FieldError("version", "A fork is made at an instant or at a version; leave out at or version.")
            parent = self._worlds.settled(call.path["seller_id"])
            when, deliver = _when(fields), fields.get("deliver", switch, default=False)
            seller_id = fields.values.get("seller_id")
            forked = self._worlds.sellers.fork(parent.seller_id, when, seller_id, deliver=deliver)
            self._worlds.wake(forked)
            call.made_at.version = forked.version
            return Reply(201, seller_with_credentials(forked, self._credentials))

    def rewindWorld(self, call: Call) -> Reply:
        """The world as it was takes the seller's place; the one that is left stands under another id."""
        with self._worlds.of(call) as world:
            fields = Fields(call.body or {}, known=("at", "version"), of="rewind")
            when = _when(fields)
            if when is None or len(fields.values) != 1:
                raise FieldError("at", "A rewind has exactly one of at and version.")
            _, kept = self._worlds.sellers.rewind(world.seller_id, when)
            call.made_at.version = world.version
            body = {"now": format_instant(world.now()), "version": world.version, "kept": kept.seller_id}
            return Reply(body=body)


def _when(fields: Fields) -> int | datetime | None:
    return fields.need("at", instant) if "at" in fields else fields.get("version", _version, None)


def _version(value: Any, path: str) -> int:
    """Whether there is such a version is the world's matter."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise FieldError(path, f"{path} is a version such as 12; {quote(value)} is not.")
    return value
