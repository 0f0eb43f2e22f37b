"""What a page shows around the JSON of an endpoint: a form, a table, page controls."""
