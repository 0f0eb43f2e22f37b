"""The endpoints that tell how reliable tests are: availability, slots, the summary.

What they show is computed in `results.analysis`; here is how it is asked for, and how
it leaves.
"""
