"""What is told of a world: orders as JSON, why one is as it is, the Cancellation Rate, the whole as plain data."""
