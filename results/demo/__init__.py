"""The demo: five tests of the running product itself and its own suite, a month of
history, a feeder."""
