"""An SQS queue that is told of changes as on the platform, by the Notifications API. boto3 talks to it."""

from typing import Any

from sandbox.testing.control import Control

Json = dict[str, Any]


class Queue:
    """A queue of this test."""

    @classmethod
    def subscribed(cls, control: Control, lwa: dict[str, str], notification_type: str) -> "Queue":
        raise NotImplementedError
