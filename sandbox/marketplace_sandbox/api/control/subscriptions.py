"""Subscriptions of the Notifications API as a test sees them: to which types, and whether those are ever sent."""

from marketplace_sandbox.api.control.lists import answer_page
from marketplace_sandbox.api.control.worlds import Worlds
from marketplace_sandbox.api.http.exchange import Call, Reply
from marketplace_sandbox.core.views.projections import subscription_json


class SubscriptionOperations:
    """The subscriptions of a world. They are made and ended in the Notifications API."""

    def __init__(self, worlds: Worlds) -> None:
        self._worlds = worlds

    def listSubscriptions(self, call: Call) -> Reply:
        """The seller's subscriptions, each saying whether notifications of its type are sent here."""
        with self._worlds.of(call) as world:
            found = [each for each in world.state.subscribers.values() if each.destination_id]
            return Reply(body=answer_page("subscriptions", found, subscription_json, call.query, world))
