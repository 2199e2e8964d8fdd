"""The marketplace itself: pure values and rules on the standard library, with no input or output of its own."""
