"""How long runs took: points for charts, and statistics over a range of time."""
