"""The files of feeds: readers of each kind of message, and processing reports."""
