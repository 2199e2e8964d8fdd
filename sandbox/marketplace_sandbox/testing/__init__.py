"""What a user's test-suite imports. These names are public and stay; the modules beneath are ours to move.

pytest loads this package in every run of an environment that it is installed in, with the plugin, so nothing is
imported here until a name is asked for.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from marketplace_sandbox.testing.actors import ActionReceipt
    from marketplace_sandbox.testing.cases import MarketplaceMixin, with_marketplace
    from marketplace_sandbox.testing.clock import AdvanceReceipt, Clock, Timer
    from marketplace_sandbox.testing.control import MarketplaceError, RefusedError, UnreachableError
    from marketplace_sandbox.testing.in_process import InProcessServer
    from marketplace_sandbox.testing.marketplace import Marketplace
    from marketplace_sandbox.testing.opening import Beginning, MarketplaceFactory
    from marketplace_sandbox.testing.orders import Order
    from marketplace_sandbox.testing.receiver import Notification, Receiver
    from marketplace_sandbox.testing.recorded_requests import RecordedRequest
    from marketplace_sandbox.testing.redirect import redirected
    from marketplace_sandbox.testing.server import NotReadyError, Server
    from marketplace_sandbox.testing.socket_redirect import PlatformHostError
    from marketplace_sandbox.testing.sqs import Queue
    from marketplace_sandbox.testing.words import (
        ActionName,
        AddressForm,
        BuyerForm,
        BuyerReason,
        CancellationReason,
        ItemForm,
        MessageKind,
        OrderForm,
        RefundReason,
        SellerReason,
        SettingsForm,
    )

__all__ = [
    "ActionName",
    "ActionReceipt",
    "AddressForm",
    "AdvanceReceipt",
    "Beginning",
    "BuyerForm",
    "BuyerReason",
    "CancellationReason",
    "Clock",
    "InProcessServer",
    "ItemForm",
    "Marketplace",
    "MarketplaceError",
    "MarketplaceFactory",
    "MarketplaceMixin",
    "MessageKind",
    "NotReadyError",
    "Notification",
    "Order",
    "OrderForm",
    "PlatformHostError",
    "Queue",
    "Receiver",
    "RecordedRequest",
    "RefundReason",
    "RefusedError",
    "SellerReason",
    "Server",
    "SettingsForm",
    "Timer",
    "UnreachableError",
    "redirected",
    "with_marketplace",
]

_MODULES = {
    "actors": ("ActionReceipt",),
    "cases": ("MarketplaceMixin", "with_marketplace"),
    "clock": ("AdvanceReceipt", "Clock", "Timer"),
    "control": ("MarketplaceError", "RefusedError", "UnreachableError"),
    "in_process": ("InProcessServer",),
    "marketplace": ("Marketplace",),
    "opening": ("Beginning", "MarketplaceFactory"),
    "orders": ("Order",),
    "receiver": ("Notification", "Receiver"),
    "recorded_requests": ("RecordedRequest",),
    "redirect": ("redirected",),
    "server": ("NotReadyError", "Server"),
    "socket_redirect": ("PlatformHostError",),
    "sqs": ("Queue",),
    "words": (
        "ActionName",
        "AddressForm",
        "BuyerForm",
        "BuyerReason",
        "CancellationReason",
        "ItemForm",
        "MessageKind",
        "OrderForm",
        "RefundReason",
        "SellerReason",
        "SettingsForm",
    ),
}
"""Which module has which names, for `__getattr__`; type checkers read the imports above."""

# A type checker that saw this function would take every misspelt name for one that there is.
if not TYPE_CHECKING:

    def __getattr__(name):
        for module, names in _MODULES.items():
            if name in names:
                return getattr(importlib.import_module(f"{__name__}.{module}"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; public are {', '.join(__all__)}")
