"""The suite: sentences, a file a subject, and no database."""
