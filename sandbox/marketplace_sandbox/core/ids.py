"""Identifiers that repeat: each is a hash of the server's seed, the seller and a number. Keeps no state."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ids:
    """The identifiers of one seller's world. The same seed, seller and number always give the same one."""

    seed: int
    seller_id: str

    def order_id(self, number: int) -> str:
        """A 3-7-7 order id; 902 is the prefix that test orders customarily bear."""
        digits = f"{self._number('order', number) % 10**14:014d}"
        return f"902-{digits[:7]}-{digits[7:]}"

    def order_item_id(self, order_id: str, position: int) -> str:
        """Fourteen digits, as in the published feed schema."""
        return f"7{self._number('item', order_id, position) % 10**13:013d}"

    def relay_name(self, order_id: str) -> str:
        """The local part of a buyer's relay address."""
        return self._digest("buyer", order_id).hex()[:14]

    def uuid(self, kind: str, *parts: object) -> str:
        """A UUID for anything else, by its kind and what tells it from its like."""
        made = self._digest(kind, *parts).hex()
        return f"{made[:8]}-{made[8:12]}-4{made[13:16]}-{_VARIANT[made[16]]}{made[17:20]}-{made[20:32]}"

    def _number(self, kind: str, *parts: object) -> int:
        return int.from_bytes(self._digest(kind, *parts)[:8], "big")

    def _digest(self, kind: str, *parts: object) -> bytes:
        text = "\x1f".join((str(self.seed), self.seller_id, kind, *map(str, parts)))
        return hashlib.sha256(text.encode()).digest()


_VARIANT = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}
"""The digit of a UUID whose first two bits say that it is one, by what stood there: two bits of it stay."""
