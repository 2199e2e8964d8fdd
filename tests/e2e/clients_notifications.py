"""Clients of Notifications v1 as their users set them up, unmodified, behind one face for the tests.

Each answers plain JSON, and raises RefusedError for what the server refuses.
"""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import spapi
from sp_api.api import Notifications
from sp_api.asyncio.api import Notifications as AsyncNotifications
from sp_api.asyncio.auth import AccessTokenClient as AsyncTokens
from sp_api.auth import AccessTokenClient
from sp_api.base import SellingApiException
from spapi.rest import ApiException

from tests.e2e.clients_2026 import sp_api_settings
from tests.e2e.sandbox import Json, Sandbox

SCOPE = "sellingpartnerapi::notifications"


class RefusedError(Exception):
    """An answer that is no success: its status, and the platform's code, message and details."""

    def __init__(self, status: int, error: Json) -> None:
        super().__init__(f"{status} {error}")
        self.status = status
        self.code = error["code"]
        self.message = error["message"]
        self.details = error["details"]


class Client(Protocol):
    """What every one of them can do."""

    def make_destination(self, name: str, **resource: str) -> Json:
        """A new destination: a queue by `arn`, or a bus by `region` and `account_id`."""

    def destinations(self) -> list[Json]: ...

    def destination(self, destination_id: str) -> Json: ...

    def remove_destination(self, destination_id: str) -> None: ...

    def subscribe(self, name: str, version: str, destination_id: str, directive: Json | None = None) -> Json: ...

    def subscription(self, name: str) -> Json: ...

    def unsubscribe(self, name: str, subscription_id: str) -> None: ...

    def close(self) -> None: ...


class Caller(Protocol):
    """Calls python-amazon-sp-api's methods by their names; answers the payload."""

    def call(self, method: str, *arguments: Any, **more: Any) -> Any: ...

    def close(self) -> None: ...


class Sync:
    """Its ordinary class."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._client = Notifications(**sp_api_settings(sandbox, AccessTokenClient))

    def call(self, method: str, *arguments: Any, **more: Any) -> Any:
        return getattr(self._client, method)(*arguments, **more).payload

    def close(self) -> None:
        self._client._auth._transport.close()  # the client leaves its token client's connection open
        self._client.close()


class Async:
    """Its asynchronous class, each call in a loop of its own."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._settings = sp_api_settings(sandbox, AsyncTokens)

    def call(self, method: str, *arguments: Any, **more: Any) -> Any:
        async def run() -> Any:
            async with AsyncNotifications(**self._settings) as client:
                try:
                    return (await getattr(client, method)(*arguments, **more)).payload
                finally:
                    await client._auth._transport.aclose()

        return asyncio.run(run())

    def close(self) -> None:
        """Nothing is left open."""


class SpApi:
    """python-amazon-sp-api, either way."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self.close = caller.close

    def call(self, method: str, *arguments: Any, **more: Any) -> Any:
        """One call of the client's own, by its name."""
        with _refusals():
            return self._caller.call(method, *arguments, **more)

    def make_destination(self, name: str, **resource: str) -> Json:
        made: Json = self.call("create_destination", name, **resource)
        return made

    def destinations(self) -> list[Json]:
        found: list[Json] = self.call("get_destinations")
        return found or []  # the client makes an object of an empty list

    def destination(self, destination_id: str) -> Json:
        found: Json = self.call("get_destination", destination_id)
        return found

    def remove_destination(self, destination_id: str) -> None:
        self.call("delete_destination", destination_id)

    def subscribe(self, name: str, version: str, destination_id: str, directive: Json | None = None) -> Json:
        more = {"processingDirective": directive} if directive else {}
        made: Json = self.call("create_subscription", name, destination_id, payload_version=version, **more)
        return made

    def subscription(self, name: str) -> Json:
        found: Json = self.call("get_subscription", name)
        return found

    def unsubscribe(self, name: str, subscription_id: str) -> None:
        self.call("delete_notification_subscription", name, subscription_id)


class Official:
    """amzn-sp-api, Amazon's own: a client of the application's and one of the seller's."""

    def __init__(self, sandbox: Sandbox) -> None:
        lwa = sandbox.seller["lwa"]
        whose = {"application": {"scope": SCOPE}, "seller": {"refresh_token": lwa["refresh_token"]}}
        self._clients = {}
        for name, grant in whose.items():
            config = spapi.SPAPIConfig(lwa["client_id"], lwa["client_secret"], **grant)
            client = spapi.SPAPIClient(config, oauth_endpoint=f"{sandbox.url}/auth/o2/token", endpoint=sandbox.url)
            self._clients[name] = client.api_client

    def call(self, whose: str, method: str, *arguments: Any, **more: Any) -> Any:
        """One call of the client's own, by its name; what the answer holds as JSON."""
        client = self._clients[whose]
        with _refusals():
            answer = getattr(spapi.NotificationsApi(client), method)(*arguments, **more)
        return client.sanitize_for_serialization(answer).get("payload")

    def make_destination(self, name: str, **resource: str) -> Json:
        bus = {"region": resource.get("region"), "accountId": resource.get("account_id")}
        specification = {"sqs": {"arn": resource["arn"]}} if "arn" in resource else {"eventBridge": bus}
        body = {"name": name, "resourceSpecification": specification}
        made: Json = self.call("application", "create_destination", body)
        return made

    def destinations(self) -> list[Json]:
        found: list[Json] = self.call("application", "get_destinations")
        return found

    def destination(self, destination_id: str) -> Json:
        found: Json = self.call("application", "get_destination", destination_id)
        return found

    def remove_destination(self, destination_id: str) -> None:
        self.call("application", "delete_destination", destination_id)

    def subscribe(self, name: str, version: str, destination_id: str, directive: Json | None = None) -> Json:
        body: Json = {"payloadVersion": version, "destinationId": destination_id}
        body |= {"processingDirective": directive} if directive else {}
        made: Json = self.call("seller", "create_subscription", name, body)
        return made

    def subscription(self, name: str) -> Json:
        found: Json = self.call("seller", "get_subscription", name)
        return found

    def unsubscribe(self, name: str, subscription_id: str) -> None:
        self.call("application", "delete_subscription_by_id", subscription_id, name)

    def close(self) -> None:
        for client in self._clients.values():
            client.rest_client.pool_manager.clear()


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except SellingApiException as refused:
        raise RefusedError(refused.code, refused.error[0]) from refused
    except ApiException as refused:
        raise RefusedError(refused.status, json.loads(refused.body)["errors"][0]) from refused


CLIENTS: dict[str, Callable[[Sandbox], Client]] = {
    "python-amazon-sp-api": lambda sandbox: SpApi(Sync(sandbox)),
    "python-amazon-sp-api, async": lambda sandbox: SpApi(Async(sandbox)),
    "amzn-sp-api": Official,
}
