"""What can go wrong with a store of our own."""


class EmbeddedStoreError(Exception):
    """No store could be started or joined; the message says which part and why."""


class StartFailed(EmbeddedStoreError):
    """One attempt to start a server did not end in a server that is ours and ready."""
