"""The endpoints of outages: what may be asked, and what goes out."""
