"""What the project is kept with: generators of pages. Nothing of it is installed or serves."""
