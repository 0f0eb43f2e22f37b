"""The global feed: the entries of all tests, merged into one order that can be resumed.

Entries go out in the order of (entry id, test id), each once the server's clock has
passed its millisecond: nothing can come before it any more, so that one position
speaks for all streams.
"""
