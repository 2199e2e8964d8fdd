"""What a world's data lies in: containers whose copies share what neither side has changed. Knows no marketplace."""
