"""Outlets for other programs: an Atom feed, badges, and metrics for Prometheus."""
