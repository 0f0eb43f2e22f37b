"""What the product costs, measured beside what it is compared with."""
