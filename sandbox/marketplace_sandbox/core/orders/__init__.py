"""What an order is, how it is read from a form, what may be done to it and for which reasons. Knows no world."""
