"""The demo: five tests of the running product itself, a month of history, a feeder."""
