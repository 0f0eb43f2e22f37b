"""Results and metrics of synthetic browser tests, read from Redis."""
