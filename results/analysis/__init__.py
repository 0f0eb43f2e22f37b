"""What a history means: states, availability, outages, percentiles, step health.

Pure: everything is computed from run facts and their times, `now` is an argument.
Every number that appears in two places comes from one function here.
"""
