"""One run beside others: its neighbours in time, and what changed between two runs."""
