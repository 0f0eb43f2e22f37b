"""Where several servers hold the data: which one is asked, and who says so."""
