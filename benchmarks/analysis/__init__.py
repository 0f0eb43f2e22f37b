"""What analysis costs, over growing histories and for many tests."""
