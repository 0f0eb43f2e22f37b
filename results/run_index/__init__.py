"""The run index: per test, which run passed when, so that no read parses its history.

Derived and ours alone, it may vanish or lag at any time: whoever uses it compares it
with the results in the same MULTI (`head`), and has it caught up or built (`building`)
when they differ. Keys: `results.keys.IndexKeys`.
"""
