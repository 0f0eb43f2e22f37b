"""Which ASGI server holds the live streams: granian or uvicorn, measured."""
