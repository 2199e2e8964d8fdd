"""The entries of the navigation, by who looks: the seller, the buyer, Amazon, and whoever develops."""

from typing import NamedTuple


class Entry(NamedTuple):
    """A link: its name, and the path it leads to."""

    name: str
    path: str


NAVIGATION: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "Seller",
        (
            Entry("Manage Orders", "/seller/orders"),
            Entry("Order Reports", "/seller/reports"),
            Entry("Upload order related files", "/seller/uploads"),
            Entry("Account Health", "/seller/account-health"),
            Entry("Messages", "/seller/messages"),
            Entry("Mail", "/seller/mail"),
        ),
    ),
    ("Buyer", (Entry("Your Orders", "/buyer/orders"),)),
    ("Amazon", (Entry("Amazon and carrier", "/amazon"),)),
    (
        "Developer",
        (
            Entry("Place an order", "/orders/new"),
            Entry("Notifications", "/notifications"),
            Entry("Requests", "/requests"),
            Entry("Faults and limits", "/faults"),
            Entry("Scenarios", "/scenarios"),
            Entry("Rules", "/rules"),
            Entry("API documents", "/docs"),
        ),
    ),
)
"""The groups with their entries. One that leads to no page of ours, nor to the documents, is not shown."""
