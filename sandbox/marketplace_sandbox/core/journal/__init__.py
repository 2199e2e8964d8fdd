"""The journal: its entries, how a world begins in it, what came of each, and how they are taken again."""
