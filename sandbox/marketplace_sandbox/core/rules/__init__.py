"""The rules of a cancellation: the table, what it needs, what follows, and how it is printed."""
