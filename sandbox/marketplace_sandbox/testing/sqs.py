"""An SQS queue that is notified of changes as on the platform, subscribed by the Notifications API.

Speaks SQS's own protocol, so the test's process needs no boto3; the consumer under test brings its own.
"""

import http.client
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from marketplace_sandbox.testing.control import Control, MarketplaceError, RefusedError, segment
from marketplace_sandbox.testing.receiver import Notification, field

Json = dict[str, Any]
REGION = "us-east-1"
ACCOUNT = "123456789012"
SCOPE = "sellingpartnerapi::notifications"
SECONDS = 30
BATCH = 10
"""Messages that SQS gives at once."""


class Queue:
    """One queue of one test, notified from now on. `received` is what `messages` has taken out so far."""

    def __init__(self, endpoint: str, name: str) -> None:
        self.endpoint = endpoint
        self.name = name
        self.arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
        self.subscription_id = ""
        self.received: list[Notification] = []
        self.url: str = self._call("CreateQueue", QueueName=name)["QueueUrl"]

    def environment(self) -> dict[str, str]:
        """Environment variables that lead a consumer with an AWS SDK to this queue's service."""
        return {
            "AWS_ENDPOINT_URL_SQS": self.endpoint,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "sandbox",
            "AWS_SECRET_ACCESS_KEY": "sandbox",
        }

    def messages(self) -> list[Notification]:
        """Take out whatever is in the queue now, in the order it came; an empty list where nothing is."""
        taken: list[Notification] = []
        while found := self._call("ReceiveMessage", QueueUrl=self.url, MaxNumberOfMessages=BATCH).get("Messages"):
            for each in found:
                raw: str = each["Body"]
                body: Json = json.loads(raw)
                metadata = field(body, "NotificationMetadata") or {}
                taken.append(Notification(str(field(metadata, "NotificationId") or ""), body, {}, raw.encode()))
                self._call("DeleteMessage", QueueUrl=self.url, ReceiptHandle=each["ReceiptHandle"])
        self.received += taken
        return taken

    def of(self, order: Any) -> list[Notification]:
        """What is or was in the queue about one order, given as such or by its id."""
        self.messages()
        order_id = getattr(order, "order_id", order)
        return [each for each in self.received if each.order_id == order_id]

    def __len__(self) -> int:
        """How many messages wait."""
        answer = self._call("GetQueueAttributes", QueueUrl=self.url, AttributeNames=["ApproximateNumberOfMessages"])
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])

    def __bool__(self) -> bool:
        """A queue is there, also when it is empty."""
        return True

    def close(self) -> None:
        """Delete the queue."""
        self._call("DeleteQueue", QueueUrl=self.url)

    def _call(self, action: str, **body: Any) -> Json:
        __tracebackhide__ = True
        headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"AmazonSQS.{action}"}
        connection = http.client.HTTPConnection(urlsplit(self.endpoint).netloc, timeout=SECONDS)
        try:
            connection.request("POST", "/", json.dumps(body), headers)
            answer = connection.getresponse()
            content = answer.read()
        except OSError as problem:
            raise MarketplaceError(f"The queue service at {self.endpoint} does not answer: {problem}") from problem
        finally:
            connection.close()
        if answer.status >= 400:
            raise MarketplaceError(f"The queue service refused {action}: {content[:500].decode(errors='replace')}")
        result: Json = json.loads(content) if content else {}
        return result


class NotificationsApi:
    """The calls of Amazon's Notifications API that subscribe a queue, as a seller's application makes them."""

    def __init__(self, control: Control, lwa: Mapping[str, str]) -> None:
        self._control = control
        self._lwa = lwa

    def subscribe(self, queue: Queue, notification_type: str, order_change_types: Sequence[str]) -> str:
        """Have a type of notification sent to a queue; answers the subscription's id. Raises RefusedError."""
        __tracebackhide__ = True
        # Destinations are the application's, without a grant of any seller; subscriptions are the seller's.
        grantless = self._get_token({"grant_type": "client_credentials", "scope": SCOPE})
        destination = {"name": queue.name, "resourceSpecification": {"sqs": {"arn": queue.arn}}}
        body: Json = {"destinationId": self._post("destinations", destination, grantless)["destinationId"]}
        if notification_type == "ORDER_CHANGE":
            # Order changes cannot be subscribed without the filter.
            chosen = {"eventFilterType": "ORDER_CHANGE", "orderChangeTypes": list(order_change_types)}
            body |= {"payloadVersion": "1.0", "processingDirective": {"eventFilter": chosen}}
        else:
            body |= {"payloadVersion": "2020-09-04"}
        token = self._get_token({"grant_type": "refresh_token", "refresh_token": self._lwa["refresh_token"]})
        return str(self._post(f"subscriptions/{segment(notification_type)}", body, token)["subscriptionId"])

    def _get_token(self, grant: Mapping[str, str]) -> str:
        __tracebackhide__ = True
        application = {"client_id": self._lwa["client_id"], "client_secret": self._lwa["client_secret"]}
        status, content = self._control.exchange("POST", "/auth/o2/token", {**application, **grant}, {})
        if status >= 400:
            raise MarketplaceError(f"Login with Amazon refused a token: {urlencode(grant)[:60]} ({status}).")
        return str(json.loads(content)["access_token"])

    def _post(self, path: str, body: Json, token: str) -> Json:
        __tracebackhide__ = True
        headers = {"x-amz-access-token": token}
        status, content = self._control.exchange("POST", f"/notifications/v1/{path}", body, headers)
        answer: Json = json.loads(content) if content else {}
        if status >= 400:
            raise RefusedError("The queue was not subscribed", status, (answer.get("errors") or [{}])[0])
        payload: Json = answer["payload"]
        return payload
