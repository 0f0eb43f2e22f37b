"""uvicorn with the limits that open streams and half-sent requests need."""
