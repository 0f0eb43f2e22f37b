"""Whole histories as files: CSV for spreadsheets, NDJSON for programs, streamed."""
