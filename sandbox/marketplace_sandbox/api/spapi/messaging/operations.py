"""The operations of Messaging v1, one method per operationId. Knows no rule of what may be written when."""

import re
from collections.abc import Sequence

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.admission.access import RATE_LIMIT, Access, Caller, invalid
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.http.exchange import Call, Reply
from marketplace_sandbox.api.http.openapi import load
from marketplace_sandbox.api.shared.addressed_order import addressed_order, not_found
from marketplace_sandbox.api.shared.fields import Wire
from marketplace_sandbox.api.spapi.messaging.links import actions_json
from marketplace_sandbox.api.spapi.messaging.schemas import FilesSchema, WordsAndFilesSchema, WordsSchema
from marketplace_sandbox.core.commands.orders import WriteToBuyer
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.messaging.templates import OF_FILES, TemplateNotAllowedError, allowed_templates
from marketplace_sandbox.core.refusals import OvertakenError, UnknownOrderError
from marketplace_sandbox.core.world.bounds import BoundError
from marketplace_sandbox.core.world.world import World

NOT_ALLOWED = "Invalid amazonOrderId and template combination."
"""The platform's words for a template that the order has not; its status 403 is taken for a fault of the token."""

MOST_FILES = 5
LONGEST_NAME = 255

HAL = {**RATE_LIMIT, "Content-Type": "application/hal+json"}
_HTML = re.compile(r"</?[a-zA-Z!][^>]*>")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[a-zA-Z]{2,}")


class Messaging:
    """The operations. Each template is sent by one of its own, and all are sent in the same way."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._openapi = load(openapi_dir() / "messaging-v1.yaml")

    def getMessagingActionsForOrder(self, call: Call, caller: Caller) -> Reply:
        world = caller.world
        order = addressed_order(world, call)
        allowed = allowed_templates(order, world.policy)
        return Reply(200, actions_json(self._openapi, order.order_id, order.marketplace_id, allowed), HAL)

    def GetAttributes(self, call: Call, caller: Caller) -> Reply:
        order = addressed_order(caller.world, call)
        locale = MARKETPLACES[order.marketplace_id].locale.replace("_", "-")
        return Reply(200, {"buyer": {"locale": locale}}, HAL)

    def createUnexpectedProblem(self, call: Call, caller: Caller) -> Reply:
        return self._send(call, caller.world, "unexpectedProblem", WordsSchema())

    def createConfirmOrderDetails(self, call: Call, caller: Caller) -> Reply:
        return self._send(call, caller.world, "confirmOrderDetails", WordsSchema())

    def createConfirmDeliveryDetails(self, call: Call, caller: Caller) -> Reply:
        return self._send(call, caller.world, "confirmDeliveryDetails", WordsSchema())

    def createConfirmServiceDetails(self, call: Call, caller: Caller) -> Reply:
        return self._send(call, caller.world, "confirmServiceDetails", WordsSchema())

    def confirmCustomizationDetails(self, call: Call, caller: Caller) -> Reply:
        return self._send(call, caller.world, "confirmCustomizationDetails", WordsAndFilesSchema())

    def createLegalDisclosure(self, call: Call, caller: Caller) -> Reply:
        return self._send(call, caller.world, "legalDisclosure", FilesSchema())

    def CreateWarranty(self, call: Call, caller: Caller) -> Reply:
        return self._send(call, caller.world, "warranty", FilesSchema())

    def createDigitalAccessKey(self, call: Call, caller: Caller) -> Reply:
        return self._send(call, caller.world, "digitalAccessKey", WordsAndFilesSchema())

    def sendInvoice(self, call: Call, caller: Caller) -> Reply:
        return self._send(call, caller.world, "invoice", FilesSchema())

    def _send(self, call: Call, world: World, template: str, schema: Wire) -> Reply:
        order = addressed_order(world, call)
        message = schema.load(call.body)
        files = [each["name"] for each in message.get("attachments", [])]
        text: str = f"Attached: {', '.join(files)}" if template in OF_FILES else message["text"]
        if template in allowed_templates(order, world.policy):
            _check_files(template, files)
            _check_text(text)
        try:
            world.execute(WriteToBuyer(order_id=order.order_id, template=template, text=text))
        except TemplateNotAllowedError as refused:
            raise ApiError(403, "Unauthorized", NOT_ALLOWED, str(refused)) from None
        except (UnknownOrderError, OvertakenError):  # a reset came between
            raise not_found(order.order_id) from None
        except BoundError as full:
            raise invalid(str(full)) from None
        self._access.wake(world)
        return Reply(201, {}, HAL)


def _check_files(template: str, names: Sequence[str]) -> None:
    """Refuses more files than the platform takes, none where they are the message, and names that are none."""
    least = 1 if template in OF_FILES else 0
    if not least <= len(names) <= MOST_FILES:
        raise invalid(f"attachments are {least} to {MOST_FILES} files, got {len(names)}.", "attachments")
    if any(not 1 <= len(each) <= LONGEST_NAME or _CONTROL.search(each) for each in names):
        message = f"attachments have names of 1 to {LONGEST_NAME} characters, without control characters."
        raise invalid(message, "attachments")


def _check_text(text: str) -> None:
    """Refuses a message that says nothing, and what the platform does not let pass to buyers."""
    if not text.strip():
        raise invalid("text is required; an empty one cannot be sent.", "text")
    if _CONTROL.search(text):
        raise invalid("text must not contain control characters but tabs and ends of lines.", "text")
    if _HTML.search(text):
        raise invalid("text must not contain HTML.", "text")
    if _MAIL.search(text):
        raise invalid("text must not contain an address of mail.", "text")
