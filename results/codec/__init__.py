"""Stored bytes to domain values and back: the one place that knows encodings."""
