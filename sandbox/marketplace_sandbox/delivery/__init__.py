"""Takes notices out of worlds and to their subscribers. Knows no dialect: what a notification says is handed in."""
