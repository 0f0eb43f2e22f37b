"""What faults do: lanes that inject them, their rows, and the page made of these."""
