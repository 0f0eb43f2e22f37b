"""How each step of a test did, over many runs."""
