"""The live feed under load and faults, beside an endpoint that polls."""
