"""Identifiers that repeat: each is a hash of the server's seed, the seller, the lineage and a number. No state here."""

import hashlib
from dataclasses import dataclass, replace
from functools import lru_cache

ACCOUNTS = 10**6
"""So many accounts are told apart by the last digits of a serial number."""

SERIALS_APART = 20_000
"""Serial numbers made after a branch begin up to so many later: two with the same account have others, too."""


@dataclass(frozen=True, slots=True)
class Ids:
    """The identifiers of one seller's world. The same seed, seller, lineage and number always give the same one.

    `lineage` tells what is made after a fork or a rewind from what was made before, or elsewhere since: no id means two
    things to whoever remembers it. It is empty for a world that never was branched.
    """

    seed: int
    seller_id: str
    lineage: str = ""

    def of_seller(self) -> "Ids":
        """Those of the seller as such, which no rewind changes."""
        return replace(self, lineage="")

    def order_id(self, number: int) -> str:
        """A 3-7-7 order id; 902 is the prefix that test orders customarily bear."""
        digits = f"{self._number('order', number) % 10**14:014d}"
        return f"902-{digits[:7]}-{digits[7:]}"

    def order_item_id(self, order_id: str, position: int) -> str:
        """Fourteen digits, as in the published feed schema."""
        return f"7{self._number('item', order_id, position) % 10**13:013d}"

    def refund_id(self, made: str) -> str:
        """The id of a refund, as the rules have made it from the order's and the number of its refunds."""
        return f"{made}-{self._digest('refund', made).hex()[:8]}" if self.lineage else made

    def relay_name(self, order_id: str) -> str:
        """The local part of a buyer's relay address."""
        return self._digest("buyer", order_id).hex()[:14]

    def serial(self, kind: str, number: int) -> str:
        """A number whose last six digits are the same for all of a kind that a seller makes."""
        account = int(self.uuid(f"{kind} account")[:8], 16) % ACCOUNTS
        apart = self._number("serial", kind) % SERIALS_APART if self.lineage else 0
        return f"{number + apart}{account:06d}"

    def uuid(self, kind: str, *parts: object) -> str:
        """A UUID for anything else, by its kind and what tells it from its like."""
        made = self._digest(kind, *parts).hex()
        return f"{made[:8]}-{made[8:12]}-4{made[13:16]}-{_VARIANT[made[16]]}{made[17:20]}-{made[20:32]}"

    def _number(self, kind: str, *parts: object) -> int:
        return int.from_bytes(self._digest(kind, *parts)[:8], "big")

    def _digest(self, kind: str, *parts: object) -> bytes:
        text = _whose(self.seed, self.seller_id, self.lineage, kind)
        for part in parts:
            text += f"\x1f{part}"
        return hashlib.sha256(text.encode()).digest()


@lru_cache(maxsize=4096)
def _whose(seed: int, seller_id: str, lineage: str, kind: str) -> str:
    """What all identifiers of a kind are made from that one world makes; each is of some kind, and there are few."""
    return "\x1f".join((str(seed), f"{seller_id}/{lineage}" if lineage else seller_id, kind))


_VARIANT = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}
"""The digit of a UUID whose first two bits say that it is one, by what stood there: two bits of it stay."""
