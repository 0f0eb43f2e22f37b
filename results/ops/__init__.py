"""The ops view: Django's own admin, for data that lives in Redis."""
