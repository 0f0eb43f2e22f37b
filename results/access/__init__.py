"""Who may ask: API keys, staff sessions, tokens for streams, and how often."""
