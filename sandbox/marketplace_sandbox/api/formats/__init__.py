"""What files look like: feeds as they come in, processing reports and reports as they go out. Knows no API."""
