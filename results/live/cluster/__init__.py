"""The live feed over a Cluster, where no command and no transaction crosses slots.

The same interfaces as for one server: an `Asking` that splits each question by slot,
and a reader that asks every node 20 times a second, because no blocking read can wait
for the streams of several slots.
"""
